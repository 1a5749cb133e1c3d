"""Sums, dates and spans as the reader's language writes them, and every key in every language."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import words
from handlers.dialog import Brief, lines, t
from handlers.dialog import said as of_programme
from programmes.model import Lang, Won, Wording
from programmes.reading import KST

TEN = datetime(2025, 7, 28, 1, tzinfo=UTC)
WORDING = Wording("지급액 {sum}", "You get {sum}")


@pytest.mark.parametrize(
    ("amount", "ko", "en"),
    [
        (0, "0원", "KRW 0"),
        (150_000, "150,000원", "KRW 150,000"),
        (1_234_567, "1,234,567원", "KRW 1,234,567"),
        (3_000_000_000, "30억 원", "KRW 3 billion"),
        (1_200_000_000, "12억 원", "KRW 1.2 billion"),
    ],
)
def test_a_sum(amount: int, ko: str, en: str) -> None:
    assert (words.won(amount, "ko"), words.won(amount, "en")) == (ko, en)


def read_back(said: str) -> int:
    number = float(re.sub(r"[^0-9.]", "", said))
    return round(number * (10**8 if "억" in said else 10**9 if "billion" in said else 1))


@given(st.integers(0, 10**12) | st.integers(0, 10**6).map(lambda n: n * 10**8))
def test_a_sum_can_be_read_back(amount: int) -> None:
    for lang in words.LANGUAGES:
        assert read_back(words.won(amount, lang)) == amount


@pytest.mark.parametrize(
    ("instant", "ko", "en"),
    [
        (TEN, "2025년 7월 28일(월) 오전 10:00", "Monday 28 July 2025, 10:00"),
        (TEN - timedelta(hours=10), "2025년 7월 28일(월) 오전 12:00", "Monday 28 July 2025, 00:00"),
        (TEN + timedelta(hours=2), "2025년 7월 28일(월) 오후 12:00", "Monday 28 July 2025, 12:00"),
        (TEN + timedelta(hours=13, minutes=59), "2025년 7월 28일(월) 오후 11:59", "Monday 28 July 2025, 23:59"),
    ],
)
def test_a_moment_is_on_koreas_clock(instant: datetime, ko: str, en: str) -> None:
    assert (words.moment(instant, "ko"), words.moment(instant, "en")) == (ko, en)


def test_a_moment_in_a_list_is_brief() -> None:
    said = t("story.line", at=Brief(TEN), what="x")
    assert (words.write(said, "ko"), words.write(said, "en")) == ("- 7월 28일 오전 10:00 x", "- 28 July, 10:00, x")


@given(st.datetimes(datetime(1950, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_a_moment_begins_with_its_day_in_korea(instant: datetime) -> None:
    local = instant.astimezone(KST)
    for lang in words.LANGUAGES:
        assert words.moment(instant, lang).startswith(words.day(local.date(), lang))
    hour, minute = map(int, words.moment(instant, "en").rsplit(" ", 1)[1].split(":"))
    assert (hour, minute) == (local.hour, local.minute)


@given(st.dates(date(words.LONG_GONE, 1, 1), date(2100, 1, 1)))
def test_a_day_names_year_month_date_and_weekday(value: date) -> None:
    assert [int(n) for n in re.findall(r"\d+", words.day(value, "ko"))] == [value.year, value.month, value.day]
    assert words.day(value, "en") == f"{value:%A} {value.day} {value:%B} {value.year}"


def test_a_day_long_gone_has_no_weekday() -> None:
    birth = date(1950, 3, 2)
    assert (words.day(birth, "ko"), words.day(birth, "en")) == ("1950년 3월 2일", "2 March 1950")


@pytest.mark.parametrize(
    ("length", "ko", "en"),
    [
        (timedelta(), "0분", "0 minutes"),
        (timedelta(minutes=1), "1분", "1 minute"),
        (timedelta(hours=1), "1시간", "1 hour"),
        (timedelta(hours=3, minutes=30), "3시간 30분", "3 hours 30 minutes"),
        (timedelta(days=2), "48시간", "48 hours"),
    ],
)
def test_a_span(length: timedelta, ko: str, en: str) -> None:
    assert (words.span(length, "ko"), words.span(length, "en")) == (ko, en)


@given(st.integers(0, 100_000))
def test_a_span_can_be_read_back(minutes: int) -> None:
    for lang in words.LANGUAGES:
        text = words.span(timedelta(minutes=minutes), lang)
        hours = re.search(r"(\d+) ?(?:시간|hour)", text)
        rest = re.search(r"(\d+) ?(?:분|minute)", text)
        assert int(hours[1] if hours else 0) * 60 + int(rest[1] if rest else 0) == minutes


def test_typed_values_are_written_in_the_readers_language() -> None:
    values = {
        Won(1000): "KRW 1,000",
        TEN: "Monday 28 July 2025, 10:00",
        TEN.date(): "Monday 28 July 2025",
        "x": "x",
        7: "7",
    }
    assert {value: words.value_in(value, "en") for value in values} == values
    assert words.value_in(timedelta(hours=1), "en") == "1 hour"
    assert words.value_in(Wording("가", "a"), "en") == "a"
    assert words.value_in(lines("a", "b"), "en") == "a\nb"


def test_a_programmes_wording_is_filled_in() -> None:
    assert words.write(of_programme(WORDING, sum=Won(5000)), "ko") == "지급액 5,000원"
    assert words.write(of_programme(Wording("그대로 {x}", "as is {x}")), "en") == "as is {x}"


def test_lines_stand_under_each_other() -> None:
    assert words.write(lines(t("desk.back"), "", t("desk.home")), "ko") == "뒤로\n\n처음으로"


def test_a_key_without_words_is_a_fault() -> None:
    with pytest.raises(words.UnknownWords, match=r"ko: no\.such\.key"):
        words.write(t("no.such.key"), "ko")


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_every_key_renders(lang: Lang) -> None:
    for key, sentence in words.catalogue(lang).items():
        names = set(re.findall(r"\{(\w+)\}", sentence))
        assert words.write(t(key, **dict.fromkeys(names, "x")), lang).strip(), key
