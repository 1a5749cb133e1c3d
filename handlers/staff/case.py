"""One case on the desk: its card, and what its holder may do with it. What else can be done has its own dialog.

`ACTIONS` is the table of those dialogs: a button stands under the card while its right, its hold and one of its moves
are there, and all of it is asked again when it is pressed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from handlers.dialog import END, TEXT, Ask, Chosen, Dialog, Next, Open, Option, Refuse, Step, Text, Turn, lines, t
from handlers.screen import PAGE
from handlers.staff import rights
from handlers.staff.access import APPEAL, TO_CHECK, ended, judged, movable, move_of, officer_of, seen, takes
from handlers.staff.card import card, name_of
from handlers.staff.door import closed
from handlers.staff.printing import has_letter
from programmes.casework import Move, read_case_number
from programmes.roles import May
from storage import bundles, cases, queue, viewings
from storage.cases import Case, Moved


@dataclass(frozen=True, slots=True)
class Action:
    """A dialog that does something with a case; it `opens` with the case's id under `case` in its draft.

    One of `moves` must be legal by her hand (none named: no move is made); `held`: only her own hold allows it;
    `when`: what else must be so.
    """

    code: str
    label: Text
    may: May
    opens: str
    moves: tuple[str, ...] = ()
    held: bool = True
    when: Callable[[Case], bool] = lambda case: case.open


ACTIONS: Final[tuple[Action, ...]] = (
    Action("papers", t("card.do.papers"), May.SEE, "papers"),
    Action("identity", t("card.do.identity"), May.ASK, "identity", when=lambda case: case.identity == TO_CHECK),
    Action("supplement", t("card.do.supplement"), May.ASK, "supplement", ("ask",), when=judged),
    Action("propose", t("card.do.propose"), May.PROPOSE, "propose", ("propose",), when=judged),
    Action("decide", t("card.do.decide"), May.DECIDE, "decide", ("accept", "reject", "return"), when=judged),
    Action("print", t("card.do.print"), May.TALK, "print", when=has_letter),
    Action("similar", t("card.do.similar"), May.SEE, "similar", when=judged),
    Action("note", t("card.do.note"), May.SEE, "note"),
    Action("reopen", t("card.do.reopen"), May.DECIDE, "reopen", ("reopen",), held=False, when=ended),
    Action("transfer", t("card.do.transfer"), May.TRANSFER, "transfer", held=False, when=movable),
    Action("ask", t("card.do.ask"), May.ASK, "ask", ("ask",), when=judged),
)


async def ask_card(turn: Turn) -> Ask:
    try:
        case = await _asked(turn)
    except Refuse as refusal:
        return Ask(lines(refusal.text, t("card.ask")), (Option("queue", t("queue.queue")),), takes=TEXT)
    return Ask(await card(turn, case), _doable(turn, case), takes=TEXT)


async def _asked(turn: Turn) -> Case:
    """The case by its random id or, after `/case`, by the number written."""
    if "case" in turn.draft:
        return await seen(turn, turn.draft["case"])
    number = read_case_number(str(turn.draft.get("said", "")))
    found = await cases.by_number(turn.store, number) if number else None
    return await seen(turn, found.id if found else None)


def _doable(turn: Turn, case: Case) -> tuple[Option, ...]:
    mine = case.holder == officer_of(turn).id
    here = [
        *([Option("take", t("card.do.take"))] if _takable(turn, case) else []),
        *([Option("words", t("card.do.words"))] if mine and case.told.get("statement") else []),
        *([Option(one.code, one.label) for one in ACTIONS if offered(turn, case, one)]),
        *([Option("finish", t("card.do.finish"))] if mine and _finish(turn, case) else []),
        *([Option("release", t("card.do.release"))] if mine and _step(turn, case, "release") else []),
    ]
    return (*here[: PAGE - 1], Option("leave", t("card.do.leave")), *here[PAGE - 1 :])  # on the first page always


def _step(turn: Turn, case: Case, name: str) -> Move | None:
    """A move of this dialog's own, if it is the officer's to make; talks and visits have dialogs that know them."""
    return move_of(turn, case, takes(case), name) if case.kind in queue.KINDS else None


def _takable(turn: Turn, case: Case) -> bool:
    return case.holder is None and _step(turn, case, "take") is not None


def _finish(turn: Turn, case: Case) -> bool:
    """What is no appeal ends without a decision."""
    return case.kind != APPEAL and _step(turn, case, "finish") is not None


def offered(turn: Turn, case: Case, action: Action) -> bool:
    """Whether this officer may do this with the case now."""
    hands = (officer_of(turn).id,) if action.held else (officer_of(turn).id, None)
    if case.holder not in hands or not action.when(case):
        return False
    if not action.moves:
        return rights.may(turn, action.may, case.dong) is not None
    return any(move_of(turn, case, action.may, move) for move in action.moves)


async def take_card(turn: Turn, answer: str) -> Next:
    if answer == "queue":
        return Open("queue")
    if not isinstance(answer, Chosen):
        turn.draft = {"said": answer}
        return "card"
    if answer == "leave":
        await viewings.end(turn.store, officer_of(turn).id)
        return END
    case = await _asked(turn)
    turn.draft = {"case": case.id.hex}
    await queue.stir(turn.store, case.id, officer_of(turn).id)
    if answer in DOES:
        return await DOES[answer](turn, case)
    action = next((one for one in ACTIONS if one.code == answer), None)
    if action is None or not offered(turn, case, action):
        raise Refuse(t("card.may_not"))
    return Open(action.opens, draft={"case": case.id.hex})


async def _take(turn: Turn, case: Case) -> Next:
    """The one who is first has it; the other learns who was."""
    officer, move = officer_of(turn), _step(turn, case, "take")
    if case.decided_by == officer.id:
        raise Refuse(t("card.take.other"))
    if not await rights.on_duty(turn):
        raise Refuse(t("card.take.off"))
    try:
        if move is None:
            raise Moved(case.number)
        await queue.take(turn.store, case, move.target, officer.id)
    except Moved:
        now = await cases.by_id(turn.store, case.id)
        name = await name_of(turn, now) if now else ""
        raise Refuse(t("card.take.late", name=name) if name else t("card.moved")) from None
    return "card"


async def _release(turn: Turn, case: Case) -> Next:
    return await _move(turn, case, "release")


async def _finished(turn: Turn, case: Case) -> Next:
    if case.kind == APPEAL:
        raise Refuse(t("card.may_not"))
    way = await _move(turn, case, "finish")
    if bundle := case.told.get("bundle"):  # its questions wait to be said to be those of what was written
        await bundles.move(turn.store, UUID(bundle), bundles.HANDED, bundles.OPEN)
    return way


async def _move(turn: Turn, case: Case, name: str) -> Next:
    """Put a case back, or end one that needs no decision."""
    officer, move = officer_of(turn), _step(turn, case, name)
    if move is None or case.holder != officer.id:
        raise Refuse(t("card.may_not"))
    try:
        if name == "release":
            await queue.release(turn.store, case, move.target, officer.id)
        else:
            await cases.move(turn.store, case, move.target, open=False, actor=officer.id, kind=name)
    except Moved:
        raise Refuse(t("card.moved")) from None
    await viewings.end(turn.store, officer.id)
    turn.say(t("card.released", number=case.number) if name == "release" else t("card.finished", number=case.number))
    return Open("queue")


async def _words(turn: Turn, case: Case) -> Next:
    """What she wrote in her own words: for the holder's eyes, and recorded."""
    if case.holder != officer_of(turn).id:
        raise Refuse(t("card.may_not"))
    turn.store.audit("case.read", actor=officer_of(turn).id, subject=case.resident or case.person, case=str(case.id))
    turn.say(lines(t("card.words", number=case.number), str(case.told.get("statement", ""))))
    return "card"


DOES: Final = {"take": _take, "release": _release, "finish": _finished, "words": _words}

CASE = Dialog(
    "case",
    (
        Step(
            "card", ask_card, take_card, leads_to=("card", "dialog:queue", *(f"dialog:{one.opens}" for one in ACTIONS))
        ),
    ),
    command="case",
    guard=closed,
    words=True,
)
