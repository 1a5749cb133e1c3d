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
from storage.vault import Vault
from tests.crash.front import Front
from tests.crash.ground import Ground
from tests.crash.journeys import Journey, talk, whole
from tests.crash.moments import KILLS, Moment, hurry
from tests.crash.town import Town
from tests.processes.bot_process import SECRET, Start, free_port, settings, webhook

pytestmark = [pytest.mark.crash, pytest.mark.timeout(400)]

KILLS_SQLITE, KILLS_POSTGRES = 80, 20
WAYS: tuple[Journey, ...] = (whole, talk)
WALKERS = 4
AT_RANDOM = ""


@asynccontextmanager
async def walking(town: Town) -> AsyncIterator[None]:
    """Residents walk, so many at once, for the length of the block; the last of them arrive before it ends."""
    over = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        for number in range(WALKERS):
            group.create_task(town.walk_until(over, *WAYS[number % 2 :], *WAYS[: number % 2]))
        yield
        over.set()


async def test_run_on_sqlite_dies_and_nothing_is_lost(
    play: Playground, start: Start, tmp_path: Path, ground: Ground
) -> None:
    url, town, chance = ground.lent(tmp_path), Town(play, ground), Random(20)
    environment = webhook(settings(tmp_path, play.url, play.token, DATABASE_URL=url, DATA_KEYS=ground.keys))
    deaths = islice(cycle((AT_RANDOM, *KILLS)), KILLS_SQLITE)
    child = start("run", environment, hurry)
    calm = [await town.walk(way) for way in WAYS]
    async with walking(town):
        for place, coming in pairwise([*deaths, AT_RANDOM]):
            if place == AT_RANDOM:
                await town.hears_more(chance.randint(1, 20))
                child.kill()
            await town.dies(child, place)
            paper = coming in ("mid download", "bytes kept")
            moment = hurry if coming == AT_RANDOM else Moment(coming, 1 if paper else chance.randint(1, 8))
            child = start("run", environment, moment)
    await town.holds(url, Vault.of(ground.keys), *calm)
    assert await child.stops() == 0


@pytest.mark.postgres
async def test_two_web_processes_and_a_sender_die_in_turn_and_nothing_is_lost(
    play: Playground, start: Start, tmp_path: Path, postgres_ground: Ground
) -> None:
    ports, chance, town = (free_port(), free_port()), Random(10), Town(play, postgres_ground)
    async with Front(ports) as front:
        shared = settings(tmp_path, play.url, play.token, DATABASE_URL=postgres_ground.url, WEBHOOK_URL=front.url,
                          WEBHOOK_SECRET=SECRET, DATA_KEYS=postgres_ground.keys)  # fmt: skip
        places = [("web", {**shared, "PORT": str(port)}) for port in ports] + [("sender", shared)]
        children = [start(kind, environment, hurry) for kind, environment in places]
        calm = [await town.walk(way) for way in WAYS]
        async with walking(town):
            for number in range(KILLS_POSTGRES):
                victim = number % len(children)
                await town.hears_more(chance.randint(1, 20))
                children[victim].kill()
                await town.dies(children[victim])
                children[victim] = start(*places[victim], hurry)
        await town.holds(postgres_ground.url, Vault.of(postgres_ground.keys), *calm)
        assert [await child.stops() for child in children] == [0, 0, 0]
