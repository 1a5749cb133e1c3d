"""Rosters and payments come in versions: staged beside the one in force, applied by moving a pointer, and undone.

The version in force and the one before it are kept; older ones and what was never applied are cleared in chunks.
"""

import fcntl
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Executable, Table, delete, func, insert, literal_column, select, text, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import audit
from storage.engine import AuditRow, Database, Db
from storage.import_rows import BadFile, Kind
from storage.tables import imports, payments, pointers, roster, roster_lookups
from storage.vault import Vault

Progress = Callable[[str, int, int], None]  # what is being done, how far, out of how much

KINDS: tuple[Kind, ...] = ("roster", "payments")
TABLES: dict[str, tuple[Table, ...]] = {"roster": (roster, roster_lookups), "payments": (payments,)}
CLEARED_AT_ONCE = 1000
ANALYZE = text("ANALYZE residents, keys, roster, roster_lookups, payments")  # or PostgreSQL takes them for empty
LOCK = 0x6368616E  # of all advisory locks of the database, the importer's


@dataclass(frozen=True, slots=True)
class InForce:
    """A version in force, and since when."""

    version: int
    applied_at: datetime
    before: int | None


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
    found = select(imports.c.version, imports.c.applied_at, imports.c.before).join(
        pointers, pointers.c.version == imports.c.version
    )
    row = (await db.execute(found.where(pointers.c.kind == kind))).first()
    return InForce(row.version, row.applied_at, row.before) if row else None


async def begin(database: Database, kind: Kind, now: datetime) -> int:
    """Take the next version number."""

    async def work(db: Db) -> int:
        last = (await db.execute(select(func.coalesce(func.max(imports.c.version), 0)))).scalar_one()
        row = {"version": last + 1, "kind": kind, "state": "staging", "started_at": now, "rows": 0, "bad": 0}
        await db.execute(insert(imports), row)
        return int(last) + 1

    return await database.writer.transaction(work)


async def staged(database: Database, version: int, rows: int, bad: int) -> None:
    """Note that all rows of a version are in: from now on it can be applied."""
    await _run(database, _of(version).values(state="staged", rows=rows, bad=bad))
    if not database.is_sqlite:
        await _run(database, ANALYZE)


async def apply(database: Database, vault: Vault, version: int, now: datetime, actor: UUID | None = None) -> None:
    """Put a staged version in force. Raises `BadFile` ("not_staged") when there is no such version."""

    async def work(db: Db) -> None:
        row = (await db.execute(select(imports).where(imports.c.version == version))).first()
        if row is None or row.state != "staged":
            raise BadFile("not_staged")
        force = await in_force(db, row.kind)
        await db.execute(_of(version).values(state="applied", applied_at=now, before=force and force.version))
        await _point(db, row.kind, version)
        detail = {"kind": row.kind, "version": version, "rows": row.rows, "bad": row.bad}
        await audit.put(db, vault, [AuditRow("import.applied", actor, detail=detail)], now)

    await database.writer.transaction(work)


async def undo(database: Database, vault: Vault, kind: Kind, now: datetime, actor: UUID | None = None) -> int | None:
    """Put the version before in force again, or none after the first. Raises `BadFile` ("nothing_to_undo")."""

    async def work(db: Db) -> int | None:
        force = await in_force(db, kind)
        if force is None:
            raise BadFile("nothing_to_undo")
        state = (await db.execute(select(imports.c.state).where(imports.c.version == force.before))).scalar()
        if force.before is not None and state != "applied":
            raise BadFile("nothing_to_undo")
        await db.execute(_of(force.version).values(state="undone"))
        await _point(db, kind, force.before)
        detail = {"kind": kind, "version": force.version, "before": force.before}
        await audit.put(db, vault, [AuditRow("import.undone", actor, detail=detail)], now)
        return force.before

    return await database.writer.transaction(work)


async def prune(database: Database, kind: Kind, progress: Progress = silent) -> None:
    """Clear every version but the one in force and the one before it, a few rows at a time."""
    async with database.reading() as db:
        force = await in_force(db, kind)
        keep = {force.version, force.before} if force else set()
        found = select(imports.c.version, imports.c.rows).where(imports.c.kind == kind, imports.c.state != "pruned")
        old = [(row.version, row.rows) for row in await db.execute(found) if row.version not in keep]
    for version, rows in old:
        for table in TABLES[kind]:
            await _clear(database, table, version, rows, progress)
        await _run(database, _of(version).values(state="pruned"))


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


async def _point(db: Db, kind: str, version: int | None) -> None:
    await db.execute(delete(pointers).where(pointers.c.kind == kind))
    if version is not None:
        await db.execute(insert(pointers).values(kind=kind, version=version))
