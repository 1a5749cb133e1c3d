"""After an import: whose sum changed is told once and sees it; an appeal that it settles goes first, and stays open."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import update

from bot import words
from bot.chores import changed
from bot.chores.changed import GRACE, Telling
from storage import cases, changes, imports, people, queue, registry
from storage.cases import Case
from storage.engine import Drawer
from storage.ids import new_id
from storage.tables import people as people_table
from tests.bot.conftest import town
from tests.incoming import bringer, brings, sample
from tests.journey import CITY, Resident, Town
from tests.storage.test_cases import a_case

__all__ = ["town"]

Recognise = Callable[..., Awaitable[Resident]]
KIM = "kim-youngja"


@pytest.fixture
async def files(town: Town, tmp_path: Path) -> tuple[list[str], list[str]]:
    """The sample's files, in force."""
    roster, payments = sample(tmp_path, town)
    await brings(town, tmp_path, "roster", roster)
    await brings(town, tmp_path, "payments", payments)
    return roster, payments


@pytest.fixture
def recognise(town: Town) -> Recognise:
    async def recognised(person_id: str, **wants: object) -> Resident:
        """Somebody of the roster who has consented to notices."""
        one = town.resident(person_id)
        await one.writes("/start")

        async def bind(store: Drawer) -> None:
            person, resident = await people.by_chat(store, one.chat), await registry.by_person_id(store, person_id)
            assert person is not None
            assert resident is not None
            await people.bind(store, person, resident.id)
            choices = {"consent": 1, "case_notices": True, **wants}
            await store.write(update(people_table).where(people_table.c.chat == one.chat).values(choices))

        await town.within(bind)
        return one

    return recognised


def telling(town: Town) -> Telling:
    return Telling(town.database, town.vault, lambda: CITY, words.write, lambda: town.now)


async def tells(town: Town) -> None:
    town.now += GRACE
    await telling(town).all()
    await town.settled()


def more(payments: list[str], *people: str, by: int = 10_000) -> list[str]:
    """The payments with another sum for these people."""

    def line(text: str) -> str:
        cells = text.split(",")
        return ",".join([*cells[:4], str(int(cells[4]) + by), *cells[5:]]) if cells[0] in people else text

    return [payments[0], *map(line, payments[1:])]


def another(payments: list[str]) -> str:
    """Somebody else who has been paid."""
    return next(line.split(",")[0] for line in reversed(payments) if ",paid," in line and not line.startswith(KIM))


def told(*residents: Resident) -> list[int]:
    """How often each was told that something changed."""
    return [sum("지급 자료가 바뀌었습니다" in text for text in one.all) for one in residents]


async def test_whose_sum_changed_is_told_once_without_it_and_sees_both_when_she_opens_it(
    town: Town, files: tuple[list[str], list[str]], recognise: Recognise, tmp_path: Path
) -> None:
    kim, park = await recognise(KIM), await recognise(another(files[1]))
    await brings(town, tmp_path, "payments", more(files[1], KIM))
    await tells(town)
    await tells(town)
    assert told(kim, park) == [1, 0]
    assert "원" not in kim.last.replace("지원", "")
    await kim.writes("/payment")
    assert "→" in kim.question


async def test_who_applies_for_a_minor_is_told_of_hers_too(
    town: Town, files: tuple[list[str], list[str]], recognise: Recognise, tmp_path: Path
) -> None:
    names = files[0][0].split(",")
    rows = [dict(zip(names, line.split(","), strict=True)) for line in files[0][1:]]
    paid = {line.split(",")[0] for line in files[1] if ",paid," in line}
    child = next(row for row in rows if row["person_id"] in paid and row["birth_date"] > "2007")
    family = [row for row in rows if row["household_id"] == child["household_id"]]
    head = next(row for row in family if row["is_head"] == "1")
    other = next(row for row in family if row["is_head"] == "0" and row["birth_date"] < "2006")
    parent, grown = await recognise(head["person_id"]), await recognise(other["person_id"])
    await brings(town, tmp_path, "payments", more(files[1], child["person_id"]))
    await tells(town)
    assert told(parent, grown) == [1, 0]


