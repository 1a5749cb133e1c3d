"""A playground for the bot's processes, and a way to start them."""

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from playground.server import Playground
from tests.processes.bot_process import BotProcess, forked

Start = Callable[[str, dict[str, str]], BotProcess]


@pytest.fixture
async def play() -> AsyncIterator[Playground]:
    async with Playground(time_scale=0.05) as play:
        yield play


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Call it with a command and its environment; what still runs after the test is killed."""
    started: list[BotProcess] = []

    def begin(command: str, environment: dict[str, str]) -> BotProcess:
        started.append(forked(command, environment, tmp_path))
        return started[-1]

    yield begin
    for process in started:
        process.kill()
