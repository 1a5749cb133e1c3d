"""The queue of an officer's offices: what waits for a hand, the most pressing first; and what she has in hand."""

from datetime import timedelta

from handlers.dialog import Ask, Dialog, Next, Open, Option, Step, Text, Turn, said, t
from handlers.staff import rights
from handlers.staff.access import officer_of, offices
from handlers.staff.door import closed
from handlers.staff.tasks import TASK, WRITE
from programmes import worktime
from programmes.casework import whose_turn
from programmes.model import City
from programmes.roles import May
from storage import queue
from storage.cases import Case
from storage.queue import Waiting

SHOWN = 40  # nobody chooses among more
HOUR = timedelta(hours=1)


async def ask_queue(turn: Turn) -> Ask:
    found = await queue.waiting(turn.store, offices(turn), SHOWN)
    mine = Option("mine", t("queue.mine"))
    if not found:
        return Ask(t("queue.none"), (mine,))
    return Ask(t("queue.ask", count=len(found)), (*(_option(turn, one) for one in found), mine))


async def take_queue(turn: Turn, code: str) -> Next:
    return Open("mine") if code == "mine" else Open("case", draft={"case": code})


async def ask_mine(turn: Turn) -> Ask:
    held = await queue.mine(turn.store, officer_of(turn).id)
    found = [one for one in held if rights.may(turn, May.SEE, one.dong)]
    others = Option("queue", t("queue.queue"))
    if not found:
        return Ask(t("mine.none"), (others,))
    return Ask(t("mine.ask", count=len(found)), (*(_option(turn, one) for one in found), others))


async def take_mine(turn: Turn, code: str) -> Next:
    return Open("queue") if code == "queue" else Open("case", draft={"case": code})


def _option(turn: Turn, one: Waiting) -> Option:
    """What decides the order stands first: how long there is, then number, state and what it is about."""
    state = t(f"card.state.{one.state}")
    what = what_of(one.kind, one.programme, one.reason, turn.city)
    return Option(one.id.hex, t("queue.label", left=_left(turn, one), number=one.number, state=state, what=what))


def _left(turn: Turn, one: Waiting) -> Text | str:
    if one.due_at is None or whose_turn(one.state) == "resident":
        return t("queue.left.still")
    calendar = turn.city.calendar
    if too_long(turn, one):
        return t("queue.left.longest", hours=turn.city.programmes[one.programme].longest_hours)
    if one.due_at < turn.now:
        return t("queue.left.over", hours=worktime.worked(one.due_at, turn.now, calendar) // HOUR)
    return t("queue.left.hours", hours=worktime.worked(turn.now, one.due_at, calendar) // HOUR)


def too_long(turn: Turn, case: Waiting | Case) -> bool:
    """Whether a case took the longest its programme allows, and is still in the office's hands."""
    known = turn.city.programmes.get(case.programme)
    if known is None or case.due_at is None or whose_turn(case.state) != "office":
        return False
    return worktime.too_long(case.due_at, turn.now, known.beyond, turn.city.calendar)


def what_of(kind: str, programme: str, reason: str, city: City) -> Text:
    """What a case is about, in the fewest words: the ground of an appeal, or that something is to be done."""
    known = city.programmes.get(programme)
    ground = known.appeal_reasons.get(reason) if known else None
    if ground is not None:
        return said(ground.label)
    if kind == TASK and reason == WRITE:
        return t("card.kind.write")
    return t("card.kind.appeal") if kind == "appeal" else t("card.kind.other")


QUEUE = Dialog(
    "queue", (Step("list", ask_queue, take_queue, leads_to=("dialog:case", "dialog:mine")),), "queue", closed
)
MINE = Dialog("mine", (Step("list", ask_mine, take_mine, leads_to=("dialog:case", "dialog:queue")),), "mine", closed)
