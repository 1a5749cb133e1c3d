"""An application taken at the door: what for, the means of payment handed over, her consent, and a number for her.

Who heads a household applies for its minors too, who are due by the rules. The payment file knows nothing of it yet:
until it does, their payments say so (`handlers/resident/payment.py`).
"""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from handlers.dialog import TEXT, Ask, Dialog, In, Lines, Next, Open, Option, Refuse, Step, Turn, lines, said, t
from handlers.read import person_name
from handlers.staff import offers, rights, ticks
from handlers.staff.access import officer_of
from handlers.staff.door import closed
from handlers.staff.holding import reader
from handlers.staff.offers import WHOM
from handlers.staff.visits import held, tell
from programmes.casework import case_number
from programmes.model import Programme, Round
from storage import applications, cases, outreach, people
from storage.applications import Wanted
from storage.cases import Moved
from storage.helpers import HELPED
from storage.visits import Visit

PREFIX: Final = "AP"  # so that nobody mistakes an application's number for an appeal's
PROXY: Final = "proxy"
CONSENTS: Final = ("signed", "spoken", PROXY)  # how consent was given; by herself but for the last
BACK, NO, TAKE = "back", "no", "take"


def _back(turn: Turn) -> Open:
    return Open("visits", "one", {"case": turn.draft["case"]})


async def ask_round(turn: Turn) -> Ask:
    rounds = [
        Option(offer.code, t("receipt.round", programme=offer.programme.short, round=offer.round.label))
        for offer in await offers.made(turn, await held(turn))
    ]
    return Ask(t("apply.round.ask") if rounds else t("apply.none"), (*rounds, Option(BACK, t("apply.back"))))


async def take_round(turn: Turn, code: str) -> Next:
    if code == BACK:
        return _back(turn)
    turn.draft |= {"round": str(code), WHOM: []}
    offer = await offers.chosen(turn, await held(turn))
    turn.draft[WHOM] = [one.id.hex for one in offer.whom]
    return "whom" if len(offer.whom) > 1 else "means"


async def ask_whom(turn: Turn) -> Ask:
    offer = await offers.chosen(turn, await held(turn))
    return Ask(t("apply.whom.ask"), ticks.options(turn, WHOM, offer.rows(), t("apply.whom.done")))


async def take_whom(turn: Turn, code: str) -> Next:
    if code != ticks.DONE:
        ticks.tick(turn, WHOM, str(code))
        return "whom"
    if not ticks.ticked(turn, WHOM):
        raise Refuse(t("apply.whom.none"))
    return "means"


async def ask_means(turn: Turn) -> Ask:
    programme = (await offers.chosen(turn, await held(turn))).programme
    options = tuple(Option(one, said(programme.means[one])) for one in programme.at_visit)
    return Ask(t("apply.means.ask"), options)


async def take_means(turn: Turn, code: str) -> Next:
    turn.draft["means"] = str(code)
    return "consent"


async def ask_consent(turn: Turn) -> Ask:
    minors = (await offers.chosen(turn, await held(turn))).minors(ticks.ticked(turn, WHOM))
    ways = tuple(Option(way, t(f"apply.consent.{way}")) for way in CONSENTS)
    theirs = (t("apply.consent.minors", count=len(minors)),) if minors else ()
    return Ask(lines(t("apply.consent.ask"), *theirs), (*ways, Option(NO, t("counter.consent.no"))))


async def take_consent(turn: Turn, code: str) -> Next:
    if code == NO:
        turn.say(t("counter.without"))
        return _back(turn)
    turn.draft["consent"] = str(code)
    turn.draft.pop("by", None)
    return "by" if code == PROXY else "look"


async def ask_by(turn: Turn) -> Ask:
    await held(turn)
    return Ask(t("apply.by.ask"), takes=TEXT)


async def take_by(turn: Turn, text: str) -> Next:
    turn.draft["by"] = person_name(text)
    return "look"


