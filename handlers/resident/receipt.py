"""What is told of a case: its receipt, the sum behind its due time, and what can be done right after filing."""

from datetime import timedelta
from uuid import UUID

from handlers.dialog import END, Ask, Dialog, Lines, Next, Open, Option, Refuse, Step, Text, Turn, lines, t
from programmes import worktime
from programmes.model import City
from storage import cases
from storage.cases import Case

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
    programme = city.programmes.get(case.programme)
    one = programme.round(case.round) if programme else None
    if programme is None or one is None:
        return t("receipt.talk")
    return t("receipt.appeal", programme=programme.short, round=one.label)


def sum_of_hours(case: Case, city: City) -> Lines:
    """How the due time came about: the working hours of each day from filing on; no days without a due time."""
    due = case.due_at or case.filed_at
    days = worktime.breakdown(case.filed_at, due, city.calendar)
    return lines(
        t("receipt.clock.title", due=due),
        *(t("receipt.clock.day", day=day, spent=spent) for day, spent in days),
        t("receipt.clock.total", total=sum((spent for _, spent in days), timedelta())),
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
        turn.say(sum_of_hours(await own_case(turn), turn.city))
        return "filed"
    return END


RECEIPT = Dialog("receipt", (Step("filed", ask_filed, take_filed, leads_to=("filed", "dialog:cases")),))
