"""The dong proposes how an appeal shall end; the payment-decision team decides. The case goes into the team's queue."""

from typing import get_args

from handlers.dialog import Ask, Dialog, Next, Option, Refuse, Turn, lines, t
from handlers.staff import holding, ruling
from handlers.staff.access import move_of, officer_of
from handlers.staff.door import closed
from programmes.model import Ending
from programmes.roles import May
from storage import queue
from storage.cases import DECISION, Case, Moved


async def ask_start(turn: Turn, case: Case) -> Ask:
    outcomes = (Option(outcome, t(f"decision.outcome.{outcome}")) for outcome in get_args(Ending))
    return Ask(lines(*await ruling.earlier(turn, case), t("propose.ask", number=case.number)), tuple(outcomes))


async def take_start(turn: Turn, case: Case, code: str) -> Next:
    if move_of(turn, case, May.PROPOSE, "propose") is None:
        raise Refuse(t("hand.not_now"))
    return await ruling.take_outcome(turn, case, code)


async def take_look(turn: Turn, case: Case, code: str) -> Next:
    if code == "change":
        return "start"
    move = move_of(turn, case, May.PROPOSE, "propose")
    if move is None:
        raise Refuse(t("hand.not_now"))
    told = ruling.parts(turn)
    try:
        await queue.pass_on(turn.store, case, move.target.value, DECISION, officer_of(turn).id, kind="propose", **told)
    except Moved:
        raise Refuse(t("hand.gone")) from None
    turn.say(t("propose.done", number=case.number))
    return holding.back(case)


PROPOSE = Dialog(
    "propose",
    (
        holding.step("start", May.PROPOSE, ask_start, take_start, leads_to=("finding",)),
        *ruling.steps(May.PROPOSE, take_look),
    ),
    guard=closed,
)
