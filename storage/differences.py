"""What one version of a file changes against another, counted by SQL on a read connection."""

from collections.abc import Iterable, Mapping
from typing import Any, Final, Literal

import msgspec
from sqlalchemy import BindParameter, ColumnElement, Select, and_, bindparam, case, func, or_, select

from storage.engine import Db
from storage.tables import payments, pointers, roster

PAID: Final = "paid"


class Tally(msgspec.Struct):
    """How many rows are new, gone and changed."""

    new: int = 0
    gone: int = 0
    changed: int = 0

    @property
    def all(self) -> int:
        """Rows that are otherwise in any way."""
        return self.new + self.gone + self.changed


class Shift(msgspec.Struct):
    """How many people become eligible in a round, and how many no longer are."""

    programme: str
    round: str
    gain: int = 0
    lose: int = 0


class Sums(msgspec.Struct):
    """Of one round: whose sum in won is another than before, what it came to, who is newly paid and who no longer."""

    round: str
    people: int
    before: int
    after: int
    paid: int
    unpaid: int


class Difference(msgspec.Struct):
    """What a staged version changes. `former` are the rows it was compared with, `whole` is all of it.

    `whole.changed` counts what was written otherwise in any way, the others what work is done by. `lose` are people who
    lose a round, or their payment; `settles` open appeals that it settles, of which the first have their numbers here.
    """

    rows: int
    former: int
    bad: int
    kept: int
    whole: Tally
    reasons: dict[str, int] = {}
    dongs: dict[str, Tally] = {}
    categories: dict[str, Tally] = {}
    shifts: list[Shift] = []
    sums: list[Sums] = []
    lose: int = 0
    settles: int = 0
    numbers: list[str] = []


# -------------------------------------------------------------------------------------------------------------- rows

VERSIONS: Final[Mapping[str, BindParameter[Any]]] = {"before": bindparam("before"), "after": bindparam("after")}
_ROSTER = tuple(column.name for column in roster.columns if column.name not in ("version", "resident", "sealed"))
_PAYMENTS = tuple(column.name for column in payments.columns if column.name not in ("version", "resident", "round"))
OLD, NEW = roster.alias("old"), roster.alias("new")
_was, _is = payments.alias("was"), payments.alias("now_is")
_here = roster.alias("here")
_on_roster = _here.c.version == select(pointers.c.version).where(pointers.c.kind == "roster").scalar_subquery()


def _differ(one: Any, other: Any, names: Iterable[str]) -> ColumnElement[bool]:
    return or_(*(one.c[name].is_distinct_from(other.c[name]) for name in names))


def _counted(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


SAME = and_(NEW.c.resident == OLD.c.resident, NEW.c.version == VERSIONS["after"])
SAME_BEFORE = and_(OLD.c.resident == NEW.c.resident, OLD.c.version == VERSIONS["before"])
CHANGED = _differ(OLD, NEW, _ROSTER)
GONE = NEW.c.resident.is_(None)
_roster_left = (
    select(OLD.c.dong, OLD.c.category, _counted(GONE), _counted(and_(~GONE, CHANGED)))
    .select_from(OLD.outerjoin(NEW, SAME))
    .where(OLD.c.version == VERSIONS["before"])
    .group_by(OLD.c.dong, OLD.c.category)
)
_roster_came = (
    select(NEW.c.dong, NEW.c.category, func.count())
    .select_from(NEW.outerjoin(OLD, SAME_BEFORE))
    .where(NEW.c.version == VERSIONS["after"], OLD.c.resident.is_(None))
    .group_by(NEW.c.dong, NEW.c.category)
)
_same_round = and_(
    _is.c.resident == _was.c.resident, _is.c.round == _was.c.round, _is.c.version == VERSIONS["after"]
)  # fmt: skip
_same_round_before = and_(
    _was.c.resident == _is.c.resident, _was.c.round == _is.c.round, _was.c.version == VERSIONS["before"]
)  # fmt: skip
_unpaid = _is.c.resident.is_(None)
_where_she_lives = tuple(func.coalesce(_here.c[name], "") for name in ("dong", "category"))
_payments_left = (
    select(*_where_she_lives, _counted(_unpaid), _counted(and_(~_unpaid, _differ(_was, _is, _PAYMENTS))))
    .select_from(
        _was.outerjoin(_is, _same_round).outerjoin(_here, and_(_here.c.resident == _was.c.resident, _on_roster))
    )
    .where(_was.c.version == VERSIONS["before"])
    .group_by(*_where_she_lives)
)
_payments_came = (
    select(*_where_she_lives, func.count())
    .select_from(
        _is.outerjoin(_was, _same_round_before).outerjoin(_here, and_(_here.c.resident == _is.c.resident, _on_roster))
    )
    .where(_is.c.version == VERSIONS["after"], _was.c.resident.is_(None))
    .group_by(*_where_she_lives)
)
_COUNTED: Mapping[str, tuple[Select[Any], Select[Any]]] = {
    "roster": (_roster_left, _roster_came),
    "payments": (_payments_left, _payments_came),
}


async def tallies(
    db: Db, kind: Literal["roster", "payments"], before: int, after: int
) -> tuple[dict[str, Tally], dict[str, Tally]]:
    """What changed by dong, and by category; payments by where their people stand on the roster in force."""
    dongs, categories = dict[str, Tally](), dict[str, Tally]()
    left, came = _COUNTED[kind]
    versions = {"before": before, "after": after}
    found = [(dong, category, 0, *counts) for dong, category, *counts in await db.execute(left, versions)]
    found += [(dong, category, count, 0, 0) for dong, category, count in await db.execute(came, versions)]
    for dong, category, *counts in found:
        for code, tallied in ((dong, dongs), (category, categories)):
            tally = tallied.setdefault(code, Tally())
            tally.new, tally.gone, tally.changed = (
                had + int(more) for had, more in zip((tally.new, tally.gone, tally.changed), counts, strict=True)
            )
    return {code: one for code, one in dongs.items() if one.all}, {
        code: one for code, one in categories.items() if one.all
    }


_rows = {kind: select(func.count()).where(table.c.version == bindparam("version")) for kind, table in (
    ("roster", roster), ("payments", payments))}  # fmt: skip


async def rows(db: Db, kind: str, version: int) -> int:
    """How many rows a version has."""
    return int((await db.execute(_rows[kind], {"version": version})).scalar_one())


# A sum that was told and is another now. Who had none before is paid for the first time: nothing changed for her.
_other_sum = and_(_was.c.amount.is_not(None), _was.c.amount.is_distinct_from(_is.c.amount))
_was_paid, _is_paid = _was.c.status == PAID, func.coalesce(_is.c.status, "") == PAID
_sums = (
    select(
        _was.c.round,
        _counted(_other_sum),
        func.coalesce(func.sum(case((_other_sum, _was.c.amount), else_=0)), 0),
        func.coalesce(func.sum(case((_other_sum, func.coalesce(_is.c.amount, 0)), else_=0)), 0),
        _counted(and_(~_was_paid, _is_paid)),
        _counted(and_(_was_paid, ~_is_paid)),
    )
    .select_from(_was.outerjoin(_is, _same_round))
    .where(_was.c.version == VERSIONS["before"])
    .group_by(_was.c.round)
    .order_by(_was.c.round)
)


async def sums(db: Db, before: int, after: int) -> list[Sums]:
    """What changes in the payments, by round."""
    found = [
        Sums(round, *map(int, counts)) for round, *counts in await db.execute(_sums, {"before": before, "after": after})
    ]
    return [one for one in found if one.people or one.paid or one.unpaid]
