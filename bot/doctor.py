"""What ails an installation, in sentences: looked at by `python -m bot doctor` and by `/metrics`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from storage import health, jobs, migrate, outbox, registry, signals
from storage.engine import Database, Db, Drawer
from storage.import_rows import Kind
from storage.vault import Vault

UNSEALED = 10_000
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
    count, oldest = await health.unsent(db, lane)
    late = (now - oldest).total_seconds() if oldest else 0.0
    return Finding(f"outbox {lane}", late < LATE_LETTER, f"{count} waiting, the oldest due for {max(0.0, late):.0f} s")


async def _parked(db: Db) -> Finding:
    count = await health.parked(db)
    return Finding("in doubt", count == 0, f"{count} parked, to be settled by hand")


async def _errands(store: Drawer, now: datetime) -> Finding:
    oldest = await jobs.oldest(store)
    late = (now - oldest).total_seconds() if oldest else 0.0
    return Finding("errands", late < LATE_JOB, f"the oldest due for {max(0.0, late):.0f} s")


async def _carriers(db: Db) -> Finding:
    seen = [f"{process} {age:.0f} s ago" for process, age in await health.living(db)]
    return Finding("carriers", bool(seen), ", ".join(seen) or "nobody is sending")


async def _signs(db: Db) -> Sequence[Finding]:
    ages = await signals.ages(db)
    return [Finding(f"chore {name}", age < LATE_SIGN, f"{age:.0f} s ago") for name, age in sorted(ages.items())]


async def _chain(db: Db) -> Finding:
    count = await health.unsealed(db)
    return Finding("audit chain", count < UNSEALED, f"{count} rows not yet sealed")


async def _import(store: Drawer, kind: Kind) -> Finding:
    at = await registry.as_of(store, kind)
    half = await health.half_staged(store.db, kind)
    return Finding(f"import {kind}", at is not None, f"in force since {at}" if at else f"none yet ({half} unfinished)")
