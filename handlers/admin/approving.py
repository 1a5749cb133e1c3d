"""Whether who stands here may approve what another prepared: a broadcast, an import, another admin, an answer."""

from collections.abc import Collection
from datetime import datetime, time
from typing import Final
from uuid import UUID

from handlers.dialog import Refuse, Text, Turn, t
from handlers.staff.access import officer_of
from handlers.staff.rights import today
from programmes.approving import Change, Hindrance, History, hindrance
from programmes.reading import KST
from programmes.roles import Role
from storage import rights, staff

ADMINS: Final = (Role.ADMIN,)


async def hindering(turn: Turn, drafter: UUID, roles: Collection[Role] = ADMINS) -> Hindrance | None:
    """What keeps her from approving now what `drafter` prepared, where it is for these roles to approve."""
    me = officer_of(turn).id
    since = await rights.held_since(turn.store, me, [role.value for role in roles], today(turn))
    midnight = datetime.combine(today(turn), time(), KST)
    changes = await rights.between(turn.store, me, drafter, midnight)
    return hindrance(me, drafter, History(since, tuple(Change(*one) for one in changes)), turn.now)


async def hindered(turn: Turn, drafter: UUID) -> Text | None:
    """Why an admin may not approve now what `drafter` prepared, for a card to say; None: she may."""
    why = await hindering(turn, drafter)
    return t(f"approve.{why.value}") if why else None


async def second(turn: Turn, drafter: UUID) -> None:
    """To be asked at the press that approves, before anything is written. Refuses with the reason why not.

    No admin's rights change until this turn is over, so that two presses at once cannot slip through.
    """
    await staff.lock_role(turn.store, Role.ADMIN.value)
    if (why := await hindered(turn, drafter)) is not None:
        raise Refuse(why)
