"""The sample city: a roster and payments as the office would send them, of people who do not exist.

What is due comes from the programme's own rules; how fast people apply comes from `bot/sample/sample.toml`. A later
clock finds the same people further on.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from itertools import groupby
from pathlib import Path
from random import Random
from typing import Final

from bot.sample.people import CAST, SETTINGS, Crowd, Member
from programmes.model import FactValue, Programme, Round, load_all
from programmes.reading import KST
from programmes.rules import ADULT_FROM, Outcome, RosterFacts, day, facts_of, verdict

__all__ = ["CAST", "Member", "write_sample"]

ROSTER: Final = (
    "person_id,name,birth_date,phone,dong,category,household_id,is_head,nationality_status,"
    "insurance,premium,earners,assets_over,insured,present_on_reference_date"
)
PAYMENTS: Final = "person_id,round,status,method,amount,applied_at,paid_at"

_WEEK: Final = ("mon", "tue", "wed", "thu", "fri")
_MEANS: Final = frozenset({"insurance", "premium", "earners", "assets_over", "household_size"})
_LARGEST: Final[Mapping[str, FactValue]] = {"household_size": 4, "earners": 1, "insurance": "workplace"}
_PAYMENT: Final = SETTINGS["payment"]


def write_sample(folder: Path, people: int, seed: int, now: datetime, progress: Callable[[int, int], None]) -> None:
    """Write `roster.csv` and `payments.csv` of so many people (at least the cast), as they stand at `now`.

    The same arguments write the same bytes; memory does not grow with `people`. `progress` hears (done, all).
    """
    city = load_all()
    programme = city.programmes[SETTINGS["programme"]]
    dongs = [dong.name.ko for dong in city.places.dongs_on(now.astimezone(KST).date())]
    crowd = Crowd(Random(f"{seed} people"), dongs, programme.reference_date)  # noqa: S311 - a sample, not a secret
    tills = [_Till(programme, one, now, seed) for one in programme.rounds if one.opens <= now]
    done = 0
    with (
        (folder / "roster.csv").open("w", encoding="utf-8", newline="") as roster,
        (folder / "payments.csv").open("w", encoding="utf-8", newline="") as payments,
    ):
        roster.write(f"{ROSTER}\n")
        payments.write(f"{PAYMENTS}\n")
        for household in _households(crowd, people):
            roster.writelines(map(_row, household))
            for till in tills:
                payments.writelines(till.rows(household))
            done += len(household)
            if done % 1_000 < len(household):
                progress(done, people)
    progress(done, people)


def _households(crowd: Crowd, people: int) -> Iterator[list[Member]]:
    """The cast, then others until there are enough; the last household may lose its youngest."""
    for _, members in groupby((one for one in CAST if one.listed), key=lambda one: one.household_id):
        household = list(members)
        people -= len(household)
        yield household
    while people > 0:
        household = crowd.household()[:people]
        people -= len(household)
        yield household


def _row(one: Member) -> str:
    return (
        f"{one.person_id},{one.name},{one.birth_date},{one.phone},{one.dong},{one.category},{one.household_id},"
        f"{one.is_head:d},{one.nationality_status},{one.insurance},{one.premium},{one.earners},{one.assets_over:d},"
        f"{one.insured:d},{one.present_on_reference_date:d}\n"
    )


_GOLDEN: Final = 0.6180339887498949  # steps of the golden section spread ranks evenly, however few there are


@dataclass(frozen=True, slots=True)
class _Application:
    applied: datetime
    paid: datetime
    method: str
    returned: bool


class _Till:
    """Who has applied for one round, when and how, and what has come of it by now."""

    def __init__(self, programme: Programme, one: Round, now: datetime, seed: int) -> None:
        self._programme, self._round, self._now = programme, one, now.astimezone(KST)
        self._year = programme.reference_date.year
        self._chance = Random(f"{seed} {one.code}")  # noqa: S311 - a sample, not a secret
        self._rank = self._chance.random()
        self._answers: dict[tuple[object, ...], tuple[Outcome, int]] = {}
        points = next(curve["points"] for curve in SETTINGS["curves"] if curve["round"] == one.code)
        self._moments: list[datetime] = [point["at"] for point in points]
        self._shares: list[float] = [point["share"] for point in points]
        self._days = _days_by_digit(one)
        self._first_week = self._share_after(max(self._days.values())) if self._days else 0.0

    def _share_after(self, morning: datetime) -> float:
        """The share at the first known point after a day, given as its first moment."""
        after = morning + timedelta(1)
        return next(share for at, share in zip(self._moments, self._shares, strict=True) if at >= after)

    def rows(self, household: Sequence[Member]) -> Iterator[str]:
        """Payment rows of those entitled. Minors are applied for by the head of household."""
        of_head: _Application | None = None
        head = household[0]
        koreans = any(one.nationality_status == "korean" for one in household)
        means = (head.insurance, head.premium, head.earners, head.assets_over, len(household))
        for one in household:
            minor = self._year - one.birth_date.year < ADULT_FROM
            if one.is_head:
                own = of_head = self._apply(one)
            else:
                own = of_head if minor else self._apply(one)
            alike = (minor, one.is_head, one.category, one.nationality_status, one.insured,
                     one.present_on_reference_date, koreans)  # fmt: skip
            outcome, amount = self._answer(alike, means, one, household)
            if outcome is Outcome.YES:
                yield f"{one.person_id},{self._round.code},{self._told(own, amount)}\n"

    def _told(self, own: _Application | None, amount: int) -> str:
        """Status, method, amount, applied and paid as they stand now."""
        if own is None or own.applied > self._now:
            return "not_applied,,,,"
        if own.paid > self._now:
            return f"applied,{own.method},{amount},{own.applied.isoformat()},"
        status = "returned" if own.returned else "paid"
        return f"{status},{own.method},{amount},{own.applied.isoformat()},{own.paid.isoformat()}"

    def _apply(self, one: Member) -> _Application | None:
        """When this person's turn comes; None for those who never come."""
        if one.paid is None:
            self._rank = (self._rank + _GOLDEN) % 1.0
            return self._turn(one, self._rank)
        if one.paid == "not_applied":
            return None
        first = self._turn(one, 0.0)  # the cast comes as soon as it may
        if first and one.paid == "applied":
            return self._today(one)
        return first and replace(first, returned=one.paid == "returned")

    def _turn(self, one: Member, rank: float) -> _Application | None:
        """Whoever has this rank (0 to 1) among all entitled, applying on her day and in the order of ranks."""
        if rank >= self._shares[-1]:
            return None
        odds = self._chance.random
        if rank < self._first_week:
            applied = self._days[one.birth_date.year % 10] + timedelta(minutes=540 + int(odds() * 780))
        else:
            applied = self._moment(rank)
        method = "card" if odds() < _PAYMENT["card"] else "eeum"
        paid = datetime.combine(applied.date() + timedelta(1), time(), KST) + timedelta(minutes=int(odds() * 540))
        if method == "eeum" and applied.weekday() < 5 and 9 <= applied.hour < 18 and odds() < _PAYMENT["counter"]:
            paid = applied
        return _Application(applied, paid, method, odds() < _PAYMENT["returned"])

    def _today(self, one: Member) -> _Application | None:
        """Applied for two hours ago and not paid yet, if it was this person's day."""
        applied = self._now.replace(minute=0, second=0, microsecond=0) - timedelta(hours=2)
        if not day(self._round, one.birth_date, applied).open:
            return None
        return _Application(applied, applied + timedelta(1), "card", False)

    def _moment(self, share: float) -> datetime:
        """When so many had applied, between the known points of the curve."""
        at = max(1, bisect_left(self._shares, share))
        low, high = self._shares[at - 1], self._shares[at]
        began, ended = self._moments[at - 1], self._moments[at]
        moment = began + (ended - began) * ((share - low) / (high - low))
        return moment.astimezone(KST).replace(second=0, microsecond=0)

    def _answer(
        self, alike: tuple[object, ...], means: tuple[object, ...], one: Member, household: Sequence[Member]
    ) -> tuple[Outcome, int]:
        """Outcome and sum by the programme's rules; people alike are judged once, by means only if these matter."""
        for key in (alike, alike + means):
            if key not in self._answers:
                facts = facts_of(_facts(one), [*map(_facts, household)], self._programme.reference_date)
                self._answers[key] = self._judge(facts, with_means=key is not alike)
            if self._answers[key][0] is not Outcome.UNKNOWN:
                break
        return self._answers[key]

    def _judge(self, facts: Mapping[str, FactValue], with_means: bool) -> tuple[Outcome, int]:
        """Where only the insurer knows the limit of such a household, the largest one told is taken instead."""
        known = {name: value for name, value in facts.items() if with_means or name not in _MEANS}
        found = verdict(self._programme, known, self._round.opens, self._round.code)
        if found.outcome is Outcome.UNKNOWN and with_means:
            found = verdict(self._programme, {**known, **_LARGEST}, self._round.opens, self._round.code)
        return found.outcome, found.total


def _facts(one: Member) -> RosterFacts:
    return RosterFacts(**{name: getattr(one, name) for name in RosterFacts.__slots__})


def _days_by_digit(one: Round) -> dict[int, datetime]:
    """The first-week day (its first moment) of each last digit of a birth year; empty without a scheme."""
    if one.scheme is None:
        return {}
    week = [one.scheme.first + timedelta(at) for at in range((one.scheme.last - one.scheme.first).days + 1)]
    return {
        digit: datetime.combine(at, time(), KST)
        for at in week
        if at.weekday() < len(_WEEK)
        for digit in one.scheme.digits[_WEEK[at.weekday()]]
    }
