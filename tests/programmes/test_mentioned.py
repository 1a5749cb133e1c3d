"""Sums, days and times are read alike from both languages."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.words import LANGUAGES, brief, day, moment, won
from programmes.mentioned import Day, days, numbers, sums, times, without
from programmes.reading import KST
from programmes.wording import Lang


@pytest.mark.parametrize(
    ("text", "lang", "found"),
    [
        ("150,000원을 드립니다", "ko", {150_000}),
        ("15만 원, 45만원", "ko", {150_000, 450_000}),
        ("15만 5천원", "ko", {155_000}),
        ("3억 5천만 원", "ko", {350_000_000}),
        ("1천 5백원", "ko", {1_500}),
        ("3.5만원", "ko", {35_000}),
        ("100원당 1원", "ko", {1}),
        ("KRW 150,000 or 150,000 won", "en", {150_000}),
        ("KRW 3 billion and 1.5 million won", "en", {3_000_000_000, 1_500_000}),
        ("원하시는 분 10명", "ko", set()),
    ],
)
def test_sums_are_read(text: str, lang: Lang, found: set[int]) -> None:
    assert sums(text, lang) == found


@pytest.mark.parametrize(
    ("text", "lang", "found"),
    [
        ("9월 12일", "ko", [Day(9, 12)]),
        ("2025년 9월 12일(금)까지", "ko", [Day(9, 12, 2025, 4)]),
        ("7월 21일부터 25일까지", "ko", [Day(7, 21), Day(7, 25)]),
        ("7월 21일부터 9월 12일까지", "ko", [Day(7, 21), Day(9, 12)]),
        ("2025-09-12, 2025.9.13.", "ko", [Day(9, 12, 2025), Day(9, 13, 2025)]),
        ("12 September", "en", [Day(9, 12)]),
        ("by Sept 12.", "en", [Day(9, 12)]),
        ("Friday, 12th of September 2025", "en", [Day(9, 12, 2025, 4)]),
        ("September 10-12, 2025", "en", [Day(9, 10, 2025), Day(9, 12, 2025)]),
        ("21 to 25 July", "en", [Day(7, 21), Day(7, 25)]),
        ("2 September 2025", "en", [Day(9, 2, 2025)]),
        ("12 September 10:00, 13 September 5 people", "en", [Day(9, 12), Day(9, 13)]),
        ("You may come with 2 friends", "en", []),
    ],
)
def test_days_are_read(text: str, lang: Lang, found: list[Day]) -> None:
    assert list(days(text, lang)) == found


@pytest.mark.parametrize(
    ("text", "lang", "found"),
    [
        ("오전 9시부터 오후 6시까지", "ko", {"09:00", "18:00"}),
        ("오후 2시 30분, 15:00, 저녁 7시 반", "ko", {"14:30", "15:00", "19:30"}),
        ("정오와 자정", "ko", {"12:00", "00:00"}),
        ("밤 11시, 낮 12시, 오전 12시", "ko", {"23:00", "12:00", "00:00"}),
        ("세 시간, 24시간, 3시간 동안", "ko", set()),
        ("9 a.m. to 6pm", "en", {"09:00", "18:00"}),
        ("09:00-18:00 and noon", "en", {"09:00", "18:00", "12:00"}),
        ("12 p.m. or 12 am", "en", {"12:00", "00:00"}),
    ],
)
def test_times_are_read(text: str, lang: Lang, found: set[str]) -> None:
    assert times(text, lang) == found


def test_telephones_of_offices_and_shares_are_read() -> None:
    assert numbers("문의 032-560-1234, 1533-2000, 88.3%") == {"0325601234", "15332000", "88.3%"}
    assert numbers("call 02) 123-4567") == {"021234567"}


def test_what_is_harmless_is_taken_out() -> None:
    text = "2025-07-28 2025-08-01 150,000원 오후 6시 032-560-1234 7월 21일"
    assert not any(character.isdigit() for character in without(text, "ko"))


FIRST, LAST = datetime(2025, 1, 1), datetime(2098, 12, 31)  # noqa: DTZ001 - the strategy adds the zone
MOMENTS = st.datetimes(FIRST, LAST, timezones=st.just(KST))


@given(st.integers(0, 10**11), MOMENTS)
def test_what_the_house_writes_is_read_back_in_every_language(amount: int, at: datetime) -> None:
    for lang in LANGUAGES:
        assert sums(won(amount, lang), lang) == {amount}
        named = Day(at.month, at.day, at.year, at.weekday())
        assert days(day(at.date(), lang), lang) == (named,)
        assert days(brief(at, lang), lang) == (Day(at.month, at.day),)
        assert times(moment(at, lang), lang) == {f"{at:%H:%M}"}
        assert named.date(1999) == at.date()


def test_there_are_days_that_are_none() -> None:
    assert Day(9, 31).date(2025) is None
    assert Day(9, 12).date(2025) == date(2025, 9, 12)
