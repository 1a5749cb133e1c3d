"""Processes that die with their test, and a Telegram whose seconds are hundredths."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from playground.server import Playground
from tests.processes.bot_process import Start, starting


@pytest.fixture
async def play() -> AsyncIterator[Playground]:
    async with Playground(time_scale=0.01) as play:
        yield play


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Call it with a command and its environment; what still runs after the test is killed."""
    with starting(tmp_path) as start:
        yield start
