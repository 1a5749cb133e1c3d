"""Work that takes longer than a turn may: written by the turn, done elsewhere, answered by an Inbound."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import ColumnElement, and_, bindparam, insert, or_, select, text, update

from storage.engine import Drawer
from storage.ids import new_id
from storage.outbox import clock_of, db_clock
from storage.ready import Ready
from storage.tables import jobs

WAITING, TAKEN, DONE = "waiting", "taken", "done"
_unfinished = text("jobs.state IN ('waiting', 'taken')")  # to the letter as the partial index has it, or it is not used


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of work: `kind` says what, `about` on which row, `chat` whom to tell; `tries` counts from 1.

    `wanted` says more of what is wanted, in kinds and codes, nothing of a person; what is of one is `sealed`, and gone
    when the job is done.

    It is its `taker`'s until the lease runs out and another takes it.
    """

    id: UUID
    kind: str
    chat: int | None
    about: UUID | None
    tries: int
    taker: UUID
    wanted: Mapping[str, Any] = field(default_factory=dict)
    sealed: bytes | None = None


def place(job: UUID) -> str:
    """What the seal of a job's words is bound to."""
    return f"jobs|sealed|{job.hex}"


async def add(
    store: Drawer,
    kind: str,
    *,
    chat: int | None = None,
    about: UUID | None = None,
    wanted: Mapping[str, Any] | None = None,
    words: str = "",
    owner: UUID | None = None,
) -> UUID:
    """Write a job with the turn; `words` of a person are sealed with the key of their `owner`."""
    id = new_id()
    row = {"id": id, "kind": kind, "chat": chat, "about": about, "state": WAITING, "run_at": store.now, "tries": 0}
    row |= {"wanted": orjson.dumps(wanted).decode() if wanted else None}
    row |= {"sealed": (await store.key(owner)).seal(words.encode(), place(id)) if owner else None}
    await store.write(insert(jobs), row)
    store.ordered.add(kind)
    return id


@cache
def _take(kinds: tuple[str, ...]) -> Ready:
    """Ready, for every worker looks round with it each second."""

    def statement(postgres: bool) -> Any:
        clock, now = clock_of(postgres), bindparam("now", type_=jobs.c.run_at.type)
        free = or_(jobs.c.state == WAITING, and_(jobs.c.state == TAKEN, jobs.c.taken_until < clock))
        ours = or_(*(jobs.c.kind == kind for kind in kinds))
        due = select(jobs.c.id).where(_unfinished, free, ours, jobs.c.run_at <= now)
        chosen = due.order_by(jobs.c.run_at, jobs.c.id).limit(bindparam("limit")).with_for_update(skip_locked=True)
        until = clock + bindparam("lease", type_=jobs.c.taken_until.type)
        me = bindparam("me", type_=jobs.c.taker.type)
        taken = {"state": TAKEN, "taker": me, "taken_until": until, "tries": jobs.c.tries + 1}
        known = (jobs.c[name] for name in Job.__dataclass_fields__)
        return update(jobs).where(jobs.c.id.in_(chosen)).values(taken).returning(*known)

    return Ready(statement(False), statement(True))


async def take(store: Drawer, me: UUID, kinds: tuple[str, ...], lease: float, limit: int) -> tuple[Job, ...]:
    """Take due jobs, and those whose taker died; each is ours for `lease` seconds of the database's clock."""
    given = {"me": me, "now": store.now, "lease": lease, "limit": limit}
    found = await store.write_ready(_take(kinds), given)
    taken = [(*plain, orjson.loads(wanted or "{}"), sealed) for *plain, wanted, sealed in found]
    return tuple(sorted((Job(*row) for row in taken), key=lambda job: job.id))


async def finish(store: Drawer, job: Job) -> bool:
    """End a job; false when it is no longer its taker's. What comes of it is told in the same transaction: once."""
    done = {"state": DONE, "taken_until": None, "sealed": None}
    return (await store.write(update(jobs).where(_held(job)).values(done))).rowcount == 1


async def hold(store: Drawer, job: Job, lease: float) -> bool:
    """Keep a job that takes long for `lease` seconds more; false when it is no longer its taker's."""
    until = db_clock(store.db) + lease
    return (await store.write(update(jobs).where(_held(job)).values(taken_until=until))).rowcount == 1


async def again(store: Drawer, job: Job, after: timedelta) -> None:
    """Let a job that failed be tried again later."""
    waiting = {"state": WAITING, "run_at": store.now + after, "taken_until": None}
    await store.write(update(jobs).where(_held(job)).values(waiting))


def _held(job: Job) -> ColumnElement[bool]:
    return and_(jobs.c.id == job.id, jobs.c.taker == job.taker, jobs.c.state == TAKEN)


async def waits(store: Drawer, kind: str, more_than: int = 0) -> bool:
    """Whether a job of this kind waits or is being done, or more than so many."""
    found = select(jobs.c.id).where(_unfinished, jobs.c.kind == kind).offset(more_than).limit(1)
    return (await store.read(found)).first() is not None


async def oldest(store: Drawer) -> datetime | None:
    """Since when the longest waiting job is due."""
    waiting = select(jobs.c.run_at).where(_unfinished).order_by(jobs.c.run_at).limit(1)
    return (await store.read(waiting)).scalar()
