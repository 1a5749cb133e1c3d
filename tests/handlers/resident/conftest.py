"""A town with its roster, and residents who have been welcomed and recognised: where most conversations begin."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from bot.sample import CAST, write_sample
from storage import imports, staging
from tests.journey import CITY, Resident, Town

Arrive = Callable[..., Awaitable[Resident]]

CHOICES = {"ko": ("동의합니다", "받겠습니다", "받지 않겠습니다", "이 대화방에서 받겠습니다"),
           "en": ("I agree", "Yes, please", "No, thank you", "Here in this chat")}  # fmt: skip


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    """A town on SQLite on Monday 28 July 2025, 10:00, without a roster."""
    async with Town(tmp_path) as town:
        yield town


@pytest.fixture
async def city(town: Town, tmp_path: Path) -> Town:
    """The town with the cast of `bot/sample/sample.toml` on its roster and their payments as of its clock."""
    write_sample(tmp_path, len(CAST), 1, town.now, lambda _done, _all: None)
    dongs = {name: dong.code for dong in CITY.places.dongs.values() for name in (dong.code, dong.name.ko)}
    for kind in imports.KINDS:
        file = tmp_path / f"{kind}.csv"
        staged = await staging.stage(town.database, town.vault, kind, file, dongs, town.now)
        await imports.apply(town.database, town.vault, staged.version, town.now)
    return town


@pytest.fixture
def welcomed(town: Town) -> Arrive:
    """Somebody who has chosen her language and consented, standing at the menu."""

    async def arrive(name: str = "kim-youngja", *, language: str = "ko") -> Resident:
        member = next(one for one in CAST if one.person_id == name)
        resident = town.resident(name, language=language, phone=member.phone)
        await resident.writes("/start")
        await resident.presses(language)
        for choice in CHOICES[language]:
            await resident.presses(choice)
        return resident

    return arrive


@pytest.fixture
def recognised(city: Town, welcomed: Arrive) -> Arrive:
    """Somebody of the cast who has been recognised by phone and birth date, standing at her payments."""

    async def arrive(name: str = "kim-youngja", *, language: str = "ko") -> Resident:
        resident = await welcomed(name, language=language)
        await resident.writes("/payment")
        await resident.shares_contact()
        await resident.writes(next(one.birth_date for one in CAST if one.person_id == name).isoformat())
        return resident

    return arrive
