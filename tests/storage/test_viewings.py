"""Papers shown to an officer: who looked at which, when it ends, and that it is taken away once."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import insert, select, update

from storage import cases, files, queue, staff, viewings
from storage.cases import Case
from storage.engine import Drawer
from storage.files import File
from storage.outbox import SENT, WAITING
from storage.tables import outbox
from storage.tables import viewings as rows
from tests.storage.conftest import NOW, Office
from tests.storage.test_queue import filed

CHAT = 7001


async def at_her_desk(office: Office) -> UUID:
    officer, code = await office.do(lambda store: staff.invite(store, "한소라", "appeals", "gajeong-1"))
    await office.do(lambda store: staff.accept(store, code, CHAT, officer))

    async def opens(store: Drawer) -> None:
        found = await staff.by_id(store, officer)
        assert found is not None
        await staff.set_pin(store, found, "4827")

    await office.do(opens)
    return officer


async def shown(office: Office, state: str = SENT, message: int | None = 77) -> tuple[UUID, Case, File]:
    """An officer who holds a case and was shown its paper."""
    officer = await at_her_desk(office)
    case = await filed(office)
    held = await office.do(lambda store: queue.take(store, case, "checking", officer))
    id = await office.do(lambda store: files.want(store, case.id, case.person, CHAT, None, "ref", "name"))
    file = await office.do(lambda store: files.by_id(store, id))
    assert file is not None
    ticket = await office.do(lambda store: viewings.begin(store, held, file, officer, CHAT))
    letter = {
        "ticket": ticket, "chat": CHAT, "lane": "reply", "kind": viewings.SHOWN, "state": state, "due_at": NOW,
        "tries": 1, "again": False, "message_id": message, "created_at": NOW,
    }  # fmt: skip
    await office.do(lambda store: store.write(insert(outbox), letter))
    return officer, held, file


async def taken_away(office: Office) -> list[tuple[int, int]]:
    async def work(store: Drawer) -> list[tuple[int, int]]:
        await viewings.end_overdue(store)
        return await viewings.take_away(store, 10)

    return await office.do(work)


async def test_a_paper_stays_while_she_works_on_its_case(office: Office) -> None:
    await shown(office)
    assert await taken_away(office) == []


async def test_a_paper_is_taken_away_once_when_she_closes_the_case(office: Office) -> None:
    officer, *_ = await shown(office)
    await office.do(lambda store: viewings.end(store, officer))
    assert await taken_away(office) == [(CHAT, 77)]
    assert await taken_away(office) == []


async def test_a_paper_is_taken_away_when_her_hold_ends(office: Office) -> None:
    officer, held, _ = await shown(office)
    await office.do(lambda store: queue.release(store, held, "filed", officer))
    assert await taken_away(office) == [(CHAT, 77)]


async def test_a_paper_is_taken_away_when_her_desk_closes(office: Office) -> None:
    await shown(office)
    office.now = NOW + staff.QUIET
    assert await taken_away(office) == [(CHAT, 77)]


async def test_a_paper_is_taken_away_after_47_hours_whatever_she_does(office: Office) -> None:
    officer, *_ = await shown(office)
    office.now = NOW + timedelta(hours=47, seconds=1)

    async def stirs(store: Drawer) -> None:
        found = await staff.by_id(store, officer)
        assert found is not None
        await staff.stir(store, found)

    await office.do(stirs)
    assert await taken_away(office) == [(CHAT, 77)]


async def test_a_paper_that_must_not_be_seen_is_taken_away_from_everybody(office: Office) -> None:
    _, _, file = await shown(office)
    await office.do(lambda store: viewings.end_of_file(store, file))
    assert await taken_away(office) == [(CHAT, 77)]


async def test_a_letter_still_on_its_way_is_waited_for(office: Office) -> None:
    officer, *_ = await shown(office, WAITING, None)
    await office.do(lambda store: viewings.end(store, officer))
    assert await taken_away(office) == []
    arrived = update(outbox).values(state=SENT, message_id=78)
    await office.do(lambda store: store.write(arrived))
    assert await taken_away(office) == [(CHAT, 78)]


async def test_a_letter_that_never_arrived_needs_no_deletion(office: Office) -> None:
    officer, *_ = await shown(office, "failed", None)
    await office.do(lambda store: viewings.end(store, officer))
    assert await taken_away(office) == []

    async def gone(store: Drawer) -> bool:
        return (await store.read(select(rows.c.gone_at))).scalar() is not None

    assert await office.do(gone)


async def test_who_a_case_is_about_is_said_once(office: Office) -> None:
    officer = await at_her_desk(office)
    case = await filed(office, identity="to_check")
    bound = await office.do(
        lambda store: cases.identify(store, case, "recognised", officer, resident=officer, household=b"h" * 16)
    )
    assert (bound.resident, bound.household, bound.subject_hash) == (officer, b"h" * 16, officer.bytes)
    assert bound == await office.do(lambda store: cases.by_id(store, case.id))
