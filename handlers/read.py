"""Readers of free answers: what a person wrote becomes a value, or a Refuse that says how to write it.

People write as on paper: 1950.3.2, 1950년 3월 2일, 첫번째, 22만원, with full-width digits and a polite ending.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from handlers.dialog import Refuse, t
from storage.forms import e164

OLDEST = 120  # years; nobody living is older


@dataclass(frozen=True, slots=True)
class Century:
    """A birth date with a two-digit year that two centuries could hold; the earlier one first."""

    candidates: tuple[date, date]


def plain(text: str) -> str:
    """Compatibility forms (full-width, circled) and digits of any script in their ASCII form, spaces collapsed."""
    folded = unicodedata.normalize("NFKC", text)
    if not folded.isascii():
        folded = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in folded)
    return " ".join(folded.split())


_BETWEEN = re.compile(r"[\W_]")


def _squeezed(text: str) -> str:
    """Lower case without spaces, punctuation and invisible characters: for matching words."""
    return _BETWEEN.sub("", plain(text)).casefold()


# ----------------------------------------------------------------------------------------------------------- dates

_MONTHS = {"jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6} | {
    "jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11, "dec": 12
}  # fmt: skip
_MONTH_NAME = rf"(?P<name>{'|'.join(_MONTHS)})[a-z]*"
_GAP = r"\s?[-./,\s]\s?"
_KOREAN = r"\s?년\s?(?P<month>\d{1,2})\s?월\s?(?P<day>\d{1,2})\s?일?"
_DATES = tuple(
    re.compile(rf"{form}\s?(?:생|생입니다|생이에요|입니다|이에요|\.)*")
    for form in (
        r"(?P<year>\d{4}|\d\d)(?P<month>\d\d)(?P<day>\d\d)",
        rf"(?P<year>\d{{4}}|\d\d){_GAP}(?P<month>\d{{1,2}}){_GAP}(?P<day>\d{{1,2}})",
        rf"(?P<year>\d{{4}}|\d\d){_KOREAN}",
        rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[\s.-]?{_MONTH_NAME}[\s.,-]{{0,2}}(?P<year>\d{{4}})",
        rf"{_MONTH_NAME}[\s.-]?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[\s,]{{1,2}}(?P<year>\d{{4}})",
    )
)
_MONTH_DAY = re.compile(r"(?P<month>\d{1,2})\s?(?:월\s?|[-./]\s?)(?P<day>\d{1,2})\s?일?")
_AHEAD = timedelta(90)  # a month and a day further ahead are of last year
_NEAR = {
    "오늘": 0,
    "today": 0,
    "어제": -1,
    "yesterday": -1,
    "그저께": -2,
    "그제": -2,
    "내일": 1,
    "tomorrow": 1,
    "모레": 2,
}


def _made(years: Iterable[int], month: int, day: int) -> list[date]:
    """The dates that exist among these."""
    found = []
    for year in years:
        try:
            found.append(date(year, month, day))
        except ValueError:
            continue
    return found


def _dates(text: str) -> list[date]:
    """The dates that a text may mean: none, one, or one in each century for a two-digit year."""
    text = plain(text).lower()
    for form in _DATES:
        if found := form.fullmatch(text):
            parts = found.groupdict()
            month = int(parts["month"]) if parts.get("month") else _MONTHS[parts["name"]]
            year = int(parts["year"])
            return _made((1900 + year, 2000 + year) if len(parts["year"]) == 2 else (year,), month, int(parts["day"]))
    return []


def birth_date(text: str, today: date) -> date | Century:
    """A birth date, or both centuries when a two-digit year could mean either. Refuses what no living person has."""
    alive = [born for born in _dates(text) if born <= today and today.year - born.year <= OLDEST]
    match alive:
        case [born]:
            return born
        case [earlier, later]:
            return Century((earlier, later))
    raise Refuse(t("read.birth_date.bad"))


def day(text: str, today: date) -> date:
    """A day in our time: a full date, 오늘, yesterday, or a month and a day: the last such day, or one soon to come."""
    words = _squeezed(text)
    if words in _NEAR:
        return today + timedelta(_NEAR[words])
    near = _dates(text)
    if not near and (found := _MONTH_DAY.fullmatch(plain(text))):
        near = _made((today.year - 1, today.year, today.year + 1), int(found["month"]), int(found["day"]))
        near = [one for one in near if one <= today + _AHEAD]
    if not near:
        raise Refuse(t("read.day.bad"))
    return near[-1]


# ---------------------------------------------------------------------------------------------------------- phones


def phone(text: str) -> str:
    """A phone number as E.164 (+821012345678), also out of a sentence. Numbers without a country are Korean."""
    number = e164(re.sub(r"[^\d+]", "", plain(text)))
    if number is None:
        raise Refuse(t("read.phone.bad"))
    return number


# --------------------------------------------------------------------------------------------------- choices, yes/no

_COUNTED = (
    ("1st", "첫", "하나", "한", "일번", "one", "first"),
    ("2nd", "두", "둘", "이번", "two", "second"),
    ("3rd", "세", "셋", "삼번", "three", "third"),
    ("4th", "네", "넷", "사번", "four", "fourth"),
    ("5th", "다섯", "오번", "five", "fifth"),
    ("6th", "여섯", "육번", "six", "sixth"),
    ("7th", "일곱", "칠번", "seven", "seventh"),
    ("8th", "여덟", "여덜", "팔번", "eight", "eighth"),
    ("9th", "아홉", "구번", "nine", "ninth"),
    ("10th", "열", "십번", "ten", "tenth"),
)
_NUMBERS = {word: number for number, words in enumerate(_COUNTED, 1) for word in words}
_APART = re.compile(r"\d\W+\d")
_CHOICE = re.compile(
    rf"(?:no|number|option|choice|the|번호)?(?:(?P<digits>\d{{1,3}})|(?P<word>{'|'.join(_NUMBERS)}))"
    r"(?:번째|번쨰|번|째)?(?:one|option|거|것|꺼)?(?:으?로)?(?:이요|요|이에요|예요|입니다|할게요|할래요|해주세요|주세요|please)*"
)


def choice_number(text: str, n: int) -> int | None:
    """Which of `n` options is meant by 1, 1번, ①, 첫 번째, 하나, first, no. 2; None when none of them is."""
    found = _CHOICE.fullmatch(_squeezed(text))
    if not found or found[0] in "첫한두세네" or _APART.search(plain(text)):
        return None
    number = int(found["digits"]) if found["digits"] else _NUMBERS[found["word"]]
    return number if 1 <= number <= n else None


def _words(heads: str, tails: str) -> re.Pattern[str]:
    """One of the heads, then any of both, read greedily and never again (so that a long answer costs little)."""
    first, more = (
        "|".join(sorted(map(_squeezed, words.split()), key=len, reverse=True)) for words in (heads, f"{heads} {tails}")
    )
    return re.compile(rf"(?:{first})(?:{more})*+")


_YES = _words(
    "네 넵 넹 예 옙 응 어 그래 그렇 맞 좋 동의 확인 오케이 ㅇ ㅇㅋ yes yeah yep yup y ok okay sure"
    " correct right agree i-agree true that's-right that-is-right it-is of-course",
    "아 다 습니다 요 해 합니다 하 했 please",
)
_NO = _words(
    "아니 아뇨 아님 아닙 안돼 안됩 틀 싫 거부 거절 ㄴ 안맞 안동의 동의안 동의하지않 맞지않 그렇지않 안해 안하"
    " no nope nah not n don't do-not i-don't i-do-not wrong incorrect disagree i-disagree false",
    "요 오 에요 예요 니다 어 아 려 렸 습 합 해 했 겠 하 할래 thanks thank-you right correct agree true really it-is",
)


def yes_no(text: str) -> bool | None:
    """Whether a person agrees; None when it cannot be told, also when she says both."""
    words = _squeezed(text) if len(text) <= 60 else ""
    return True if _YES.fullmatch(words) else False if _NO.fullmatch(words) else None


# ----------------------------------------------------------------------------------------------------------- names


def person_name(text: str) -> str:
    """A name in any script, 1 to 60 characters, composed and with single spaces. Refuses digits and bare signs."""
    name = " ".join(unicodedata.normalize("NFC", text).split())
    if not 1 <= len(name) <= 60 or not any(map(str.isalpha, name)) or any(map(str.isdigit, name)):
        raise Refuse(t("read.name.bad"))
    return name


def name_key(name: str) -> str:
    """The form in which two spellings of one name are equal: composed, case-folded, letters only."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return unicodedata.normalize("NFC", "".join(c for c in folded if unicodedata.category(c)[0] in "LM"))


