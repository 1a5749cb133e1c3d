"""The papers of a case, for its holder's eyes only: shown in her chat for a while, each look recorded.

A paper on which an identity number can be read is destroyed at once, and the resident is asked for a covered copy.
"""

from uuid import UUID

from handlers.dialog import Ask, Dialog, Letter, Next, Open, Option, Refuse, Step, Text, Turn, t
from handlers.resident.papers import paper_name
from handlers.staff import tasks
from handlers.staff.access import in_hand, officer_of, seen
from handlers.staff.door import closed
from programmes.roles import May
from storage import cases, files, queue, viewings
from storage.cases import Case
from storage.files import File


async def ask_list(turn: Turn) -> Ask:
    case = await seen(turn, turn.draft.get("case"))
    held = await files.of_case(turn.store, case.id, files.STORED)
    options = [Option(file.id.hex, _named(turn, n, file)) for n, file in enumerate(held, 1)]
    question = t("papers.ask", number=case.number) if held else t("papers.none", number=case.number)
    return Ask(question, (*options, Option("no", t("papers.back"))))


def _named(turn: Turn, n: int, file: File) -> Text:
    return t("papers.one", n=n, paper=paper_name(file.paper, turn.city), pages=file.pages or 1)


async def take_list(turn: Turn, code: str) -> Next:
    case = await in_hand(turn, May.SEE)
    if code == "no":
        return Open("case", draft={"case": case.id.hex})
    turn.draft["file"] = str(code)
    file = await _file(turn, case)
    await queue.stir(turn.store, case.id, officer_of(turn).id)
    ticket = await viewings.begin(turn.store, case, file, officer_of(turn).id, turn.person.chat)
    caption = t("papers.shown", number=case.number, paper=paper_name(file.paper, turn.city))
    turn.letters.append(Letter(caption, viewings.SHOWN, about=case.id, paper=file.id, protect=True, ticket=ticket))
    return "one"


async def _file(turn: Turn, case: Case) -> File:
    """The paper chosen; one that is gone, or of another case, is refused alike."""
    file = await files.by_id(turn.store, UUID(turn.draft["file"]))
    if file is None or file.case != case.id or file.state != files.STORED:
        raise Refuse(t("papers.gone"))
    return file


async def ask_one(turn: Turn) -> Ask:
    return Ask(t("papers.one.ask"), (Option("list", t("papers.others")), Option("number", t("papers.number"))))


async def take_one(turn: Turn, code: str) -> Next:
    return "sure" if code == "number" else "list"


async def ask_sure(turn: Turn) -> Ask:
    return Ask(t("papers.number.ask"), (Option("yes", t("papers.number.yes")), Option("no", t("papers.number.no"))))


async def take_sure(turn: Turn, code: str) -> Next:
    """Nobody sees it again from here on; the resident is told why, and how to cover the number."""
    if code == "no":
        return "one"
    case = await in_hand(turn, May.SEE)
    file, officer = await _file(turn, case), officer_of(turn)
    await files.forbid(turn.store, file, "number")
    await viewings.end_of_file(turn.store, file)
    await cases.note(turn.store, case.id, "number_shown", officer.id, file=file.id.hex)
    turn.store.audit("paper.destroyed", actor=officer.id, subject=file.person, case=str(case.id), file=str(file.id))
    paper = paper_name(file.paper, turn.city)
    told = t("paper.number.shown", number=case.number, paper=paper)
    await tasks.tell(turn, case, told, "paper", lambda _: True, tasks.CALL)
    turn.say(t("papers.number.done"))
    return "list"


PAPERS = Dialog(
    "papers",
    (
        Step("list", ask_list, take_list, leads_to=("one", "dialog:case")),
        Step("one", ask_one, take_one, leads_to=("list", "sure")),
        Step("sure", ask_sure, take_sure, leads_to=("one", "list")),
    ),
    guard=closed,
)
