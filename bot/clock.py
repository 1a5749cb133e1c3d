"""The bot's clock: the real one, or one that an operator set to another day for a tour or a test.

The offset lies in the database, so that all processes share it and a later start goes on from there. Leases, budgets
and lags use real time and never this clock.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from storage import settings
from storage.engine import Database

Clock = Callable[[], datetime]
NAME = "clock_offset_seconds"


def real() -> datetime:
    """Now, in UTC."""
    return datetime.now(UTC)


async def shared(database: Database, start_at: datetime | None) -> Clock:
    """The clock of this installation; the first start with `start_at` sets it for good."""
    seconds = (start_at - real()).total_seconds() if start_at else 0.0
    found = await database.writer.transaction(lambda db: settings.first(db, NAME, str(seconds)))
    ahead = timedelta(seconds=float(found))
    return lambda: real() + ahead
