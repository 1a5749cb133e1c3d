"""How much may be sent unasked: one budget of the bot token, a row that all processes draw from in slices."""

from sqlalchemy import Float, bindparam, select, update

from storage.bulk import Bulk
from storage.engine import Db
from storage.outbox import clock_of
from storage.ready import Ready
from storage.tables import budget

_open = Bulk(budget, ("name", "tokens", "at"), skip=("name",))
_of_name = select(budget.c.tokens, budget.c.at).where(budget.c.name == bindparam("of"))
_row = Ready(_of_name, _of_name.with_for_update())
_clock = Ready(select(clock_of(False).label("now")), select(clock_of(True).label("now")))
_left = Ready(
    update(budget)
    .where(budget.c.name == bindparam("of"))
    .values(tokens=bindparam("left", type_=Float), at=bindparam("now", type_=Float))
)
_rest = Ready(
    update(budget)
    .where(budget.c.name == bindparam("of"))
    .values(tokens=budget.c.tokens + bindparam("rest", type_=Float))
)


async def draw(db: Db, name: str, wanted: int, *, rate: float, burst: float) -> int:
    """Draw up to `wanted` sends from the budget `name`, which fills by `rate` a second up to `burst` (at least one).

    Measured by the database's own clock, so that several machines share one rate; gives how many may be sent now. What
    is left of a send stays in the budget, so that a slow rate adds up.
    """
    burst = max(1.0, burst)
    rows = await _row.run(db, {"of": name})
    now = float((await _clock.run(db, {}))[0].now)  # once the row is ours: it is never older than what stands there
    if not rows:
        await _open.put(db, [{"name": name, "tokens": burst, "at": now}])
        return await draw(db, name, wanted, rate=rate, burst=burst)
    there = min(burst, float(rows[0].tokens) + max(0.0, now - float(rows[0].at)) * rate)
    given = min(wanted, int(there))
    # a clock that went back fills nothing, and holds nothing up
    await _left.run(db, {"of": name, "left": there - given, "now": now})
    return given


async def give_back(db: Db, name: str, rest: int) -> None:
    """Put back what was drawn and not sent."""
    if rest > 0:
        await _rest.run(db, {"of": name, "rest": float(rest)})
