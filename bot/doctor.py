"""What ails an installation, in sentences: looked at by `python -m bot doctor` and by `/metrics`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from storage import jobs, migrate, outbox, registry, signals
from storage.engine import Database, Db, Drawer
from storage.import_rows import Kind
from storage.tables import audit, carriers, imports
from storage.tables import outbox as outbox_table
from storage.vault import Vault

LATE_LETTER, LATE_JOB, LATE_SIGN = 60.0, 120.0, 1800.0  # seconds until something counts as stuck


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: fine or not, and what is seen."""

    name: str
    fine: bool
    seen: str


async def examine(database: Database, vault: Vault, now: datetime) -> Sequence[Finding]:
    """Look at everything that can be seen in the database."""
    async with database.reading() as db:
        store = Drawer(db, vault, now)
        return [
            await _schema(db),
            *[await _lane(db, lane, now) for lane in (outbox.REPLY, outbox.NOTICE, outbox.BROADCAST)],
            await _parked(db),
            await _errands(store, now),
            await _carriers(db),
            *await _signs(db),
            await _chain(db),
            await _import(store, "roster"),
            await _import(store, "payments"),
        ]


async def _schema(db: Db) -> Finding:
    wanting = await migrate.wanting(db)
    return Finding("schema", wanting is None, wanting or "up to date")


async def _lane(db: Db, lane: str, now: datetime) -> Finding:
    unsent = outbox_table.c.state.in_((outbox.WAITING, outbox.SENDING))
    found = select(func.count(), func.min(outbox_table.c.due_at)).where(unsent, outbox_table.c.lane == lane)
    count, oldest = (await db.execute(found)).one().tuple()
    late = (now - oldest).total_seconds() if oldest else 0.0
    return Finding(f"outbox {lane}", late < LATE_LETTER, f"{count} waiting, the oldest due for {max(0.0, late):.0f} s")


async def _parked(db: Db) -> Finding:
    found = select(func.count()).where(outbox_table.c.state == outbox.PARKED)
    count = (await db.execute(found)).scalar_one()
    return Finding("in doubt", count == 0, f"{count} parked, to be settled by hand")


async def _errands(store: Drawer, now: datetime) -> Finding:
    oldest = await jobs.oldest(store)
    late = (now - oldest).total_seconds() if oldest else 0.0
    return Finding("errands", late < LATE_JOB, f"the oldest due for {max(0.0, late):.0f} s")


async def _carriers(db: Db) -> Finding:
    found = select(carriers.c.process, outbox.db_clock(db) - carriers.c.beat_at)
    seen = [f"{process} {float(age):.0f} s ago" for process, age in (await db.execute(found)).tuples()]
    return Finding("carriers", bool(seen), ", ".join(seen) or "nobody is sending")


async def _signs(db: Db) -> Sequence[Finding]:
    ages = await signals.ages(db)
    return [Finding(f"chore {name}", age < LATE_SIGN, f"{age:.0f} s ago") for name, age in sorted(ages.items())]


async def _chain(db: Db) -> Finding:
    count = (await db.execute(select(func.count()).where(audit.c.place.is_(None)))).scalar_one()
    return Finding("audit chain", count < 10_000, f"{count} rows not yet sealed")


async def _import(store: Drawer, kind: Kind) -> Finding:
    at = await registry.as_of(store, kind)
    staged = select(func.count()).where(imports.c.kind == kind, imports.c.state == "staging")
    half = (await store.read(staged)).scalar_one()
    return Finding(f"import {kind}", at is not None, f"in force since {at}" if at else f"none yet ({half} unfinished)")
