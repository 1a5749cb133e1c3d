"""Rosters and payments come in versions: staged beside the one in force, applied by moving a pointer, and undone.

A version is compared with the one in force before it may take its place, and only that one: which hand moves the
pointer is decided by one conditional update. The version in force, the one before it and the one people are told the
changes from are kept; older ones and what was never applied are cleared in chunks.
"""

import fcntl
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import (
    Executable,
    Table,
    and_,
    delete,
    exists,
    func,
    insert,
    literal,
    literal_column,
    not_,
    or_,
    select,
    text,
    tuple_,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.differences import Difference
from storage.engine import Database, Db, Drawer
from storage.import_rows import BadFile, Kind
from storage.tables import imports, payments, pointers, roster, roster_lookups
from storage.unit import in_one
from storage.vault import Vault

Progress = Callable[[str, int, int], None]  # what is being done, how far, out of how much

KINDS: tuple[Kind, ...] = ("roster", "payments")
TABLES: dict[str, tuple[Table, ...]] = {"roster": (roster, roster_lookups), "payments": (payments,)}
STAGING, STAGED, APPLIED, UNDONE, CLEARING, PRUNED = "staging", "staged", "applied", "undone", "clearing", "pruned"
CLEARED_AT_ONCE = 1000
ANALYZE = text("ANALYZE residents, keys, roster, roster_lookups, payments")  # or PostgreSQL takes them for empty
LOCK = 0x6368616E  # of all advisory locks of the database, the importer's


@dataclass(frozen=True, slots=True)
class InForce:
    """A version in force, since when, what it took the place of, and how far people have been told of it.

    They are told the changes from version `since`: first those who have open cases in hand, up to `noted_to`, then
    residents up to chat `told_to`; at `told_at` all had been.
    """

    version: int
    applied_at: datetime
    before: int | None
    since: int | None
    noted_to: UUID | None
    told_to: int | None
    told_at: datetime | None


_FORCE = tuple(imports.c[name] for name in InForce.__dataclass_fields__)


def silent(_what: str, _done: int, _total: int) -> None:
    """Nobody watches."""


@asynccontextmanager
async def alone(database: Database) -> AsyncIterator[None]:
    """Be the only import or key change; whoever is killed lets go by that. Raises `BadFile` ("busy")."""
    if database.is_sqlite:
        with _locked(Path(f"{database.url.database}.import")):
            yield
        return
    async with database.reading() as db:
        if not (await db.execute(select(func.pg_try_advisory_lock(LOCK)))).scalar_one():
            raise BadFile("busy")
        if isinstance(db, AsyncConnection):
            await db.commit()  # the lock is the connection's; an open transaction would only keep old rows alive
        try:
            yield
        finally:
            await db.execute(select(func.pg_advisory_unlock(LOCK)))


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BadFile("busy") from error
        yield


async def in_force(db: Db, kind: Kind) -> InForce | None:
    """The version of this kind that is in force."""
    found = select(*_FORCE).join(pointers, pointers.c.version == imports.c.version)
    row = (await db.execute(found.where(pointers.c.kind == kind))).first()
    return InForce(*row) if row else None


async def begin(database: Database, kind: Kind, now: datetime, before: int | None = None) -> int:
    """Take the next version number, for a file that is to take the place of version `before`."""

    async def work(db: Db) -> int:
        last = (await db.execute(select(func.coalesce(func.max(imports.c.version), 0)))).scalar_one()
        row = {"version": last + 1, "kind": kind, "state": STAGING, "started_at": now, "rows": 0, "bad": 0}
        await db.execute(insert(imports), {**row, "before": before})
        return int(last) + 1

    return await database.writer.transaction(work)


async def staged(database: Database, version: int, rows: int, bad: int) -> None:
    """Note that all rows of a version are in: from now on it can be applied."""
    await _run(database, _of(version).values(state=STAGED, rows=rows, bad=bad))
    if not database.is_sqlite:
        await _run(database, ANALYZE)


# ----------------------------------------------------------------------------------------- what an admin is shown


@dataclass(frozen=True, slots=True)
class Version:
    """A version as it is listed; `difference` is missing until it has been compared, `in_force` says if it holds.

    `staged_by` is the first who stands for it, None where that was the command line; `before` was in force.
    """

    version: int
    kind: Kind
    state: str
    started_at: datetime
    applied_at: datetime | None
    before: int | None
    rows: int
    bad: int
    staged_by: UUID | None
    applied_by: UUID | None
    in_force: bool
    difference: Difference | None

    @property
    def waits(self) -> bool:
        """Whether it can be applied: all its rows are in, and what it changes is known."""
        return self.state == STAGED and self.difference is not None


_LISTED = tuple(imports.c[name] for name in Version.__dataclass_fields__ if name not in ("in_force", "difference"))
_holds = exists().where(pointers.c.version == imports.c.version).label("in_force")
_list = select(*_LISTED, _holds, imports.c.difference).order_by(imports.c.version.desc())


async def latest(store: Drawer, limit: int) -> tuple[Version, ...]:
    """The last versions, those in force always among them, newest first."""
    last = select(imports.c.version).order_by(imports.c.version.desc()).limit(limit)
    shown = or_(imports.c.version.in_(last), imports.c.version.in_(select(pointers.c.version)))
    return tuple(_version(row) for row in await store.read(_list.where(shown)))


async def by_number(store: Drawer, version: int) -> Version | None:
    """One version."""
    row = (await store.read(_list.where(imports.c.version == version))).first()
    return _version(row) if row else None


def _version(row: Any) -> Version:
    told = {column.name: getattr(row, column.name) for column in _LISTED}
    found = msgspec.json.decode(row.difference, type=Difference) if row.difference else None
    return Version(**told, in_force=bool(row.in_force), difference=found)


async def compared(store: Drawer, version: int, difference: Difference, by: UUID | None) -> None:
    """Keep what a staged version changes, and who brought it."""
    written = msgspec.json.encode(difference).decode()
    await store.write(_of(version).values(difference=written, staged_by=by))
    store.audit("import.staged", actor=by, version=version, rows=difference.rows, bad=difference.bad)


async def stand_for(store: Drawer, version: int, officer: UUID) -> bool:
    """Be the first who stands for a version that the command line staged; false when somebody does already."""
    free = _of(version).where(imports.c.state == STAGED, imports.c.staged_by.is_(None))
    if (await store.write(free.values(staged_by=officer))).rowcount != 1:
        return False
    store.audit("import.stood_for", actor=officer, version=version)
    return True


# ------------------------------------------------------------------------------------------------ moving the pointer


async def put_in_force(store: Drawer, version: int, actor: UUID | None = None) -> None:
    """Put a staged version in the place of the one it was compared with.

    Raises `BadFile`: "not_staged" when there is no such version or another hand was first, "stale" when another one is
    in force by now.
    """
    row = (await store.read(select(imports).where(imports.c.version == version))).first()
    if row is None or row.state != STAGED:
        raise BadFile("not_staged")
    force = await in_force(store.db, row.kind)
    if (force and force.version) != row.before or not await _move(store, row.kind, row.before, version):
        raise BadFile("stale")
    since = force and (force.since if force.since and not force.told_at else force.version)
    told_at = None if since else store.now  # the first of all changes nothing for anybody
    values = {"state": APPLIED, "applied_at": store.now, "applied_by": actor, "since": since, "told_at": told_at}
    if (await store.write(_of(version).where(imports.c.state == STAGED).values(values))).rowcount != 1:
        raise BadFile("not_staged")
    store.audit("import.applied", actor=actor, kind=row.kind, version=version, rows=row.rows, bad=row.bad)


async def go_back(store: Drawer, kind: Kind, version: int, actor: UUID | None = None) -> int | None:
    """Put the version before this one, which is in force, in force again: none after the first.

    Raises `BadFile` ("nothing_to_undo"), also when another hand was first.
    """
    force = await in_force(store.db, kind)
    if force is None or force.version != version:
        raise BadFile("nothing_to_undo")
    state = (await store.read(select(imports.c.state).where(imports.c.version == force.before))).scalar()
    if force.before is not None and state != APPLIED:
        raise BadFile("nothing_to_undo")
    if not await _move(store, kind, version, force.before):
        raise BadFile("nothing_to_undo")
    await store.write(_of(version).values(state=UNDONE))
    store.audit("import.undone", actor=actor, kind=kind, version=version, before=force.before)
    return force.before


async def _move(store: Drawer, kind: str, here: int | None, there: int | None) -> bool:
    """Move the pointer; false when it stands somewhere else by now."""
    mine = and_(pointers.c.kind == kind, pointers.c.version == here)
    if there is None:
        return (await store.write(delete(pointers).where(mine))).rowcount == 1
    if here is not None:
        return (await store.write(update(pointers).where(mine).values(version=there))).rowcount == 1
    first = select(literal(kind), literal(there)).where(~exists().where(pointers.c.kind == kind))
    return (await store.write(insert(pointers).from_select(["kind", "version"], first))).rowcount == 1


async def apply(database: Database, vault: Vault, version: int, now: datetime, actor: UUID | None = None) -> None:
    """`put_in_force` in a transaction of its own."""
    await in_one(database, vault, now, lambda store: put_in_force(store, version, actor))


async def undo(database: Database, vault: Vault, kind: Kind, now: datetime, actor: UUID | None = None) -> int | None:
    """`go_back` from whatever is in force, in a transaction of its own."""

    async def work(store: Drawer) -> int | None:
        force = await in_force(store.db, kind)
        return await go_back(store, kind, force.version if force else 0, actor)

    return await in_one(database, vault, now, work)


# ---------------------------------------------------------------------------------------------------------- clearing


async def prune(database: Database, kind: Kind, progress: Progress = silent) -> None:
    """Clear every version that is needed no longer, a few rows at a time; none that is put in force meanwhile."""
    async with database.reading() as db:
        found = select(imports.c.version, imports.c.rows, imports.c.state)
        found = found.where(imports.c.kind == kind, imports.c.state != PRUNED)
        old = [tuple(row) for row in await db.execute(found)]
    for version, rows, state in old:
        unneeded = _of(version).where(imports.c.state == state, not_(_needed(kind)))
        if await _run(database, unneeded.values(state=CLEARING)):
            for table in TABLES[kind]:
                await _clear(database, table, version, rows, progress)
            await _run(database, _of(version).values(state=PRUNED))


def _needed(kind: Kind) -> Any:
    """In force, or before what is in force, or what people are told the changes from."""
    force = imports.alias("force")
    held = force.c.version == select(pointers.c.version).where(pointers.c.kind == kind).scalar_subquery()
    of_it = (force.c.version, force.c.before, force.c.since)
    return exists().where(held, or_(*(imports.c.version == one for one in of_it))).correlate(imports)


async def _run(database: Database, statement: Executable) -> int:
    async def work(db: Db) -> int:
        return (await db.execute(statement)).rowcount

    return await database.writer.transaction(work)


async def _clear(database: Database, table: Table, version: int, rows: int, progress: Progress) -> None:
    of_version = table.c.version == version
    here = tuple_(*table.primary_key) if database.is_sqlite else literal_column("ctid")
    chosen = select(*(table.primary_key if database.is_sqlite else (here,))).select_from(table).where(of_version)
    some = delete(table).where(of_version, here.in_(chosen.limit(CLEARED_AT_ONCE)))
    done = 0
    while count := await _run(database, some):
        done += count
        progress("clearing", min(done, rows), max(rows, done))


def _of(version: int) -> Any:
    return update(imports).where(imports.c.version == version)
