"""Days the office adds or takes back: every process follows, open cases move once, both sides are told once."""

import asyncio
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot import words
from bot.chores import days
from bot.chores.days import AT_ONCE, SETTLED, with_closures
from bot.chores.following import city_of_today
from programmes import worktime
from programmes.model import City
from storage import closures, pauses
from storage.cases import Case
from storage.engine import Database
from storage.ids import new_id
from storage.unit import in_one
from tests.bot.cases import DONG, filed, read, said
from tests.journey import CITY, Resident, Town

TUESDAY = date(2025, 7, 29)
OFFICER = new_id()


async def says(town: Town, day: date, name: str = "", *, works: bool = False) -> City:
    """The office says so; gives the city as every process then has it."""
    await town.within(lambda store: closures.put(store, day, name, works=works, officer=OFFICER))
    town.now += SETTLED
    city, _ = await city_of_today(town.database, town.vault, CITY)
    return city


async def rounds(town: Town, city: City) -> None:
    while await town.within(days.move(lambda: city, words.write)):
        pass
    await town.settled()


def moved(resident: Resident, case: Case) -> list[str]:
    return [text for text in resident.all if case.number in text and "예정 시각이 바뀌었습니다" in text]


async def test_a_day_added_moves_open_cases_and_tells_both_sides_once(town: Town, kim: Resident) -> None:
    han = await town.officer("han", dong=DONG)
    case = await filed(town, kim, state="checking", holder=han.account)
    city = await says(town, TUESDAY, "temporary")
    for _ in range(2):
        await rounds(town, city)
    due = (await read(town, case)).due_at
    assert due == worktime.due(case.filed_at, 16, city.calendar) > case.due_at  # type: ignore[operator]
    (told,) = moved(kim, case)
    assert said(due) in told
    assert "임시공휴일" in told
    assert sum("예정 시각이 바뀌었습니다" in text for text in han.all) == 1


async def test_a_day_taken_back_moves_them_back(town: Town, kim: Resident) -> None:
    case = await filed(town, kim)
    await rounds(town, await says(town, TUESDAY, "temporary"))
    await rounds(town, await says(town, TUESDAY, works=True))
    assert (await read(town, case)).due_at == case.due_at
    assert ["정상 근무" in text for text in moved(kim, case)] == [False, True]


async def test_a_day_after_it_is_due_moves_nothing(town: Town, kim: Resident) -> None:
    case = await filed(town, kim)
    await rounds(town, await says(town, date(2025, 8, 14), "weather"))
    assert await read(town, case) == case
    assert not moved(kim, case)


async def test_pauses_stay_uncounted_and_a_lasting_one_is_left_alone(town: Town, kim: Resident) -> None:
    stood, stands = await filed(town, kim), await filed(town, kim, state="supplement")
    for case in (stood, stands):
        await town.within(lambda store, case=case: pauses.begin(store, case.id))
    town.later(hours=1)
    await town.within(lambda store: pauses.end(store, stood.id))
    city = await says(town, TUESDAY, "temporary")
    await rounds(town, city)
    assert (await read(town, stood)).due_at == worktime.due(stood.filed_at, 17, city.calendar)
    assert (await read(town, stands)).due_at == stands.due_at


async def test_more_than_fit_one_transaction_all_move(town: Town, kim: Resident) -> None:
    mine = [await filed(town, kim) for _ in range(AT_ONCE + 2)]
    await rounds(town, await says(town, TUESDAY, "temporary"))
    assert [len(moved(kim, case)) for case in mine] == [1] * len(mine)


async def test_what_a_crash_took_back_is_told_once_all_the_same(town: Town, kim: Resident) -> None:
    mine = [await filed(town, kim) for _ in range(3)]
    city, dying = await says(town, TUESDAY, "temporary"), iter((False, True, False, False, False, False))

    def dies(*told: object) -> str:
        if next(dying):
            raise RuntimeError
        return words.write(*told)  # type: ignore[arg-type]

    with suppress(RuntimeError):
        await town.within(days.move(lambda: city, dies))
    assert [await read(town, case) for case in mine] == mine
    await rounds(town, city)
    assert [len(moved(kim, case)) for case in mine] == [1] * len(mine)


async def test_a_process_that_has_not_followed_yet_moves_nothing(town: Town, kim: Resident) -> None:
    case = await filed(town, kim)
    await says(town, TUESDAY, "temporary")
    await rounds(town, CITY)
    assert await read(town, case) == case


async def test_nothing_moves_before_every_process_has_followed(town: Town, kim: Resident) -> None:
    case = await filed(town, kim)
    city = await says(town, TUESDAY, "temporary")
    town.now -= timedelta(seconds=1)
    await rounds(town, city)
    assert await read(town, case) == case


@pytest.mark.postgres
async def test_two_processes_move_and_tell_once(tmp_path: Path, postgres_url: str) -> None:
    async with Town(tmp_path, url=postgres_url) as town:
        kim = town.resident("kim")
        await kim.writes("/start")
        mine = [await filed(town, kim) for _ in range(2 * AT_ONCE)]
        city = await says(town, TUESDAY, "temporary")
        houses = [Database(postgres_url) for _ in range(3)]
        move = days.move(lambda: city, words.write)
        for _ in range(4):
            await asyncio.gather(*(in_one(house, town.vault, town.now, move) for house in houses))
        await town.settled()
        for house in houses:
            await house.close()
        assert [len(moved(kim, case)) for case in mine] == [1] * len(mine)


def test_what_was_said_last_of_a_day_counts() -> None:
    one = closures.Closure(TUESDAY, works=False, name="temporary", at=CITY_OPENED)
    assert not with_closures(CITY, [one]).calendar.works_on(TUESDAY)
    assert with_closures(CITY, [replace(one, works=True)]).calendar == CITY.calendar


CITY_OPENED = CITY.programmes["livelihood-coupon-2025"].rounds[0].opens
