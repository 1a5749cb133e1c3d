"""A case in an officer's hand: every step of a dialog that works on one asks anew whether she still holds it.

What a button says is never believed: the right, the holder, the state and whose case it is are looked up at each
press. A case held by somebody else by now, a right that ended, a case of her own: one sentence, and nothing written.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from handlers.dialog import END, Ask, Next, Open, Option, Refuse, Step, Turn, t
from handlers.staff.access import APPEAL, in_hand, officer_of
from programmes.model import Lang, Programme, Round
from programmes.roles import May
from storage import queue
from storage.cases import Case

AskOne = Callable[[Turn, Case], Awaitable[Ask]]
TakeOne = Callable[[Turn, Case, Any], Awaitable[Next]]

GONE = Ask(t("hand.gone"), (Option("leave", t("hand.leave")),))


async def held(turn: Turn, what: May) -> Case | None:
    """The case of this dialog, while the officer of this turn has it in hand and may do this to it."""
    try:
        case = await in_hand(turn, what)
    except Refuse:
        return None
    again = case.decided_by == officer_of(turn).id  # what was reopened goes to another officer
    return case if case.kind == APPEAL and not again else None


def step(name: str, what: May, ask: AskOne, take: TakeOne, leads_to: tuple[str, ...] = ()) -> Step:
    """A step on a case in hand; working on it keeps the hold."""

    async def asked(turn: Turn) -> Ask:
        case = await held(turn, what)
        return GONE if case is None else await ask(turn, case)

    async def taken(turn: Turn, answer: Any) -> Next:
        case = await held(turn, what)
        if case is None:
            turn.say(t("hand.gone"))
            return END
        await queue.stir(turn.store, case.id, officer_of(turn).id)
        return await take(turn, case, answer)

    return Step(name, asked, taken, leads_to)


def programme_of(turn: Turn, case: Case) -> tuple[Programme, Round]:
    """The promise an appeal is about."""
    programme = turn.city.programmes[case.programme]
    return programme, programme.round(case.round) or programme.rounds[0]


def reader(case: Case) -> Lang:
    """The language in which the resident reads."""
    return "en" if case.language == "en" else "ko"


def back(case: Case) -> Open:
    """Back to the card of the case."""
    return Open("case", draft={"case": case.id.hex})
