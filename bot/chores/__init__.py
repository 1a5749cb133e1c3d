"""What is done by the clock: each chore in its own loop, with a signal of life, one process at a time where it must."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.chores import alerts, bundling, days, decided, digest, helping, holds, reminders
from bot.letters import Words
from bot.logs import log
from programmes.model import City
from storage import audit, claims, retention, signals
from storage.engine import Database, Drawer
from storage.unit import in_one
from storage.vault import Vault

Work = Callable[[Drawer], Awaitable[bool]]
CLAIMS_LIVE = timedelta(days=3)
SEALED_AT_ONCE, SWEPT_AT_ONCE = 50, 500  # short enough to leave the writer, and the loop, to the residents
BEAT = 15.0  # seconds between the signs of life of a chore that waits for its time
NAMES = (
    SEAL, FORGET_CLAIMS, SWEEP, ALERT, REMIND, MOVE, LAPSE, TAKE_AWAY, PACE, CHASE, CONFIRM, END_HELP, END_CONTRACTS,
    MORNING, BUNDLE,
) = (
    "seal", "forget_claims", "sweep", "alert", "remind", "move", "lapse_holds", "take_away", "pace", "chase", "confirm",
    "end_help", "end_contracts", "morning", "bundle",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Chore:
    """A piece of work that comes round every so many seconds, and at once while it gives true.

    `scrubs`: what it, or a resident since its last round, had destroyed is then overwritten in the files too.
    """

    name: str
    every: float
    work: Work
    scrubs: bool = False


async def seal(store: Drawer) -> bool:
    """Chain the audit rows that are not yet in the chain; true while there may be more."""
    return await audit.seal_waiting(store, SEALED_AT_ONCE) == SEALED_AT_ONCE


async def forget_claims(store: Drawer) -> bool:
    """Update ids live three days: Telegram repeats for one, and may restart its count after a quiet week."""
    await claims.forget(store, store.now - CLAIMS_LIVE)
    return False


def sweep(city: City) -> Work:
    """Destroy what is kept no longer, by `storage/retention.toml`, with a record of the destruction.

    The roster goes some time after the last day of the last programme.
    """
    rounds = [one for programme in city.programmes.values() for one in programme.rounds]
    end = max(one.use_by or one.closes.date() for one in rounds)

    async def some(store: Drawer) -> bool:
        swept = await retention.sweep(store, store.now, end, SWEPT_AT_ONCE)
        return any(line.rows == SWEPT_AT_ONCE for line in swept)

    return some


def chores(city: Callable[[], City], words: Words) -> Sequence[Chore]:
    """All there are; `city` gives it as its holidays are now."""
    return (
        Chore(SEAL, 2.0, seal),
        Chore(FORGET_CLAIMS, 600.0, forget_claims),
        Chore(SWEEP, 900.0, sweep(city()), True),
        Chore(ALERT, 30.0, alerts.alert(city, words)),
        Chore(REMIND, 30.0, reminders.remind(city, words)),
        Chore(MOVE, 5.0, days.move(city, words)),
        Chore(LAPSE, 15.0, holds.lapse(city, words)),
        Chore(TAKE_AWAY, 2.0, holds.take_away(words)),
        Chore(PACE, 300.0, holds.measure(city)),
        Chore(CHASE, 300.0, decided.chase(city)),
        Chore(CONFIRM, 60.0, decided.confirm),
        Chore(END_HELP, 60.0, helping.end(words)),
        Chore(END_CONTRACTS, 60.0, holds.end_contracts),
        Chore(MORNING, 20.0, digest.morning(city)),
        Chore(BUNDLE, 5.0, bundling.gather),
    )


async def run(
    database: Database, vault: Vault, clock: Callable[[], datetime], wanted: Sequence[Chore], beat: float = BEAT
) -> None:
    """Every chore for ever."""
    async with asyncio.TaskGroup() as group:
        for chore in wanted:
            group.create_task(_round(database, vault, clock, chore, beat))


async def _round(database: Database, vault: Vault, clock: Callable[[], datetime], chore: Chore, beat: float) -> None:
    """Work, and wait with signs of life for the next time; one that failed gives none and tries again soon."""
    while True:
        try:
            more = await in_one(database, vault, clock(), lambda store: _done(store, chore))
            if not more and chore.scrubs and not await database.scrub():
                log.info("chore.scrub_later", chore=chore.name)
            if not more:
                await _wait(database, chore, beat)
        except Exception as error:
            log.error("chore.failed", chore=chore.name, error=type(error).__name__)
            await asyncio.sleep(min(beat, chore.every))


async def _done(store: Drawer, chore: Chore) -> bool:
    more = await chore.work(store)
    await signals.beat(store.db, chore.name)
    return more


async def _wait(database: Database, chore: Chore, beat: float) -> None:
    left = chore.every
    while left > beat:
        await asyncio.sleep(beat)
        await database.writer.transaction(lambda db: signals.beat(db, chore.name))
        left -= beat
    await asyncio.sleep(left)
