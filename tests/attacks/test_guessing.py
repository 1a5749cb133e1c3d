"""Who guesses learns nothing: not even whether there was somebody, or whether it was right and too late."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event, func, select

from bot.sample import CAST, write_sample
from handlers.dialog import Contact, Kind
from storage import imports, recognition, registry, staging
from storage.connections import Remote
from storage.engine import Drawer
from storage.tables import cases, people
from tests.handlers.resident.conftest import CHOICES, Arrive
from tests.journey import CITY, Resident, Town

KIM = next(one for one in CAST if one.person_id == "kim-youngja")
NOBODY = "+821099990000"
Heard = list[tuple[str, int]]
EARLIER = "UPDATE outbox"  # results of earlier sends, which come when they come


class Overheard:
    """PostgreSQL's driver, with the statements that go straight to it noted."""

    def __init__(self, raw: Any, heard: Heard) -> None:
        self._raw, self._heard = raw, heard

    async def fetch(self, statement: str, *values: Any) -> Any:
        if not statement.startswith(EARLIER):
            self._heard.append((statement, 1))
        return await self._raw.fetch(statement, *values)


class Ear:
    """Stands before reception's writer and notes the statements of its transactions, with how many rows each is for."""

    def __init__(self, writer: Any) -> None:
        self.heard: Heard = []
        self._writer, self._connection = writer, None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._writer, name)

    async def transaction(self, work: Any) -> Any:
        async def listened(db: Any) -> Any:
            if isinstance(db, Remote):
                db = Remote(db.connection, Overheard(db.raw, self.heard))
            self._connection = getattr(db.connection, "sync_connection", db.connection)
            try:
                return await work(db)
            finally:
                self._connection = None

        return await self._writer.transaction(listened)

    def note(self, connection: object, _c: object, statement: str, given: Any, _x: object, many: bool) -> None:
        if connection is self._connection and not statement.startswith(EARLIER):
            self.heard.append((statement, len(given) if many else 1))


@asynccontextmanager
async def listening(town: Town) -> AsyncIterator[Ear]:
    ear = Ear(town.reception._writer)
    event.listen(Engine, "before_cursor_execute", ear.note)
    town.reception._writer = ear
    yield ear
    town.reception._writer = ear._writer
    event.remove(Engine, "before_cursor_execute", ear.note)


@pytest.fixture
async def peopled(database_url: str, tmp_path: Path) -> AsyncIterator[Town]:
    """A town with the cast on its roster, on either database."""
    write_sample(tmp_path, len(CAST), 1, Town(tmp_path).now, lambda _done, _all: None)
    dongs = {name: dong.code for dong in CITY.places.dongs.values() for name in (dong.code, dong.name.ko)}
    async with Town(tmp_path, url=database_url) as town:
        staged = await staging.stage(town.database, town.vault, "roster", tmp_path / "roster.csv", dongs, town.now)
        await imports.apply(town.database, town.vault, staged.version, town.now)
        yield town


async def asked_for_a_birth_date(town: Town, phone: str) -> Resident:
    """A welcomed stranger who has shared this number and is asked for her birth date."""
    resident = town.resident("somebody", phone=phone)
    await resident.writes("/start")
    await resident.presses("ko")
    for choice in CHOICES["ko"]:
        await resident.presses(choice)
    await resident.writes("/payment")
    await resident.shares_contact()
    return resident


async def locks_kim(town: Town) -> None:
    """Others have guessed at her until she was locked."""
    for _ in range(recognition.A_DAY):
        other = await asked_for_a_birth_date(town, KIM.phone or "")
        await other.writes("1948-05-18")


async def test_no_such_person_wrong_and_locked_are_equal_to_the_byte_and_the_statement(peopled: Town) -> None:
    refusals: list[tuple[Any, Heard]] = []
    for phone, born, lock in ((NOBODY, KIM.birth_date, False), (KIM.phone, "1948-05-18", False),
                              (KIM.phone, KIM.birth_date, True)):  # fmt: skip
        if lock:
            await locks_kim(peopled)
        somebody = await asked_for_a_birth_date(peopled, phone or "")
        async with listening(peopled) as ear:
            await somebody.writes(str(born))
        refusals.append((somebody.sheets, ear.heard))
    unknown, wrong, locked = refusals
    assert "확인하지 못했습니다" in unknown[0][-1].text
    assert unknown[1]
    assert unknown == wrong == locked


