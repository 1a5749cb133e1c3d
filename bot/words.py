"""Writes what dialogs say in the reader's language: sentences by key, a programme's wordings, sums, dates, spans.

Babel's own Korean does not fit (`a` gives "PM", currency gives ₩150,000), so sums and moments are written by
`won` and `moment` here.
"""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from babel.messages.pofile import read_po

from handlers.dialog import Brief, In, Lines, Saying, Text
from programmes.model import Lang, Won, Wording
from programmes.reading import KST

LOCALES = Path(__file__).parent.parent / "locales"
LANGUAGES: tuple[Lang, ...] = ("ko", "en")
WEEKDAYS: Mapping[Lang, str | tuple[str, ...]] = {
    "ko": "월화수목금토일",
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
LONG_GONE = 2020  # of days before this year the weekday helps nobody
EOK = 100_000_000  # 억


class UnknownWords(KeyError):
    """A sentence without words: a fault of ours that the house tests keep out."""


def won(amount: int, lang: Lang) -> str:
    """A sum as people read it: 150,000원, KRW 150,000; a round large one 30억 원, KRW 3 billion."""
    if amount and amount % EOK == 0:
        billions = f"{amount / 10**9:,.1f}".removesuffix(".0")
        return f"{amount // EOK:,}억 원" if lang == "ko" else f"KRW {billions} billion"
    return f"{amount:,}원" if lang == "ko" else f"KRW {amount:,}"


@lru_cache(4096)
def day(value: date, lang: Lang) -> str:
    """A date with its weekday: 2025년 7월 28일(월), Monday 28 July 2025. One long gone, such as a birth, has none."""
    name = WEEKDAYS[lang][value.weekday()]
    if lang == "ko":
        said = f"{value.year}년 {value.month}월 {value.day}일"
        return said if value.year < LONG_GONE else f"{said}({name})"
    said = f"{value.day} {MONTHS[value.month - 1]} {value.year}"
    return said if value.year < LONG_GONE else f"{name} {said}"


@lru_cache(4096)
def moment(value: datetime, lang: Lang) -> str:
    """An instant on Korea's clock: 2025년 7월 28일(월) 오전 10:00, Monday 28 July 2025, 10:00."""
    local = value.astimezone(KST)
    return f"{day(local.date(), lang)}{', ' if lang == 'en' else ' '}{_time(local, lang)}"


def brief(value: datetime, lang: Lang) -> str:
    """An instant of these weeks: 7월 28일 오전 10:00, 28 July, 10:00."""
    local = value.astimezone(KST)
    return f"{brief_day(local.date(), lang)}{', ' if lang == 'en' else ' '}{_time(local, lang)}"


def brief_day(value: date, lang: Lang) -> str:
    """A day of this year: 7월 28일, 28 July."""
    return f"{value.month}월 {value.day}일" if lang == "ko" else f"{value.day} {MONTHS[value.month - 1]}"


def brief_count(value: int, lang: Lang) -> str:
    """A count where there is little room: 10.3만, 103k."""
    if value < 10_000:
        return f"{value:,}"
    return f"{value / 10_000:,.1f}만" if lang == "ko" else f"{value / 1000:,.0f}k"


def _time(local: datetime | time, lang: Lang) -> str:
    if lang == "en":
        return f"{local:%H:%M}"
    return f"{'오전' if local.hour < 12 else '오후'} {local.hour % 12 or 12}:{local:%M}"


def span(value: timedelta, lang: Lang) -> str:
    """A length of time in hours and minutes: 3시간 30분, 3 hours 30 minutes."""
    hours, minutes = divmod(round(value.total_seconds() / 60), 60)
    if lang == "ko":
        parts = [f"{hours}시간" if hours else "", f"{minutes}분" if minutes or not hours else ""]
    else:
        parts = [_counted(hours, "hour") if hours else "", _counted(minutes, "minute") if minutes or not hours else ""]
    return " ".join(part for part in parts if part)


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


@cache
def catalogue(lang: Lang) -> Mapping[str, str]:
    """Every sentence of the bot's own voice in one language, by key, of all its `.po` files; read once."""
    found: dict[str, str] = {}
    for path in sorted((LOCALES / lang / "LC_MESSAGES").glob("*.po")):
        with path.open("rb") as file:
            found |= {str(one.id): str(one.string) for one in read_po(file, locale=lang) if one.id}
    return found


def write(saying: Saying | str, lang: Lang) -> str:
    """The words of a saying in one language. Raises `UnknownWords` for a key that no catalogue has."""
    if isinstance(saying, str):
        return saying
    if isinstance(saying, Lines):
        return "\n".join(write(part, lang) for part in saying.parts)
    if isinstance(saying, In):
        return write(saying.saying, saying.lang)
    template = saying.key[lang] if isinstance(saying.key, Wording) else _sentence(saying.key, lang)
    if not saying.params:
        return template
    return template.format_map({name: value_in(value, lang) for name, value in saying.params.items()})


@cache
def _sentence(key: str, lang: Lang) -> str:
    words = catalogue(lang).get(key)
    if not words:
        raise UnknownWords(f"{lang}: {key}")
    return words


def value_in(value: Any, lang: Lang) -> str:
    """One typed value as the reader's language writes it."""
    match value:
        case Won():
            return won(int(value), lang)
        case datetime():
            return moment(value, lang)
        case Brief():
            return brief(value.at, lang)
        case date():
            return day(value, lang)
        case time():
            return _time(value, lang)
        case timedelta():
            return span(value, lang)
        case Wording():
            return value[lang]
        case Text() | Lines() | In():
            return write(value, lang)
        case _:
            return str(value)