# ---------------------------------------------------------------------------------------------------------- numbers

_SMALL = r"(?:\d+(?:\.\d+)?천)?(?:\d+백)?(?:\d+십)?(?:\d+(?:\.\d+)?)?"
_AMOUNT = re.compile(
    rf"(?:krw|[₩\\])?(?:(?P<e8>{_SMALL})억)?(?:(?P<e4>{_SMALL})만)?(?P<e0>{_SMALL})(?:원|won|krw)?(?:정|쯤|정도)?"
)
_LARGEST = Decimal(10**12)


def _small(text: str | None) -> Decimal:
    """A number below ten thousand written with 천, 백 and 십, or in digits alone."""
    total = Decimal(0)
    for number, unit in re.findall(r"(\d+(?:\.\d+)?)([천백십]?)", text or ""):
        total += Decimal(number) * {"천": 1000, "백": 100, "십": 10, "": 1}[unit]
    return total


def amount(text: str) -> int:
    """A sum in won: 220,000, 22만, 22만 5천원, 1억 2천만원, KRW 220,000."""
    said = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", plain(text).replace(" ", "").lower())
    found = _AMOUNT.fullmatch(said.removesuffix("입니다").removesuffix("이에요"))
    if not found or not re.search(r"\d", said):
        raise Refuse(t("read.amount.bad"))
    won = _small(found["e8"]) * 10**8 + _small(found["e4"]) * 10**4 + _small(found["e0"])
    if won != won.to_integral_value() or won > _LARGEST:
        raise Refuse(t("read.amount.bad"))
    return int(won)


_COUNTER = "명|인|분|사람|개|people|persons|person"


def whole_number(text: str, least: int, most: int) -> int:
    """A count between `least` and `most`, both included, with or without its counter: 3, 3명, 세 명, three."""
    said = re.sub(rf"(?:{_COUNTER})?(?:가구)?(?:이요|요|입니다)?\W*$", "", plain(text).lower().replace(" ", ""))
    number = int(said) if re.fullmatch(r"\d{1,9}", said) else _NUMBERS.get(said)
    if number is None or not least <= number <= most:
        raise Refuse(t("read.number.bad", least=least, most=most))
    return number
