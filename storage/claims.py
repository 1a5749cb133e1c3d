"""Which updates were handled: claimed by number in the turn's own transaction, known by set membership.

Never by "greater than the last": Telegram's count restarts at random after a quiet week, and presses overtake messages.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, bindparam, cast, delete, func, insert, select, true, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import ARRAY

from storage.bulk import values_of
from storage.engine import Db, Drawer
from storage.ready import Ready
from storage.tables import claims, faults


def _claim(postgres: bool) -> Any:
    """One statement for all numbers of a batch: what had been claimed before is passed over."""
    if postgres:
        given = func.unnest(bindparam("numbers", type_=ARRAY(BigInteger))).table_valued("value").render_derived()
    else:
        given = func.json_each(bindparam("numbers")).table_valued("value")
    make = postgresql.insert if postgres else sqlite.insert
    each = select(cast(given.c.value, BigInteger), bindparam("at", type_=claims.c.at.type)).where(true())
    return make(claims).from_select(["update_id", "at"], each).on_conflict_do_nothing().returning(claims.c.update_id)


_claim_all = Ready(_claim(False), _claim(True))
_times = select(faults.c.times).where(faults.c.update_id == bindparam("number"))


async def claim(db: Db, numbers: Iterable[int], now: datetime) -> set[int]:
    """Claim updates; gives those nobody had claimed. The numbers are sorted, so two processes cannot deadlock."""
    if not (given := sorted(numbers)):
        return set()
    rows = await _claim_all.run(db, {"numbers": values_of(db, given), "at": now})
    return {row.update_id for row in rows}


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
