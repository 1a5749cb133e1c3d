"""`web`, `sender` and `chores` on one PostgreSQL are one bot; so are two `web`."""

import asyncio
from pathlib import Path

import pytest

from playground.server import Playground
from storage import health
from storage.engine import Database
from storage.migrate import upgrade
from storage.tables import signals
from tests.crash.front import Front
from tests.crash.town import Town, rows
from tests.processes.bot_process import SECRET, Start, free_port, settings
from tests.waiting import until

pytestmark = pytest.mark.postgres


async def test_two_web_a_sender_and_chores_serve_one_bot(
    play: Playground, start: Start, tmp_path: Path, postgres_url: str
) -> None:
    await upgrade(postgres_url)
    ports = (free_port(), free_port())
    async with Front(ports) as front:
        shared = settings(tmp_path, play.url, play.token, DATABASE_URL=postgres_url, WEBHOOK_URL=front.url,
                          WEBHOOK_SECRET=SECRET)  # fmt: skip
        webs = [start("web", {**shared, "PORT": str(port)}) for port in ports]
        others = [start(command, {**shared, "PORT": str(free_port())}) for command in ("sender", "chores")]
        for web in webs:
            await web.is_ready()
        town = Town(play)
        await asyncio.gather(*(town.walk() for _ in range(8)))
        await others[0].says("started")
        await _chores_beat(postgres_url)
        for process in (*webs, *others):
            assert await process.stops() == 0


async def test_poll_takes_updates_without_a_webhook(
    play: Playground, start: Start, tmp_path: Path, postgres_url: str
) -> None:
    await upgrade(postgres_url)
    shared = settings(tmp_path, play.url, play.token, DATABASE_URL=postgres_url)
    processes = [start("poll", shared), start("sender", {**shared, "PORT": str(free_port())})]
    await Town(play).walk()
    await until(lambda: _carriers(postgres_url, 2), seconds=60, what="both to carry")
    for process in processes:
        assert await process.stops() == 0


async def _carriers(url: str, wanted: int) -> bool:
    """Whether so many processes have begun to carry letters."""
    database = Database(url)
    try:
        async with database.reading() as db:
            return len(await health.living(db)) == wanted
    finally:
        await database.close()


async def _chores_beat(url: str) -> None:
    database = Database(url)

    async def beat() -> bool:
        return bool(await rows(database, signals.select()))

    await until(beat, 20, "a chore's signal of life")
    await database.close()
