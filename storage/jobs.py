"""Work that takes longer than a turn may: written by the turn, done elsewhere, answered by an Inbound."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, insert, or_, select, text, update

from storage.engine import Drawer
from storage.ids import new_id
from storage.outbox import db_clock
from storage.tables import jobs

WAITING, TAKEN, DONE = "waiting", "taken", "done"
_unfinished = text("jobs.state IN ('waiting', 'taken')")  # to the letter as the partial index has it, or it is not used


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of work: `kind` says what, `about` on which row, `chat` whom to tell; `tries` counts from 1.

    It is its `taker`'s until the lease runs out and another takes it.
    """

    id: UUID
    kind: str
    chat: int | None
    about: UUID | None
    tries: int
    taker: UUID


async def add(store: Drawer, kind: str, *, chat: int | None = None, about: UUID | None = None) -> UUID:
    """Write a job with the turn."""
    id = new_id()
    await store.write(
        insert(jobs),
        {"id": id, "kind": kind, "chat": chat, "about": about, "state": WAITING, "run_at": store.now, "tries": 0},
    )
    return id


async def take(store: Drawer, me: UUID, kinds: tuple[str, ...], lease: float, limit: int) -> tuple[Job, ...]:
    """Take due jobs, and those whose taker died; each is ours for `lease` seconds of the database's clock."""
    clock = db_clock(store.db)
    free = or_(jobs.c.state == WAITING, and_(jobs.c.state == TAKEN, jobs.c.taken_until < clock))
    due = select(jobs.c.id).where(_unfinished, free, jobs.c.kind.in_(kinds), jobs.c.run_at <= store.now)
    chosen = due.order_by(jobs.c.run_at, jobs.c.id).limit(limit).with_for_update(skip_locked=True)
    statement = (
        update(jobs)
        .where(jobs.c.id.in_(chosen))
        .values(state=TAKEN, taker=me, taken_until=clock + lease, tries=jobs.c.tries + 1)
        .returning(jobs.c.id, jobs.c.kind, jobs.c.chat, jobs.c.about, jobs.c.tries, jobs.c.taker)
    )
    return tuple(sorted((Job(*row) for row in await store.write(statement)), key=lambda job: job.id))


async def finish(store: Drawer, job: Job) -> bool:
    """End a job; false when it is no longer its taker's. What comes of it is told in the same transaction: once."""
    return (await store.write(update(jobs).where(_held(job)).values(state=DONE, taken_until=None))).rowcount == 1


async def again(store: Drawer, job: Job, after: timedelta) -> None:
    """Let a job that failed be tried again later."""
    waiting = {"state": WAITING, "run_at": store.now + after, "taken_until": None}
    await store.write(update(jobs).where(_held(job)).values(waiting))


def _held(job: Job) -> ColumnElement[bool]:
    return and_(jobs.c.id == job.id, jobs.c.taker == job.taker, jobs.c.state == TAKEN)


async def oldest(store: Drawer) -> datetime | None:
    """Since when the longest waiting job is due."""
    waiting = select(jobs.c.run_at).where(_unfinished).order_by(jobs.c.run_at).limit(1)
    return (await store.read(waiting)).scalar()
