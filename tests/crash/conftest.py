"""A way to start processes that die with their test, however it ends, and the ground they stand on."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from playground.server import Playground
from tests.conftest import FreshPostgres
from tests.crash.ground import Ground, settle
from tests.postgres import Postgres
from tests.processes.bot_process import Start, starting

GROUND = "crash_ground"


@pytest.fixture
async def play() -> AsyncIterator[Playground]:
    async with Playground(time_scale=0.01) as play:
        yield play


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Call it with a command, its environment and the moment at which it dies."""
    with starting(tmp_path) as start:
        yield start


@pytest.fixture(scope="session")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Ground:
    """A SQLite file to be copied."""
    folder = tmp_path_factory.mktemp("ground")
    return asyncio.run(settle(f"sqlite+aiosqlite:///{folder / 'changgu.db'}", folder))


@pytest.fixture(scope="session")
def _postgres_ground(durable_postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Ground:
    return asyncio.run(settle(durable_postgres.create(GROUND), tmp_path_factory.mktemp("ground")))


@pytest.fixture
def postgres_ground(_postgres_ground: Ground, fresh_durable_postgres: FreshPostgres) -> Ground:
    """A copy of it on a PostgreSQL that waits for the disk."""
    return replace(_postgres_ground, url=fresh_durable_postgres(GROUND))