async def test_two_processes_and_one_that_died_half_way_tell_everybody_once(
    town: Town,
    files: tuple[list[str], list[str]],
    recognise: Recognise,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(changed, "AT_ONCE", 1)
    ids = [line.partition(",")[0] for line in files[1][1:] if ",not_applied," not in line]
    everybody = [await recognise(one) for one in dict.fromkeys(ids[:40:5])]
    await brings(town, tmp_path, "payments", more(files[1], *(one.name for one in everybody)))
    town.now += GRACE
    first = telling(town)
    for _ in range(4):
        await first.some("payments")  # and it died
    await asyncio.gather(telling(town).all(), telling(town).all())
    await town.settled()
    assert told(*everybody) == [1] * len(everybody)


async def test_what_was_undone_before_it_was_told_is_told_to_nobody(
    town: Town, files: tuple[list[str], list[str]], recognise: Recognise, tmp_path: Path
) -> None:
    kim = await recognise(KIM)
    await brings(town, tmp_path, "payments", more(files[1], KIM))
    await telling(town).all()
    await town.settled()
    assert told(kim) == [0]  # there is time to see that it was the wrong file
    await bringer(town).undo("payments")
    await tells(town)
    assert told(kim) == [0]


async def test_undone_between_looking_and_writing_nobody_is_told(
    town: Town, files: tuple[list[str], list[str]], recognise: Recognise, tmp_path: Path
) -> None:
    kim = await recognise(KIM)
    await brings(town, tmp_path, "payments", more(files[1], KIM))
    async with town.database.reading() as db:
        force = await imports.in_force(db, "payments")
    assert force is not None
    await bringer(town).undo("payments")
    assert not await town.within(lambda store: changes.told(store, force, kim.chat))


async def test_a_file_that_overtakes_one_not_told_of_yet_tells_of_both(
    town: Town, files: tuple[list[str], list[str]], recognise: Recognise, tmp_path: Path
) -> None:
    kim, park = await recognise(KIM), await recognise(another(files[1]))
    await brings(town, tmp_path, "payments", more(files[1], KIM))
    await brings(town, tmp_path, "payments", more(files[1], KIM, park.name))
    await tells(town)
    assert told(kim, park) == [1, 1]


@pytest.mark.parametrize("wants", [{"case_notices": False}, {"consent": 0}, {"consent": -1}, {"reachable": False}])
async def test_who_wants_no_notices_is_left_alone(
    town: Town, files: tuple[list[str], list[str]], recognise: Recognise, tmp_path: Path, wants: dict[str, object]
) -> None:
    kim = await recognise(KIM, **wants)
    await brings(town, tmp_path, "payments", more(files[1], KIM))
    await tells(town)
    assert told(kim) == [0]


async def appeal(town: Town, number: str, person_id: str, *, holder: UUID | None = None) -> Case:
    """An open appeal about somebody on the roster."""

    async def file(store: Drawer) -> Case:
        resident = await registry.by_person_id(store, person_id)
        assert resident is not None
        case = a_case(
            number, resident.id.bytes, resident=resident.id, round="1", programme="livelihood-coupon-2025",
            office="yeonhui", holder=holder, state="checking" if holder else "filed",
        )  # fmt: skip
        return await cases.file(store, case)

    return await town.within(file)  # type: ignore[no-any-return]


async def test_an_open_appeal_that_a_file_pays_goes_first_with_a_note_and_stays_open(
    town: Town, files: tuple[list[str], list[str]], tmp_path: Path
) -> None:
    unpaid = next(line for line in files[1] if ",1,not_applied," in line).split(",")
    other = next(line for line in reversed(files[1]) if ",1,not_applied," in line).split(",")
    han = await town.officer("han", dong="yeonhui")
    waiting, settled = await appeal(town, "SG-1", other[0]), await appeal(town, "SG-2", unpaid[0], holder=han.account)
    paid = f"{unpaid[0]},1,paid,card,150000,2025-07-25,2025-07-26"
    await brings(town, tmp_path, "payments", [paid if line == ",".join(unpaid) else line for line in files[1]])
    found = await bringer(town).latest(1)
    assert found[0].difference is not None
    assert (found[0].difference.settles, found[0].difference.numbers) == (1, ["SG-2"])
    await tells(town)
    await tells(town)
    now = await town.within(lambda store: cases.by_id(store, settled.id))
    assert (now.open, now.state, now.place) == (True, "checking", 0)
    notes = [one for one in await town.within(lambda store: cases.story(store, settled.id)) if one.kind == "settles"]
    assert len(notes) == 1
    assert sum("SG-2" in text for text in han.all) == 1
    assert (await town.within(lambda store: cases.by_id(store, waiting.id))).place == 1


async def test_a_waiting_appeal_that_a_roster_settles_is_first_in_its_queue(
    town: Town, files: tuple[list[str], list[str]], tmp_path: Path
) -> None:
    roster = files[0]
    missing = roster[200].split(",")
    without = [line for line in roster if line != roster[200]]
    await brings(town, tmp_path, "roster", without)
    await tells(town)
    first = await appeal(town, "SG-1", roster[100].split(",")[0])
    told_of = {"name": missing[1], "birth": missing[2]}
    case = a_case(
        "SG-2", new_id().bytes, resident=None, round="1", programme="livelihood-coupon-2025", office="yeonhui",
        identity="to_check", told=told_of,
    )  # fmt: skip
    await town.within(lambda store: cases.file(store, case))
    await brings(town, tmp_path, "roster", roster)
    await tells(town)
    waiting = await town.within(lambda store: queue.waiting(store, ["yeonhui"], 9))
    assert [one.number for one in waiting] == ["SG-2", first.number]
