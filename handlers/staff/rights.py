"""What the officer of a turn may do. Asked anew at every press: a right taken away a moment ago is gone."""

from datetime import date

from handlers.dialog import Turn
from programmes import roles
from programmes.duty import half_of
from programmes.duty import on_duty as works
from programmes.reading import KST
from programmes.roles import Grant, Hand, May, Role
from storage import duty, kin
from storage.cases import Case
from storage.registry import Resident
from storage.staff import ELSEWHERE, Officer


def today(turn: Turn) -> date:
    """The day it is in Korea."""
    return turn.now.astimezone(KST).date()


def grants_of(officer: Officer) -> tuple[Grant, ...]:
    """The officer's roles as the rules read them; none while she is suspended."""
    return () if officer.suspended else tuple(Grant(Role(held.role), held.dong, held.until) for held in officer.held)


def may(turn: Turn, what: May, dong: str | None) -> Hand | None:
    """By whose hand the officer of this turn may do this to what belongs to that dong; None: not at all."""
    if turn.officer is None:
        return None
    return roles.may(grants_of(turn.officer), what, dong, today(turn), turn.city.places)


def may_anywhere(turn: Turn, what: May) -> bool:
    """Whether the officer of this turn may do this to anything at all."""
    return turn.officer is not None and roles.may_anywhere(grants_of(turn.officer), what, today(turn), turn.city.places)


def dongs(turn: Turn, what: May) -> frozenset[str] | None:
    """The dongs to which this right of hers reaches; None for all of them, which is a team's right."""
    grants = grants_of(turn.officer) if turn.officer else ()
    return roles.dongs(grants, what, today(turn), turn.city.places)


def working(turn: Turn) -> bool:
    """Whether any of her contracts still runs: an ended one closes the desk by itself."""
    return turn.officer is not None and any(grant.holds_on(today(turn)) for grant in grants_of(turn.officer))


async def on_duty(turn: Turn) -> bool:
    """Whether the officer of this turn works at this half of the day: cases go only to people who do."""
    if turn.officer is None:
        return False
    day, calendar = today(turn), turn.city.calendar
    said = await duty.said(turn.store, [turn.officer.id], day, day)
    half = half_of(turn.now, calendar)
    return works(grants_of(turn.officer), day, calendar, said.get((turn.officer.id, day, half)))


def placed(turn: Turn) -> bool:
    """Whether it is known what is near to her: by the roster, or by where she says she lives. Who sees no case is."""
    officer = turn.officer
    if officer is None or turn.person.resident is not None or officer.lives is not None:
        return True
    return not may_anywhere(turn, May.SEE)


async def own(turn: Turn, case: Case) -> bool:
    """Whether a case is her own, her household's or that of somebody she helps: such she may not even open."""
    unplaced = case.kind == "appeal" and case.dong is None  # it may be of any dong
    if _her_dong(turn, case.dong, unplaced=unplaced):
        return True
    return await kin.concerns(turn.store, case, turn.person, today(turn))


async def near(turn: Turn, one: Resident) -> bool:
    """Whether somebody of the roster is the officer herself, of her household, or whom she helps."""
    return _her_dong(turn, one.dong) or await kin.near(turn.store, one, turn.person, today(turn))


def _her_dong(turn: Turn, dong: str | None, *, unplaced: bool = False) -> bool:
    """Whom no roster knows has a household that none tells: whoever is of her dong may be of it."""
    lives = turn.officer.lives if turn.officer is not None and turn.person.resident is None else None
    return lives is not None and lives != ELSEWHERE and (lives == dong or unplaced)
