"""What goes to hundreds of thousands is read before it goes: what must not stand in it, and what could be better.

A finding that *stops* must be mended; any other is a remark for the one who writes and the one who approves.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import combinations
from typing import Final

from programmes import mentioned
from programmes.broadcasting import is_night
from programmes.reading import KST
from programmes.wording import Lang, names_address, particle_follows, placeholders

MOST: Final = 4096
"""UTF-16 units of a message (Telegram's Bot API)."""

MOST_WITH_PICTURE: Final = 1024
"""UTF-16 units of the words under a picture."""

LONG: Final[Mapping[Lang, int]] = {"ko": 20, "en": 25}
"""Words of a sentence that somebody who reads slowly can still follow."""

BLOT: Final = "●"
"""What stands where an identity number was taken out."""


class Fault(StrEnum):
    """What may be wrong with a text, or with its time."""

    EMPTY = "empty"
    BRACES = "braces"  # a brace left open, or nothing between two
    UNKNOWN = "unknown"  # a placeholder that nothing fills
    UNLIKE = "unlike"  # the languages have other placeholders
    ADDRESS = "address"
    BLOTTED = "blotted"
    PERSONAL = "personal"  # a number that belongs to one person
    LENGTH = "length"
    SUMS = "sums"
    DAYS = "days"
    TIMES = "times"
    NUMBERS = "numbers"
    WEEKDAY = "weekday"
    NO_SUCH_DAY = "no_such_day"
    TONGUE = "tongue"  # not in the language it is for
    PARTICLE = "particle"
    BLUNT = "blunt"  # 반말
    NIGHT = "night"
    PAST = "past"
    CASUAL = "casual"  # 해요체
    HONOUR = "honour"  # a thing is honoured as if it were a person
    LONG = "long"
    TYPED = "typed"  # a sum or a day that should be a placeholder
    ALONE = "alone"  # one language only
    RESTS = "rests"  # begins at night, so goes in the morning


REMARKS: Final = frozenset({Fault.CASUAL, Fault.HONOUR, Fault.LONG, Fault.ALONE, Fault.RESTS})


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found; `lang` None where it is about both or none, `what` are the words or the number it is about."""

    code: Fault
    lang: Lang | None = None
    what: str = ""

    @property
    def stops(self) -> bool:
        """Whether it must be mended before the text may go."""
        return self.code not in REMARKS


def faults(
    words: Mapping[Lang, str],
    known: Mapping[str, Mapping[Lang, str]],
    now: datetime,
    starts_at: datetime | None = None,
    most: Mapping[Lang, int] | int = MOST,
) -> tuple[Finding, ...]:
    """All that is found, what stops first. `known` are the placeholders, each with its longest value; `most` the room.

    `starts_at` None is as soon as somebody approves it.
    """
    found = [*_of_time(now, starts_at), *_together(words)]
    if "en" not in words:
        found.append(Finding(Fault.ALONE))
    if not words.get("ko", "").strip():
        found.append(Finding(Fault.EMPTY, "ko"))
    for lang, raw in words.items():
        text = unicodedata.normalize("NFKC", raw)
        room = most if isinstance(most, int) else most[lang]
        found += _of_one(text, lang, now) if text.strip() else ()
        found += _of_placeholders(raw, lang, known, room)
    return tuple(sorted(dict.fromkeys(found), key=lambda one: not one.stops))


def stops(found: tuple[Finding, ...]) -> bool:
    """Whether anything found must be mended first."""
    return any(one.stops for one in found)


def _of_time(now: datetime, starts_at: datetime | None) -> Iterator[Finding]:
    if starts_at is None:
        if is_night(now):
            yield Finding(Fault.RESTS)
        return
    if is_night(starts_at):
        yield Finding(Fault.NIGHT)
    if starts_at < now:
        yield Finding(Fault.PAST)


# --------------------------------------------------------------------------------------------- both languages at once


def _together(words: Mapping[Lang, str]) -> Iterator[Finding]:
    for (one, text), (other, another) in combinations(words.items(), 2):
        pair = ((one, unicodedata.normalize("NFKC", text)), (other, unicodedata.normalize("NFKC", another)))
        for code, read in _ALIKE.items():
            first, second = (read(text, lang) for lang, text in pair)
            if odd := first ^ second:
                yield Finding(code, what=", ".join(sorted(odd)))
        years = [frozenset(day.year for day in mentioned.days(text, lang) if day.year) for lang, text in pair]
        if all(years) and years[0] != years[1]:
            yield Finding(Fault.DAYS, what=", ".join(str(year) for year in sorted(years[0] ^ years[1])))
        if odd := _names(text) ^ _names(another):
            yield Finding(Fault.UNLIKE, what=", ".join(sorted(odd)))


def _dates(text: str, lang: Lang) -> frozenset[str]:
    """Days without the year where it is left out anywhere: 9/12."""
    return frozenset(f"{day.month}/{day.day}" for day in mentioned.days(text, lang))


def _alike(text: str, lang: Lang) -> frozenset[str]:
    return frozenset(f"{one:,}" for one in mentioned.sums(text, lang))


_ALIKE: Final[Mapping[Fault, Callable[[str, Lang], frozenset[str]]]] = {
    Fault.SUMS: _alike,
    Fault.DAYS: _dates,
    Fault.TIMES: mentioned.times,
    Fault.NUMBERS: lambda text, _lang: mentioned.numbers(text),
}


def _names(text: str) -> frozenset[str]:
    try:
        return placeholders(text)
    except ValueError:
        return frozenset()


# -------------------------------------------------------------------------------------------------------- one language


def _of_placeholders(text: str, lang: Lang, known: Mapping[str, Mapping[Lang, str]], room: int) -> Iterator[Finding]:
    try:
        names = placeholders(text)
    except ValueError:
        yield Finding(Fault.BRACES, lang)
        return
    for name in sorted(names - known.keys()):
        yield Finding(Fault.UNKNOWN, lang, f"{{{name}}}")
    filled = text
    for name in names & known.keys():
        filled = filled.replace(f"{{{name}}}", known[name][lang])
    if (units := len(filled.encode("utf-16-le", "surrogatepass")) // 2) > room:
        yield Finding(Fault.LENGTH, lang, f"{units:,} > {room:,}")


def _of_one(text: str, lang: Lang, now: datetime) -> Iterator[Finding]:
    if names_address(text) or _HANDLE.search(text):
        yield Finding(Fault.ADDRESS, lang)
    if BLOT in text:
        yield Finding(Fault.BLOTTED, lang)
    for number in _personal(text, lang):
        yield Finding(Fault.PERSONAL, lang, number)
    yield from _of_days(text, lang, now.astimezone(KST).year)
    said = _NAME.sub("", text)
    hangul, latin = len(_HANGUL.findall(said)), len(_LATIN.findall(said))
    if hangul <= latin if lang == "ko" else hangul > latin:
        yield Finding(Fault.TONGUE, lang)
    if lang == "ko":
        yield from _of_korean(text)
    for sentence in _sentences(text):
        if len(sentence.split()) > LONG[lang]:
            yield Finding(Fault.LONG, lang, _begin(sentence))


_HANGUL: Final = re.compile(r"[가-힣]")
_LATIN: Final = re.compile(r"[A-Za-z]")
_NAME: Final = re.compile(r"\{\w+\}")
_HANDLE: Final = re.compile(r"(?<!\w)@\w{4,}|(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])|[가-힣]\.(?:한국|kr\b|com\b)")
_MOBILE: Final = re.compile(r"(?<!\d)(?:\+?82[- ]?|0)1[016-9][- .]?\d{3,4}[- .]?\d{4}(?!\d)")
_CASE: Final = re.compile(r"\bSG-?\d{6}-?\d{4}-?\d\b", re.IGNORECASE)
_PASSPORT: Final = re.compile(r"(?<![A-Za-z0-9])[MSRODG]\d{3}[A-Z0-9]\d{4}(?!\w)")
_RUN: Final = re.compile(r"(?<!\d)(?<!\d,)\d(?:[- ]?\d){8,}(?!,?\d)")
"""Nine digits and more with nothing but dashes between them: an account, a card, a registration number."""


def _personal(text: str, lang: Lang) -> Iterator[str]:
    """Numbers by which one person is known, shown by their first digits only."""
    rest = mentioned.without(text, lang)
    for pattern in (_MOBILE, _CASE, _PASSPORT, _RUN):
        for found in pattern.findall(rest):
            yield f"{found[:3]}…"
        rest = pattern.sub(" , ", rest)


def _of_days(text: str, lang: Lang, year: int) -> Iterator[Finding]:
    for named in mentioned.days(text, lang):
        day = named.date(year)
        if day is None:
            yield Finding(Fault.NO_SUCH_DAY, lang, str(named))
        elif named.weekday not in (None, day.weekday()):
            yield Finding(Fault.WEEKDAY, lang, str(named))


# -------------------------------------------------------------------------------------------------------------- Korean

_END: Final = r"[\s\"'”’)\]]*$"
_CLOSED: Final = rf"[.!?…~]+{_END}"
_POLITE: Final = rf"(?:니다|니까|십시오|요|죠)[.!?…~]*{_END}"
_BLUNT: Final = re.compile(
    rf"[가-힣]다[.!?…~]*{_END}|(?:해|돼|줘|봐|와|라|자|냐|니|야|지|게|네|군|마|어|아|렴|걸|음|함|됨){_CLOSED}"
)
_CASUAL: Final = re.compile(rf"(?:요|죠)[.!?…~]*{_END}")
_OFFER: Final = re.compile(rf"까요[.!?…~]*{_END}")
_HONOUR: Final = re.compile(r"(?:지급|입금|적립|충전|취소|승인|접수|처리|완료|발급|결정)되(?:시|셨|십|실)[가-힣]*")


def _of_korean(text: str) -> Iterator[Finding]:
    if particle_follows(text):
        yield Finding(Fault.PARTICLE, "ko")
    for thing in _HONOUR.findall(text):
        yield Finding(Fault.HONOUR, "ko", thing)
    for sentence in _sentences(text):
        if not re.search(_POLITE, sentence) and _BLUNT.search(sentence):
            yield Finding(Fault.BLUNT, "ko", _tail(sentence))
        elif _CASUAL.search(sentence) and not _OFFER.search(sentence):
            yield Finding(Fault.CASUAL, "ko", _tail(sentence))


def _sentences(text: str) -> Iterator[str]:
    """Sentences and lines; a line without an end of a sentence is a title."""
    for line in text.splitlines():
        yield from (one.strip() for one in re.split(r"(?<=[.!?…])\s+", line) if one.strip())


def _begin(sentence: str) -> str:
    words = sentence.split()
    return " ".join(words[:4]) + " …"


def _tail(sentence: str) -> str:
    return "… " + " ".join(sentence.split()[-2:])
