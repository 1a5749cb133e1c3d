"""Makes the list of who has not claimed, whenever the files in force or the open rounds have changed.

It is read on a connection of its own and written in chunks, so that 639,000 people hold the writer nowhere for long.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Final

from bot.logs import log
from handlers.staff.outreach import open_rounds
from programmes.model import City
from programmes.rules import ADULT_FROM
from storage import outreach
from storage.engine import Database
from storage.unit import in_one
from storage.vault import Vault

AT_ONCE: Final = 300  # rows of one transaction
EVERY: Final = 60.0  # seconds
PAUSE: Final = 0.05  # seconds the writer is left to the residents between two chunks


async def keep(database: Database, vault: Vault, city: Callable[[], City], clock: Callable[[], datetime]) -> None:
    """Look every minute whether the list is as it should be, for ever."""
    while True:
        try:
            await make(database, vault, city(), clock)
        except Exception as error:
            log.error("outreach.failed", error=type(error).__name__)
        await asyncio.sleep(EVERY)


async def make(database: Database, vault: Vault, city: City, clock: Callable[[], datetime]) -> int:
    """Make the list if another is wanted; gives how many stand on it then, 0 for none made."""
    adults = min(one.reference_date.year for one in city.programmes.values()) - ADULT_FROM
    async with database.reading() as db:
        listing = await outreach.wanted(db, open_rounds(city, clock()))
    if listing is None:
        return 0
    count, after = 0, None
    while True:
        async with database.reading() as db:
            rows = await outreach.found(db, listing, adults, after, AT_ONCE)
        if not rows:
            break
        await in_one(database, vault, clock(), partial(outreach.put, rows=rows))
        count, after = count + len(rows), (rows[-1]["resident"], rows[-1]["round"])
        await asyncio.sleep(PAUSE)
    await _finish(database, vault, clock, listing)
    log.info("outreach.made", people=count)
    return count


async def _finish(database: Database, vault: Vault, clock: Callable[[], datetime], listing: outreach.Listing) -> None:
    """Take off who was not found again, then say that the list is whole."""
    while True:
        async with database.reading() as db:
            gone = await outreach.former(db, listing, AT_ONCE)
        if not gone:
            break
        await in_one(database, vault, clock(), partial(outreach.drop, rows=gone))
        await asyncio.sleep(PAUSE)
    await in_one(database, vault, clock(), lambda store: outreach.finish(store, listing))
