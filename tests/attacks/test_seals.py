"""What lies encrypted opens for its own person, in its own row, unchanged; everything else shows nothing."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import LargeBinary, Table, select, update

from bot.letters import from_row
from storage import (
    amendments,
    audit,
    cases,
    decisions,
    files,
    outbox,
    questions,
    registry,
    reviews,
    sessions,
    staff,
    talks,
)
from storage.decisions import Ruling
from storage.engine import Drawer
from storage.import_work import resident_place
from storage.jobs import Job
from storage.tables import metadata
from storage.tables import people as people_table
from storage.vault import Tampered
from tests.bot.test_papers import image
from tests.handlers.resident.conftest import Arrive
from tests.journey import Resident, Town

Read = Callable[[Drawer, Any], Awaitable[object]]
TABLES = metadata.tables
SEALED = {table.name for table in metadata.sorted_tables if "sealed" in table.c}
MONTH = date(2025, 6, 1)
EMPTY = {"people"}  # nothing is sealed there so far


async def _session(store: Drawer, row: Any) -> object:
    owner = select(people_table.c.id).where(people_table.c.chat == row.chat)
    key = await store.key((await store.read(owner)).scalar_one())
    found = await sessions.at_desk(store, row.chat, row.desk, key)
    if found.draft or found.step:
        return found
    raise Tampered("sessions")


async def _letter(store: Drawer, row: Any) -> object:
    (found,) = [outbox.Row(*one) for one in await store.read(outbox._row.where(TABLES["outbox"].c.id == row.id))]
    return from_row(found, store.vault)


async def _person_id(store: Drawer, row: Any) -> object:
    return (await store.key(row.id)).open(row.sealed, resident_place(row.id))


async def _detail(store: Drawer, row: Any) -> object:
    if (found := await audit.detail(store.db, store.vault, row)) is None:
        raise Tampered("audit")
    return found


async def _bytes(store: Drawer, row: Any) -> object:
    file = await files.by_id(store, row.file)
    assert file is not None
    return [part async for part in files.read(store, file)]


async def _asked(store: Drawer, row: Any) -> object:
    job = Job(row.id, row.kind, row.chat, row.about, row.tries, row.id, sealed=row.sealed)
    if (found := await questions.asked(store, job)) is None:
        raise Tampered("jobs")
    return found


READ: Mapping[str, Read] = {
    "keys": lambda store, row: store.key(row.owner),
    "sessions": _session,
    "outbox": _letter,
    "residents": _person_id,
    "roster": lambda store, row: registry.by_id(store, row.resident),
    "cases": lambda store, row: cases.by_id(store, row.id),
    "case_events": lambda store, row: cases.story(store, row.case),
    "files": lambda store, row: files.by_id(store, row.id),
    "file_parts": _bytes,
    "audit": _detail,
    "talk_lines": lambda store, row: talks.last_lines(store, row.case, 9),
    "staff": lambda store, row: staff.by_id(store, row.id),
    "decisions": lambda store, row: decisions.latest(store, row.case),
    "reviews": lambda store, row: reviews.one(store, row.month, row.staff),
    "jobs": _asked,
    "questions": lambda store, row: questions.words_of(store, row.id),
    "amendments": lambda store, row: amendments.by_id(store, row.id),
}


async def appeals(resident: Resident) -> None:
    """File an appeal with a photo, talk to a person, and begin something else."""
    await resident.writes("/appeal")
    await resident.presses("livelihood-coupon-2025/1")
    await resident.writes("1")
    await resident.presses("amount")
    await resident.presses("other")
    await resident.sends_photo(image())
    await resident.town.fetch_files()
    for answer in ("sent", "enough"):
        await resident.presses(answer)
    await resident.writes(f"이것은 {resident.name} 님의 글")
    await resident.presses("right")
    await resident.writes("/human")
    await resident.writes(f"{resident.name} 상담")
    await resident.writes("한 가지 더 있습니다")
    await resident.writes("/ask")
    await resident.writes(f"{resident.name} 님도 받습니까?")
    await resident.writes("/eligibility")
    await resident.presses("livelihood-coupon-2025")


@pytest.fixture
async def two(city: Town, recognised: Arrive) -> tuple[Resident, Resident]:
    """Two people about whom something lies in every table."""
    pair = await recognised("park-junho"), await recognised("nguyen-thi-lan")
    for resident in pair:
        await appeals(resident)
    officers = []
    for row in await sealed_rows(city, TABLES["cases"]):
        if row.kind == "appeal":
            han = await city.officer(f"officer of {row.number}", role="decision")
            await city.within(lambda store, case=row.id, officer=han.account: decides(store, case, officer))
            assert han.account is not None
            officers.append(han.account)
    await city.within(lambda store: reviewed(store, officers))
    await city.within(lambda store: learned(store, officers))
    return pair


async def learned(store: Drawer, officers: Sequence[UUID]) -> None:
    """Keep what nothing answers, and what each officer wants to be known as a question."""
    for officer in officers:
        await questions.note(store, "ko", questions.UNKNOWN, words=f"asked {officer}")
        words = {"ko": [f"question of {officer}"], "en": []}
        await amendments.propose(store, amendments.ELSEWHERE, "", "world", words, officer)


async def reviewed(store: Drawer, officers: Sequence[UUID]) -> None:
    """Close the month's review of each, by the other."""
    await reviews.begin(store, MONTH, {one: {} for one in officers})
    for one, other in zip(officers, reversed(officers), strict=True):
        review = await reviews.one(store, MONTH, one)
        assert review is not None
        await reviews.close(store, review, other, f"about {one}")


