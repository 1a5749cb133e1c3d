"""Am I entitled, to how much, and why: from the roster once recognised, else by a self-check of few questions."""

from handlers.dialog import END, Ask, Dialog, Next, Open, Option, Step, Turn, lines, said, t
from handlers.resident import helping
from handlers.resident.age import late
from handlers.resident.birth import ask_century
from handlers.resident.check import check_of
from handlers.resident.family import family_of
from handlers.resident.selfcheck import ask_fact, go_on, take_century, take_fact
from storage.helpers import CHECK, FILE

RECOGNISE = Option("recognise", t("eligibility.recognise"))


async def ask_programme(turn: Turn) -> Ask:
    programmes = tuple(Option(one.id, said(one.label)) for one in turn.city.programmes.values())
    helped = await helping.options(turn, CHECK)
    if turn.person.resident is not None or helping.kept(turn):
        return Ask(t("eligibility.programme.ask"), (*programmes, *helped))
    return Ask(t("eligibility.guess.ask"), (*programmes, RECOGNISE, *helped))


async def take_programme(turn: Turn, code: str) -> Next:
    if code == RECOGNISE.code:
        return Open("recognise", draft={"then": "eligibility"})
    if code.startswith(helping.FOR):
        turn.draft = await helping.begin(turn, code, CHECK)
        return "programme"
    turn.draft = {"programme": str(code), **helping.kept(turn)}
    programme, family = turn.city.programmes[code], await family_of(turn)
    if family is not None and len(family.members(programme.reference_date)) > 1:
        return "whom"
    return "round" if family is None and len(programme.rounds) > 1 else await go_on(turn)


async def ask_whom(turn: Turn) -> Ask:
    family = await family_of(turn)
    day = turn.city.programmes[turn.draft["programme"]].reference_date
    options = family.options(day) if family else (Option("", t("common.oneself")),)
    return Ask(t("eligibility.whom.ask"), options)


async def take_whom(turn: Turn, code: str) -> Next:
    turn.draft = {"programme": turn.draft["programme"], "whom": str(code)}
    return await go_on(turn)


async def ask_round(turn: Turn) -> Ask:
    rounds = turn.city.programmes[turn.draft["programme"]].rounds
    options = (Option(one.code, t("eligibility.round", round=one.label, opens=one.opens.date())) for one in rounds)
    return Ask(t("eligibility.round.ask"), tuple(options))


async def take_round(turn: Turn, code: str) -> Next:
    turn.draft = {"programme": turn.draft["programme"], "round": str(code)}
    return await go_on(turn)


async def ask_after(turn: Turn) -> Ask:
    check = await check_of(turn)
    files = not await helping.ended(turn, FILE)
    options = [
        Option(f"appeal-{round.code}", t("eligibility.appeal", round=round.label))
        for round, answer in check.verdicts(turn)
        if files and check.programme.reasons[answer.reason].appeal and turn.now < round.appeal_closes
    ]
    if check.family and check.whom:
        options += check.family.options(check.programme.reference_date, besides=check.whom)
        options += [Option("payment", t("menu.payment"))]
    else:
        options += [RECOGNISE]
    options += [Option("situation", t("eligibility.situation")), Option("done", t("common.done"))]
    old = await late(turn, "roster") if check.family else None
    return Ask(lines(*((old,) if old else ()), t("eligibility.after.ask")), tuple(options))


async def take_after(turn: Turn, code: str) -> Next:
    match code.partition("-"):
        case "done", *_:
            return END
        case "situation", *_:
            return "situation"
        case "payment", *_:
            return Open("payment_for", draft=helping.kept(turn)) if helping.kept(turn) else Open("payment")
        case RECOGNISE.code, *_:
            return Open("recognise", draft={"then": "eligibility"})
        case "appeal", _, round:
            return Open("appeal", draft=(await check_of(turn)).appeal(turn, round))
    return await take_whom(turn, code)


async def ask_situation(turn: Turn) -> Ask:
    programme = turn.city.programmes[turn.draft["programme"]]
    round = turn.draft.get("round") or programme.round_at(turn.now).code
    situations = (one for one in programme.situations.values() if round in one.rounds)
    return Ask(t("eligibility.situation.ask"), tuple(Option(one.code, said(one.label)) for one in situations))


async def take_situation(turn: Turn, code: str) -> Next:
    programme = turn.city.programmes[turn.draft["programme"]]
    turn.say(said(programme.situations[code].says, **programme.params))
    return "after"


_ON = ("fact", "after")

STEPS = (
    Step("programme", ask_programme, take_programme, leads_to=("programme", "whom", "round", *_ON, "dialog:recognise")),
    Step("whom", ask_whom, take_whom, leads_to=_ON),
    Step("round", ask_round, take_round, leads_to=_ON),
    Step("fact", ask_fact, take_fact, leads_to=("century", *_ON)),
    Step("century", ask_century, take_century, leads_to=_ON),
    Step(
        "after",
        ask_after,
        take_after,
        leads_to=("situation", *_ON, "dialog:appeal", "dialog:payment", "dialog:payment_for", "dialog:recognise"),
    ),
    Step("situation", ask_situation, take_situation, leads_to=("after",)),
)

ELIGIBILITY = Dialog("eligibility", tuple(helping.step(CHECK, one) for one in STEPS), command="eligibility")
