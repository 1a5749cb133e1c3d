"""For whom somebody may ask: herself once recognised, the minors of the household she heads, and whom she helps."""

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from handlers.dialog import Option, Text, Turn, t
from programmes.model import FactValue, Programme
from programmes.rules import ADULT_FROM, RosterFacts, facts_of
from storage import helpers, registry
from storage.registry import Resident

HELPED: Final = helpers.HELPED  # in a draft: for whom a helper on record acts


@dataclass(frozen=True, slots=True)
class Family:
    """A recognised person and all rows of her household, her own among them.

    `helped`: it is not she who writes but who helps her, which reaches nobody else of the household.
    """

    me: Resident
    household: tuple[Resident, ...]
    helped: bool = False

    def members(self, day: date) -> tuple[Resident, ...]:
        """Herself, then those who were minors on that day and for whom she applies as head, oldest first."""
        if self.helped or not self.me.is_head:
            return (self.me,)
        young = (one for one in self.household if one.id != self.me.id and _minor(one, day))
        return (self.me, *sorted(young, key=lambda one: (one.birth_date, one.name)))

    @property
    def head(self) -> Resident:
        """Who heads the household, by whose random id it is known: that outlives a change of keys."""
        return next((one for one in self.household if one.is_head), self.me)

    def facts(self, one: Resident, programme: Programme) -> dict[str, FactValue]:
        """What the roster knows about one of them, as the programme's rules ask for it."""
        return facts_of(_row(one), [_row(other) for other in self.household], programme.reference_date)

    def label(self, one: Resident) -> Text:
        """How one of them is named on a button: masked, unless twins would look alike."""
        if one.id == self.me.id and not self.helped:
            return t("common.oneself")
        alike = any(other.id != one.id and _seen(other) == _seen(one) for other in self.household)
        return t("common.child", name=one.name if alike else masked(one.name), year=one.birth_date.year)

    def options(self, day: date, besides: Resident | None = None) -> tuple[Option, ...]:
        """A button for each member, leaving out the one named."""
        shown = [one for one in self.members(day) if besides is None or one.id != besides.id]
        return tuple(Option(one.id.hex, self.label(one)) for one in shown)

    def member(self, code: str | None, day: date) -> Resident:
        """The member of that button, herself when it is none's (any more)."""
        return next((one for one in self.members(day) if one.id.hex == code), self.me)

    def subject(self, one: Resident) -> dict[str, str]:
        """Whom an appeal is for, in the words of the appeal's draft."""
        if self.helped:
            return {"whom": HELPED, "resident": one.id.hex, HELPED: one.id.hex}
        return {"whom": "self" if one.id == self.me.id else "minor", "resident": one.id.hex}


async def family_of(turn: Turn, purpose: str = helpers.CHECK) -> Family | None:
    """The family of the person who writes, or None when she is not recognised or has left the roster.

    Where the draft names somebody she helps it is that one's, while she is on record for this purpose.
    """
    helped = turn.draft.get(HELPED)
    if helped is not None:
        known = await helpers.may(turn.store, turn.person.id, UUID(helped), purpose)
        return await _family(turn, UUID(helped), helped=True) if known else None
    return await _family(turn, turn.person.resident) if turn.person.resident is not None else None


async def _family(turn: Turn, resident: UUID, *, helped: bool = False) -> Family | None:
    me = await registry.by_id(turn.store, resident)
    if me is None:
        return None
    household = await registry.household_of(turn.store, me)
    return Family(me, household if any(one.id == me.id for one in household) else (me, *household), helped)


def _seen(one: Resident) -> tuple[str, int]:
    return masked(one.name), one.birth_date.year


def masked(name: str) -> str:
    """A name that its bearer knows and a passer-by does not: 김○늘, A. K."""
    if any("가" <= letter <= "힣" for letter in name):
        return name[0] + "○" * max(1, len(name) - 2) + name[2:][-1:]
    return " ".join(f"{word[0]}." for word in name.split())


def _minor(one: Resident, day: date) -> bool:
    return day.year - one.birth_date.year < ADULT_FROM


def _row(one: Resident) -> RosterFacts:
    return RosterFacts(**{name: getattr(one, name) for name in RosterFacts.__slots__})
