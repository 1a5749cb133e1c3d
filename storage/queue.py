"""The queue of an office: what waits there, in which order, and how a case goes from hand to hand.

A case has one holder per stage. Every sentence that moves one is a single conditional update by its version, so that
of two hands exactly one wins; the other is told by `cases.Moved`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, bindparam, func, or_, select, update

from storage import cases as cases_of
from storage.cases import FREE, Case, Moved
from storage.engine import Drawer
from storage.ready import Ready
from storage.tables import Moment, cases

KINDS = ("appeal", "task")  # talks and visits have lists of their own
WAITING = ("filed", "reopened", "proposed")  # what nobody has in hand
IN_HAND = ("checking", "deciding")  # what a hold may lapse of: in a supplement the resident acts


@dataclass(frozen=True, slots=True)
class Waiting:
    """A case as a line of a list: nothing personal in it."""

    id: UUID
    number: str
    kind: str
    programme: str
    reason: str
    state: str
    office: str
    dong: str | None
    filed_at: datetime
    due_at: datetime | None
    place: int
    holder: UUID | None
    held_at: datetime | None

    @property
    def rank(self) -> tuple[Any, ...]:
        """By what it stands in its queue: who came back from a hand first, then who is due, then who came first."""
        return (self.place, self.due_at or self.filed_at, self.filed_at)


_select = select(*(cases.c[name] for name in Waiting.__dataclass_fields__))
_order = (cases.c.place, cases.c.due_at, cases.c.filed_at)
_free = and_(cases.c.open, cases.c.holder.is_(None), cases.c.state.in_(WAITING))
_of_office = (
    _select.where(_free, cases.c.office == bindparam("office"), cases.c.kind.in_(KINDS))
    .order_by(*_order)
    .limit(bindparam("limit"))
)
_mine = _select.where(cases.c.holder == bindparam("officer"), cases.c.open, cases.c.kind.in_(KINDS)).order_by(*_order)
_quiet = _select.where(
    cases.c.holder.is_not(None), cases.c.held_at <= bindparam("before", type_=Moment), cases.c.state.in_(IN_HAND)
).limit(bindparam("limit"))
_stir = Ready(
    update(cases)
    .where(cases.c.id == bindparam("case"), cases.c.holder == bindparam("officer"))
    .values(held_at=bindparam("at", type_=Moment))
)


async def waiting(store: Drawer, offices: Iterable[str], limit: int) -> tuple[Waiting, ...]:
    """The first `limit` cases that wait for a hand in these offices; each office is read along its own index."""
    found = [
        Waiting(*row)
        for office in sorted(offices)
        for row in await store.read(_of_office, {"office": office, "limit": limit})
    ]
    return tuple(sorted(found, key=lambda one: one.rank)[:limit])


async def mine(store: Drawer, officer: UUID) -> tuple[Waiting, ...]:
    """What an officer has in hand, those too that wait for the resident."""
    return tuple(Waiting(*row) for row in await store.read(_mine, {"officer": officer}))


async def quiet(store: Drawer, before: datetime, limit: int) -> tuple[Waiting, ...]:
    """Cases whose holder has not stirred since; whether those were working minutes is the caller's to say."""
    return tuple(Waiting(*row) for row in await store.read(_quiet, {"before": before, "limit": limit}))


async def before(store: Drawer, case: Case) -> int:
    """How many cases of its kind will be taken before this one; none once somebody has it in hand."""
    if case.holder is not None or case.state not in WAITING:
        return 0
    return int((await store.read(_before(case))).scalar_one())


def _before(case: Case) -> Select[int]:
    earlier = cases.c.filed_at < case.filed_at
    if case.due_at is not None:
        earlier = or_(cases.c.due_at < case.due_at, and_(cases.c.due_at == case.due_at, earlier))
    ahead = or_(cases.c.place < case.place, and_(cases.c.place == case.place, earlier))
    return select(func.count()).where(_free, cases.c.office == case.office, cases.c.kind == case.kind, ahead)


# ---------------------------------------------------------------------------------------------- from hand to hand


async def take(store: Drawer, case: Case, state: str, officer: UUID) -> Case:
    """Take a case that nobody has in hand. Raises `Moved` when another was first, who is its holder now."""
    if case.holder is not None:
        raise Moved(case.number)
    changes = {"holder": officer, "held_at": store.now, "place": 1}
    return await cases_of.move(store, case, state, open=True, actor=officer, kind="take", changes=changes)


async def release(store: Drawer, case: Case, state: str, officer: UUID) -> Case:
    """Its holder puts it back where it stood. Raises `Moved`."""
    return await cases_of.move(store, case, state, open=True, actor=officer, kind="release", changes=FREE)


async def give_back(store: Drawer, case: Case, state: str) -> Case:
    """A hold that lapsed: the case goes before the others. Raises `Moved` when its holder stirred after all."""
    first = {**FREE, "place": 0}
    return await cases_of.move(store, case, state, open=True, actor=None, kind="give_back", changes=first)


async def pass_on(
    store: Drawer,
    case: Case,
    state: str,
    office: str,
    officer: UUID,
    *,
    kind: str,
    dong: str | None = None,
    **told: Any,
) -> Case:
    """Put a case into another office's queue: proposed, sent back, transferred. Its clock goes on. Raises `Moved`.

    `dong` is given when it belongs to another dong from now on, whose officers then have the rights on it.
    """
    changes = {**FREE, "office": office, "dong": dong or case.dong}
    return await cases_of.move(
        store, case, state, open=True, actor=officer, kind=kind, changes=changes, office=office, **told
    )


async def stir(store: Drawer, case: UUID, officer: UUID) -> None:
    """She is at work on it: her hold does not lapse."""
    await store.write_ready(_stir, {"case": case, "officer": officer, "at": store.now})
