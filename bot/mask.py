"""What must never be kept is blotted out of words before anything else sees them.

Resident, foreigner, passport, card and account numbers may not be handled on consent alone (Personal Information
Protection Act, article 24-2), so a run of ten or more digits is blotted unless it is plainly something harmless.
All patterns read a *shadow* of the text: the same length, with every digit and dash of Unicode in its plain form.
"""

import re
import unicodedata
from typing import TypeVar

import msgspec

BLOT = "●"
LAST_DIGIT = 0x1FFFF  # beyond the second plane Unicode has no digits
KEPT = "x"  # stands in the shadow for a digit that was found harmless

Nested = TypeVar("Nested")


class Masked(msgspec.Struct, frozen=True):
    """Words that may be kept, and whether a number had to be blotted out of them."""

    text: str
    found: bool


def _plain_forms() -> dict[int, str]:
    """Every character of Unicode that a person may type for a digit, a dash, a tilde or any other ASCII character."""
    forms = {code: str(unicodedata.digit(chr(code))) for code in range(LAST_DIGIT + 1) if chr(code).isdigit()}
    dashes = [chr(code) for code in range(0x10000) if unicodedata.category(chr(code)) == "Pd"] + [*"−ㅡー─━"]
    wide = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
    return forms | dict.fromkeys(map(ord, dashes), "-") | dict.fromkeys(map(ord, "∼〜˜"), "~") | wide | {ord("。"): "."}


_PLAIN = _plain_forms()

# Pieces of patterns. A token is never glued to further digits by nothing, a dash, a stop or a colon.
_OPEN, _SHUT = r"(?<!\d)(?<!\d[-.:])", r"(?!\d)(?![-.:]\d)"
_GAP = rf"(?:[^\w{BLOT}]|_){{0,5}}+"
_MONTH, _DAY = r"(?:0[1-9]|1[0-2])", r"(?:0[1-9]|[12]\d|3[01])"
_MONTH_1, _DAY_1 = r"(?:1[0-2]|0?[1-9])", r"(?:3[01]|[12]\d|0?[1-9])"
_UNIT = r"(?:[십백천만억]{1,2}\s?)?원(?!당)|(?i:won|krw)\b"

_SUM = re.compile(
    rf"{_OPEN}(?:\d{{1,3}}(?:,\d{{3}}){{1,3}}|\d{{1,11}})(?:\.\d{{1,2}})?\s?(?:{_UNIT})"
    rf"|(?:(?i:\bkrw)|[₩￦])\s?(?:\d{{1,3}}(?:,\d{{3}}){{1,3}}|\d{{1,11}})(?!,?\d)(?![-.]\d)"
    rf"|{_OPEN}(?<!,)\d{{1,3}}(?:,\d{{3}}){{1,2}}(?!,?\d)(?![-.]\d)"
)
_CASE = re.compile(
    rf"{_OPEN}(?:(?<![A-Za-z])[Ss][Gg][-\s]?\d{{2}}{_MONTH}{_DAY}[-\s]?\d{{4}}[-\s]?\d"
    rf"|2\d{_MONTH}{_DAY}[-\s]\d{{4}}[-\s]\d){_SHUT}"
)
_RESIDENT = re.compile(
    rf"(?<![\d+])\d\d{_MONTH}{_DAY}[0-9]\d{{6}}(?!\d)"
    rf"|(?<!\d)\d{_GAP}\d{_GAP}(?:0{_GAP}[1-9]|1{_GAP}[0-2]){_GAP}(?:0{_GAP}[1-9]|[12]{_GAP}\d|3{_GAP}[01])"
    rf"(?!\d){_GAP}[1-8](?:{_GAP}\d){{6}}(?!\d)"
)
_TWO_PARTS = re.compile(
    rf"(?<!\d)(?:(?:19|20)?\d\d{_MONTH}{_DAY}|(?:19|20)?\d\d[-./년\s]{{1,2}}{_MONTH_1}[-./월\s]{{1,2}}{_DAY_1})"
    rf"(?!\d)[^\d{BLOT}]{{1,24}}+[1-8]\d{{6}}(?!\d)"
)
_PASSPORT = re.compile(
    r"(?<![A-Za-z0-9])(?:[A-Za-z]{1,2}\d{7,8}[A-Za-z]?|[A-Za-z]\d{3}[A-Za-z]\d{4}"
    r"|[MSRODGmsrodg][-\s]?\d{4}[-\s]?\d{4}|[MSRODG][-\s]\d{3}[A-Z]\d{4})(?![A-Za-z0-9])"
)
_SPOKEN = re.compile(r"(?:[공영일이삼사오육륙칠팔구][\s\-]?){6}(?:다시\s?)?(?:[공영일이삼사오육륙칠팔구][\s\-]?){7}")

