"""The report: one sheet whose text can be read back, in both languages; the table: a row for each count."""

import csv
import io

import pytest
from pypdf import PdfReader

from bot.figures.pages import PAGES, page
from bot.figures.report import printed
from bot.figures.table import COLUMNS, written
from bot.figures.view import View
from programmes.model import Lang
from storage.figures import Broadcast, Claims, Figures, Questions
from tests.bot.figures.town import AT, EMPTY, FIGURES, MANY
from tests.programmes.city import CITY


def read(figures: Figures, lang: Lang) -> tuple[int, str]:
    pdf = PdfReader(io.BytesIO(printed([page(what, View(figures, CITY, lang)) for what in PAGES])))
    return len(pdf.pages), pdf.pages[0].extract_text()


@pytest.mark.parametrize(("lang", "words"), [
    ("ko", ("현황판", "88.3%", "인천시 평균 87.3%", "검암경서동", "동별 지급률", "이의신청")),
    ("en", ("The board", "88.3%", "Incheon on average 87.3%", "Ara-dong", "Means of payment")),
])  # fmt: skip
def test_a_report_has_one_page_and_its_text_can_be_read_back(lang: Lang, words: tuple[str, ...]) -> None:
    pages, text = read(FIGURES, lang)
    assert pages == 1
    assert [word for word in words if word not in text] == []


def test_a_house_without_figures_has_its_report() -> None:
    pages, text = read(EMPTY, "ko")
    assert pages == 1
    assert "아직 자료가 없습니다" in text


def rows(figures: Figures) -> list[dict[str, str]]:
    names = {code: dong.name["ko"] for code, dong in CITY.places.dongs.items()}
    data = written(figures, COLUMNS, names)
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))


def test_a_table_has_every_count_with_the_names_of_dongs() -> None:
    found = rows(FIGURES)
    assert sum(int(row["count"]) for row in found if row["figure"] == "claims") == 23_000 * MANY
    assert sum(int(row["won"]) for row in found if row["figure"] == "claims") == 20_309 * MANY * 160_000
    assert {row["dong"] for row in found} >= {"아라동", "검암경서동", ""}
    assert {row["figure"] for row in found} == {
        "claims", "appeals", "speed", "visits", "questions", "unhelpful", "languages", "broadcasts",
    }  # fmt: skip


def test_nothing_in_a_table_is_a_formula() -> None:
    figures = Figures(AT, None, questions=(Questions("=1+1", "@ara", 1),))
    assert [(row["dong"], row["what"]) for row in rows(figures)] == [("'@ara", "'=1+1")]


def test_a_broadcast_and_a_day_are_written_as_they_are() -> None:
    one = Broadcast(7, "service", "done", AT, 5, 4, 1, 0, 0)
    found = rows(Figures(AT, None, (Claims("1", "ara", "paid", "card", AT.date(), 2, 3),), broadcasts=(one,)))
    assert (found[0]["day"], found[0]["what"], found[0]["more"]) == ("2025-07-28", "paid", "card")
    assert {row["more"]: row["count"] for row in found[1:]} == {
        "wanted": "5", "sent": "4", "unreachable": "1", "parked": "0", "other": "0",
    }  # fmt: skip
