"""What can be applied for at a visit now, and for whom: the visited, and the minors of a household she heads."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from handlers.dialog import Refuse, Text, Turn, t
from handlers.resident.family import Family
from handlers.resident.standing import unknown_yet
from handlers.staff import ticks
from programmes.model import Programme, Round
from programmes.rules import Outcome, verdict
from storage import applications, registry
from storage.registry import Resident
from storage.visits import Visit

WHOM: Final = "for"  # in the draft: the ids of those it is for


@dataclass(frozen=True, slots=True)
class Offer:
    """A round, and who of a family may have it; where no roster has the visited, she alone, unnamed."""

    programme: Programme
    round: Round
    family: Family | None
    whom: tuple[Resident, ...]

    @property
    def code(self) -> str:
        """What its button carries."""
        return f"{self.programme.id}/{self.round.code}"

    def rows(self) -> list[tuple[str, Text]]:
        """A row to tick for each who may have it."""
        return [(one.id.hex, self.family.label(one)) for one in self.whom] if self.family else []

    def minors(self, chosen: Sequence[str]) -> list[Text]:
        """Those of the chosen for whom the head of the household applies, as they are named on a button."""
        me = self.family.me.id.hex if self.family else ""
        return [label for code, label in self.rows() if code in chosen and code != me]


async def made(turn: Turn, visit: Visit) -> list[Offer]:
    """All that can be applied for at this visit."""
    me = await registry.by_id(turn.store, visit.case.resident) if visit.case.resident else None
    family = Family(me, await registry.household_of(turn.store, me)) if me else None
    found = []
    for programme in turn.city.programmes.values():
        for one in programme.rounds:
            if programme.at_visit and one.opens <= turn.now < one.closes:
                whom = await _whom(turn, family, programme, one) if family else ()
                found += [Offer(programme, one, family, whom)] if whom or family is None else []
    return found


async def _whom(turn: Turn, family: Family, programme: Programme, one: Round) -> tuple[Resident, ...]:
    """Who has not applied as far as is known; of minors those whom the rules do not leave out."""
    found, household = [], [each.id for each in family.household]
    for each in family.members(programme.reference_date):
        paid = {payment.round: payment for payment in await registry.payments_of(turn.store, each.id)}
        before = {
            (known.wanted.programme, known.wanted.round)
            for known in await applications.of_resident(turn.store, each.id, household)
        }
        outcome = verdict(programme, family.facts(each, programme), turn.now, one.code).outcome
        due = each.id == family.me.id or outcome is not Outcome.NO
        if due and unknown_yet(paid.get(one.code)) and (programme.id, one.code) not in before:
            found.append(each)
    return tuple(found)


async def chosen(turn: Turn, visit: Visit) -> Offer:
    """The promise of the draft, while all who were chosen can still have it."""
    wanted = set(ticks.ticked(turn, WHOM))
    for offer in await made(turn, visit):
        if offer.code == turn.draft["round"] and wanted <= {one.id.hex for one in offer.whom}:
            return offer
    raise Refuse(t("apply.none"))
