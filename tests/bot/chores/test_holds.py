"""The counter's pace, as the resident is told it: from what was really answered, pauses not counted."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import insert, update

from bot.chores import holds
from programmes import worktime
from storage import cases, pace
from storage.cases import Case
from storage.engine import Drawer
from storage.ids import new_id
from storage.tables import case_pauses
from storage.tables import cases as cases_table
from tests.handlers.resident.conftest import Arrive, city, recognised, town, welcomed
from tests.handlers.resident.test_appeal import begins, to_the_summary
from tests.journey import CITY, Town
from tests.storage.test_cases import a_case

__all__ = ["city", "recognised", "town", "welcomed"]
COUPON = next(iter(CITY.programmes))


async def answered(
    town: Town, hours: int, *, paused: int = 0, programme: str = COUPON, state: str = "accepted"
) -> None:
    """An appeal that was answered a moment ago, after so many working hours; then paused for others."""
    filed = town.now
    for _ in range(1000):
        if worktime.worked(filed, town.now, CITY.calendar) >= timedelta(hours=hours + paused):
            break
        filed -= timedelta(hours=1)
    case: Case = a_case(f"SG-{new_id().hex[-10:]}", new_id().bytes, filed_at=filed, programme=programme)

    async def file(store: Drawer) -> None:
        await cases.file(store, case)
        closed = {"state": state, "open": False, "closed_at": store.now}
        await store.write(update(cases_table).where(cases_table.c.id == case.id).values(closed))
        if paused:
            ends: datetime = worktime.due(filed, paused, CITY.calendar)
            await store.write(
                insert(case_pauses), {"case": case.id, "began_at": filed, "ended_at": ends, "reminded": 0}
            )

    await town.within(file)


async def measured(town: Town) -> int | None:
    await town.within(holds.measure(lambda: CITY))
    found: int | None = await town.within(lambda store: pace.told(store, COUPON))
    return found


@pytest.mark.parametrize(
    ("hours", "told"), [((2, 4, 6, 20), 6), ((1, 2, 3, 4, 5, 6, 7, 8), 6), ((3, 3, 3), None), ((), None)]
)
async def test_the_pace_is_that_of_three_of_four(town: Town, hours: tuple[int, ...], told: int | None) -> None:
    for one in hours:
        await answered(town, one)
    assert await measured(town) == told


async def test_only_what_was_answered_this_week_counts_and_without_its_pauses(town: Town) -> None:
    for _ in range(4):
        await answered(town, 30)
    town.later(days=7)
    for _ in range(3):
        await answered(town, 5, paused=8)
    await answered(town, 9, state="withdrawn")
    await answered(town, 9, programme="education-card")
    assert await measured(town) is None
    await answered(town, 5, paused=8)
    assert await measured(town) == 5


async def test_a_waiting_resident_is_told_it(town: Town, recognised: Arrive) -> None:
    for _ in range(4):
        await answered(town, 11)
    await measured(town)
    kim = await recognised()
    await begins(kim)
    await to_the_summary(kim, "본인", "amount")
    await kim.presses("right")
    await kim.presses("case")
    assert "앞에 기다리는 신청 0건" in kim.question
    assert "네 건 중 세 건이 근무시간 11시간 안" in kim.question
    assert len(kim.question.splitlines()) <= 5
    assert len(kim.question) <= 200
