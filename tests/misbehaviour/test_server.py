"""PostgreSQL falls over every few seconds and breaks off connections while residents walk."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from playground.server import Playground
from storage.engine import Database, Db
from storage.migrate import upgrade
from storage.ready import Ready
from storage.tables import faults
from storage.vault import Vault
from storage.writers import Writer, is_outage
from tests.crash.front import Front
from tests.crash.town import Town, rows
from tests.postgres import Postgres, running
from tests.processes.bot_process import SECRET, Start, free_port, settings

WALKERS, FALLS, STORMS = 3, 3, 6
NAME = "falling"
NAP = select(func.pg_sleep(0.001))
READY_NAP = Ready(NAP)


@pytest.fixture
def server() -> Iterator[Postgres]:
    """One for this test alone; who started it does not know it any more after a fall."""
    with running(durable=True) as server:
        yield server
        server.control("stop")


async def batter(town: Town, server: Postgres, over: asyncio.Event) -> None:
    """Let the server fall, and break off all connections, again and again while letters are coming."""
    for number in range(FALLS + STORMS):
        await town.hears_more(8)
        if number % (1 + STORMS // FALLS) == 0:
            await asyncio.to_thread(server.restart)
        else:
            await asyncio.to_thread(server.throw_out, NAME)
    over.set()


async def counted_faults(url: str) -> int:
    """How many updates were thought to be at fault themselves."""
    database = Database(url)
    found = await rows(database, select(faults))
    await database.close()
    return len(found)


@pytest.mark.postgres
async def test_whatever_comes_of_a_connection_broken_off_is_known_as_an_outage(
    postgres: Postgres, postgres_url: str
) -> None:
    database, name = Database(postgres_url), postgres_url.rpartition("/")[2].partition("?")[0]
    over, strange = asyncio.Event(), []

    async def work(db: Db) -> None:
        for _ in range(3):
            await db.execute(NAP)
            await READY_NAP.run(db, {})

    async def write(writer: Writer) -> None:
        while not over.is_set():
            try:
                await writer.transaction(work)
            except Exception as error:
                strange.extend([] if is_outage(error) else [error])

    writing = [asyncio.create_task(write(database.new_writer())) for _ in range(4)]
    for _ in range(60):
        await asyncio.to_thread(postgres.throw_out, name)
    over.set()
    await asyncio.gather(*writing)
    await database.close()
    assert strange == []


@pytest.mark.postgres
async def test_a_server_that_falls_and_breaks_off_connections_under_load_loses_and_doubles_nothing(
    play: Playground, start: Start, tmp_path: Path, server: Postgres
) -> None:
    ports, town = (free_port(), free_port()), Town(play)
    async with Front(ports) as front:
        shared = settings(tmp_path, play.url, play.token, DATABASE_URL=server.create(NAME), WEBHOOK_URL=front.url,
                          WEBHOOK_SECRET=SECRET)  # fmt: skip
        await upgrade(shared["DATABASE_URL"])
        processes = [start("web", {**shared, "PORT": str(port)}) for port in ports] + [start("sender", shared)]
        calm, over = await town.walk(), asyncio.Event()
        async with asyncio.TaskGroup() as group:
            for _ in range(WALKERS):
                group.create_task(town.walk_until(over))
            group.create_task(batter(town, server, over))
        await town.holds(shared["DATABASE_URL"], Vault.of(shared["DATA_KEYS"]), calm)
        assert await counted_faults(shared["DATABASE_URL"]) == 0
        assert [await process.stops() for process in processes] == [0, 0, 0]
