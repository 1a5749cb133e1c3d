"""Where the rules draw lines: whoever stands on the same side of all of them is judged alike. Pure.

A day of birth and a premium are hardly ever those of anybody else; what the rules see of them is on which side of a
few days and of a few sums they are. So a city is judged by some thousand kinds of households instead of one by one.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from datetime import date
from operator import attrgetter
from typing import Final

from programmes.conditions import Plain, When
from programmes.rules import ADULT_FROM, RosterFacts
from programmes.schema import Programme, Round

Sides = tuple[object, ...]
_as_it_is: Final = attrgetter(*(name for name in RosterFacts.__slots__ if name not in ("birth_date", "premium")))


class Lines:
    """The days and the sums (won) of all rounds of some programmes, in order.

    `years`: in which a day of birth may decide; in any other year each day is like the next.
    """

    def __init__(self, programmes: Iterable[Programme]) -> None:
        drawn = set[Plain]()
        adults = set[date]()
        for programme in programmes:
            drawn |= {programme.reference_date, *(line for one in programme.rounds for line in _drawn(one))}
            adults.add(date(programme.reference_date.year - ADULT_FROM + 1, 1, 1))
        days = {line for line in drawn if isinstance(line, date)}
        self.years = frozenset(day.year for day in days)
        self._days = sorted(days | adults)
        self._sums = sorted(line for line in drawn if isinstance(line, int))

    def sides(self, row: RosterFacts) -> Sides:
        """The same for rows that no rule tells apart, neither as a person's own nor as one of her household."""
        days, sums, born, premium = self._days, self._sums, row.birth_date, row.premium
        return (
            bisect_left(days, born) + bisect_right(days, born),
            None if premium is None else bisect_left(sums, premium) + bisect_right(sums, premium),
            _as_it_is(row),
        )


def _drawn(round: Round) -> Iterator[Plain]:
    limits = (round.limits or {}).values()
    whens = (
        *(rule.when for rule in round.rules),
        *(part.when for part in round.sums.values()),
        *(limit.one_up for limit in limits),
    )
    for when in whens:
        yield from _wanted(when)
    for limit in limits:
        for row in limit.cells.values():
            yield from row.values()


def _wanted(when: When | None) -> Iterator[Plain]:
    for test in when.tests if when else ():
        if isinstance(test.wanted, frozenset):
            yield from test.wanted
        else:
            yield test.wanted
