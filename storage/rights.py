"""Who changed whose rights: the ledger the law wants for three years, and what is asked of it before an approval.

It is written at once and not with the audit at the end of a batch, so that a turn sees what the turn before it did.
"""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, or_, select

from storage.engine import Drawer
from storage.ids import new_id
from storage.tables import grants, invitations, rights_ledger, staff

ADMIN = "admin"


async def changed(store: Drawer, what: str, officer: UUID, by: UUID | None, **detail: Any) -> None:
    """Write down, in the ledger and in the audit, that `by` did this to the rights of an account."""
    row = {"id": new_id(), "staff": officer, "at": store.now, "what": what, "by": by}
    await store.write(insert(rights_ledger), row)
    store.audit(f"staff.{what}", actor=by, subject=officer, **detail)


async def between(store: Drawer, one: UUID, other: UUID, since: datetime) -> tuple[tuple[UUID, UUID, datetime], ...]:
    """What each of two changed of the other's rights since then: who, whose, when."""
    pair = (one, other)
    found = select(rights_ledger.c.by, rights_ledger.c.staff, rights_ledger.c.at).where(
        rights_ledger.c.staff.in_(pair), rights_ledger.c.at >= since, rights_ledger.c.by.in_(pair)
    )
    return tuple((row.by, row.staff, row.at) for row in await store.read(found))


async def held_since(store: Drawer, officer: UUID, roles: Collection[str], day: date) -> datetime | None:
    """Since when an account has one of these roles at a chat of its own; None without one that day, or suspended."""
    held = (
        grants.c.staff == officer,
        grants.c.role.in_(roles),
        grants.c.ended_at.is_(None),
        or_(grants.c.until.is_(None), grants.c.until >= day),
    )
    standing = (staff.c.id == officer, staff.c.ended_at.is_(None), staff.c.suspended_at.is_(None))
    given = select(func.min(grants.c.since)).select_from(grants.join(staff, staff.c.id == grants.c.staff))
    bound = select(func.max(invitations.c.used_at)).where(invitations.c.staff == officer)
    since: datetime | None = (await store.read(given.where(*held, *standing, staff.c.chat.is_not(None)))).scalar()
    if since is None:
        return None
    return max(since, (await store.read(bound)).scalar() or since)
