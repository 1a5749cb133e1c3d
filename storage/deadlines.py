"""What the law's clock does to cases: due times that move, time that is mostly spent, answers that do not come.

Rows are read as they are, without what is sealed in them: a chore looks at many.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, select, text, update

from storage.cases import Case, Moved, note
from storage.engine import Drawer
from storage.pauses import Span
from storage.tables import case_pauses, cases

RESIDENTS_TURN = "supplement"
_asked = text("cases.state = 'supplement'")  # to the letter as the partial index has it, or it is not used


@dataclass(frozen=True, slots=True)
class Clocked:
    """A case by its clock: filed, due after so many working minutes; `alerted` is the per cent told of already."""

    id: UUID
    number: str
    chat: int
    state: str
    dong: str | None
    holder: UUID | None
    filed_at: datetime
    due_at: datetime
    target_minutes: int
    alerted: int


@dataclass(frozen=True, slots=True)
class Awaited:
    """A case whose person is to answer until `answer_by`; her turn began at `began_at`.

    `reminded` is the per cent of her time she was last reminded of.
    """

    id: UUID
    number: str
    chat: int
    began_at: datetime
    answer_by: datetime
    reminded: int


_clocked = select(*(cases.c[name] for name in Clocked.__dataclass_fields__)).where(
    cases.c.open, cases.c.due_at.is_not(None), cases.c.target_minutes.is_not(None)
)
_lasting = and_(case_pauses.c.case == cases.c.id, case_pauses.c.ended_at.is_(None))
_awaited = (
    select(
        cases.c.id, cases.c.number, cases.c.chat, case_pauses.c.began_at, cases.c.answer_by, case_pauses.c.reminded,
    )
    .select_from(cases.join(case_pauses, _lasting))
    .where(_asked, cases.c.answer_by.is_not(None))
)  # fmt: skip


async def put(store: Drawer, case: UUID, known: datetime | None, due_at: datetime) -> bool:
    """Give an open case another due time; false when it has another than the known one by now, or is closed."""
    as_known = cases.c.id == case, cases.c.open, cases.c.due_at == known
    return (await store.write(update(cases).where(*as_known).values(due_at=due_at))).rowcount == 1


async def after(store: Drawer, case: UUID | None, limit: int) -> tuple[Clocked, ...]:
    """The next open cases that have a clock, by id."""
    beyond = _clocked if case is None else _clocked.where(cases.c.id > case)
    return tuple(Clocked(*row) for row in await store.read(beyond.order_by(cases.c.id).limit(limit)))


async def spans(store: Drawer, of: Sequence[Clocked]) -> dict[UUID, list[Span]]:
    """The pauses of these cases that have ended."""
    ended = select(case_pauses.c.case, case_pauses.c.began_at, case_pauses.c.ended_at).where(
        case_pauses.c.case.in_([case.id for case in of]), case_pauses.c.ended_at.is_not(None)
    )
    found: dict[UUID, list[Span]] = {case.id: [] for case in of}
    for row in await store.read(ended):
        found[row.case].append((row.began_at, row.ended_at))
    return found


# ------------------------------------------------------------------------------------------------ time mostly spent


async def close(store: Drawer, target_minutes: int, percent: int, horizon: datetime, limit: int) -> tuple[Clocked, ...]:
    """Cases in the office's hands that are due before `horizon` and were not told of at so many per cent."""
    due = _clocked.where(
        cases.c.alerted < percent, cases.c.due_at <= horizon, cases.c.state != RESIDENTS_TURN,
        cases.c.target_minutes == target_minutes,
    )  # fmt: skip
    return tuple(Clocked(*row) for row in await store.read(due.order_by(cases.c.due_at).limit(limit)))


async def late(store: Drawer, programme: str, percent: int, limit: int) -> tuple[Clocked, ...]:
    """Cases of a programme in the office's hands past their due time, not told of at so many per cent; by due time."""
    past = _clocked.where(
        cases.c.alerted < percent, cases.c.due_at < store.now, cases.c.state != RESIDENTS_TURN,
        cases.c.programme == programme,
    )  # fmt: skip
    return tuple(Clocked(*row) for row in await store.read(past.order_by(cases.c.due_at).limit(limit)))


async def alerted(store: Drawer, case: Clocked, percent: int) -> bool:
    """Note that so many per cent were told of; false when another process was first."""
    as_known = cases.c.id == case.id, cases.c.open, cases.c.alerted == case.alerted, cases.c.due_at == case.due_at
    return (await store.write(update(cases).where(*as_known).values(alerted=percent))).rowcount == 1


# ------------------------------------------------------------------------------------------ answers that do not come


async def awaited(store: Drawer) -> tuple[Awaited, ...]:
    """Every case whose person is to answer until some time."""
    return tuple(Awaited(*row) for row in await store.read(_awaited))


def _this_pause(case: Awaited) -> ColumnElement[bool]:
    return and_(case_pauses.c.case == case.id, case_pauses.c.began_at == case.began_at)


async def reminded(store: Drawer, case: Awaited, percent: int) -> bool:
    """Note that she was reminded at so many per cent of her time; false when she was, or has answered."""
    as_known = _this_pause(case), case_pauses.c.reminded == case.reminded, case_pauses.c.ended_at.is_(None)
    return (await store.write(update(case_pauses).where(*as_known).values(reminded=percent))).rowcount == 1


async def call_again(store: Drawer, case: Case, answer_by: datetime) -> None:
    """Ask her a second time, until another time; she is reminded of that one too. Raises `Moved`."""
    as_known = cases.c.id == case.id, cases.c.version == case.version, cases.c.state == RESIDENTS_TURN
    called = {"answer_by": answer_by, "calls": case.calls + 1, "version": case.version + 1}
    if (await store.write(update(cases).where(*as_known).values(called))).rowcount != 1:
        raise Moved(case.number)
    again = update(case_pauses).where(case_pauses.c.case == case.id, case_pauses.c.ended_at.is_(None))
    await store.write(again.values(reminded=0))
    await note(store, case.id, "call", None, until=answer_by.isoformat())
