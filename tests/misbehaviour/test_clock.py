"""Clocks that jump: leases and budgets hang on none, promises are kept whatever the calendar says."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from bot.pace import Hearts
from storage import recognition
from storage.ids import new_id
from storage.outbox import NOTICE
from storage.tables import budget, carriers
from tests.bot.counter import KIM, LEE, QUICK, Counter, Wire
from tests.journey import SEOUL
from tests.storage.conftest import Office, people, store_db, vault
from tests.storage.conftest import office as office
from tests.storage.test_recognition import WRONG, attempt, somebody
from tests.waiting import until

__all__ = ["office", "store_db", "vault"]
HOUR = 3600.0
CAREFUL = replace(QUICK, lease=5.0, unasked_a_second=8.0)


def test_a_heart_is_dead_when_it_stood_still_for_a_lease_of_watching_whatever_time_it_tells() -> None:
    now, one, other = [100.0], new_id(), new_id()
    hearts = Hearts(5.0, lambda: now[0])
    for second in range(5):
        assert hearts.still({one: 7.0, other: second * -HOUR}) == {}
        now[0] += 1.0
    now[0] += 0.5
    assert hearts.still({one: 7.0, other: 9 * HOUR}) == {one: 7.0}


def test_who_could_not_look_for_a_while_takes_nobody_for_dead() -> None:
    now, one = [100.0], new_id()
    hearts = Hearts(5.0, lambda: now[0])
    assert hearts.still({one: 7.0}) == {}
    now[0] += 60.0
    assert hearts.still({one: 7.0}) == {}


async def jump(counter: Counter, seconds: float) -> None:
    """The database's clock jumps: what it wrote before is so much older."""
    await counter.does(lambda store: store.write(carriers.update().values(beat_at=carriers.c.beat_at - seconds)))
    await counter.does(lambda store: store.write(budget.update().values(at=budget.c.at - seconds)))


@pytest.mark.postgres
@pytest.mark.parametrize("seconds", [HOUR, -24 * HOUR])
async def test_a_jump_of_the_databases_clock_ends_no_carrier_and_stops_no_letter(
    postgres_url: str, seconds: float
) -> None:
    wire = Wire()
    async with (
        Counter(postgres_url, process="a", wire=wire, pace=CAREFUL) as one,
        Counter(postgres_url, process="b", wire=wire, pace=CAREFUL) as two,
    ):
        await one.posts(KIM, "before", lane=NOTICE)
        await one.settled()
        me, other = one.sender.me, two.sender.me
        await jump(one, seconds)
        beaten = {row.id: row.beat_at for row in await one.rows(carriers)}
        await until(lambda: both_beat(one, beaten), what="both to beat again")
        await one.posts(KIM, *map(str, range(10)), lane=NOTICE)
        await one.posts(LEE, "reply")
        await one.settled()
        assert (one.sender.me, two.sender.me) == (me, other)
        assert sorted(sheet.text for _, _, sheet in wire.pinned) == sorted(["before", "reply", *map(str, range(10))])


async def both_beat(counter: Counter, before: dict[object, float]) -> bool:
    return all(row.beat_at != before[row.id] for row in await counter.rows(carriers))


async def test_a_dead_carrier_is_found_though_the_clock_went_back_since_it_beat(database_url: str) -> None:
    async with Counter(database_url, process="dead", sends=False) as dead:
        await dead.writes(KIM, "hi")
        await dead.dies()
        dead.wire.pinned.clear()
        await dead.does(lambda store: store.write(carriers.update().values(beat_at=carriers.c.beat_at + HOUR)))
        async with Counter(database_url, process="heir", pace=QUICK) as heir:
            await heir.settled()
            assert "dead" not in [row.process for row in await heir.rows(carriers)]


@pytest.mark.parametrize("hours", [1, -24])
async def test_a_jump_of_our_own_clock_keeps_the_order_of_replies_and_loses_none(database_url: str, hours: int) -> None:
    async with Counter(database_url) as counter:
        await counter.writes(KIM, "hi")
        for number in range(4):
            assert await counter.writes(KIM, str(number))
            counter.later(hours=hours if number == 1 else 0)
        await counter.settled()
        assert counter.said(KIM) == [f"heard {number}" for number in range(4)]


async def test_attempts_are_counted_by_the_days_of_seoul(office: Office) -> None:
    await office.bring(people(2))
    person = await somebody(office, 1)
    office.now = datetime(2025, 7, 28, 8, 59, tzinfo=SEOUL)
    for _ in range(recognition.A_DAY):
        await attempt(office, person, WRONG)
    office.now = datetime(2025, 7, 28, 9, 1, tzinfo=SEOUL)  # another day at Greenwich
    assert await attempt(office, person) is None
    office.now = datetime(2025, 7, 28, 23, 59, tzinfo=SEOUL)
    assert await attempt(office, person) is None
    office.now += timedelta(minutes=2)
    assert office.now.date() == date(2025, 7, 29)
    assert await attempt(office, person) is not None
