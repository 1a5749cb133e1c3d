"""The bot's clock: the real one, or one that an operator set to another day for a tour or a test.

The offset lies in the database, so that all processes share it and a later start goes on from there. Leases, budgets
and lags use real time and never this clock.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from storage.bulk import Bulk
from storage.engine import Database, Db
from storage.tables import settings

Clock = Callable[[], datetime]
NAME = "clock_offset_seconds"
_first = Bulk(settings, ("name", "value"), skip=("name",))


def real() -> datetime:
    """Now, in UTC."""
    return datetime.now(UTC)


async def shared(database: Database, start_at: datetime | None) -> Clock:
    """The clock of this installation; the first start with `start_at` sets it for good."""

    async def offset(db: Db) -> float:
        seconds = (start_at - real()).total_seconds() if start_at else 0.0
        await _first.put(db, [{"name": NAME, "value": str(seconds)}])
        return float((await db.execute(select(settings.c.value).where(settings.c.name == NAME))).scalar_one())

    ahead = timedelta(seconds=await database.writer.transaction(offset))
    return lambda: real() + ahead
