"""Notes on a case that stay inside the office: who wrote what, when. Its holder reads and writes them, no resident."""

from typing import Final

from handlers.dialog import TEXT, Ask, Chosen, Dialog, Next, Option, Refuse, Step, Text, Turn, lines, t
from handlers.staff import holding
from handlers.staff.access import in_hand
from handlers.staff.door import closed
from programmes.roles import May
from storage import cases, staff
from storage.cases import Case, Event

LONGEST: Final = 300
SHOWN: Final = 2  # the latest; a question stays under 900 letters


async def ask_note(turn: Turn) -> Ask:
    try:
        case = await in_hand(turn, May.SEE)
    except Refuse:
        return holding.GONE
    notes = [event for event in await cases.story(turn.store, case.id) if event.kind == "note"][-SHOWN:]
    told = [line for note in notes for line in await _told(turn, note)]
    question = t("note.ask", number=case.number) if told else t("note.first", number=case.number)
    return Ask(lines(*told, question), (Option("back", t("note.back")),), takes=TEXT)


async def _told(turn: Turn, note: Event) -> tuple[Text, Text]:
    name = await staff.named(turn.store, note.actor) if note.actor else ""
    return t("note.by", officer=name, at=note.at), t("note.words", words=note.detail.get("words", ""))


async def take_note(turn: Turn, answer: Chosen | str) -> Next:
    case = await in_hand(turn, May.SEE)
    if not isinstance(answer, Chosen):
        await _write(turn, case, answer)
    return holding.back(case)


async def _write(turn: Turn, case: Case, words: str) -> None:
    if len(words) > LONGEST:
        raise Refuse(t("hand.long", most=LONGEST))
    await cases.note(turn.store, case.id, "note", turn.officer.id if turn.officer else None, words=words)
    turn.say(t("note.kept"))


NOTE = Dialog("note", (Step("note", ask_note, take_note),), guard=closed)
