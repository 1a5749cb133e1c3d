"""Days the office adds to the holidays it knows, or takes from them; every process follows within seconds.

A change moves due times of open cases. They are walked through in the order of their ids, some at a time, and how far
that came stands with the change, so that a crash goes on where it was.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from storage.connections import is_postgres
from storage.engine import Db, Drawer
from storage.tables import closures


@dataclass(frozen=True, slots=True)
class Closure:
    """A day on which the office is shut beside the holidays it knows, or works (`works`) though it was to be shut.

    `at` is when the office said so, `walked` the last case that was looked at because of it.
    """

    day: date
    works: bool
    name: str
    at: datetime
    walked: UUID | None = None


_select = select(*(closures.c[name] for name in Closure.__dataclass_fields__)).order_by(closures.c.day)


async def every(db: Db) -> tuple[Closure, ...]:
    """All changes in force, by day."""
    return tuple(Closure(*row) for row in await db.execute(_select))


async def put(store: Drawer, day: date, name: str, *, works: bool, officer: UUID) -> None:
    """The office is shut on that day, or works on it; what was said of the day before is over."""
    make: Any = postgresql.insert if is_postgres(store.db) else sqlite.insert
    told = {"works": works, "name": name, "at": store.now, "officer": officer, "walked": None, "moved_at": None}
    statement = make(closures).values(day=day, **told).on_conflict_do_update(index_elements=["day"], set_=told)
    await store.write(statement)
    store.audit("closure.works" if works else "closure.shut", actor=officer, day=day.isoformat(), name=name)


async def next_to_walk(store: Drawer, before: datetime) -> Closure | None:
    """The oldest change said before that moment, because of which cases are still to be looked at; held until commit.

    None also while another process is at it.
    """
    unmoved = _select.where(closures.c.moved_at.is_(None), closures.c.at <= before).order_by(None)
    row = (await store.read(unmoved.order_by(closures.c.at).limit(1).with_for_update(skip_locked=True))).first()
    return Closure(*row) if row else None


async def walked(store: Drawer, closure: Closure, cases: Sequence[UUID]) -> None:
    """These cases were looked at; none means that it was the last of them."""
    come = {"walked": cases[-1]} if cases else {"moved_at": store.now}
    await store.write(update(closures).where(closures.c.day == closure.day, closures.c.at == closure.at).values(come))
