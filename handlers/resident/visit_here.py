"""Asking for a visit at home: why, where, when; then a number, and what the visitor brings along."""

from datetime import date, timedelta
from typing import Final

from handlers.dialog import (
    END,
    TEXT,
    Ask,
    Chosen,
    Contact,
    Dialog,
    Lines,
    Next,
    Open,
    Option,
    Refuse,
    Step,
    Text,
    Turn,
    lines,
    t,
)  # fmt: skip
from handlers.read import name_key, person_name, phone
from handlers.resident import helping, visit
from handlers.resident.birth import today
from handlers.resident.family import HELPED, family_of
from handlers.resident.guards import consenting
from programmes.casework import State, case_number
from programmes.roles import Role
from storage import cases, staff, visits
from storage.cases import AlreadyOpen, Case
from storage.helpers import VISIT
from storage.ids import new_id
from storage.registry import Resident
from storage.visits import HALVES

PREFIX: Final = "VS"  # so that nobody mistakes a visit's number for an appeal's
WHY: Final = {"mobility": t("visit.why.mobility"), "facility": t("visit.why.facility"), "family": t("visit.why.family")}
SHORTEST, LONGEST = 5, 120  # letters of an address
DAYS: Final = 3  # working days to choose among
ANY: Final = "any"
HALF: Final = {"am": t("visit.half.am"), "pm": t("visit.half.pm")}


async def _whom(turn: Turn) -> Resident | None:
    """Whom it is for, if the roster knows."""
    family = await family_of(turn, VISIT)
    return family.me if family else None


def wanting(turn: Turn, whom: Resident | None) -> str:
    """The first answer that is missing, or the summary."""
    asked = ("why", "address", "when") if whom else ("why", "name", "phone", "dong", "address", "when")
    return next((one for one in asked if one not in turn.draft), "summary")


async def _onward(turn: Turn) -> str:
    return wanting(turn, await _whom(turn))


async def ask_why(turn: Turn) -> Ask:
    return Ask(t("visit.why.ask"), tuple(Option(code, label) for code, label in WHY.items()))


async def take_why(turn: Turn, code: str) -> Next:
    if code == "family":  # the office may not be able to come: she is told whom to ask (domain §2.4)
        turn.say(t("visit.limited"))
        return Open("visit", "dong")
    turn.draft["why"] = str(code)
    return await _onward(turn)


async def ask_name(_turn: Turn) -> Ask:
    return Ask(t("visit.name.ask"), takes=TEXT)


async def take_name(turn: Turn, text: str) -> Next:
    turn.draft["name"] = person_name(text)
    return await _onward(turn)


async def ask_phone(_turn: Turn) -> Ask:
    return Ask(t("visit.phone.ask"), takes=TEXT, contact=t("appeal.phone.share"))


async def take_phone(turn: Turn, answer: Contact | str) -> Next:
    turn.draft["phone"] = phone(answer.phone if isinstance(answer, Contact) else answer)
    return await _onward(turn)


async def take_dong(turn: Turn, answer: Chosen | str) -> Next:
    turn.draft["dong"] = str(answer) if isinstance(answer, Chosen) else visit.named(turn, answer).code
    return await _onward(turn)


async def ask_address(_turn: Turn) -> Ask:
    return Ask(t("visit.where.ask"), takes=TEXT, numeric=True)


async def take_address(turn: Turn, text: str) -> Next:
    if not SHORTEST <= len(text) <= LONGEST:
        raise Refuse(t("visit.where.bad"))
    turn.draft["address"] = " ".join(text.split())
    return await _onward(turn)


async def ask_when(turn: Turn) -> Ask:
    return Ask(t("visit.when.ask"), (Option(ANY, t("visit.when.any")), *half_days(turn, DAYS)))


def half_days(turn: Turn, days: int) -> tuple[Option, ...]:
    """The half-days of the next working days."""
    found, day = list[Option](), today(turn)
    while len(found) < days * len(HALVES):
        day += timedelta(days=1)
        if turn.city.calendar.works_on(day):
            found += [Option(f"{day.isoformat()}/{half}", when(day, half)) for half in HALVES]
    return tuple(found)


def when(day: date | None, half: str | None) -> Text:
    """A half-day as it is read; any, where none was named."""
    return t("visit.when", day=day, half=HALF[half]) if day and half else t("visit.when.any")


