"""Who may do what with a broadcast: asked anew at every press, of the rows and never of the button."""

from collections.abc import Iterator
from typing import Final
from uuid import UUID

from handlers.dialog import Open, Refuse, Turn, t
from handlers.staff import rights
from handlers.staff.access import officer_of
from handlers.staff.door import closed
from programmes.broadcasting import Stage, Who, may_move
from programmes.roles import May, Role
from storage import broadcasts, staff
from storage.broadcasts import Broadcast
from storage.staff import Officer

NUMBER: Final = "number"  # in a draft: which broadcast it is about
CARD: Final = "broadcast"  # the dialog of one broadcast; its first step is its card


def broadcasting(turn: Turn) -> Open | None:
    """Behind the door of the desk, and for who may broadcast."""
    return closed(turn) or (None if rights.may_anywhere(turn, May.BROADCAST) else Open("gone"))


async def chosen(turn: Turn) -> Broadcast:
    """Which broadcast this dialog is about. Refuses when there is none."""
    one = await broadcasts.by_number(turn.store.db, int(turn.draft.get(NUMBER, 0)))
    if one is None:
        raise Refuse(t("broadcast.gone"))
    return one


def card_of(one: Broadcast) -> Open:
    """Where everything that is done with one is chosen."""
    return Open(CARD, draft={NUMBER: one.number})


def _hands(one: Broadcast, me: UUID) -> Iterator[Who]:
    yield "admin"
    if me == one.drafter:
        yield "drafter"
    elif one.stage == Stage.ASKED or me == one.approver:
        yield "approver"


def may(turn: Turn, one: Broadcast, target: Stage) -> bool:
    """Whether she may move it so, as it stands."""
    return any(may_move(Stage(one.stage), target, hand) for hand in _hands(one, officer_of(turn).id))


def mine(turn: Turn, one: Broadcast) -> bool:
    """Whether she drafted it and may change it still: what was asked or approved is so no longer then."""
    return one.drafter == officer_of(turn).id and one.stage in broadcasts.BEFORE


async def others(turn: Turn) -> tuple[Officer, ...]:
    """The other admins who have a chat."""
    found = await staff.with_role(turn.store, (Role.ADMIN.value,))
    return tuple(one for one in found if one.chat is not None and one.id != officer_of(turn).id)


async def written(turn: Turn) -> Broadcast | None:
    """What is written so far, if anything is. Refuses what is not hers to change, or not any more."""
    if NUMBER not in turn.draft:
        return None
    one = await chosen(turn)
    if not mine(turn, one):
        raise Refuse(t("broadcast.not_yours"))
    return one
