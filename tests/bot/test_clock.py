"""The bot's clock is set once for all processes and goes on from there."""

import asyncio
from datetime import timedelta

from bot import clock
from storage.engine import Database
from tests.journey import MONDAY

SECOND = timedelta(seconds=5)


async def test_the_first_start_sets_the_clock_and_a_later_one_goes_on(database_url: str) -> None:
    database = Database(database_url)
    first = await clock.shared(database, MONDAY)
    second = await clock.shared(database, MONDAY + timedelta(days=9))
    assert abs(first() - MONDAY) < SECOND
    assert abs(first() - second()) < SECOND
    await database.close()


async def test_without_a_setting_it_is_the_real_clock(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    assert abs((await clock.shared(database, None))() - clock.real()) < SECOND
    await database.close()


async def test_two_processes_starting_at_once_share_one_clock(database_url: str) -> None:
    one, two = Database(database_url), Database(database_url)
    first, second = await asyncio.gather(clock.shared(one, MONDAY), clock.shared(two, MONDAY + timedelta(days=9)))
    assert abs(first() - second()) < SECOND
    await one.close()
    await two.close()
