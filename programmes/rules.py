"""The rules read: is this person due, how much and why, and is today her day. Pure; every answer is one of three."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Literal

from programmes.conditions import Facts, Limits, Plain, Wanting, When, bound, holds, plain
from programmes.reading import KST
from programmes.schema import Fact, FactValue, Param, Programme, Round, Scheme, Sum
from programmes.wording import Won, Wording

ADULT_FROM = 19
"""Age, counted by calendar years on the reference date, from which one is no minor."""

UNSURE = "unsure"
"""A fact whose holder was asked and does not know: as good as missing, but not to be asked again."""

_DAYS = ("mon", "tue", "wed", "thu", "fri")


class Outcome(StrEnum):
    """The three answers."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Part:
    """One line of a sum, in won."""

    label: Wording
    amount: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """Answer for one person in one round; `reason` is a code of the programme's reasons.

    With UNKNOWN, `wanting` is the fact to ask next (None when only `office` can tell). A `wanting` that is already
    among the facts given was asked in vain. With NO, `office` is the one to turn to, if the reason names one.
    `params` fill the reason's placeholders.
    """

    outcome: Outcome
    reason: str
    round: str
    sums: tuple[Part, ...] = ()
    wanting: str | None = None
    office: str | None = None
    params: Mapping[str, Param] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """All parts together, in won."""
        return sum(part.amount for part in self.sums)


@dataclass(frozen=True, slots=True)
class Day:
    """Whether a person may apply at a moment; else when she next may, if ever in this round."""

    open: bool
    opens: datetime | None
    why: Literal["open", "before", "not_your_day", "closed"]
    online_only: bool = False


@dataclass(frozen=True, slots=True)
class RosterFacts:
    """One row of the roster; None where the file does not say. `premium` in won a month for the household."""

    birth_date: date
    category: str
    is_head: bool
    nationality_status: str
    insurance: str | None = None
    premium: int | None = None
    earners: int | None = None
    assets_over: bool | None = None
    insured: bool | None = None
    present_on_reference_date: bool | None = None


def verdict(
    programme: Programme,
    facts: Mapping[str, FactValue],
    now: datetime,
    round: str | None = None,
) -> Verdict:
    """What the programme says of these facts; never raises. A missing, unusable or UNSURE fact is not known.

    Without a round (or with one that is none) the newest that has opened counts, else the first.
    """
    one = programme.round(round) or programme.round_at(now)
    if now >= one.closes:
        return _no(programme, one, one.closed)
    known, limits = _known(programme, facts), one.limits or {}
    for rule in one.rules:
        answer = holds(rule.when, known, limits)
        if isinstance(answer, Wanting):
            return _unknown(programme, one, answer)
        if answer and rule.no:
            return _no(programme, one, rule.no, _bounds(rule.when, known, limits))
        if answer:
            return _yes(programme, one, known, rule.reason)
    raise AssertionError  # pragma: no cover - the loader asks for a last rule that always holds


def day(round: Round, birth_date: date, now: datetime, appeal: bool = False) -> Day:
    """Whether it is this person's day to apply online, or to appeal, under the first days' scheme."""
    opens, closes = (round.appeal_opens, round.appeal_closes) if appeal else (round.opens, round.closes)
    if now >= closes:
        return Day(False, None, "closed")
    first = max(now, opens).astimezone(KST)
    while not _may(round.scheme, birth_date, first.date()):
        first = datetime.combine(first.date() + timedelta(days=1), time(), KST)
    if first >= closes:
        return Day(False, None, "not_your_day")
    online_only = _weekend_of(round.scheme, first.date())
    if first == now:
        return Day(True, None, "open", online_only)
    return Day(False, first, "before" if now < opens else "not_your_day", online_only)


def facts_of(row: RosterFacts, household: Collection[RosterFacts], reference_date: date) -> dict[str, FactValue]:
    """Facts for `verdict` from a person's row and all rows of her household, her own among them.

    Size, adults and nationality of the household are those of the reference date: who was born later does not count.
    """
    then = [one for one in household if one.birth_date <= reference_date]
    told = {name: getattr(row, name) for name in RosterFacts.__slots__}
    return {name: value for name, value in told.items() if value is not None} | {
        "minor": _minor(row, reference_date),
        "household_size": max(1, len(then)),
        "household_has_adult": any(not _minor(one, reference_date) for one in then),
        "household_has_korean": any(one.nationality_status == "korean" for one in then),
        "born_after_reference": row.birth_date > reference_date,
    }


def _no(programme: Programme, one: Round, reason: str, bounds: Mapping[str, Param] | None = None) -> Verdict:
    params = {**programme.round_params(one), **(bounds or {})}
    return Verdict(Outcome.NO, reason, one.code, office=programme.reasons[reason].office, params=params)


def _yes(programme: Programme, one: Round, known: Facts, reason: str) -> Verdict:
    parts: list[Sum] = []
    for part in one.sums.values():
        answer = holds(part.when, known, one.limits or {})
        if isinstance(answer, Wanting):
            return _unknown(programme, one, answer)
        parts += [part] if answer else []
    sums = tuple(Part(part.label, part.amount) for part in parts)
    return Verdict(Outcome.YES, reason, one.code, sums, params=programme.round_params(one))


def _unknown(programme: Programme, one: Round, wanting: Wanting) -> Verdict:
    params = programme.round_params(one)
    if wanting.limit:
        limit = wanting.limit
        return Verdict(Outcome.UNKNOWN, limit.unknown, one.code, office=limit.office, params=params)
    fact = programme.facts[wanting.fact]
    return Verdict(
        Outcome.UNKNOWN, programme.unknown, one.code, wanting=fact.code, office=fact.office,
        params={**params, "fact": fact.label},
    )  # fmt: skip


def _known(programme: Programme, facts: Mapping[str, FactValue]) -> Facts:
    """The facts this programme can use, of the kind it expects."""
    told = {code: _fitting(fact, facts.get(code)) for code, fact in programme.facts.items()}
    return {code: value for code, value in told.items() if value is not None}


def _fitting(fact: Fact, value: FactValue | None) -> Plain | None:
    found = fact.assumed if value is None else plain(value)
    match fact.kind, found:
        case "choice", str() if found in (fact.choices or {}):
            return found
        case "date", date():
            return found
        case (("sum" | "number"), int()) if found >= 0:
            return found
    return None


def _bounds(when: When | None, known: Facts, limits: Limits) -> dict[str, Param]:
    """The limits a rule was decided by, under their codes."""
    used = [limits[str(test.wanted)] for test in (when.tests if when else ()) if test.op == "over_limit"]
    found = {limit.code: bound(limit, known, limits) for limit in used}
    return {code: Won(value) for code, value in found.items() if isinstance(value, int)}


def _may(scheme: Scheme | None, birth_date: date, today: date) -> bool:
    if scheme is None or not scheme.first <= today <= scheme.last:
        return True
    if today.weekday() >= len(_DAYS):
        return scheme.weekend == "anyone"
    return birth_date.year % 10 in scheme.digits[_DAYS[today.weekday()]]


def _weekend_of(scheme: Scheme | None, today: date) -> bool:
    return scheme is not None and scheme.first <= today <= scheme.last and today.weekday() >= len(_DAYS)


def _minor(row: RosterFacts, reference_date: date) -> bool:
    return reference_date.year - row.birth_date.year < ADULT_FROM
