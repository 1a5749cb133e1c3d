"""A way to start processes that die with their test, however it ends."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.processes.bot_process import Start, starting


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Call it with a command, its environment and the moment at which it dies."""
    with starting(tmp_path) as start:
        yield start
