"""What `eligibility` is asking about, as far as its draft and the roster tell."""

from dataclasses import dataclass
from datetime import date

from handlers.dialog import Turn
from handlers.resident.family import Family, family_of
from programmes.model import Fact, FactValue, Programme, Round
from programmes.rules import UNSURE, RosterFacts, Verdict, verdict
from storage.registry import Resident


@dataclass(frozen=True, slots=True)
class Check:
    """A programme, its rounds, the facts known so far, and whom it is about, when the roster knows."""

    programme: Programme
    rounds: tuple[Round, ...]
    facts: dict[str, FactValue]
    family: Family | None = None
    whom: Resident | None = None

    def verdicts(self, turn: Turn) -> tuple[tuple[Round, Verdict], ...]:
        """The answer of each round."""
        return tuple((one, verdict(self.programme, self.facts, turn.now, one.code)) for one in self.rounds)

    def wanting(self, turn: Turn) -> Fact | None:
        """The next fact worth asking; what the roster holds is not the person's to tell."""
        for _, answer in self.verdicts(turn):
            fact = self.programme.facts.get(answer.wanting or "")
            kept = self.whom is not None and answer.wanting in RosterFacts.__slots__
            if fact is not None and fact.askable and fact.code not in self.facts and not kept:
                return fact
        return None

    def appeal(self, turn: Turn, round: str) -> dict[str, str]:
        """What an appeal against the answer of that round already knows, in the words of the appeal's draft."""
        answer = verdict(self.programme, self.facts, turn.now, round)
        ground = self.programme.reasons[answer.reason].appeal or ""
        known = {"programme": self.programme.id, "round": round, "reason": ground}
        if self.family is not None and self.whom is not None and self.family.helped:
            return {**known, **self.family.subject(self.whom)}
        if self.programme.appeal_reasons[ground].subjects == ("new_child",):
            return {**known, "whom": "new_child"}
        return known if self.family is None or self.whom is None else {**known, **self.family.subject(self.whom)}


async def check_of(turn: Turn) -> Check:
    """The check the draft describes: `programme`, `round` or `whom`, and the `facts` told (days as ISO text)."""
    programme = turn.city.programmes[turn.draft["programme"]]
    told = {code: _value(programme.facts[code], raw) for code, raw in turn.draft.get("facts", {}).items()}
    family = await family_of(turn)
    if family is None:
        return Check(programme, (programme.round(turn.draft.get("round")) or programme.round_at(turn.now),), told)
    whom = family.member(turn.draft.get("whom"), programme.reference_date)
    return Check(programme, programme.rounds, {**told, **family.facts(whom, programme)}, family, whom)


def _value(fact: Fact, raw: str | int) -> FactValue:
    return date.fromisoformat(str(raw)) if fact.kind == "date" and raw != UNSURE else raw