_BETWEEN = r"[-.\s()/]{0,3}"
_AREA = r"(?:1[016-9]|2|3[1-3]|4[1-4]|5[1-5]|6[1-4]|70|80|50\d?)"
_PHONE = rf"(?:0{_AREA}|(?:\+|00)?82{_BETWEEN}0?{_BETWEEN}{_AREA}){_BETWEEN}\d{{3,4}}{_BETWEEN}\d{{4}}"
_DATE = (
    rf"(?:(?:19|20)\d\d{_MONTH}{_DAY}|(?:19|20)\d\d[-./]\s?{_MONTH_1}[-./]\s?{_DAY_1}"
    rf"|(?:19|20)\d\d\s{_MONTH_1}\s{_DAY_1}|\d\d[-./]{_MONTH_1}[-./]{_DAY_1})"
)
_MONTH_DAY = rf"{_MONTH_1}[./]\s?{_DAY_1}"
_CLOCK = r"(?:[01]?\d|2[0-4]):[0-5]\d(?::[0-5]\d(?:\.\d{1,6})?)?"
_STAMP = r"(?:[-_]?[0-2]\d[-.]?[0-5]\d[-.]?[0-5]\d(?:\d{3})?)"
_HARMLESS = re.compile(
    rf"{_OPEN}(?:{_DATE}(?:\s?[-~]\s?{_DATE}|{_STAMP})?|{_MONTH_DAY}\s?[-~]\s?{_MONTH_DAY}|{_CLOCK}"
    rf"|1[5-8]\d\d-?\d{{4}}|{_PHONE}){_SHUT}"
)
_WHOLE_PHONE = re.compile(r"(?:82)?010\d{8}|8210\d{8}")
_RUN = re.compile(rf"\d(?:{_GAP}\d){{9,}}+")


def _keep(found: re.Match[str]) -> str:
    return re.sub(r"\d", KEPT, found[0])


def _blot(found: re.Match[str]) -> str:
    return re.sub(r"\d", BLOT, found[0])


def _blot_words(found: re.Match[str]) -> str:
    return re.sub(r"[공영일이삼사오육륙칠팔구]", BLOT, found[0])


def _judge(found: re.Match[str]) -> str:
    """Keep a mobile number typed with gaps anywhere (0 1 0 1 2 …), blot everything else."""
    digits = re.sub(r"\D", "", found[0])
    return _keep(found) if _WHOLE_PHONE.fullmatch(digits) else _blot(found)


def mask(text: str) -> Masked:
    """Blot identity numbers, digit by digit, out of a message, a caption or a file name.

    Blotted: any run of ten or more digits whatever stands between them, 6 + 7 digits also with words between, passport
    numbers, thirteen spoken digits. Kept: Korean phone numbers, case numbers, dates and times, sums with their unit.
    Total, linear in the length, and idempotent. Source: house.md §3.2 and issue 2 §4.
    """
    if sum(map(str.isdigit, text)) < 7 and not _SPOKEN.search(text):
        return Masked(text, False)
    shadow = text.translate(_PLAIN)
    for harmless in (_SUM, _CASE):
        shadow = harmless.sub(_keep, shadow)
    for number in (_RESIDENT, _TWO_PARTS, _PASSPORT):
        shadow = number.sub(_blot, shadow)
    shadow = _RUN.sub(_judge, _HARMLESS.sub(_keep, _SPOKEN.sub(_blot_words, shadow)))
    if shadow.count(BLOT) == text.count(BLOT):
        return Masked(text, False)
    return Masked("".join(BLOT if seen == BLOT else own for own, seen in zip(text, shadow, strict=True)), True)


def holds_resident_number(text: str) -> bool:
    """Whether a resident or foreigner number (6 + 7 digits) stands in printed words, such as a page of a document.

    Narrower than `mask`: certificates carry document and case numbers of ten and more digits that are no secret.
    """
    return sum(map(str.isdigit, text)) >= 13 and _RESIDENT.search(text.translate(_PLAIN)) is not None


_TAIL = re.compile(rf"(?<!\d)(?<!\d[-.])((?:19|20)?\d\d[-./\s]?{_MONTH}[-./\s]?{_DAY})[\W_]*$")
_HEAD = re.compile(rf"[\W_]*([1-8](?:[-.\s]?\d){{6}})(?![-.\s]?\d)(?!\s?(?:{_UNIT}))")


def tail(text: str) -> str | None:
    """The birth-date digits (YYMMDD or YYYYMMDD) with which a message ends: perhaps the first half of a number."""
    found = _TAIL.search(text[-40:].translate(_PLAIN))
    return re.sub(r"\D", "", found[1]) if found else None


def head(text: str) -> str | None:
    """The seven digits with which a message begins: perhaps the second half of a number."""
    found = _HEAD.match(text[:40].translate(_PLAIN))
    return re.sub(r"\D", "", found[1]) if found else None


def joins(former_tail: str | None, text: str) -> bool:
    """Whether a message completes the number that the former one began (6 + 7 digits in two messages of one chat)."""
    return former_tail is not None and head(text) is not None


def blot(value: Nested, digits: str) -> Nested:
    """The same draft data (dicts, lists, strings) with a run of digits blotted, however it was typed."""
    if isinstance(value, str):
        run = re.compile(rf"(?<!\d){_GAP.join(digits)}(?!\d)")
        shadow = run.sub(_blot, value.translate(_PLAIN))
        return "".join(BLOT if seen == BLOT else own for own, seen in zip(value, shadow, strict=True))  # type: ignore[return-value]
    if isinstance(value, dict):
        return {key: blot(item, digits) for key, item in value.items()}  # type: ignore[return-value]
    if isinstance(value, list | tuple):
        return type(value)(blot(item, digits) for item in value)
    return value


_EMOJI = "\u2190-\u2bff\u3030\ufe0f\U0001f000-\U0001faff"
_DROP = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u00ad\u061c\u180e\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u206f"
    r"\u3164\ufeff\uffa0\ufff9-\ufffb]"
    rf"|(?<![{_EMOJI}])\u200d|\u200d(?![{_EMOJI}])"
)


def clean(text: str) -> str:
    """Text that any database stores and a colleague can trust: composed (NFC), without NUL and other controls, lone
    surrogates, direction overrides and invisible characters. The joiner inside an emoji stays.
    """
    return unicodedata.normalize("NFC", _DROP.sub("", text))
