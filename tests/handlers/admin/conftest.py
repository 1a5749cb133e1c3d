"""A town in which an admin walks."""

import pytest

from tests.handlers.resident.conftest import city, town, welcomed
from tests.journey import Officer, Town

__all__ = ["city", "town", "welcomed"]


@pytest.fixture
async def yun(town: Town) -> Officer:
    """The one admin, at home of the admin desk."""
    yun = await town.officer("윤서아", role="admin")
    await yun.presses("admin")
    return yun
