"""What can be seen of an installation's health in its tables."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select

from storage.engine import Db
from storage.import_rows import Kind
from storage.outbox import PARKED, SENDING, WAITING, db_clock
from storage.tables import audit, carriers, imports, outbox


async def unsent(db: Db, lane: str) -> tuple[int, datetime | None]:
    """How many letters of a lane are unsent, and since when the longest waiting one is due."""
    waiting = outbox.c.state.in_((WAITING, SENDING))
    found = select(func.count(), func.min(outbox.c.due_at)).where(waiting, outbox.c.lane == lane)
    count, oldest = (await db.execute(found)).one()
    return int(count), oldest


async def parked(db: Db) -> int:
    """How many letters are in doubt and wait to be settled by hand."""
    found = select(func.count()).where(outbox.c.state == PARKED)
    return int((await db.execute(found)).scalar_one())


async def living(db: Db) -> Sequence[tuple[str, float]]:
    """The processes that send, and the seconds since each one's last heartbeat."""
    found = select(carriers.c.process, db_clock(db) - carriers.c.beat_at).order_by(carriers.c.process)
    return [(str(process), float(age)) for process, age in await db.execute(found)]


async def unsealed(db: Db) -> int:
    """How many audit rows are not yet in the chain."""
    found = select(func.count()).where(audit.c.place.is_(None))
    return int((await db.execute(found)).scalar_one())


async def half_staged(db: Db, kind: Kind) -> int:
    """How many imports of this kind were begun and not finished."""
    found = select(func.count()).where(imports.c.kind == kind, imports.c.state == "staging")
    return int((await db.execute(found)).scalar_one())
