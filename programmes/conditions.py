"""Conditions with three answers: it holds, it does not, or a fact is wanting."""

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Self

from programmes.reading import Spot

Plain = str | int | date
"""A fact's value inside the rules; yes and no are the words "yes" and "no"."""

_OPS: Final[Mapping[str, Callable[..., bool]]] = {
    "in": lambda value, wanted: value in wanted,
    "not": lambda value, wanted: value not in wanted,
    "from": operator.ge,
    "to": operator.le,
    "after": operator.gt,
    "before": operator.lt,
    "over_limit": operator.gt,
}
ORDERED: Final = frozenset({"from", "to", "after", "before"})


@dataclass(frozen=True, slots=True)
class Test:
    """One fact against one value: `in` and `not` take a set of codes, `over_limit` the code of a Limit."""

    __test__ = False

    fact: str
    op: str
    wanted: frozenset[Plain] | Plain


@dataclass(frozen=True, slots=True)
class When:
    """Tests that must all hold. In TOML `{ fact = "a" }`, `{ fact = ["a", "b"] }`, `{ fact = { not = "a" } }`,
    `{ fact = { from = 1, to = 9 } }` (both ends in), `{ fact = { after = 2025-06-18 } }`,
    `{ fact = { over_limit = "code" } }`.
    """

    tests: tuple[Test, ...] = ()

    @classmethod
    def read(cls, value: object, spot: Spot) -> Self:
        """From its TOML table. BadProgramme when it is none of the forms above."""
        if not isinstance(value, dict):
            raise spot.refuse("should be a table of facts")
        pairs = [(fact, op, item) for fact, wanted in value.items() for op, item in _spelt_out(wanted).items()]
        return cls(tuple(_made(fact, op, item, spot / fact) for fact, op, item in pairs))


@dataclass(frozen=True, slots=True)
class Limit:
    """A sum looked up by a row fact (a code) and a column fact (a number), one column further when `one_up` holds.

    A cell that no source gives is left out: then the answer is `unknown` (a reason code), and `office` knows.
    """

    code: str
    row: str
    column: str
    cells: Mapping[str, Mapping[str, int]]
    office: str
    unknown: str
    source: str
    one_up: When | None = None


@dataclass(frozen=True, slots=True)
class Wanting:
    """What keeps a condition from being answered: a fact nobody has told, or a limit without a cell."""

    fact: str = ""
    limit: Limit | None = None


Facts = Mapping[str, Plain]
Limits = Mapping[str, Limit]


def holds(when: When | None, facts: Facts, limits: Limits) -> bool | Wanting:
    """Whether all tests hold. One that fails decides at once, whatever else is wanting; nothing at all holds."""
    answers = [_test(test, facts, limits) for test in when.tests] if when else []
    if any(answer is False for answer in answers):
        return False
    return next((answer for answer in answers if isinstance(answer, Wanting)), True)


def bound(limit: Limit, facts: Facts, limits: Limits) -> int | Wanting:
    """The limit that counts for these facts, in won."""
    for name in (limit.row, limit.column):
        if name not in facts:
            return Wanting(name)
    up = holds(limit.one_up, facts, limits) if limit.one_up else False
    if isinstance(up, Wanting):
        return up
    column = facts[limit.column]
    cell = limit.cells.get(str(facts[limit.row]), {}).get(str(column + up if isinstance(column, int) else column))
    return Wanting(limit=limit) if cell is None else cell


def _test(test: Test, facts: Facts, limits: Limits) -> bool | Wanting:
    wanted: object = test.wanted
    if test.op == "over_limit":
        found = bound(limits[str(test.wanted)], facts, limits)
        if isinstance(found, Wanting):
            return found
        wanted = found
    return _OPS[test.op](facts[test.fact], wanted) if test.fact in facts else Wanting(test.fact)


def plain(value: object) -> Plain | None:
    """A told value as the rules compare it, or None for what they cannot use."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, str | int | date) else None


def _made(fact: str, op: str, item: object, spot: Spot) -> Test:
    if op not in _OPS:
        raise spot.refuse(f"{op} is no way to compare")
    wanted = plain(item)
    if op in ("in", "not"):
        return Test(fact, op, _set(item))
    if wanted is None:
        raise spot.refuse(f"{op} needs one value")
    return Test(fact, op, wanted)


def _spelt_out(wanted: object) -> Mapping[str, object]:
    return wanted if isinstance(wanted, dict) else {"in": wanted}


def _set(item: object) -> frozenset[Plain]:
    found = (plain(one) for one in (item if isinstance(item, list) else [item]))
    return frozenset(one for one in found if one is not None)
