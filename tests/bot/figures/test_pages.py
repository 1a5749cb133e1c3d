"""Figures in words: what the board says, in both languages, of all dongs and of one."""

import pytest

from bot.figures.page import Bars, Columns, Page, Stack, Tile, Tiles
from bot.figures.pages import PAGES, page
from bot.figures.view import View
from handlers.admin.figures import APPEALS, BOARD, BROADCASTS, DONGS, SPEED
from programmes.model import Lang
from storage.figures import Asked, Claims, Figures, Questions
from tests.bot.figures.town import AT, EMPTY, FIGURES, MANY
from tests.programmes.city import CITY


def shown(what: str, lang: Lang = "ko", dongs: frozenset[str] | None = None, figures: Figures = FIGURES) -> Page:
    return page(what, View(figures, CITY, lang, dongs))


def tiles(of: Page) -> list[Tile]:
    return [tile for panel in of.panels if isinstance(panel, Tiles) for tile in panel.tiles]


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_the_board_says_88_3_against_87_3_percent(lang: Lang) -> None:
    first, second, *_ = tiles(shown(BOARD, lang))
    assert first.value == "88.3%"
    assert "87.3%" in first.note
    assert second.value == f"{20_309 * MANY:,}"


def test_means_of_payment_have_the_citys_mark() -> None:
    (means, *_) = [panel for panel in shown(BOARD).panels if isinstance(panel, Bars)]
    assert [(bar.label, bar.mark) for bar in means.bars] == [("신용·체크카드", 0.635), ("인천e음", 0.365)]
    assert sum(bar.length for bar in means.bars) == pytest.approx(1)


def test_questions_asked_most_are_topics_by_their_titles() -> None:
    bars = next(one for one in shown(BOARD).panels if isinstance(one, Bars) and one.title == "많이 물으신 것 (4주)")
    assert [(bar.label, bar.written) for bar in bars.bars] == [
        ("쓸 수 있는 가게", "303"), ("지급되는 때", "120"), ("아직 답이 없는 질문", "65"),
    ]  # fmt: skip
    assert bars.bars[0].length == 1


def test_questions_are_counted_with_their_answers_and_languages() -> None:
    (asked,) = [one for one in tiles(shown(BOARD, "en")) if one.label == "Questions asked (4 weeks)"]
    assert (asked.value, asked.note) == ("500", "Answered 84.0%, in English 18.0%")


def test_what_nobody_named_is_no_question_asked_most() -> None:
    alone = Figures(AT, None, questions=(Questions("", None, 4), Questions("gone_with_a_release", None, 2)))
    assert not [one for one in shown(BOARD, figures=alone).panels if isinstance(one, Bars)]


def test_what_was_answered_of_texts_is_shown_in_one_order() -> None:
    figures = Figures(AT, None, asked=(Asked("scam", 40), Asked("ours", 10)))
    (bars,) = [one for one in shown(BOARD, figures=figures).panels if isinstance(one, Bars)]
    assert [(bar.label, bar.written, bar.length) for bar in bars.bars] == [
        ("우리 글", "10", 0.25), ("다른 분께 보낸 글", "0", 0.0), ("우리 글 아님", "0", 0.0), ("사기 의심", "40", 1.0),
    ]  # fmt: skip


def test_days_are_in_order_and_today_is_pale() -> None:
    figures = Figures(AT, None, (*FIGURES.claims, Claims("1", "ara", "applied", "card", AT.date(), 5, 0)))
    (days,) = [panel for panel in shown(BOARD, figures=figures).panels if isinstance(panel, Columns)]
    assert [one.label for one in days.columns] == [f"7/{day}" for day in range(21, 29)]
    assert [one.pale for one in days.columns] == [False] * 7 + [True]
    assert (days.columns[0].count, days.columns[0].written) == (140 * 23 * MANY, "9.0만")


def test_the_last_two_weeks_are_shown_also_where_a_day_had_none() -> None:
    rows = [Claims("1", "ara", "paid", "card", AT.date().replace(day=day), day, 0) for day in (2, 3, 20, 26)]
    (days,) = [
        panel for panel in shown(BOARD, figures=Figures(AT, None, tuple(rows))).panels if isinstance(panel, Columns)
    ]
    assert [one.count for one in days.columns] == [0, 0, 0, 0, 0, 0, 0, 20, 0, 0, 0, 0, 0, 26]


def test_dongs_are_ranked_against_the_line_of_the_city() -> None:
    worse = Claims("1", "ara", "not_applied", "", None, 1000 * MANY, 0)
    _, bars = shown(DONGS, "en", figures=Figures(AT, None, (*FIGURES.claims, worse))).panels
    assert isinstance(bars, Bars)
    assert len(bars.bars) == 23
    assert (bars.bars[-1].label, bars.bars[-1].written) == ("Ara-dong", "45.2%")
    assert bars.line is not None
    assert bars.line.at == 0.873


def test_the_head_of_a_dong_sees_hers_and_no_other_name() -> None:
    found = shown(DONGS, dongs=frozenset({"ara"}))
    (_, bars) = found.panels
    assert isinstance(bars, Bars)
    assert [bar.label for bar in bars.bars] == ["아라동"]
    assert "아라동" in found.subtitle


def test_every_appeal_stands_in_one_group() -> None:
    _, stack = shown(APPEALS).panels
    assert isinstance(stack, Stack)
    assert sum(sum(row.counts) for row in stack.rows) == sum(row.cases for row in FIGURES.appeals)
    assert all(len(row.counts) == len(stack.legend) for row in stack.rows)


def test_speed_shows_every_answer_and_what_is_beyond_the_promise() -> None:
    (_, columns) = shown(SPEED).panels
    assert isinstance(columns, Columns)
    assert sum(one.count for one in columns.columns) == len(FIGURES.answers)
    assert next(one.label for one in columns.columns if one.pale) == "16–18"


def test_a_broadcast_shows_what_is_still_to_go() -> None:
    (stack,) = shown(BROADCASTS, "en").panels
    assert isinstance(stack, Stack)
    assert [row.counts for row in stack.rows] == [(50_880, 700, 20, 400, 0), (120_000, 0, 0, 0, 519_000)]


@pytest.mark.parametrize("lang", ["ko", "en"])
@pytest.mark.parametrize("what", PAGES)
def test_nothing_to_show_is_said(what: str, lang: Lang) -> None:
    assert shown(what, lang, figures=EMPTY).panels
