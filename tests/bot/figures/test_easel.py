"""Pictures: of the right size, in both languages, light and dark, and no letter that the font has not."""

import io

import pytest
from PIL import Image

from bot.figures.easel import draw
from bot.figures.page import Bar, Bars, Column, Columns, Page, Row, Stack, Tile, Tiles
from bot.figures.pages import PAGES, page
from bot.figures.sheet import WIDTH
from bot.figures.view import View
from programmes.model import Lang
from tests.bot.figures.town import EMPTY, FIGURES
from tests.programmes.city import CITY

pytestmark = pytest.mark.filterwarnings("error")  # matplotlib warns of a letter that the font has not
LONG = "아주 긴 이름이라 한 줄에 다 들어가지 않는 신청 까닭과 그 설명 " * 3


def opened(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png)).convert("RGB")


@pytest.mark.parametrize(("lang", "dark"), [("ko", False), ("en", True)])
@pytest.mark.parametrize("what", PAGES)
def test_every_page_is_drawn_for_a_phone(what: str, lang: Lang, dark: bool) -> None:
    found = opened(draw(page(what, View(FIGURES, CITY, lang)), dark=dark))
    assert found.width == WIDTH == 1080
    assert 600 < found.height < 3000
    light = sum(found.resize((1, 1)).getpixel((0, 0))) > 3 * 128  # type: ignore[arg-type]
    assert light is not dark


def test_a_letter_that_the_font_has_not_is_told() -> None:
    with pytest.raises(UserWarning, match="missing from font"):
        draw(Page("𓀀", "", ()), dark=False)


@pytest.mark.parametrize("what", PAGES)
def test_a_house_without_figures_has_its_picture(what: str) -> None:
    assert opened(draw(page(what, View(EMPTY, CITY, "ko")), dark=False)).width == WIDTH


def test_what_has_no_room_stays_on_the_sheet() -> None:
    panels = (
        Tiles((Tile(LONG, "999,999,999,999,999", LONG),)),
        Bars(LONG, (Bar(LONG, 2.0, "200%"), Bar("0", 0.0, "0"))),
        Stack(LONG, ("a", "b"), (Row(LONG, (1, 0), LONG), Row("", (0, 0), ""))),
        Columns(LONG, tuple(Column(f"{n}", n, f"{n}", pale=n > 9) for n in range(60)), LONG),
    )
    found = opened(draw(Page(LONG, LONG, panels, LONG), dark=False))
    edge = found.crop((WIDTH - 20, 0, WIDTH, found.height))
    assert edge.getextrema() == ((255, 255),) * 3


def test_dollar_signs_are_no_formula() -> None:
    assert draw(Page("$100 $200", "", ()), dark=False)
