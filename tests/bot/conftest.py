"""A town on each database, and somebody who has written to it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.journey import Resident, Town


@pytest.fixture
async def town(tmp_path: Path, database_url: str) -> AsyncIterator[Town]:
    async with Town(tmp_path, url=database_url) as town:
        yield town


@pytest.fixture
async def kim(town: Town) -> Resident:
    kim = town.resident("kim")
    await kim.writes("/start")
    return kim
