"""A copy of the small programme with answers, for each test to spoil."""

from pathlib import Path

import pytest

from programmes.model import Programme, load
from tests.programmes.answers import town


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The programme's folder, in a city of its own."""
    return town(tmp_path)


@pytest.fixture
def small(folder: Path) -> Programme:
    """The programme as it is read from there."""
    return load(folder)
