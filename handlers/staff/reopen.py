"""Opening a closed case again: it goes to the dong it came from and to another officer, and what it granted ends.

The time it lay closed is not counted; whoever decided it last can neither take nor decide it.
"""

from uuid import UUID

from handlers import clock
from handlers.dialog import END, TEXT, Ask, Chosen, Dialog, Next, Refuse, Step, Turn, t
from handlers.staff import holding, rights
from handlers.staff.access import ended, move_of, officer_of
from handlers.staff.door import closed
from handlers.staff.ruling import LONGEST
from handlers.staff.tasks import CALL, tell
from programmes.casework import Move, State
from programmes.roles import May
from storage import awards, cases, pauses
from storage.cases import DECISION, FREE, Case, Moved


async def _closed(turn: Turn) -> tuple[Case, Move] | None:
    """The case of the draft and the move that opens it, while this officer may make it."""
    asked = turn.draft.get("case")
    case = await cases.by_id(turn.store, UUID(asked)) if asked else None
    move = move_of(turn, case, May.DECIDE, "reopen") if case else None
    if case is None or move is None or not ended(case) or await rights.own(turn, case):
        return None
    if case.holder not in (None, officer_of(turn).id):
        return None
    return case, move


async def ask_why(turn: Turn) -> Ask:
    found = await _closed(turn)
    return Ask(t("reopen.ask", number=found[0].number), takes=TEXT) if found else holding.GONE


async def take_why(turn: Turn, answer: Chosen | str) -> Next:
    found = await _closed(turn)
    if found is None:
        turn.say(t("hand.gone"))
        return END
    case, move = found
    if len(answer) > LONGEST:
        raise Refuse(t("hand.long", most=LONGEST))
    if await cases.open_about(turn.store, case.kind, case.programme, case.round, (case.subject_hash,)) is not None:
        raise Refuse(t("reopen.another"))
    again = await _open(turn, case, move, answer)
    words = t("reopen.told", number=case.number)
    await tell(turn, again, words, "reopened", lambda person: person.case_notices, f"{CALL}.reopened")
    turn.say(t("reopen.done", number=case.number))
    return holding.back(case)


async def _open(turn: Turn, case: Case, move: Move, why: str) -> Case:
    changes = {**FREE, "place": 0, "office": case.dong or DECISION, "calls": 0, "extensions": 0, "alerted": 0}
    officer, state = officer_of(turn).id, move.target.value
    try:
        again = await cases.move(
            turn.store, case, state, open=True, actor=officer, kind=move.name, changes=changes, words=why
        )
    except Moved:
        raise Refuse(t("hand.gone")) from None
    await awards.revoke(turn.store, case.id)
    if case.closed_at is not None and case.state != State.LAPSED:  # there its clock stands still already
        await pauses.lay_closed(turn.store, case.id, case.closed_at)
    return await clock.goes_on(turn, again)


REOPEN = Dialog("reopen", (Step("why", ask_why, take_why),), guard=closed)
