"""The bot's clock: the real one, or one that an operator set to another day for a tour or a test.

The offset lies in the database, so that all processes share it and a later start goes on from there. Leases, budgets
and lags use real time and never this clock.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import insert, select

from storage.engine import Database, Db
from storage.tables import settings

Clock = Callable[[], datetime]
NAME = "clock_offset_seconds"


def real() -> datetime:
    """Now, in UTC."""
    return datetime.now(UTC)


async def shared(database: Database, start_at: datetime | None) -> Clock:
    """The clock of this installation; the first start with `start_at` sets it for good."""

    async def offset(db: Db) -> float:
        row = (await db.execute(select(settings.c.value).where(settings.c.name == NAME))).first()
        if row is not None:
            return float(row.value)
        seconds = (start_at - real()).total_seconds() if start_at else 0.0
        await db.execute(insert(settings), {"name": NAME, "value": str(seconds)})
        return seconds

    ahead = timedelta(seconds=await database.writer.transaction(offset))
    return lambda: real() + ahead
