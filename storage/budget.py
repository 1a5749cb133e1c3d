"""How much may be sent unasked: one budget of the bot token, a row that all processes draw from in slices."""

from sqlalchemy import insert, select, update

from storage.engine import Db
from storage.outbox import db_clock
from storage.tables import budget


async def draw(db: Db, name: str, wanted: float, *, rate: float, burst: float) -> float:
    """Draw up to `wanted` sends from the budget `name`, which fills by `rate` a second up to `burst`.

    Measured by the database's own clock, so that several machines share one rate; gives what may be sent now.
    """
    clock = db_clock(db)
    row = (await db.execute(select(budget.c.tokens, budget.c.at, clock).where(budget.c.name == name).with_for_update())).first()
    if row is None:
        now = float((await db.execute(select(clock))).scalar_one())
        given = min(wanted, burst)
        await db.execute(insert(budget).values(name=name, tokens=burst - given, at=now))
        return given
    now = float(row[2])
    there = min(burst, row.tokens + max(0.0, now - row.at) * rate)
    given = min(wanted, there)
    await db.execute(update(budget).where(budget.c.name == name).values(tokens=there - given, at=now))
    return given
