"""What is told of a case: its receipt, the sum behind its due time, and what can be done right after filing."""

from datetime import timedelta
from uuid import UUID

from handlers.clock import day_name
from handlers.dialog import END, Ask, Dialog, Lines, Next, Open, Option, Refuse, Step, Text, Turn, lines, t
from programmes import worktime
from programmes.casework import whose_turn
from programmes.model import City
from programmes.reading import KST
from storage import cases, pauses
from storage.cases import Case
from storage.helpers import VISIT

SHOWN = 4  # pauses, and added days, named in the sum of hours: the latest
AFTER = (
    Option("clock", t("receipt.clock")),
    Option("case", t("menu.cases")),
    Option("done", t("common.done")),
)
NEXT = (t("receipt.next.papers"), t("receipt.next.decision"), t("receipt.next.bring"))


def receipt(case: Case, city: City) -> Lines:
    """Number, due time and what happens next. Pushed as a notice, so it names no sum, no reason and nobody."""
    return lines(
        t("receipt.title"),
        t("receipt.number", number=case.number),
        t("receipt.what", what=about(case, city)),
        t("receipt.filed", at=case.filed_at),
        *((t("receipt.due", due=case.due_at),) if case.due_at else ()),
        "",
        t("receipt.next.title"),
        *(NEXT if case.programme else (t("receipt.next.talk"),)),
    )


def about(case: Case, city: City) -> Text:
    """The promise a case is about, as it may be read by anybody who sees the screen."""
    if case.kind == VISIT:
        return t("receipt.visit")
    programme = city.programmes.get(case.programme)
    one = programme.round(case.round) if programme else None
    if programme is None or one is None:
        return t("receipt.talk")
    return t("receipt.appeal", programme=programme.short, round=one.label)


async def sum_of_hours(turn: Turn, case: Case) -> Lines:
    """How the due time came about: the working hours of each day from filing on, and what was not counted and why."""
    spans, calendar = await pauses.of_case(turn.store, case.id), turn.city.calendar
    stands = whose_turn(case.state) == "resident"
    due = turn.now if stands else case.due_at or case.filed_at
    days = worktime.breakdown(case.filed_at, due, calendar, spans)
    first, last = case.filed_at.astimezone(KST).date(), due.astimezone(KST).date()
    left_out = [(day, name) for day, name in calendar.added if first <= day <= last]
    return lines(
        t("receipt.clock.stands") if stands else t("receipt.clock.title", due=due),
        *(t("receipt.clock.day", day=day, spent=spent) for day, spent in days),
        t("receipt.clock.total", total=sum((spent for _, spent in days), timedelta())),
        *(t("receipt.clock.pause", begins=begins, ends=ends) for begins, ends in spans[-SHOWN:]),
        *(t("receipt.clock.added", day=day, name=day_name(name)) for day, name in left_out[-SHOWN:]),
        t("receipt.clock.rule"),
    )


async def own_case(turn: Turn) -> Case:
    """The case this dialog is about, if it is the person's to see; a foreign or unknown one is refused alike."""
    asked = turn.draft.get("case")
    mine = await cases.of_person(turn.store, turn.person.id, turn.person.resident)
    case = next((case for case in mine if asked and case.id == UUID(asked)), None)
    if case is None:
        raise Refuse(t("case.unknown"))
    return case


async def ask_filed(turn: Turn) -> Ask:
    return Ask(t("receipt.ask"), AFTER)


async def take_filed(turn: Turn, code: str) -> Next:
    if code == "case":
        return Open("cases", "one", {"case": turn.draft["case"]})
    if code == "clock":
        turn.say(await sum_of_hours(turn, await own_case(turn)))
        return "filed"
    return END


RECEIPT = Dialog("receipt", (Step("filed", ask_filed, take_filed, leads_to=("filed", "dialog:cases")),))
