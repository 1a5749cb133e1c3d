"""Visits at home: a case of kind `visit`, the half-day it is meant for, how often somebody was there, what came of it.

Where and to whom lies sealed in the case (`told`: name, phone, address, why); the day in clear beside it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import insert, select, update

from storage import cases, queue
from storage.cases import Case, Moved
from storage.engine import Drawer
from storage.helpers import VISIT
from storage.tables import cases as case_rows
from storage.tables import visits

DONE, NOT_HOME, SECOND = "done", "not_home", "second"
AM, PM = "am", "pm"
HALVES: Final = (AM, PM)
FILED, CHECKING, ENDED = "filed", "checking", "done"  # states of the case


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit that is still to be made; `day` and `half` are None where any will do."""

    case: Case
    day: date | None
    half: str | None
    times: int
    outcome: str | None


async def ask(store: Drawer, case: Case, day: date | None, half: str | None) -> Case:
    """Take the wish for a visit in. Raises `cases.AlreadyOpen` where one is open for the same person."""
    filed = await cases.file(store, case)
    await store.write(insert(visits), {"case": filed.id, "day": day, "half": half, "times": 0})
    return filed


async def of_dongs(store: Drawer, dongs: Iterable[str], limit: int) -> tuple[Visit, ...]:
    """The visits still to be made for these dongs, each read along the queue of its office."""
    found: list[Visit] = []
    for dong in sorted(dongs):
        wanted = (
            select(*_columns).join(case_rows, case_rows.c.id == visits.c.case)
            .where(case_rows.c.open, case_rows.c.office == dong, case_rows.c.kind == VISIT)
            .limit(limit - len(found))
        )  # fmt: skip
        found += [one for row in (await store.read(wanted)).all() if (one := await _opened(store, row)) is not None]
    return tuple(found)


async def by_case(store: Drawer, case: UUID) -> Visit | None:
    """The visit of that case; rights are the caller's to check."""
    row = (await store.read(select(*_columns).where(visits.c.case == case))).first()
    return await _opened(store, row) if row is not None else None


_columns = (visits.c.case, visits.c.day, visits.c.half, visits.c.times, visits.c.outcome)


async def _opened(store: Drawer, row: Any) -> Visit | None:
    case = await cases.by_id(store, row.case)
    return Visit(case, row.day, row.half, row.times, row.outcome) if case is not None else None


async def plan(store: Drawer, visit: Visit, day: date, half: str, officer: UUID, outcome: str | None = None) -> None:
    """Agree on a half-day; with an `outcome` (not at home, a second time) somebody was there before. Raises `Moved`."""
    case, been = visit.case, int(outcome is not None)
    moved = await cases.move(
        store, case, case.state, open=True, actor=officer, kind=outcome or "visit_day", day=day.isoformat(), half=half
    )
    values = {"day": day, "half": half, "times": visit.times + been, "outcome": outcome or visit.outcome}
    await store.write(update(visits).where(visits.c.case == moved.id).values(values))


async def made(store: Drawer, visit: Visit, officer: UUID, outcome: str = DONE) -> None:
    """The visit was made, with this outcome, and its case ends.

    Raises `Moved` when somebody else has it in hand or ended it.
    """
    case = visit.case
    if case.holder not in (None, officer):
        raise Moved(case.number)
    if case.state == FILED:
        case = await queue.take(store, case, CHECKING, officer)
    await cases.move(store, case, ENDED, open=False, actor=officer, kind="visited")
    values = {"times": visit.times + 1, "outcome": outcome}
    await store.write(update(visits).where(visits.c.case == case.id).values(values))
