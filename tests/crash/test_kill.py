"""kill -9 under load: what was acknowledged is kept, once; what was promised arrives; nobody is left waiting.

Proves nothing about power loss: the operating system stays up and keeps what was written.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import cycle, islice, pairwise
from pathlib import Path
from random import Random

import pytest

from playground.server import Playground
from storage.migrate import upgrade
from storage.vault import Vault
from tests.conftest import FreshPostgres
from tests.crash.front import Front
from tests.crash.moments import PLACES, Moment
from tests.crash.town import Town
from tests.processes.bot_process import SECRET, Start, free_port, settings, webhook

pytestmark = [pytest.mark.crash, pytest.mark.timeout(180)]

KILLS_SQLITE, KILLS_POSTGRES = 20, 10
WALKERS = 6
AT_RANDOM = ""


@pytest.fixture
async def town() -> AsyncIterator[Town]:
    async with Playground(time_scale=0.01) as play:
        yield Town(play)


@asynccontextmanager
async def walking(town: Town) -> AsyncIterator[None]:
    """Residents walk, so many at once, for the length of the block; the last of them arrive before it ends."""
    over = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        for _ in range(WALKERS):
            group.create_task(town.walk_until(over))
        yield
        over.set()


async def test_run_on_sqlite_dies_and_nothing_is_lost(town: Town, start: Start, tmp_path: Path) -> None:
    environment = webhook(settings(tmp_path, town.play.url, town.play.token))
    chance = Random(20)
    deaths = islice(cycle((AT_RANDOM, *PLACES)), KILLS_SQLITE)
    child = start("run", environment)
    calm = await town.walk()
    async with walking(town):
        for place, coming in pairwise([*deaths, AT_RANDOM]):
            if place == AT_RANDOM:
                await town.hears_more(chance.randint(1, 40))
                child.kill()
            await town.dies(child, place)
            moment = None if coming == AT_RANDOM else Moment(coming, chance.randint(2, 12))
            child = start("run", environment, moment)
    await town.holds(environment["DATABASE_URL"], Vault.of(environment["DATA_KEYS"]), calm)
    assert await child.stops() == 0


@pytest.mark.postgres
async def test_two_web_processes_and_a_sender_die_in_turn_and_nothing_is_lost(
    town: Town, start: Start, tmp_path: Path, fresh_durable_postgres: FreshPostgres
) -> None:
    ports, chance = (free_port(), free_port()), Random(10)
    async with Front(ports) as front:
        shared = settings(tmp_path, town.play.url, town.play.token, DATABASE_URL=fresh_durable_postgres(),
                          WEBHOOK_URL=front.url, WEBHOOK_SECRET=SECRET)  # fmt: skip
        places = [("web", {**shared, "PORT": str(port)}) for port in ports] + [("sender", shared)]
        await upgrade(shared["DATABASE_URL"])
        children = [start(kind, environment) for kind, environment in places]
        calm = await town.walk()
        async with walking(town):
            for number in range(KILLS_POSTGRES):
                victim = number % len(children)
                await town.hears_more(chance.randint(1, 40))
                children[victim].kill()
                await town.dies(children[victim])
                children[victim] = start(*places[victim])
        await town.holds(shared["DATABASE_URL"], Vault.of(shared["DATA_KEYS"]), calm)
        assert [await child.stops() for child in children] == [0, 0, 0]
