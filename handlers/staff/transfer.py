"""Giving a case to the dong or team it belongs to. Its clock goes on; nobody has it in hand there yet.

A talk goes with all that was said in it, and its person is told where she talks on.
"""

from handlers.dialog import Ask, Dialog, Next, Open, Option, Refuse, Step, Turn, said, t
from handlers.staff import rights
from handlers.staff.access import movable, move_of, officer_of, seen, takes
from handlers.staff.door import closed
from handlers.staff.talks import put_down
from programmes.roles import May
from storage import queue, talks
from storage.cases import CALLS, DECISION, Case, Moved
from storage.talks import TALK

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
        return Open("talk") if _talked(turn, case) else Open("case", draft={"case": case.id.hex})
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
    return await _talk_on(turn, case, office) if case.kind == TALK else Open("queue")


def _talked(turn: Turn, case: Case) -> bool:
    """Whether it is the talk to which her words go."""
    return officer_of(turn).talking == case.id


async def _talk_on(turn: Turn, case: Case, office: str) -> Next:
    """Tell its person, and let go of it: nothing more that is written here goes to her."""
    place = t(f"office.{office}") if office in TEAMS else said(turn.city.places.dongs[office].name)
    turn.notice(t("talk.moved", number=case.number, office=place), TALK, case.id, case.chat)
    if not _talked(turn, case):
        return Open("talks")
    await talks.open_for(turn.store, officer_of(turn).id, None)
    return put_down(turn)


def _state(turn: Turn, case: Case) -> str | None:
    """Where the case stands when nobody has it in hand any more; None when it is to go nowhere else."""
    if not movable(case):
        return None
    if case.holder is None:
        return case.state
    move = move_of(turn, case, takes(case), "release")
    return move.target if move else None


LEADS = ("dialog:case", "dialog:queue", "dialog:talk", "dialog:talks")

TRANSFER = Dialog("transfer", (Step("where", ask_where, take_where, leads_to=LEADS),), guard=closed)
