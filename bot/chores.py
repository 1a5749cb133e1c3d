"""What is done by the clock: each chore in its own loop, with a signal of life, one process at a time where it must."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.logs import log
from storage import audit, claims, retention, signals
from storage.engine import Database, Drawer
from storage.unit import in_one
from storage.vault import Vault

Work = Callable[[Drawer], Awaitable[object]]
CLAIMS_LIVE = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Chore:
    """A piece of work that comes round every so many seconds."""

    name: str
    every: float
    work: Work


async def seal(store: Drawer) -> None:
    """Chain the audit rows that are not yet in the chain."""
    await audit.seal_waiting(store, 5000)


async def forget_claims(store: Drawer) -> None:
    """Update ids live three days: Telegram repeats for one, and may restart its count after a quiet week."""
    await claims.forget(store, store.now - CLAIMS_LIVE)


async def sweep(store: Drawer) -> None:
    """Destroy what is kept no longer, by `storage/retention.toml`, with a record of the destruction."""
    await retention.sweep(store, store.now)


CHORES: Sequence[Chore] = (
    Chore("seal", 2.0, seal),
    Chore("forget_claims", 600.0, forget_claims),
    Chore("sweep", 900.0, sweep),
)


async def run(
    database: Database, vault: Vault, clock: Callable[[], datetime], chores: Sequence[Chore] = CHORES
) -> None:
    """Every chore for ever."""
    async with asyncio.TaskGroup() as group:
        for chore in chores:
            group.create_task(_round(database, vault, clock, chore))


async def _round(database: Database, vault: Vault, clock: Callable[[], datetime], chore: Chore) -> None:
    while True:
        try:
            await in_one(database, vault, clock(), lambda store: _done(store, chore))
        except Exception as error:
            log.error("chore.failed", chore=chore.name, error=type(error).__name__)
        await asyncio.sleep(chore.every)


async def _done(store: Drawer, chore: Chore) -> None:
    await chore.work(store)
    await signals.beat(store, chore.name)