async def decides(store: Drawer, id: UUID, officer: UUID) -> None:
    """Write a note, and close the case by a decision."""
    case = await cases.by_id(store, id)
    assert case is not None
    await cases.note(store, case.id, "note", officer, words=f"about {case.number}")
    await decisions.close(store, case, Ruling("rejected", "late", case.number, ("other",)), officer)


async def sealed_rows(town: Town, table: Table) -> list[Any]:
    async with town.database.reading() as db:
        return list(await db.execute(select(table).where(table.c.sealed.is_not(None))))


async def put(town: Town, table: Table, row: Any, sealed: bytes) -> None:
    here = [column == getattr(row, column.name) for column in table.primary_key.columns]
    await town.database.writer.transaction(lambda db: db.execute(update(table).where(*here).values(sealed=sealed)))


async def opens(town: Town, name: str, row: Any) -> object:
    """Read a row as the bot does that has just been started."""
    vault, known = town.vault, town.vault._known.copy()
    vault._known.clear()

    async def read(store: Drawer) -> object:
        fresh = (await store.read(select(TABLES[name]).where(*_here(TABLES[name], row)))).one()
        return await READ[name](store, fresh)

    try:
        return await town.within(read)
    finally:
        vault._known.clear()
        vault._known.update(known)


def _here(table: Table, row: Any) -> list[Any]:
    return [column == getattr(row, column.name) for column in table.primary_key.columns]


def flipped(sealed: bytes, at: int) -> bytes:
    return sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :]


def test_every_encrypted_column_is_tried() -> None:
    assert set(READ) == SEALED - EMPTY
    others = {column for table in metadata.sorted_tables for column in table.c if isinstance(column.type, LargeBinary)}
    assert {column.name for column in others if "seal" in column.name} == {"sealed", "seal"}


async def test_swapped_or_changed_by_a_bit_it_does_not_open(city: Town, two: tuple[Resident, Resident]) -> None:
    for name in READ:
        table = TABLES[name]
        rows = await sealed_rows(city, table)
        assert len(rows) > 1, name
        first, last = rows[0], rows[-1]
        assert first.sealed != last.sealed, name
        assert await opens(city, name, first), name
        length = len(first.sealed)
        changed = {f"bit at {at}": flipped(first.sealed, at) for at in (8, length // 2, length - 1)}
        for what, sealed in (changed | {"another's": last.sealed, "cut": first.sealed[:-1], "gone": b""}).items():
            await put(city, table, first, sealed)
            with pytest.raises(Tampered):
                assert not await opens(city, name, first), (name, what)
        await put(city, table, first, first.sealed)
        assert await opens(city, name, first), name
    for name in EMPTY:
        assert await sealed_rows(city, TABLES[name]) == []


async def test_a_foreign_case_in_ones_own_row_faults_and_shows_nothing(
    city: Town, two: tuple[Resident, Resident]
) -> None:
    park, lan = two
    rows = {row.chat: row for row in await sealed_rows(city, TABLES["cases"]) if row.kind == "appeal"}
    await put(city, TABLES["cases"], rows[park.chat], rows[lan.chat].sealed)
    heard = len(park.all)
    assert not await park.writes("/cases")
    assert not [text for text in park.all[heard:] if lan.name in text]


async def test_a_foreign_draft_is_not_gone_on_with(city: Town, two: tuple[Resident, Resident]) -> None:
    park, lan = two
    rows = {row.chat: row for row in await sealed_rows(city, TABLES["sessions"]) if row.desk == "resident"}
    await put(city, TABLES["sessions"], rows[park.chat], rows[lan.chat].sealed)
    assert await park.writes("1")
    assert "처음 화면부터" in "".join(park.all[-2:])
    assert "eligibility" in park.codes


async def test_a_letter_that_does_not_open_is_not_sent_and_holds_up_nobody(
    city: Town, two: tuple[Resident, Resident]
) -> None:
    park, lan = two
    table = TABLES["outbox"]
    rows = {row.chat: row for row in await sealed_rows(city, table)}
    mine, hers = rows[park.chat], rows[lan.chat]
    await put(city, table, mine, hers.sealed)
    said, waiting = len(park.all), update(table).where(table.c.id == mine.id).values(state="waiting", lane="notice")
    await city.database.writer.transaction(lambda db: db.execute(waiting))
    await city.settled()
    assert len(park.all) == said
    (row,) = [one for one in await sealed_rows(city, table) if one.id == mine.id]
    assert (row.state, row.outcome) == ("failed", "unreadable")
    assert await lan.writes("/menu")


async def test_an_edited_audit_detail_breaks_the_chain(city: Town, two: tuple[Resident, Resident]) -> None:
    await city.within(audit.seal_waiting)
    rows = [row for row in await sealed_rows(city, TABLES["audit"]) if row.place]
    await put(city, TABLES["audit"], rows[0], flipped(rows[0].sealed, 20))
    found = await city.within(lambda store: audit.verify(store.db, store.vault))
    assert found.first_bad == rows[0].place
