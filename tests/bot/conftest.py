"""A town on each database, and somebody who has written to it."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from programmes.model import HERE
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


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """The city with the one programme that has no answers: there is little for a finder to learn."""
    for name in ("city", "education-card"):
        shutil.copytree(HERE / name, tmp_path / "programmes" / name)
    return tmp_path / "programmes"
