"""Who wants the figures each morning, and the day she last had them: one conditional update is one digest."""

from datetime import date
from uuid import UUID

from sqlalchemy import select, update

from storage.engine import Drawer
from storage.tables import staff


async def wanted(store: Drawer, officer: UUID) -> bool:
    """Whether this officer wants them."""
    return (await store.read(select(staff.c.digest_on).where(staff.c.id == officer))).scalar() is not None


async def want(store: Drawer, officer: UUID, today: date | None) -> None:
    """Let her have them from the next morning on; None: no longer."""
    await store.write(update(staff).where(staff.c.id == officer).values(digest_on=today))


async def due(store: Drawer, today: date, limit: int) -> tuple[UUID, ...]:
    """Whose figures of today were not promised yet."""
    behind = staff.c.digest_on < today, staff.c.ended_at.is_(None)
    return tuple((await store.read(select(staff.c.id).where(*behind).order_by(staff.c.id).limit(limit))).scalars())


async def claim(store: Drawer, officer: UUID, today: date) -> bool:
    """Promise her those of today; false when another did, or she wants them no longer."""
    mine = update(staff).where(staff.c.id == officer, staff.c.digest_on < today).values(digest_on=today)
    return (await store.write(mine)).rowcount == 1
