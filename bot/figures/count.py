"""From figures to what is said of them: shares that sum to one, medians, percentiles, sums by a field."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from math import ceil
from typing import Any, Final, TypeVar

import msgspec

from storage.figures import Answer, Claims

K = TypeVar("K")
R = TypeVar("R")
PAID: Final = "paid"
WHOLE: Final = 1000  # shares are told in thousandths: 883 is written 88.3%


class Paid(msgspec.Struct, frozen=True):
    """How many of those entitled were paid, and how much together, in won."""

    paid: int
    entitled: int
    won: int

    @property
    def share(self) -> float:
        """From 0 to 1; 0 where nobody is entitled."""
        return self.paid / self.entitled if self.entitled else 0.0


class Speed(msgspec.Struct, frozen=True):
    """Working minutes from filing to decision: of half of all, of nine of ten; `within` target, thousandths of all."""

    answered: int
    median: int
    ninth: int
    within: int


def shares(counts: Mapping[K, int]) -> dict[K, int]:
    """The share of each in thousandths, summing to exactly one: what rounding leaves goes to the largest remainders."""
    whole = sum(counts.values())
    if not whole:
        return dict.fromkeys(counts, 0)
    found = {key: count * WHOLE // whole for key, count in counts.items()}
    left = WHOLE - sum(found.values())
    for key in sorted(counts, key=lambda key: counts[key] * WHOLE % whole, reverse=True)[:left]:
        found[key] += 1
    return found


def summed(rows: Iterable[R], key: Callable[[R], K], count: Callable[[R], int]) -> Counter[K]:
    """So many of each kind, the most frequent first."""
    found: Counter[K] = Counter()
    for row in rows:
        found[key(row)] += count(row)
    return Counter(dict(found.most_common()))


def paid(claims: Iterable[Claims]) -> Paid:
    """How many of these people were paid."""
    rows = tuple(claims)
    given = [row for row in rows if row.status == PAID]
    return Paid(sum(row.people for row in given), sum(row.people for row in rows), sum(row.won for row in given))


def speed(answers: Sequence[Answer]) -> Speed | None:
    """How quickly these appeals were answered; None where none was."""
    if not answers:
        return None
    minutes = sorted(one.minutes for one in answers)
    promised = [one for one in answers if one.target is not None]
    kept = sum(one.minutes <= (one.target or 0) for one in promised)
    within = round(kept * WHOLE / len(promised)) if promised else WHOLE
    return Speed(len(minutes), percentile(minutes, 0.5), percentile(minutes, 0.9), within)


def percentile(ordered: Sequence[Any], part: float) -> Any:
    """The smallest of these values that so many of all do not exceed (nearest rank)."""
    return ordered[max(0, ceil(part * len(ordered)) - 1)]
