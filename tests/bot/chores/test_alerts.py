"""Alerts: at half the holder hears, at 80 % the dong's head, at the end the deciding team, and past the longest time
head and team; each case once at each.
"""

import asyncio

from bot import words
from bot.chores import alerts
from bot.chores.alerts import AT_ONCE
from storage import cases, pauses
from storage.cases import Case
from tests.bot.cases import DONG, filed
from tests.journey import CITY, Officer, Resident, Town

HALF, MOSTLY, OVER = "절반이 지났습니다", "80%가 지났습니다", "기한이 지났습니다"
LONGEST = "가장 긴 처리 시간까지 지났습니다"
alert = alerts.alert(lambda: CITY, words.write)


async def rounds(town: Town, **later: float) -> None:
    """Let time pass, and the chore come round until it has nothing more."""
    town.later(**later)
    while await town.within(alert):
        pass
    await town.settled()


def heard(officer: Officer, what: str) -> list[str]:
    return [text for text in officer.all if what in text]


async def held(town: Town, case: Case, officer: Officer) -> Case:
    changes = {"holder": officer.account}
    return await town.within(  # type: ignore[no-any-return]
        lambda store: cases.move(
            store, case, "checking", open=True, actor=officer.account, kind="take", changes=changes
        )
    )


async def test_each_hears_at_her_rung_and_once(town: Town, kim: Resident) -> None:
    han = await town.officer("han", role="appeals", dong=DONG)
    seo = await town.officer("seo", role="head", dong=DONG)
    min_ = await town.officer("min", role="decision")
    case = await held(town, await filed(town, kim), han)
    await rounds(town, hours=8, minutes=59)  # 10:00 to 18:00, and no lunch
    assert not heard(han, HALF)
    await rounds(town, hours=16, minutes=2)  # Tuesday 11:01, 8 h 1 min
    await rounds(town, minutes=1)
    assert [len(heard(one, HALF)) for one in (han, seo, min_)] == [1, 0, 0]
    assert case.number in heard(han, HALF)[0]
    await rounds(town, hours=6)  # 17:02, 13 h 2 min
    assert [len(heard(one, MOSTLY)) for one in (han, seo, min_)] == [0, 1, 0]
    await rounds(town, hours=18)  # Wednesday 11:02, 17 h 2 min
    await rounds(town, hours=6)
    assert [len(heard(one, OVER)) for one in (han, seo, min_)] == [0, 0, 1]
    assert not heard(min_, LONGEST)
    await rounds(town, hours=16, minutes=57)  # Thursday 9:59, 23 h 59 min
    assert not heard(min_, LONGEST)
    for _ in range(2):
        await rounds(town, minutes=1)
    assert [len(heard(one, LONGEST)) for one in (han, seo, min_)] == [0, 1, 1]


async def test_where_nobody_is_at_a_rung_the_next_hears(town: Town, kim: Resident) -> None:
    min_ = await town.officer("min", role="decision")
    other = await town.officer("seo", role="head", dong="gajeong-1")
    await filed(town, kim)
    await rounds(town, hours=26)
    assert [len(heard(one, HALF)) for one in (min_, other)] == [1, 0]


async def test_after_a_long_silence_only_the_highest_rung_is_told(town: Town, kim: Resident) -> None:
    min_ = await town.officer("min", role="decision")
    await filed(town, kim)
    await rounds(town, days=7)
    assert [len(heard(min_, what)) for what in (HALF, MOSTLY, OVER, LONGEST)] == [0, 0, 0, 1]


async def test_in_the_residents_turn_nobody_is_alerted(town: Town, kim: Resident) -> None:
    min_ = await town.officer("min", role="decision")
    case = await filed(town, kim, state="supplement")
    await town.within(lambda store: pauses.begin(store, case.id))
    await rounds(town, days=7)
    assert not heard(min_, OVER)
    assert not heard(min_, LONGEST)


async def test_many_at_once_stand_in_letters_of_some_each(town: Town, kim: Resident) -> None:
    min_ = await town.officer("min", role="decision")
    mine = [await filed(town, kim) for _ in range(AT_ONCE + 3)]
    for title, later in ((OVER, {"days": 2, "hours": 2}), (LONGEST, {"days": 7})):
        await rounds(town, **later)
        told = heard(min_, title)
        assert len(told) == 2
        assert all(sum(case.number in text for text in told) == 1 for case in mine)


async def test_two_processes_tell_once(town: Town, kim: Resident) -> None:
    min_ = await town.officer("min", role="decision")
    await filed(town, kim)
    for title, later in ((OVER, {"days": 2, "hours": 2}), (LONGEST, {"days": 7})):
        town.later(**later)
        await asyncio.gather(*(town.within(alert) for _ in range(3)))
        await town.settled()
        assert len(heard(min_, title)) == 1
