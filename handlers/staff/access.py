"""Which cases an officer may see, take and move, and in whose queues she looks: asked anew at every press."""

from uuid import UUID

from handlers.dialog import Refuse, Turn, t
from handlers.staff import rights
from handlers.staff.rights import grants_of, today
from programmes import casework, roles
from programmes.casework import Move, State
from programmes.model import AppealReason, City
from programmes.roles import RIGHTS, May
from storage import cases
from storage.cases import Case
from storage.staff import Officer

APPEAL = "appeal"
TO_CHECK = "to_check"
BEFORE_PROPOSAL = (State.FILED, State.REOPENED, State.CHECKING)


def officer_of(turn: Turn) -> Officer:
    """Who stands at the desk; the door lets nobody else in."""
    if turn.officer is None:
        raise Refuse(t("staff.gone"))
    return turn.officer


def offices(turn: Turn) -> frozenset[str]:
    """The queues an officer looks after: the dongs she reaches, and the teams she is of."""
    found: set[str] = set()
    for grant in grants_of(officer_of(turn)):
        if grant.holds_on(today(turn)) and May.SEE in RIGHTS[grant.role].may:
            team = RIGHTS[grant.role].hand == "team"
            found |= {grant.role.value} if team else roles.reach(grant, today(turn), turn.city.places)
    return frozenset(found)


def reason_of(case: Case, city: City) -> AppealReason | None:
    """The ground of an appeal as its programme has it; None for what is no appeal."""
    programme = city.programmes.get(case.programme)
    return programme.appeal_reasons.get(case.reason) if programme else None


def takes(case: Case) -> May:
    """The right by which a case of its kind is taken: an appeal is judged, anything else is talked about."""
    return May.TAKE if case.kind == APPEAL else May.TALK


def movable(case: Case) -> bool:
    """Whether another office may still be the right one: once proposed, a case is sent back instead."""
    return case.state in BEFORE_PROPOSAL


def judged(case: Case) -> bool:
    """Whether it is an appeal that still is to be decided."""
    return case.open and case.kind == APPEAL


def ended(case: Case) -> bool:
    """Whether it is an appeal that was closed."""
    return not case.open and case.kind == APPEAL


def move_of(turn: Turn, case: Case, what: May, name: str) -> Move | None:
    """The legal step of this name that the officer of this turn may take with the case; None: she may not."""
    hand = rights.may(turn, what, case.dong)
    if hand is None:
        return None
    reason = reason_of(case, turn.city)
    found = casework.moves_from(case.state, hand, reason.decides if reason else "team")
    return next((move for move in found if move.name == name), None)


async def seen(turn: Turn, case: str | UUID | None) -> Case:
    """A case the officer may open. Refuses a foreign one as it refuses one that is not there, and one of her own."""
    found = await cases.by_id(turn.store, UUID(str(case))) if case else None
    if found is None or rights.may(turn, May.SEE, found.dong) is None:
        raise Refuse(t("card.unknown"))
    if await rights.own(turn, found):
        raise Refuse(t("card.own"))
    return found


async def in_hand(turn: Turn, what: May) -> Case:
    """The case of this dialog's draft, which she holds and may do this to. Refuses otherwise."""
    case = await seen(turn, turn.draft.get("case"))
    if case.holder != officer_of(turn).id:
        raise Refuse(t("card.not_held"))
    if rights.may(turn, what, case.dong) is None:
        raise Refuse(t("card.may_not"))
    return case
