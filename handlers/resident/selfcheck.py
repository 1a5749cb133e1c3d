"""The questions that a verdict wants answered, one after the other, and what is said when none is left."""

from typing import Final

from handlers.dialog import TEXT, Ask, Chosen, Next, Option, Text, Turn, lines, said, t
from handlers.read import amount, whole_number
from handlers.resident.birth import hear_birth
from handlers.resident.check import check_of
from handlers.resident.result import award_of, result_of
from programmes.model import Fact
from programmes.rules import UNSURE
from storage import awards, registry
from storage.awards import Award

MOST = 30  # people of one household
EXAMPLES: Final[dict[str, Text]] = {
    "date": t("eligibility.write.date"),
    "sum": t("eligibility.write.sum"),
    "number": t("eligibility.write.number"),
}


async def go_on(turn: Turn) -> Next:
    """Ask the next fact that is wanting; when none is, say the result."""
    check = await check_of(turn)
    fact = check.wanting(turn)
    if fact is not None:
        turn.draft["fact"] = fact.code
        return "fact"
    name, statuses, facts, granted = None, dict[str, str](), check.facts, dict[str, Award]()
    if check.family and check.whom:
        if check.whom != (head := check.family.me):  # a minor's day is that of the head, who applies
            name, facts = check.family.label(check.whom), {**facts, "birth_date": head.birth_date}
        elif check.family.helped:
            name = check.family.label(check.whom)
        payments = await registry.payments_of(turn.store, check.whom.id)
        statuses = {one.round: one.status for one in payments}
        granted = await awards.of_resident(turn.store, check.whom.id, check.programme.id)
    for round, answer in check.verdicts(turn):
        status, award = statuses.get(round.code), granted.get(round.code)
        if award is not None and award.amount != answer.total:
            said_of = award_of(turn, check.programme, round, award, status, name)
        else:
            said_of = result_of(turn, check.programme, round, answer, facts, status, name)
        for message in said_of:
            turn.say(message)
    return "after"


async def ask_fact(turn: Turn) -> Ask:
    fact = _fact(turn)
    question = said(fact.ask, **turn.city.programmes[turn.draft["programme"]].params)
    choices = tuple(Option(one.code, said(one.label)) for one in (fact.choices or {}).values())
    unsure = Option(UNSURE, t("common.unsure"))
    if choices:
        return Ask(question, (*choices, unsure))
    return Ask(lines(question, EXAMPLES[fact.kind]), (unsure,), takes=TEXT, numeric=True)


async def take_fact(turn: Turn, answer: Chosen | str) -> Next:
    match _fact(turn).kind:
        case _ if isinstance(answer, Chosen):
            return await _told(turn, str(answer))
        case "date":
            born = hear_birth(turn, answer)
            return "century" if born is None else await _told(turn, born.isoformat())
        case "sum":
            return await _told(turn, amount(answer))
        case _:
            return await _told(turn, whole_number(answer, 0, MOST))


async def take_century(turn: Turn, code: str) -> Next:
    return await _told(turn, str(code))


def _fact(turn: Turn) -> Fact:
    return turn.city.programmes[turn.draft["programme"]].facts[turn.draft["fact"]]


async def _told(turn: Turn, value: str | int) -> Next:
    turn.draft["facts"] = {**turn.draft.get("facts", {}), turn.draft["fact"]: value}
    return await go_on(turn)
