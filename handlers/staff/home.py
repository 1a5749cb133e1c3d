"""Home of the staff desk: what this officer may do, and the ways out."""

from handlers.dialog import Ask, Cross, Dialog, Next, Open, Option, Step, Turn, t
from handlers.staff.door import closed
from storage import staff
from storage.people import RESIDENT

WAYS_OUT = (Option("leave", t("staff.home.leave")), Option("close", t("staff.home.close")))


async def ask_choice(turn: Turn) -> Ask:
    return Ask(t("staff.home.ask"), WAYS_OUT)


async def take_choice(turn: Turn, code: str) -> Next:
    if code == "leave":
        return Cross(RESIDENT)
    if code == "close" and turn.officer is not None:
        await staff.close_desk(turn.store, turn.officer)
        turn.say(t("staff.closed"))
        return Cross(RESIDENT)
    return Open(code)


HOME = Dialog("home", (Step("choice", ask_choice, take_choice),), guard=closed)
