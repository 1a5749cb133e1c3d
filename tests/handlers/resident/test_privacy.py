import pytest

from handlers.resident.privacy import SECTIONS
from tests.handlers.resident.conftest import Arrive
from tests.journey import Town


@pytest.mark.parametrize("language", ["ko", "en"])
async def test_every_section_can_be_read_and_fits_its_page(welcomed: Arrive, language: str) -> None:
    kim = await welcomed(language=language)
    await kim.writes("/privacy")
    for section in SECTIONS:
        await kim.presses(section)
        assert len(kim.all[-2]) <= 900
        assert "{" not in kim.all[-2]


async def test_the_notice_is_open_to_who_has_not_consented(town: Town) -> None:
    stranger = town.resident("stranger")
    await stranger.writes("/privacy")
    assert "개인정보를 이렇게 다룹니다" in stranger.question


async def test_retention_is_said_in_years(welcomed: Arrive) -> None:
    kim = await welcomed()
    await kim.writes("/privacy")
    await kim.presses("kept")
    assert "신청: 3년" in kim.all[-2]