async def test_a_wrong_code_and_a_right_one_too_late_are_equal_to_the_byte_and_the_statement(peopled: Town) -> None:
    async def code(store: Drawer) -> str:
        found = await registry.by_person_id(store, KIM.person_id)
        assert found is not None
        return await recognition.make_code(store, found.id)

    right = await peopled.within(code)
    guessing = await asked_for_a_birth_date(peopled, NOBODY)
    refusals = []
    for guess in [f"{(int(right) + n + 1) % 10**8:08}" for n in range(recognition.A_DAY)] + [right]:
        await guessing.writes("/payment")
        await guessing.writes("1")
        async with listening(peopled) as ear:
            await guessing.writes(guess)
        refusals.append(([sheet.text for sheet in guessing.sheets[-2:]], ear.heard))
    assert refusals[0][1]
    assert refusals == [refusals[0]] * len(refusals)


async def test_whoever_guesses_day_after_day_is_never_recognised(city: Town, welcomed: Arrive) -> None:
    mallory = await welcomed()
    for day in range(8):
        for guess in range(2):
            await mallory.writes("/payment")
            await mallory.shares_contact()
            await mallory.writes("1948-05-17" if day > 5 else f"19{48 + guess}-05-18")
        city.later(days=1)
    async with city.database.reading() as db:
        assert (await db.execute(select(func.count()).where(people.c.resident.is_not(None)))).scalar_one() == 0


async def test_whom_others_have_locked_out_reaches_a_person_and_files_an_appeal(city: Town, welcomed: Arrive) -> None:
    for _ in range(recognition.A_DAY):
        other = await welcomed()
        await other.writes("/payment")
        await other.shares_contact()
        await other.writes("1948-05-18")
    kim = await welcomed()
    await kim.writes("/payment")
    await kim.shares_contact()
    await kim.writes("1948-05-17")
    assert "to_check" in kim.codes
    await kim.writes("상담원")
    await kim.writes("제 번호가 잠겼습니다")
    async with city.database.reading() as db:
        assert (await db.execute(select(cases.c.chat))).scalars().all() == [kim.chat]


# ----------------------------------------------------------------------------------------------------------- contacts


@pytest.mark.parametrize(
    "written",
    [
        "01000000001",
        "+821000000001",
        "821000000001",
        "0082 10 0000 0001",
        "+82 (0)10-0000-0001",
        "０１０－００００－０００１",
    ],
)
async def test_ones_own_number_is_known_however_it_is_written(city: Town, welcomed: Arrive, written: str) -> None:
    kim = await welcomed()
    await kim.writes("/payment")
    await kim.shares_contact(written)
    await kim.writes("1948-05-17")
    assert kim.last.startswith("지급 내역: 본인")


@pytest.mark.parametrize("typed", ["01000000001", "010-0000-0001", "+821000000001", "내 번호는 01000000001"])
async def test_a_number_that_is_typed_proves_nothing(city: Town, welcomed: Arrive, typed: str) -> None:
    mallory = await welcomed()
    await mallory.writes("/payment")
    await mallory.writes(typed)
    await mallory.writes("1948-05-17")
    assert "지급 내역: 본인" not in "".join(mallory.all)
    assert mallory.question.startswith("먼저 본인인지")


@pytest.mark.parametrize("number", ["", "1", "010", "９" * 400, "+82", "'; DROP TABLE people; --", "\x00\u202e"])
async def test_a_number_that_is_none_is_refused_in_a_sentence(city: Town, welcomed: Arrive, number: str) -> None:
    mallory = await welcomed()
    await mallory.writes("/payment")
    assert await mallory.does(Kind.CONTACT, contact=Contact(number, own=True))
    assert mallory.question.startswith("먼저 본인인지")