def half_day(code: str) -> tuple[date | None, str | None]:
    """The day and half of an option of `half_days`."""
    day, _, half = code.partition("/")
    return (date.fromisoformat(day), half) if half else (None, None)


async def take_when(turn: Turn, code: str) -> Next:
    turn.draft["when"] = str(code)
    return await _onward(turn)


async def ask_summary(turn: Turn) -> Ask:
    whom = await _whom(turn)
    named = helping.called(whom) if whom and HELPED in turn.draft else whom.name if whom else turn.draft["name"]
    told = lines(
        t("visit.summary.title"),
        t("visit.summary.whom", name=named),
        t("visit.summary.where", address=turn.draft["address"]),
        t("visit.summary.when", when=when(*half_day(turn.draft["when"]))),
        t("visit.brings"),
        t("visit.summary.ask"),
    )
    return Ask(told, (Option("right", t("visit.summary.right")), Option("change", t("visit.summary.change"))))


async def take_summary(turn: Turn, code: str) -> Next:
    if code == "change":
        turn.draft = helping.kept(turn)
        return "why"
    day, half = half_day(turn.draft["when"])
    case = await _made(turn, await _whom(turn))
    try:
        case = await visits.ask(turn.store, case, day, half)
    except AlreadyOpen as open:
        turn.say(t("visit.open.own", number=open.case.number) if open.own else t("visit.open.other"))
        return END
    turn.notice(_receipt(case, day, half), "receipt", case.id)
    if case.for_whom == HELPED and case.resident is not None:
        await helping.tell(turn, case.resident, t("helping.told.visit", number=case.number))
    await _wake(turn, case)
    return END


async def _made(turn: Turn, whom: Resident | None) -> Case:
    """The case as it will be filed, in the queue of the dong."""
    draft, day = turn.draft, today(turn)
    told = {"name": whom.name if whom else draft["name"], "phone": (whom.phone if whom else draft["phone"]) or ""}
    told |= {"address": draft["address"], "why": draft["why"]}
    written = "|".join((name_key(told["name"]), told["phone"]))
    digests = (whom.id.bytes,) if whom else await cases.subjects(turn.store, VISIT, written)
    dong = whom.dong if whom else draft["dong"]
    return Case(
        id=new_id(), number=case_number(PREFIX, day, await cases.count_of_day(turn.store, day)), kind=VISIT,
        programme="", round="", reason=draft["why"], state=State.FILED.value,
        identity="recognised" if whom else "to_check", for_whom=HELPED if HELPED in draft else "self",
        subject_hash=digests[0], resident=whom.id if whom else None, household=whom.household if whom else None,
        person=turn.person.id, chat=turn.inbound.chat, dong=dong, language=turn.lang, filed_at=turn.now, due_at=None,
        target_minutes=None, office=dong, told=told,
    )  # fmt: skip


def _receipt(case: Case, day: date | None, half: str | None) -> Lines:
    """Pushed as a notice, so it names nobody and no address."""
    return lines(
        t("visit.receipt.title"), t("receipt.number", number=case.number),
        t("visit.summary.when", when=when(day, half)), t("visit.brings"), t("visit.receipt.next"),
    )  # fmt: skip


async def _wake(turn: Turn, case: Case) -> None:
    """Tell the dong's visiting officers that somebody asks."""
    for officer in await staff.with_role(turn.store, (Role.VISITS,), (case.dong or "",)):
        if officer.chat is not None:
            told = lines(t("staff.title"), t("visits.came", number=case.number))
            turn.notice(told, "visit", case.id, officer.chat)


_NEXT = ("name", "phone", "dong", "address", "when", "summary")
STEPS = (
    Step("why", ask_why, take_why, leads_to=(*_NEXT, "dialog:visit")),
    Step("name", ask_name, take_name, leads_to=_NEXT),
    Step("phone", ask_phone, take_phone, leads_to=_NEXT),
    Step("dong", visit.ask_dong, take_dong, leads_to=_NEXT),
    Step("address", ask_address, take_address, leads_to=_NEXT),
    Step("when", ask_when, take_when, leads_to=_NEXT),
    Step("summary", ask_summary, take_summary, leads_to=("why",)),
)

VISIT_HERE = Dialog("visit_here", tuple(helping.step(VISIT, one) for one in STEPS), guard=consenting)
