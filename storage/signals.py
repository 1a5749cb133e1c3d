"""Signs of life of everything that works by the clock: what has not been seen for long is dead."""

from collections.abc import Mapping

from sqlalchemy import select

from storage.bulk import Bulk
from storage.engine import Db
from storage.outbox import db_clock
from storage.tables import signals

_beat = Bulk(signals, ("name", "at"), overwrite=("name",))


async def beat(db: Db, name: str) -> None:
    """Write down that `name` has just been seen to work, by the database's own clock."""
    at = (await db.execute(select(db_clock(db)))).scalar_one()
    await _beat.put(db, [{"name": name, "at": float(at)}])


async def ages(db: Db) -> Mapping[str, float]:
    """How many seconds ago each was last seen."""
    rows = await db.execute(select(signals.c.name, db_clock(db) - signals.c.at))
    return {row[0]: float(row[1]) for row in rows}
