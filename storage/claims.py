"""Which updates were handled: claimed by number in the turn's own transaction, known by set membership.

Never by "greater than the last": Telegram's count restarts at random after a quiet week, and presses overtake messages.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import bindparam, delete, insert, select, update

from storage.bulk import Bulk
from storage.engine import Db, Drawer
from storage.tables import claims, faults

_claim = Bulk(claims, ("update_id", "at"), skip=("update_id",), returning=("update_id",))
_times = select(faults.c.times).where(faults.c.update_id == bindparam("number"))


async def claim(db: Db, numbers: Iterable[int], now: datetime) -> set[int]:
    """Claim updates; gives those nobody had claimed. The numbers are sorted, so two processes cannot deadlock."""
    return {row.update_id for row in await _claim.put(db, [{"update_id": n, "at": now} for n in sorted(numbers)])}


async def unclaim(db: Db, numbers: Sequence[int]) -> None:
    """Let go of updates whose turn failed, so that they may come again."""
    if numbers:
        await db.execute(delete(claims).where(claims.c.update_id.in_(numbers)))


async def count_fault(db: Db, number: int, now: datetime) -> int:
    """Count a failed turn of this update; gives how many there were."""
    times = (await db.execute(_times, {"number": number})).scalar()
    if times is None:
        await db.execute(insert(faults), {"update_id": number, "times": 1, "at": now})
        return 1
    await db.execute(update(faults).where(faults.c.update_id == number).values(times=times + 1))
    return int(times) + 1


async def forget(store: Drawer, before: datetime) -> None:
    """Drop claims and counted faults older than `before`."""
    await store.write(delete(claims).where(claims.c.at < before))
    await store.write(delete(faults).where(faults.c.at < before))
