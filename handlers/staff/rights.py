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
from storage.staff import Officer


def today(turn: Turn) -> date:
    """The day it is in Korea."""
    return turn.now.astimezone(KST).date()


def grants_of(officer: Officer) -> tuple[Grant, ...]:
    """The officer's roles as the rules read them."""
    return tuple(Grant(Role(held.role), held.dong, held.until) for held in officer.held)


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
    day, places = today(turn), turn.city.places
    mine = [grant for grant in grants_of(turn.officer) if what in roles.RIGHTS[grant.role].may] if turn.officer else []
    if any(roles.RIGHTS[grant.role].hand == "team" and grant.holds_on(day) for grant in mine):
        return None
    return frozenset().union(*(roles.reach(grant, day, places) for grant in mine if grant.holds_on(day)))


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


async def own(turn: Turn, case: Case) -> bool:
    """Whether a case is her own, her household's or that of somebody she helps: such she may not even open."""
    return await kin.concerns(turn.store, case, turn.person, today(turn))