async def ask_look(turn: Turn) -> Ask:
    visit = await held(turn)
    offer, chosen = await offers.chosen(turn, visit), ticks.ticked(turn, WHOM)
    programme, one, minors = offer.programme, offer.round, offer.minors(chosen)
    consent, by = t(f"apply.consent.{turn.draft['consent']}"), turn.draft.get("by")
    told = lines(
        t("apply.look.round", programme=programme.short, round=one.label),
        *((t("apply.look.whom", name=visit.case.told.get("name", "")),) if len(minors) < max(len(chosen), 1) else ()),
        *(t("apply.look.minor", who=who) for who in minors),
        t("apply.look.means", means=programme.means[turn.draft["means"]]),
        t("apply.look.by", consent=consent, name=by) if by else t("apply.look.consent", consent=consent),
        t("apply.look.ask"),
    )
    return Ask(told, (Option(TAKE, t("apply.take")), Option(BACK, t("apply.back"))))


async def take_look(turn: Turn, code: str) -> Next:
    """The right, the visit and the round are asked once more; of two presses one takes it."""
    if code == BACK:
        return _back(turn)
    visit, officer = await held(turn), officer_of(turn)
    offer = await offers.chosen(turn, visit)
    programme, one, whom = offer.programme, offer.round, tuple(map(UUID, ticks.ticked(turn, WHOM)))
    day = rights.today(turn)
    number = case_number(PREFIX, day, await cases.count_of_day(turn.store, day))
    draft = turn.draft
    wanted = Wanted(number, programme.id, one.code, draft["means"], draft["consent"], draft.get("by"), whom)
    try:
        await applications.take(turn.store, visit, wanted, officer.id)
    except Moved:
        raise Refuse(t("card.moved")) from None
    await _off_the_list(turn, whom, one)
    receipt = _receipt(programme, one, wanted)
    slip = lines(t("counter.slip.title"), "", receipt)
    turn.send_file(t("apply.done", number=number), f"{number}.txt", In(reader(visit.case), slip))
    await _tell(turn, visit, receipt)
    return Open("visits")


async def _tell(turn: Turn, visit: Visit, receipt: Lines) -> None:
    """Who helped her to a visit hears that it was made; what was applied for is told to herself."""
    case = visit.case
    if case.for_whom != HELPED or case.resident is None:
        await tell(turn, visit, receipt)
        return
    await tell(turn, visit, t("visits.told.done", number=case.number))
    her = await people.recognised_as(turn.store, case.resident)
    if her is not None and her.reachable and her.chat != case.chat:
        turn.notice(receipt, "visit", case.id, her.chat)


async def _off_the_list(turn: Turn, whom: Sequence[UUID], one: Round) -> None:
    """Nobody calls them to apply any more."""
    for resident in whom:
        listed = await outreach.by_id(turn.store, resident, one.code)
        if listed is not None:
            await outreach.note(turn.store, listed, outreach.VISITED, officer_of(turn).id)


def _receipt(programme: Programme, one: Round, wanted: Wanted) -> Lines:
    """Pushed as a notice too, so it names nobody."""
    return lines(
        t("visit.applied"),
        t("receipt.number", number=wanted.number),
        t("receipt.what", what=t("receipt.round", programme=programme.short, round=one.label)),
        *((t("visit.applied.people", count=len(wanted.whom)),) if len(wanted.whom) > 1 else ()),
        t("payment.means", means=programme.means[wanted.means]),
        t("visit.applied.next"),
    )


APPLY = Dialog(
    "apply",
    (
        Step("round", ask_round, take_round, leads_to=("whom", "means", "dialog:visits")),
        Step("whom", ask_whom, take_whom, leads_to=("whom", "means")),
        Step("means", ask_means, take_means, leads_to=("consent",)),
        Step("consent", ask_consent, take_consent, leads_to=("by", "look", "dialog:visits")),
        Step("by", ask_by, take_by, leads_to=("look",)),
        Step("look", ask_look, take_look, leads_to=("dialog:visits",)),
    ),
    guard=closed,
)
