"""The visiting officer's round: days, the day's doors in the order of the street, and what came of each.

Names and addresses are shown to who may visit in that dong; each opening is recorded.
"""

from datetime import date
from typing import Final
from uuid import UUID

from handlers.dialog import Ask, Dialog, Next, Open, Option, Refuse, Saying, Step, Text, Turn, lines, t
from handlers.resident.visit_here import WHY, half_day, half_days, when
from handlers.staff import rights, tasks
from handlers.staff.access import officer_of
from handlers.staff.door import closed
from programmes.addresses import road_key
from programmes.roles import May
from storage import visits
from storage.cases import Moved
from storage.people import Person
from storage.visits import NOT_HOME, SECOND, Visit

MOST = 60  # a dong's open visits; what is behind them comes up when these are made
DAYS = 5  # working days to choose among for the next time
ANY, BACK, DONE, PLAN, FILE, APPLY = "any", "back", "done", "plan", "file", "apply"
SHOWN = 40  # letters of an address on a button
AGAIN: Final = {PLAN: None, NOT_HOME: NOT_HOME, SECOND: SECOND}  # what leads to a new half-day, and what came of this
TOLD: Final = {PLAN: t("visits.told.plan"), NOT_HOME: t("visits.told.not_home"), SECOND: t("visits.told.second")}


async def _open(turn: Turn) -> tuple[Visit, ...]:
    """The visits this officer may make, along the street."""
    found = await visits.of_dongs(turn.store, rights.dongs(turn, May.VISIT) or (), MOST)
    return tuple(sorted(found, key=lambda one: (one.half or "", road_key(_address(one)))))


def _address(visit: Visit) -> str:
    return str(visit.case.told.get("address", ""))


def _day(visit: Visit) -> str:
    return visit.day.isoformat() if visit.day else ANY


async def ask_days(turn: Turn) -> Ask:
    found = await _open(turn)
    if not found:
        return Ask(t("visits.none"), (Option(BACK, t("visits.home")),))
    days = sorted({_day(one) for one in found})  # any day comes last: a letter after digits
    options = [Option(day, _day_label(day, sum(_day(one) == day for one in found))) for day in days]
    return Ask(t("visits.days.ask", count=len(found)), tuple(options))


def _day_label(day: str, count: int) -> Text:
    if day == ANY:
        return t("visits.day.any", count=count)
    return t("visits.day", day=date.fromisoformat(day), count=count)


async def take_days(turn: Turn, code: str) -> Next:
    if code == BACK:
        return "days"
    turn.draft["day"] = str(code)
    return "list"


async def ask_list(turn: Turn) -> Ask:
    found = [one for one in await _open(turn) if _day(one) == turn.draft["day"]]
    doors = [Option(one.case.id.hex, _label(one)) for one in found]
    title = t("visits.list.ask", count=len(found)) if found else t("visits.none")
    return Ask(title, (*doors, Option(BACK, t("visits.back"))))


def _label(visit: Visit) -> Text:
    half = t(f"visit.half.{visit.half}") if visit.half else t("visit.half.any")
    address = _address(visit)
    return t("visits.label", address=address if len(address) <= SHOWN else f"{address[:SHOWN]}…", half=half)


async def take_list(turn: Turn, code: str) -> Next:
    if code == BACK:
        return "days"
    turn.draft["case"] = str(code)
    visit = await held(turn)
    turn.store.audit(
        "visit.opened", actor=officer_of(turn).id, subject=visit.case.resident or visit.case.person,
        case=str(visit.case.id),
    )  # fmt: skip
    return "one"


async def held(turn: Turn) -> Visit:
    """The visit of the draft, if it is hers to make, asked anew; a foreign one is refused like one that is over."""
    visit = await visits.by_case(turn.store, UUID(turn.draft["case"]))
    if visit is None or not visit.case.open or rights.may(turn, May.VISIT, visit.case.dong) is None:
        raise Refuse(t("visits.over"))
    if await rights.own(turn, visit.case):
        raise Refuse(t("card.own"))
    return visit


async def ask_one(turn: Turn) -> Ask:
    try:
        visit = await held(turn)
    except Refuse as refusal:
        return Ask(refusal.text, (Option(BACK, t("visits.back")),))
    return Ask(
        _card(visit),
        (
            Option(DONE, t("visits.done")), Option(NOT_HOME, t("visits.not_home")), Option(SECOND, t("visits.second")),
            Option(PLAN, t("visits.plan")), Option(APPLY, t("visits.apply")), Option(FILE, t("visits.file")),
            Option(BACK, t("visits.back")),
        ),
    )  # fmt: skip


def _card(visit: Visit) -> Saying:
    told = visit.case.told
    return lines(
        t("visits.card.number", number=visit.case.number),
        t("visits.card.who", name=told.get("name", ""), phone=told.get("phone", "")),
        t("visits.card.where", address=_address(visit)),
        t("visits.card.why", why=WHY.get(visit.case.reason, "")),
        t("visits.card.when", when=when(visit.day, visit.half), times=visit.times),
    )


async def take_one(turn: Turn, code: str) -> Next:
    if code == BACK:
        return "list"
    visit = await held(turn)
    if code == APPLY:
        return Open("apply", draft={"case": visit.case.id.hex})
    if code == FILE:  # for her, with her consent: asked and kept there
        return Open("counter")
    if code in AGAIN:
        turn.draft["what"] = str(code)
        return "again"
    try:
        await visits.made(turn.store, visit, officer_of(turn).id)
    except Moved:
        raise Refuse(t("card.moved")) from None
    turn.say(t("visits.made", number=visit.case.number))
    await tell(turn, visit, t("visits.told.done", number=visit.case.number))
    return "list"


async def ask_again(turn: Turn) -> Ask:
    return Ask(t("visits.again.ask"), (*half_days(turn, DAYS), Option(BACK, t("visits.back"))))


async def take_again(turn: Turn, code: str) -> Next:
    if code == BACK:
        return "one"
    visit, (day, half), what = await held(turn), half_day(code), turn.draft["what"]
    if day is None or half is None:
        raise Refuse(t("visits.over"))
    try:
        await visits.plan(turn.store, visit, day, half, officer_of(turn).id, AGAIN[what])
    except Moved:
        raise Refuse(t("card.moved")) from None
    turn.say(t("visits.planned", when=when(day, half)))
    told = t("visits.told.next", number=visit.case.number, when=when(day, half))
    await tell(turn, visit, lines(TOLD[what], told))
    return "list"


async def tell(turn: Turn, visit: Visit, words: Saying) -> None:
    """Write to who asked; who cannot be reached here is called."""
    await tasks.tell(turn, visit.case, words, "visit", _always, tasks.CALL)


def _always(_person: Person) -> bool:
    return True


VISITS = Dialog(
    "visits",
    (
        Step("days", ask_days, take_days, leads_to=("days", "list")),
        Step("list", ask_list, take_list, leads_to=("days", "one")),
        Step("one", ask_one, take_one, leads_to=("list", "again", "dialog:counter", "dialog:apply")),
        Step("again", ask_again, take_again, leads_to=("one", "list")),
    ),
    command="visits",
    guard=closed,
)
