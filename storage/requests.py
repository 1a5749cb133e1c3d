"""What an admin wants and cannot do alone: that somebody be an admin. Another confirms or declines it.

The code of an invited admin is told in two halves, one to each of the two: neither can bind a chat of her own with it.
"""

from datetime import date, datetime, timedelta
from uuid import UUID

import msgspec
from sqlalchemy import and_, insert, select, text, update

from storage import rights, staff
from storage.engine import Drawer
from storage.ids import new_id
from storage.rights import ADMIN
from storage.tables import admin_requests

LASTS = timedelta(hours=72)

_open = text("admin_requests.settled_at IS NULL")  # to the letter as the partial index has it
_columns = (
    admin_requests.c.id, admin_requests.c.staff, admin_requests.c.until, admin_requests.c.asked_by,
    admin_requests.c.asked_at,
)  # fmt: skip


class Request(msgspec.Struct, frozen=True):
    """Who is to be an admin, until which last day of a contract, who wants it and since when."""

    id: UUID
    staff: UUID
    until: date | None
    asked_by: UUID
    asked_at: datetime


async def waiting(store: Drawer) -> tuple[Request, ...]:
    """Those that nobody settled, and that are not too old, the oldest first."""
    fresh = select(*_columns).where(_open, admin_requests.c.asked_at > store.now - LASTS)
    return tuple(Request(*row) for row in await store.read(fresh.order_by(admin_requests.c.id)))


async def about(store: Drawer, officer: UUID) -> Request | None:
    """The request that waits for this account, if any."""
    return next((one for one in await waiting(store) if one.staff == officer), None)


async def by_id(store: Drawer, id: UUID) -> Request | None:
    """The request, if it still waits."""
    return next((one for one in await waiting(store) if one.id == id), None)


async def ask(store: Drawer, officer: UUID, until: date | None, by: UUID) -> bool:
    """Put it before the other admins; false when one waits for this account already. One too old makes room."""
    old = and_(_open, admin_requests.c.staff == officer, admin_requests.c.asked_at <= store.now - LASTS)
    await store.write(update(admin_requests).where(old).values(settled_at=store.now, confirmed=False))
    if await about(store, officer) is not None:
        return False
    row = {"id": new_id(), "staff": officer, "until": until, "asked_by": by, "asked_at": store.now}
    await store.write(insert(admin_requests), row)
    store.audit("staff.admin_asked", actor=by, subject=officer)
    return True


async def _settle(store: Drawer, request: Request, by: UUID, *, confirmed: bool) -> bool:
    mine = and_(admin_requests.c.id == request.id, _open)
    settled = {"settled_at": store.now, "settled_by": by, "confirmed": confirmed}
    done: bool = (await store.write(update(admin_requests).where(mine).values(settled))).rowcount == 1
    return done


async def confirm(store: Drawer, request: Request, by: UUID) -> tuple[str, str] | None:
    """Make her an admin; gives the two halves of the code she binds her chat with, both empty if she has one.

    None when the request was settled meanwhile, or her account ended. Who may confirm is `programmes/approving.py`'s.
    """
    officer = await staff.by_id(store, request.staff)
    if officer is None or not await _settle(store, request, by, confirmed=True):
        return None
    if not any(one.role == ADMIN for one in officer.held):
        await staff.grant(store, officer.id, ADMIN, None, request.until, request.asked_by)
    await rights.changed(store, "confirmed", officer.id, by)
    if officer.chat is not None:
        return "", ""
    code = await staff.code_for(store, officer.id, by)
    return code[: len(code) // 2], code[len(code) // 2 :]


async def decline(store: Drawer, request: Request, by: UUID) -> bool:
    """Nobody becomes an admin; an account that was made for it ends. False when it was settled meanwhile."""
    if not await _settle(store, request, by, confirmed=False):
        return False
    store.audit("staff.admin_declined", actor=by, subject=request.staff)
    officer = await staff.by_id(store, request.staff)
    if officer is not None and officer.chat is None and not officer.held:
        await staff.remove(store, officer, by)
    return True
