"""Giving a case to the dong or team it belongs to. Its clock goes on; nobody has it in hand there yet."""

from handlers.dialog import Ask, Dialog, Next, Open, Option, Refuse, Step, Turn, said, t
from handlers.staff import rights
from handlers.staff.access import movable, move_of, officer_of, seen, takes
from handlers.staff.door import closed
from programmes.roles import May
from storage import queue
from storage.cases import CALLS, DECISION, Case, Moved

TEAMS = (DECISION, CALLS)


async def ask_where(turn: Turn) -> Ask:
    standing = turn.city.places.dongs_on(rights.today(turn))
    return Ask(
        t("transfer.ask"),
        (
            *(Option(team, t(f"office.{team}")) for team in TEAMS),
            *(Option(dong.code, said(dong.name)) for dong in standing),
            Option("no", t("transfer.no")),
        ),
    )


async def take_where(turn: Turn, office: str) -> Next:
    case = await seen(turn, turn.draft.get("case"))
    if office == "no":
        return Open("case", draft={"case": case.id.hex})
    officer, state = officer_of(turn), _state(turn, case)
    mine = case.holder in (None, officer.id) and rights.may(turn, May.TRANSFER, case.dong)
    if state is None or not mine:
        raise Refuse(t("card.may_not"))
    if office == case.office:
        raise Refuse(t("transfer.same"))
    dong = None if office in TEAMS else office
    try:
        await queue.pass_on(turn.store, case, state, office, officer.id, kind="transfer", dong=dong)
    except Moved:
        raise Refuse(t("card.moved")) from None
    turn.say(t("transfer.done", number=case.number))
    return Open("queue")


def _state(turn: Turn, case: Case) -> str | None:
    """Where the case stands when nobody has it in hand any more; None when it is to go nowhere else."""
    if not movable(case):
        return None
    if case.holder is None:
        return case.state
    move = move_of(turn, case, takes(case), "release")
    return move.target if move else None


TRANSFER = Dialog(
    "transfer", (Step("where", ask_where, take_where, leads_to=("dialog:case", "dialog:queue")),), guard=closed
)
