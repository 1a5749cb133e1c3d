"""The letter of a task, to be printed and posted or read out on the phone: for who has the task in hand, recorded."""

from uuid import UUID

from handlers.dialog import Ask, Dialog, In, Next, Option, Refuse, Saying, Step, Turn, t
from handlers.resident.answer import asked_for, last_asked
from handlers.resident.decision import letter
from handlers.staff import holding
from handlers.staff.access import in_hand, officer_of
from handlers.staff.door import closed
from handlers.staff.tasks import CALL, POST
from programmes.roles import May
from storage import cases, decisions
from storage.cases import Case


def has_letter(task: Case) -> bool:
    """Whether there is something to print or to read out."""
    return task.open and task.reason.startswith((f"{POST}.", f"{CALL}.asked"))


async def _letter(turn: Turn, task: Case) -> Saying | None:
    """The words that did not go by this chat, in their reader's language."""
    case = await cases.by_id(turn.store, UUID(task.told["about"])) if task.told.get("about") else None
    if case is None:
        return None
    decision = await decisions.latest(turn.store, case.id)
    if decision is not None and not case.open:
        return In(holding.reader(case), letter(turn.city, case, decision.ruling, decision.at))
    asked = await last_asked(turn, case)
    if asked is None or case.answer_by is None:
        return None
    told = asked.detail
    return In(holding.reader(case), asked_for(turn, case, told, case.answer_by))


async def ask_print(turn: Turn) -> Ask:
    try:
        task = await in_hand(turn, May.TALK)
    except Refuse:
        return holding.GONE
    return Ask(
        t("print.ask", number=task.told.get("number", task.number)),
        (Option("print", t("print.print")), Option("back", t("print.back"))),
    )


async def take_print(turn: Turn, code: str) -> Next:
    task = await in_hand(turn, May.TALK)
    if code == "print":
        words = await _letter(turn, task)
        if words is None:
            raise Refuse(t("print.none"))
        officer, number = officer_of(turn).id, task.told["number"]
        turn.store.audit("letter.printed", actor=officer, subject=task.resident or task.person, case=str(task.id))
        await cases.note(turn.store, UUID(task.told["about"]), "printed", officer)
        turn.send_file(t("print.here", number=number), f"{number}.txt", words)
    return holding.back(task)


PRINT = Dialog("print", (Step("print", ask_print, take_print, leads_to=("dialog:case",)),), guard=closed)
