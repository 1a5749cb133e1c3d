"""The monthly look at who did what: what is counted of each officer, and what is unusual enough to be read first.

The Standard of Safety Measures for Personal Information §8 wants access records checked at least once a month, and
the reason of every download.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from statistics import median
from typing import Final
from uuid import UUID

from programmes.reading import KST
from programmes.worktime import Calendar, is_open

OPENINGS: Final = frozenset({
    "case.read", "case.looked_for", "talk.opened", "visit.opened", "outreach.opened", "paper.shown",
    "helper.looked_for",
})  # fmt: skip
"""Acts by which an officer sees what is kept of somebody."""

DOWNLOADS: Final = frozenset({"export.made", "figures.downloaded"})
"""Acts by which something leaves the house."""

BEFORE: Final = timedelta(days=31)
"""So long before the month an officer's work on somebody's case still explains why she opens it."""

MANY: Final = 50
"""Openings in a month that are many, if they are also `TIMES` what is usual among her colleagues."""

TIMES: Final = 3

FOREIGN: Final = 10
"""Openings of cases on which she did nothing else that are unusual, if they are also a `SHARE` of all of hers."""

SHARE: Final = 1 / 3

DUE: Final = 10
"""Day of the next month after which a review that is not closed is late."""


class Flag(StrEnum):
    """What is unusual about an officer's month."""

    MANY = "many"
    OUT_OF_HOURS = "out_of_hours"
    NOT_HERS = "not_hers"
    DOWNLOADS = "downloads"


@dataclass(frozen=True, slots=True)
class Deed:
    """One row of the audit: what she did, to whom."""

    at: datetime
    action: str
    subject: UUID | None


@dataclass(frozen=True, slots=True)
class Month:
    """What an officer did in a month: how often each kind, and what of her openings stands out."""

    counts: Mapping[str, int]
    openings: int = 0
    out_of_hours: int = 0
    not_hers: int = 0
    downloads: int = 0


def span(month: date) -> tuple[datetime, datetime]:
    """From the first moment of a month, given by its first day, to that of the next, in Korea."""
    following = (month + timedelta(days=31)).replace(day=1)
    return datetime.combine(month, time(), KST), datetime.combine(following, time(), KST)


def month_before(day: date) -> date:
    """First day of the month before the one this day lies in."""
    return (day.replace(day=1) - timedelta(days=1)).replace(day=1)


def seen(deeds: Iterable[Deed], since: datetime, calendar: Calendar) -> Month:
    """Count what was done since then; what was done before only explains whose cases were hers."""
    counts: Counter[str] = Counter()
    worked: set[UUID] = set()
    opened: list[UUID] = []
    outside = 0
    for deed in deeds:
        opens = deed.action in OPENINGS
        if deed.subject is not None and not opens:
            worked.add(deed.subject)
        if deed.at < since:
            continue
        counts[deed.action] += 1
        if opens:
            outside += not is_open(deed.at, calendar)
            opened += [deed.subject] if deed.subject is not None else []
    openings = sum(counts[one] for one in OPENINGS)
    downloads = sum(counts[one] for one in DOWNLOADS)
    return Month(dict(counts), openings, outside, sum(one not in worked for one in opened), downloads)


def flags(one: Month, others: Sequence[Month]) -> tuple[Flag, ...]:
    """What is unusual about this month of hers, beside those of her colleagues."""
    usual = median([each.openings for each in others if each.openings] or [0])
    found = {
        Flag.MANY: one.openings >= MANY and one.openings > TIMES * usual,
        Flag.OUT_OF_HOURS: one.out_of_hours > 0,
        Flag.NOT_HERS: one.not_hers >= FOREIGN and one.not_hers > SHARE * one.openings,
        Flag.DOWNLOADS: one.downloads > 0,
    }
    return tuple(flag for flag, holds in found.items() if holds)
