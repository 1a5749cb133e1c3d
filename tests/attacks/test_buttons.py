"""Buttons that were never offered, or were once, or to somebody else: no fault, no effect, one clear sentence."""

from collections.abc import Callable
from itertools import count

import pytest
from sqlalchemy import func, select

from bot import words
from handlers.dialog import t
from storage import people
from storage.engine import Drawer
from storage.tables import case_events, cases, codes, consents, files, misses
from storage.tables import people as people_table
from tests.attacks.stations import ALL, Station, bring, press, stand, stands
from tests.handlers.resident.conftest import Arrive
from tests.journey import Resident, Town

OLD = {words.write(t("desk.old_button"), language) for language in words.LANGUAGES}
EFFECTS = (cases, case_events, files, consents, misses, codes)
_turns = count(1000, 1000)
FORGED = (
    "yes", "right", "file", "erase", "withdraw", "self", "to_check", "go_on", "2012-08-12", "0",
    "00000000-0000-0000-0000-000000000000", "__class__", "{0}", "' OR 1=1 --", "ko\x00", "\ud800", "가" * 21,
    "staff", "<<",
)  # fmt: skip


async def state(town: Town, resident: Resident) -> tuple[object, ...]:
    """What a press could have changed, but for the number of the question."""

    async def look(store: Drawer) -> people.Person | None:
        return await people.by_chat(store, resident.chat)

    async with town.database.reading() as db:
        rows = [(await db.execute(select(func.count()).select_from(table))).scalar_one() for table in EFFECTS]
    session = await stands(resident)
    return await town.within(look), session.dialog, session.step, session.draft, *rows


def refusals(resident: Resident) -> int:
    return sum(text in OLD for text in resident.all)


@pytest.fixture
async def park(city: Town, recognised: Arrive) -> Resident:
    """A father of two, recognised, with an appeal of his own under way."""
    park = await recognised("park-junho")
    await park.writes("/appeal")
    for answer in ("livelihood-coupon-2025/1", "본인", "amount", "later", "none", "right"):
        if answer in park.codes or answer in park.buttons:
            await park.presses(answer)
    return park


async def case_of(town: Town, resident: Resident) -> str:
    async with town.database.reading() as db:
        return str((await db.execute(select(cases.c.id).where(cases.c.chat == resident.chat))).scalars().first())


async def at(town: Town, park: Resident, station: Station) -> tuple[Resident, int, list[str]]:
    """Somebody who stands at this station, a stranger at the welcome; the number of her question, and its options."""
    resident = park
    if station.dialog == "start":
        resident = town.resident("stranger")
        await resident.writes("/start")
    turn, own = next(_turns), station.dialog in ("cases", "receipt")
    asked = await stand(resident, station, turn, await case_of(town, park) if own else None)
    return resident, turn, [option.code for option in asked.options]


async def test_what_was_not_offered_has_no_effect(city: Town, park: Resident, recognised: Arrive) -> None:
    lan = await recognised("nguyen-thi-lan")
    foreign = await foreign_codes(city, lan)
    for station in ALL:
        resident, turn, known = await at(city, park, station)
        forged = [code for code in (*FORGED, *foreign) if code not in known]
        before, heard = await state(city, resident), refusals(resident)
        await bring(city, *(press(resident, f"{turn + n}.{code}") for n, code in enumerate(forged)))
        assert await state(city, resident) == before, station
        assert refusals(resident) - heard == len(forged), station


async def foreign_codes(town: Town, other: Resident) -> list[str]:
    """What stands on the buttons of somebody else: her id on the roster, her child's."""
    async with town.database.reading() as db:
        hers = select(people_table.c.resident).where(people_table.c.chat == other.chat)
        resident = (await db.execute(hers)).scalar_one()
    return [resident.hex, str(resident), f"appeal-{resident.hex}"]


async def test_stale_and_senseless_presses_have_no_effect(city: Town, park: Resident) -> None:
    for station in ALL:
        resident, turn, codes = await at(city, park, station)
        codes = codes or ["x"]
        before, heard = await state(city, resident), refusals(resident)
        late: Callable[[int], str] = lambda n, turn=turn: str(turn + n)  # type: ignore[misc]  # noqa: E731
        numbers = ("0", "1", "-1", late(-1), late(500), f"0{late(0)}", f"{late(0)}0", "", "x", "٣", "1e3", " ")
        stale = [f"{number}.{code}" for number in numbers for code in codes[:1]]
        stale += [
            "",
            ".",
            "..",
            codes[0],
            f"{turn}{codes[0]}",
            f"{turn}:{codes[0]}",
            '{"update_id":1}',
            "\x00",
            "a" * 64,
        ]
        await bring(city, *(press(resident, data) for data in stale))
        assert await state(city, resident) == before, station
        assert refusals(resident) - heard == len(stale), station


async def test_a_press_counts_once_now_and_after_thirty_days(city: Town, park: Resident) -> None:
    used: list[tuple[Resident, str]] = []
    for station in ALL:
        for code in (await at(city, park, station))[2][:3]:
            resident, turn, _ = await at(city, park, station)
            heard, data = refusals(resident), f"{turn}.{code}"
            await bring(city, *(press(resident, data) for _ in range(3)))
            assert refusals(resident) - heard == 2, (station, code)
            used.append((resident, data))
    city.later(days=30)
    for resident in {id(one): one for one, _ in used}.values():
        mine = [data for one, data in used if one is resident]
        before, heard = await state(city, resident), refusals(resident)
        await bring(city, *(press(resident, data) for data in mine))
        assert await state(city, resident) == before
        assert refusals(resident) - heard == len(mine)
