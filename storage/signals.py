"""Signs of life of everything that works by the clock: what has not been seen for long is dead."""

from collections.abc import Mapping

from sqlalchemy import select

from storage.bulk import Bulk
from storage.engine import Db
from storage.outbox import clock_of
from storage.ready import Ready
from storage.tables import signals

_beat = Bulk(signals, ("name", "at"), overwrite=("name",))
_now = Ready(*(select(clock_of(postgres).label("now")) for postgres in (False, True)))
_ages = Ready(*(select(signals.c.name, (clock_of(postgres) - signals.c.at).label("age")) for postgres in (False, True)))


async def beat(db: Db, name: str) -> None:
    """Write down that `name` has just been seen to work, by the database's own clock."""
    (clock,) = await _now.run(db, {})
    await _beat.put(db, [{"name": name, "at": float(clock.now)}])


async def ages(db: Db) -> Mapping[str, float]:
    """How many seconds ago each was last seen."""
    return {row.name: float(row.age) for row in await _ages.run(db, {})}
