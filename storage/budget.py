"""How much may be sent unasked: one budget of the bot token, a row that all processes draw from in slices."""

from sqlalchemy import select, update

from storage.bulk import Bulk
from storage.engine import Db
from storage.outbox import db_clock
from storage.tables import budget

_open = Bulk(budget, ("name", "tokens", "at"), skip=("name",))


async def draw(db: Db, name: str, wanted: int, *, rate: float, burst: float) -> int:
    """Draw up to `wanted` sends from the budget `name`, which fills by `rate` a second up to `burst` (at least one).

    Measured by the database's own clock, so that several machines share one rate; gives how many may be sent now. What
    is left of a send stays in the budget, so that a slow rate adds up.
    """
    burst = max(1.0, burst)
    row = (await db.execute(select(budget).where(budget.c.name == name).with_for_update())).first()
    now = float((await db.execute(select(db_clock(db)))).scalar_one())
    if row is None:
        await _open.put(db, [{"name": name, "tokens": burst, "at": now}])
        return await draw(db, name, wanted, rate=rate, burst=burst)
    there = min(burst, float(row.tokens) + max(0.0, now - float(row.at)) * rate)
    given = min(wanted, int(there))
    left = {"tokens": there - given, "at": now}  # a clock that went back fills nothing, and holds nothing up
    await db.execute(update(budget).where(budget.c.name == name).values(left))
    return given
