"""Home of the staff desk: what this officer may do, and the ways out."""

from handlers.dialog import Ask, Cross, Dialog, Next, Open, Option, Step, Turn, t
from handlers.staff import days, rights
from handlers.staff.door import closed
from programmes.roles import May
from storage import staff
from storage.people import RESIDENT

ADMIN = "admin"  # a desk of its own
WAYS_OUT = (Option("leave", t("staff.home.leave")), Option("close", t("staff.home.close")))


WAYS = (  # what each right opens
    (May.SEE, Option("queue", t("home.queue"))),
    (May.SEE, Option("mine", t("queue.mine"))),
    (May.SEE, Option("find", t("home.find"))),
    (May.FILE, Option("counter", t("counter.home"))),
    (May.TALK, Option("talks", t("talks.home"))),
    (May.VISIT, Option("visits", t("visits.home"))),
    (May.VISIT, Option("outreach", t("outreach.home"))),
    (May.FILE, Option("give", t("give.home"))),
    (May.SHIFTS, Option("board", t("home.board"))),  # who leads hangs it up; others may by its command
    (May.SHIFTS, Option("shift", t("shift.home"))),
    (May.FIGURES, Option("figures", t("figures.home"))),
    (May.ANSWERS, Option("questions", t("questions.home"))),
    (May.PEOPLE, Option(ADMIN, t("admin.menu"))),
)


async def ask_choice(turn: Turn) -> Ask:
    ways = tuple(option for may, option in WAYS if rights.may_anywhere(turn, may))
    if days.may(turn):
        ways += (Option("days", t("days.home")),)
    return Ask(t("staff.home.ask"), (*ways, *WAYS_OUT))


async def take_choice(turn: Turn, code: str) -> Next:
    return Cross(ADMIN) if code == ADMIN else await go(turn, code)


async def go(turn: Turn, code: str) -> Next:
    """The ways out, as every desk of staff has them, or a dialog of this desk."""
    if code == "leave":
        return Cross(RESIDENT)
    if code == "close" and turn.officer is not None:
        await staff.close_desk(turn.store, turn.officer)
        turn.say(t("staff.closed"))
        return Cross(RESIDENT)
    return Open(code)


HOME = Dialog("home", (Step("choice", ask_choice, take_choice),), guard=closed)
