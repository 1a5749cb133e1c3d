"""How much may be sent unasked: one budget of the bot token, a row that all processes draw from in slices."""

from sqlalchemy import insert, select, update

from storage.engine import Db
from storage.outbox import db_clock
from storage.tables import budget


async def draw(db: Db, name: str, wanted: float, *, rate: float, burst: float) -> float:
    """Draw up to `wanted` sends from the budget `name`, which fills by `rate` a second up to `burst`.

    Measured by the database's own clock, so that several machines share one rate; gives what may be sent now.
    """
    now = float((await db.execute(select(db_clock(db)))).scalar_one())
    row = (await db.execute(select(budget).where(budget.c.name == name).with_for_update())).first()
    tokens, at = (float(row.tokens), float(row.at)) if row else (burst, now)
    there = min(burst, tokens + max(0.0, now - at) * rate)
    given = min(wanted, there)
    left = {"tokens": there - given, "at": max(now, at)}
    if row is None:
        await db.execute(insert(budget).values(name=name, **left))
    else:
        await db.execute(update(budget).where(budget.c.name == name).values(left))
    return given
