"""What a text mentions: sums, days, times and numbers, read alike from Korean and from English, to be compared."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from programmes.wording import Lang

_UNITS: Final = {
    "십": 10, "백": 100, "천": 1000, "만": 10**4, "억": 10**8, "thousand": 10**3, "million": 10**6, "billion": 10**9,
}  # fmt: skip
_NUMBER: Final = r"\d[\d,]*(?:\.\d+)?"
_WON: Final = re.compile(rf"((?:{_NUMBER}\s?[십백천만억]{{0,2}}\s?)+)원(?!당)")
_PART: Final = re.compile(rf"({_NUMBER})?\s?([십백천만억])?")
_SCALE: Final = r"(?:\s?(thousand|million|billion))?"
_KRW: Final = re.compile(rf"(?:KRW|₩|￦)\s?({_NUMBER}){_SCALE}|({_NUMBER}){_SCALE}\s?(?:won|KRW)\b", re.IGNORECASE)

_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH: Final = rf"(?P<name>{'|'.join(_MONTHS)})[a-z]*\.?"
_WEEK: Final = "월화수목금토일"
_WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_NAMED: Final = rf"(?P<week>{'|'.join(_WEEKDAYS)})[a-z]*\.?"
_TO: Final = r"\s?(?:[-~–—∼]|부터|에서|to|until|and)\s?"
_NTH: Final = r"(?:st|nd|rd|th)?"
_ISO: Final = re.compile(r"(?<!\d)(?P<year>20\d\d)[-./]\s?(?P<month>\d{1,2})[-./]\s?(?P<day>\d{1,2})(?!\d)")
_DAYS: Final = {
    "ko": re.compile(
        rf"(?:(?P<year>20\d\d)\s?년\s?)?(?P<month>\d{{1,2}})\s?월\s?(?P<day>\d{{1,2}})\s?일"
        rf"(?:\s?\((?P<week>[{_WEEK}])(?:요일)?\))?(?:{_TO}(?P<last>\d{{1,2}})\s?일)?"
    ),
    "en": re.compile(
        rf"(?:\b{_NAMED},?\s)?(?<!\d)(?P<day>\d{{1,2}}){_NTH}(?:{_TO}(?P<last>\d{{1,2}}){_NTH})?\s(?:of\s)?{_MONTH}\b"
        r"(?:,?\s(?P<year>20\d\d))?",
        re.IGNORECASE,
    ),
}
_AMERICAN: Final = re.compile(
    rf"(?:\b{_NAMED},?\s)?\b{_MONTH}\s(?P<day>\d{{1,2}}){_NTH}(?!\d)(?:{_TO}(?P<last>\d{{1,2}}){_NTH}(?!\d))?"
    r"(?:,?\s(?P<year>20\d\d))?",
    re.IGNORECASE,
)
_TIMES: Final = {
    "ko": re.compile(
        r"(?P<half>오전|오후|낮|저녁|밤|새벽|아침)?\s?(?<!\d)(?P<hour>\d{1,2})(?::(?P<clock>\d\d)"
        r"|\s?시(?!간)(?:\s?(?P<minute>\d{1,2})\s?분|\s?(?P<even>반))?)|(?P<noon>정오)|(?P<midnight>자정)"
    ),
    "en": re.compile(
        r"(?<![\d:])(?P<hour>\d{1,2})(?::(?P<clock>\d\d))?\s?(?P<half>[ap])\.?m\b|(?<![\d:])(?P<hour24>\d{1,2}):(?P<clock24>\d\d)"
        r"|\b(?P<noon>noon)\b|\b(?P<midnight>midnight)\b",
        re.IGNORECASE,
    ),
}
_OFFICE: Final = re.compile(r"(?<![\d-])(?:0(?:2|[3-6]\d|70|80)[-) ]\s?\d{3,4}[- ]\d{4}|1[5-8]\d\d-?\d{4})(?![\d-])")
_SHARE: Final = re.compile(r"\d+(?:\.\d+)?\s?(?:%|퍼센트|percent)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, order=True)
class Day:
    """A day as a text names it: a year it may leave out, and the weekday it says (Monday is 0), if any."""

    month: int
    day: int
    year: int | None = None
    weekday: int | None = None

    def date(self, year: int) -> date | None:
        """Which day that is, in this year if it names none; None when there is no such day."""
        try:
            return date(self.year or year, self.month, self.day)
        except ValueError:
            return None

    def __str__(self) -> str:
        return f"{self.month}/{self.day}" if self.year is None else f"{self.year}-{self.month:02}-{self.day:02}"


def sums(text: str, lang: Lang) -> frozenset[int]:
    """Sums in won: 150,000원, 15만 원, 3억 5천만 원; KRW 150,000, 150,000 won, KRW 3 million."""
    if lang == "ko":
        return frozenset(_korean(found[1]) for found in _WON.finditer(text)) | _english(text)
    return _english(text)


def _english(text: str) -> frozenset[int]:
    return frozenset(
        round(float((found[1] or found[3]).replace(",", "")) * _UNITS.get((found[2] or found[4] or "").lower(), 1))
        for found in _KRW.finditer(text)
    )


def _korean(words: str) -> int:
    """A number with its units: 십, 백 and 천 count within 만 and 억."""
    total, part, last = 0.0, 0.0, 0.0
    for number, unit in _PART.findall(words):
        if number:
            last = float(number.replace(",", ""))
        if unit in ("만", "억"):
            total, part, last = total + (part + last or 1) * _UNITS[unit], 0.0, 0.0
        elif unit:
            part, last = part + (last or 1) * _UNITS[unit], 0.0
    return round(total + part + last)


def days(text: str, lang: Lang) -> tuple[Day, ...]:
    """Every day named: 2025년 9월 12일(금), 9월 10일~12일; Friday 12 September, Sept 10-12; 2025-09-12."""
    found: list[Day] = []
    for pattern in (_ISO, _DAYS["ko"]) if lang == "ko" else (_ISO, _DAYS["en"], _AMERICAN):
        found += [day for one in pattern.finditer(text) for day in _named(one.groupdict())]
        text = pattern.sub(" ; ", text)  # what is read once is not read again: 12 September 10:00 is no 10th
    return tuple(found)


def _named(found: dict[str, str | None]) -> Iterator[Day]:
    name, week = found.get("name"), found.get("week")
    month = _MONTHS.index(name.lower()) + 1 if name else int(found["month"] or 0)
    year = int(found["year"]) if found["year"] else None
    weekday = None if week is None else _WEEK.index(week) if week in _WEEK else _WEEKDAYS.index(week.lower())
    yield Day(month, int(found["day"] or 0), year, weekday)
    if last := found.get("last"):
        yield Day(month, int(last), year)


def times(text: str, lang: Lang) -> frozenset[str]:
    """Times of the day as HH:MM: 오후 6시, 18:00, 6 p.m., 정오."""
    return frozenset(_time(found.groupdict(), lang) for found in _TIMES[lang].finditer(text))


def _time(found: dict[str, str | None], lang: Lang) -> str:
    if found["noon"] or found["midnight"]:
        return "12:00" if found["noon"] else "00:00"
    if found.get("hour24"):
        return f"{int(found['hour24'] or 0):02}:{found['clock24']}"
    hour, half = int(found["hour"] or 0), (found["half"] or "").lower()
    minute = int(found["clock"] or found.get("minute") or (30 if found.get("even") else 0))
    late = half in ("오후", "저녁", "p") or (half == "밤" and hour >= 6) or (half == "낮" and hour < 6)
    early = half in ("오전", "새벽", "아침", "a") or (lang == "ko" and half == "밤")
    hour = hour + 12 if late and hour < 12 else 0 if early and hour == 12 else hour
    return f"{hour:02}:{minute:02}"


def numbers(text: str) -> frozenset[str]:
    """Telephone numbers of offices, and shares: what is written alike in both languages."""
    phones = {re.sub(r"\D", "", one) for one in _OFFICE.findall(text)}
    shares = {re.sub(r"[^\d.]", "", one) + "%" for one in _SHARE.findall(text)}
    return frozenset(phones | shares)


def without(text: str, lang: Lang) -> str:
    """The text with everything that is plainly harmless taken out: days, sums, times, telephones of offices."""
    patterns = (_ISO, _DAYS[lang], _AMERICAN, _WON, _KRW, _TIMES[lang], _OFFICE)
    for pattern in patterns:
        text = pattern.sub(" , ", text)
    return text
