"""The office's files, line by line: what a roster or payment row must look like, and what is wrong with a bad one.

A bad row is known by its line number and a reason code; its values are never repeated. Formats: `docs/import.md`.
"""

import csv
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from operator import itemgetter
from typing import Final, Literal, NamedTuple
from zoneinfo import ZoneInfo

from storage.forms import e164

Kind = Literal["roster", "payments"]

BOM: Final = b"\xef\xbb\xbf"
KST: Final = ZoneInfo("Asia/Seoul")
OLDEST: Final = date(1890, 1, 1)
HIGHEST_SUM: Final = 10_000_000  # won: no payment and no monthly premium comes near

CATEGORIES: Final = frozenset({"general", "near_poverty", "single_parent", "basic"})
NATIONALITIES: Final = frozenset({"korean", "overseas_korean", "f24", "f5", "f6", "other"})
INSURANCES: Final = frozenset({"workplace", "regional", "mixed"})
ROUNDS: Final = frozenset({"1", "2"})
STATUSES: Final = frozenset({"not_applied", "applied", "paid", "returned"})
METHODS: Final = frozenset({"card", "eeum"})

KOREAN: Final[Mapping[Kind, Mapping[str, str]]] = {
    "roster": {
        "개인번호": "person_id",
        "성명": "name",
        "생년월일": "birth_date",
        "전화번호": "phone",
        "행정동": "dong",
        "자격": "category",
        "세대번호": "household_id",
        "세대주여부": "is_head",
        "국적구분": "nationality_status",
        "건강보험구분": "insurance",
        "건강보험료": "premium",
        "소득원수": "earners",
        "고액자산여부": "assets_over",
        "건강보험가입여부": "insured",
        "기준일국내체류여부": "present_on_reference_date",
    },
    "payments": {
        "개인번호": "person_id",
        "차수": "round",
        "상태": "status",
        "지급수단": "method",
        "금액": "amount",
        "신청일": "applied_at",
        "지급일": "paid_at",
    },
}
OPTIONAL: Final = frozenset({"insurance", "premium", "earners", "assets_over", "insured", "present_on_reference_date"})

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
_RESIDENT_NUMBER = re.compile(r"(?<!\d)\d{6}[-\s]?\d{7}(?!\d)")
_UNFIT_NAME = re.compile(r"[\d\x00-\x1f@|]")


class BadRow(Exception):
    """A row that cannot be taken, by its reason code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class BadFile(Exception):
    """A file that cannot be taken at all: a reason code, and what its sentence needs (never personal data)."""

    def __init__(self, reason: str, **facts: int | str) -> None:
        super().__init__(reason)
        self.reason, self.facts = reason, facts


class RosterRow(NamedTuple):
    """One person as the office knows her; `phone` is E.164, `dong` a code, an optional value None when not said."""

    person_id: str
    name: str
    birth_date: date
    phone: str | None
    dong: str
    category: str
    household_id: str
    is_head: bool
    nationality_status: str
    insurance: str | None
    premium: int | None
    earners: int | None
    assets_over: bool | None
    insured: bool | None
    present_on_reference_date: bool | None


class PaymentRow(NamedTuple):
    """What became of one person's payment of one round; `amount` in won."""

    person_id: str
    round: str
    status: str
    method: str | None
    amount: int | None
    applied_at: datetime | None
    paid_at: datetime | None


ROWS: Final[Mapping[Kind, type[RosterRow | PaymentRow]]] = {"roster": RosterRow, "payments": PaymentRow}


