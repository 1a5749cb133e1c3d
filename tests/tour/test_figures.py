"""The figures as whoever asks for them gets them: a picture, light and dark, the table, and a report on one page."""

import re

import pytest
from playwright.async_api import Locator, expect

from tests.tour.conftest import Counter
from tests.tour.phone import PATIENCE, Phone

pytestmark = pytest.mark.browser

DRAWN = 60_000  # milliseconds: a process of its own starts, counts and draws
SMALLEST = 600  # pixels of a side


async def test_the_board_comes_light_and_dark_as_a_table_and_as_a_report(counter: Counter) -> None:
    async with counter.phones("문태호") as (_, (moon,)):
        await moon.opens_desk()
        await moon.says("/figures")
        there = await pictures(moon).count()
        await moon.presses("현황판")
        light = await brightness(await drawn(moon, there + 1))
        await moon.presses("어두운 그림으로 받기", "동별 지급률")
        dark = await brightness(await drawn(moon, there + 2))
        assert light > 200 > 80 > dark
        papers = moon.here.locator(".row:not(.mine) a[download]")
        there = await papers.count()
        for number, (kind, name) in enumerate((("표 (CSV)", ".csv"), ("한 쪽 보고서 (PDF)", ".pdf")), there + 1):
            await moon.presses("표나 보고서 받기", kind)
            await moon.says("구청장 주간 보고")
            await expect(papers).to_have_count(number, timeout=DRAWN)
            assert re.search(re.escape(name) + "$", await papers.last.get_attribute("download") or "")


def pictures(officer: Phone) -> Locator:
    """What was shown to her, also by those who told her of other things before."""
    return officer.here.locator(".row:not(.mine) img")


async def drawn(officer: Phone, number: int) -> Locator:
    """The last picture, once there are so many."""
    shown = pictures(officer)
    await expect(shown).to_have_count(number, timeout=DRAWN)
    await expect(shown.last).to_have_js_property("complete", True, timeout=PATIENCE)
    assert await shown.last.evaluate("image => Math.min(image.naturalWidth, image.naturalHeight)") > SMALLEST
    return shown.last


async def brightness(picture: Locator) -> float:
    """Of its ground, 0 to 255: the pixel in the corner."""
    return float(
        await picture.evaluate(
            """image => {
                const canvas = document.createElement("canvas").getContext("2d");
                canvas.drawImage(image, 0, 0);
                return Math.max(...canvas.getImageData(2, 2, 1, 1).data.slice(0, 3));
            }"""
        )
    )
