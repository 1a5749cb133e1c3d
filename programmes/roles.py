"""Who may do what at the counter: one table role × may, and where a right holds.

The task force of a district (July 2025): officers and the head in each dong, and four teams in the district office.
A right given for a dong follows the dated rows: when a dong is divided, the officers of what it became see its cases.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final, Literal

from programmes.places import Places


class Role(StrEnum):
    """What somebody at the counter is."""

    APPEALS = "appeals"  # the dong's appeal officer
    VISITS = "visits"  # the dong's visiting officer
    HEAD = "head"  # the head of the dong, who leads its team
    DECISION = "decision"  # the team that decides
    CALLS = "calls"  # the call centre
    AFFAIRS = "affairs"  # general affairs
    SUPPORT = "support"  # administrative support
    ADMIN = "admin"


class May(StrEnum):
    """What may be done; a button asks for exactly one of these when it is pressed."""

    SEE = "see"
    TAKE = "take"
    ASK = "ask"
    PROPOSE = "propose"
    DECIDE = "decide"
    FILE = "file"
    TRANSFER = "transfer"
    TALK = "talk"
    VISIT = "visit"
    SHIFTS = "shifts"
    FIGURES = "figures"
    EXPORT = "export"
    PEOPLE = "people"
    BROADCAST = "broadcast"
    IMPORT = "import"
    ANSWERS = "answers"


Hand = Literal["dong", "team"]
"""Whose hand moves a case, as `casework` tells them apart."""


@dataclass(frozen=True, slots=True)
class Rights:
    """What a role may do; `hand` "dong" means in the dong it was given for, "team" everywhere."""

    hand: Hand
    may: frozenset[May]


def _rights(hand: Hand, may: str) -> Rights:
    return Rights(hand, frozenset(May(word) for word in may.split()))


RIGHTS: Final[Mapping[Role, Rights]] = {
    Role.APPEALS: _rights("dong", "see take ask propose decide file transfer talk"),
    Role.VISITS: _rights("dong", "see file visit talk"),
    Role.HEAD: _rights("dong", "see take ask propose decide file transfer talk visit shifts figures"),
    Role.DECISION: _rights("team", "see take ask decide transfer talk figures export answers"),
    Role.CALLS: _rights("team", "see file transfer talk"),
    Role.AFFAIRS: _rights("team", "see transfer figures export"),
    Role.SUPPORT: _rights("team", "shifts figures"),
    Role.ADMIN: _rights("team", "people shifts figures broadcast import answers"),
}


@dataclass(frozen=True, slots=True)
class Grant:
    """A role somebody has; `dong` for roles of a dong, `until` the last day of a contract that ends."""

    role: Role
    dong: str | None = None
    until: date | None = None

    def holds_on(self, day: date) -> bool:
        """Whether the contract still runs on that day."""
        return self.until is None or day <= self.until


def may(grants: tuple[Grant, ...], what: May, dong: str | None, day: date, places: Places) -> Hand | None:
    """By whose hand somebody with these grants may do this to what belongs to `dong` on that day; None: not at all.

    What belongs to no dong is done by teams. Who may both as the dong and as a team acts for the dong.
    """
    hands = {
        RIGHTS[grant.role].hand
        for grant in grants
        if grant.holds_on(day) and what in RIGHTS[grant.role].may and _reaches(grant, dong, day, places)
    }
    return "dong" if "dong" in hands else "team" if hands else None


def may_anywhere(grants: tuple[Grant, ...], what: May, day: date, places: Places) -> bool:
    """Whether there is anything at all on which this may be done: it says which buttons are worth showing."""
    return any(
        grant.holds_on(day)
        and what in RIGHTS[grant.role].may
        and (RIGHTS[grant.role].hand == "team" or bool(reach(grant, day, places)))
        for grant in grants
    )


def dongs(grants: tuple[Grant, ...], what: May, day: date, places: Places) -> frozenset[str] | None:
    """The dongs to which this right reaches on that day; None for all of them, which is a team's right."""
    mine = [grant for grant in grants if what in RIGHTS[grant.role].may and grant.holds_on(day)]
    if any(RIGHTS[grant.role].hand == "team" for grant in mine):
        return None
    return frozenset().union(*(reach(grant, day, places) for grant in mine))


def reach(grant: Grant, day: date, places: Places) -> frozenset[str]:
    """The dongs whose cases a grant for a dong covers on that day: its own while it stands, and what it came from."""
    own = places.dongs.get(grant.dong or "")
    if own is None or not own.stands_on(day):
        return frozenset()
    return frozenset({own.code, *(one.code for one in places.dongs.values() if own.code in one.successors)})


def _reaches(grant: Grant, dong: str | None, day: date, places: Places) -> bool:
    return RIGHTS[grant.role].hand == "team" or (dong is not None and dong in reach(grant, day, places))