@dataclass(frozen=True, slots=True)
class Sheet:
    """How one file is written: encoding, the column at each place ("" for one we do not know), and what is valid.

    `pick` takes a row's cells, and "" after them for columns that are not there, into the order of our own row.
    `dongs` maps every accepted spelling to the dong's code; nothing may lie after `today`.
    """

    kind: Kind
    encoding: str
    columns: tuple[str, ...]
    pick: Callable[[Sequence[str]], tuple[str, ...]]
    dongs: Mapping[str, str]
    today: date

    def row(self, line: bytes) -> RosterRow | PaymentRow:
        """Read and check one line. Raises `BadRow`."""
        values = self._values(line)
        return self._roster(*values) if self.kind == "roster" else _payment(self.today, *values)

    def key(self, line: bytes) -> tuple[str, str] | None:
        """Whose row a bad line is, and of which round; None when that cannot be told."""
        try:
            cells = line.decode(self.encoding, "replace").rstrip("\r\n").split(",")
            person = cells[self.columns.index("person_id")].strip(' "')
            round_ = cells[self.columns.index("round")].strip(' "') if self.kind == "payments" else ""
        except IndexError:
            return None
        known = _ID.fullmatch(person) and (not round_ or round_ in ROUNDS)
        return (person, round_) if known else None

    def _values(self, line: bytes) -> tuple[str, ...]:
        try:
            text = line.decode(self.encoding).rstrip("\r\n")
        except UnicodeDecodeError as error:
            raise BadRow("encoding") from error
        try:
            cells = text.split(",") if '"' not in text else next(csv.reader([text], strict=True))
        except csv.Error as error:
            raise BadRow("truncated") from error
        for cell in cells:
            if len(cell) > 12 and _RESIDENT_NUMBER.search(cell):
                raise BadRow("resident_number")
        if len(cells) != len(self.columns):
            raise BadRow("truncated" if len(cells) < len(self.columns) else "shifted")
        return self.pick([*map(str.strip, cells), ""])

    def _roster(
        self,
        person_id: str,
        name: str,
        birth_date: str,
        phone: str,
        dong: str,
        category: str,
        household_id: str,
        is_head: str,
        nationality_status: str,
        insurance: str,
        premium: str,
        earners: str,
        assets_over: str,
        insured: str,
        present: str,
    ) -> RosterRow:
        if dong not in self.dongs:
            raise BadRow("dong")
        return RosterRow(
            _id(person_id, "person_id"),
            _name(name),
            _birth_date(birth_date, self.today),
            _phone(phone),
            self.dongs[dong],
            _one_of(category, CATEGORIES, "category"),
            _id(household_id, "household_id"),
            _flag(is_head),
            _one_of(nationality_status, NATIONALITIES, "nationality_status"),
            _one_of(insurance, INSURANCES, "insurance") if insurance else None,
            _whole(premium, HIGHEST_SUM, "premium") if premium else None,
            _whole(earners, 20, "earners") if earners else None,
            _flag(assets_over) if assets_over else None,
            _flag(insured) if insured else None,
            _flag(present) if present else None,
        )


def sheet(kind: Kind, header: bytes, sample: bytes, dongs: Mapping[str, str], today: date) -> Sheet:
    """Read how a file is written from its first line and some more of it. Raises `BadFile`."""
    header = header.removeprefix(BOM)
    encoding = _encoding(header, sample[: sample.rfind(b"\n") + 1] or sample)
    names = [cell.strip().strip('"').strip() for cell in header.decode(encoding).rstrip("\r\n").split(",")]
    english = frozenset(KOREAN[kind].values())
    folded = ["".join(name.split()).casefold() for name in names]
    columns = tuple(KOREAN[kind].get(name, name if name in english else "") for name in folded)
    if missing := sorted(english - OPTIONAL - set(columns)):
        raise BadFile("header", columns=", ".join(missing))
    known = [name for name in columns if name]
    if len(set(known)) != len(known):
        raise BadFile("doubled_columns")
    places = (columns.index(name) if name in columns else len(columns) for name in ROWS[kind]._fields)
    return Sheet(kind, encoding, columns, itemgetter(*places), dongs, today)


def _encoding(*lines: bytes) -> str:
    for encoding in ("utf-8", "cp949"):
        try:
            for line in lines:
                line.decode(encoding)
        except UnicodeDecodeError:
            continue
        return encoding
    raise BadFile("encoding")


def _payment(
    today: date, person_id: str, round_: str, status: str, method: str, amount: str, applied_at: str, paid_at: str
) -> PaymentRow:
    applied, paid = _moment(applied_at, today), _moment(paid_at, today)
    if (applied and paid and paid < applied) or (status == "paid" and paid is None):
        raise BadRow("moment")
    return PaymentRow(
        _id(person_id, "person_id"),
        _one_of(round_, ROUNDS, "round"),
        _one_of(status, STATUSES, "status"),
        _one_of(method, METHODS, "method") if method else None,
        _whole(amount, HIGHEST_SUM, "amount") if amount else None,
        applied,
        paid,
    )


def _id(text: str, reason: str) -> str:
    if not _ID.fullmatch(text):
        raise BadRow(reason)
    return text


def _name(text: str) -> str:
    if not text or len(text) > 80 or _UNFIT_NAME.search(text):
        raise BadRow("name")
    return unicodedata.normalize("NFC", text)


def _birth_date(text: str, today: date) -> date:
    day = _date(text, "birth_date")
    if not OLDEST <= day <= today:
        raise BadRow("birth_date")
    return day


def _date(text: str, reason: str) -> date:
    if len(text) != 10:
        raise BadRow(reason)
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadRow(reason) from error


def _moment(text: str, today: date) -> datetime | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadRow("moment") from error
    moment = (moment if moment.tzinfo else moment.replace(tzinfo=KST)).astimezone(UTC)
    if moment >= _end_of(today):
        raise BadRow("moment")
    return moment


@cache
def _end_of(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), KST).astimezone(UTC)


def _phone(text: str) -> str | None:
    if not text:
        return None
    if (phone := e164(text)) is None:
        raise BadRow("phone")
    return phone


def _one_of(text: str, values: frozenset[str], reason: str) -> str:
    if text not in values:
        raise BadRow(reason)
    return text


def _whole(text: str, most: int, reason: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 12 and int(text) <= most):
        raise BadRow(reason)
    return int(text)


def _flag(text: str) -> bool:
    if text not in ("0", "1"):
        raise BadRow("flag")
    return text == "1"
