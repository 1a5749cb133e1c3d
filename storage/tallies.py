"""How often something happened of late, in slots of five minutes: told by the processes that see it, for all to read.

A process counts in memory and adds what it counted with its next heartbeat, so that counting costs no statement.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import bindparam, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from storage.connections import is_postgres
from storage.engine import Db
from storage.outbox import db_clock
from storage.tables import tallies

SLOT = 300.0  # seconds
KEPT = 288  # slots: a day

SENDS, TOO_MANY, FORBIDDEN = "sends", "429", "403"


def _add_with(make: Any) -> Any:
    statement = make(tallies).values(name=bindparam("name"), slot=bindparam("slot"), times=bindparam("times"))
    return statement.on_conflict_do_update(
        index_elements=["name", "slot"], set_={"times": tallies.c.times + statement.excluded.times}
    )


_add_postgres, _add_sqlite = _add_with(postgresql.insert), _add_with(sqlite.insert)
_recent = select(tallies.c.name, func.sum(tallies.c.times)).where(tallies.c.slot >= bindparam("since"))


async def add(db: Db, counted: Mapping[str, int]) -> None:
    """Add what was counted to the slot of now; forgets what is older than a day."""
    if not counted:
        return
    slot = await _slot(db)
    rows = [{"name": name, "slot": slot, "times": times} for name, times in sorted(counted.items())]
    await db.execute(_add_postgres if is_postgres(db) else _add_sqlite, rows)
    await db.execute(delete(tallies).where(tallies.c.slot < slot - KEPT))


async def recent(db: Db) -> Mapping[str, int]:
    """How often each happened in this slot and the one before: in the last five to ten minutes."""
    rows = await db.execute(_recent.group_by(tallies.c.name), {"since": await _slot(db) - 1})
    return {str(name): int(times) for name, times in rows}


async def _slot(db: Db) -> int:
    return int(float((await db.execute(select(db_clock(db)))).scalar_one()) // SLOT)
