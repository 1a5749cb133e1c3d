"""Home of the admin desk."""

from handlers.admin.access import STAFF, administering
from handlers.dialog import Ask, Cross, Dialog, Next, Option, Step, Turn, t
from handlers.staff.home import WAYS_OUT, go

WAYS = (
    Option("broadcasts", t("broadcast.home")),
    Option("people", t("people.home")),
    Option("imports", t("imports.home")),
    Option("figures", t("figures.home")),
    Option("questions", t("questions.home")),
)


async def ask_choice(_turn: Turn) -> Ask:
    return Ask(t("staff.home.ask"), (*WAYS, Option(STAFF, t("staff.menu")), *WAYS_OUT))


async def take_choice(turn: Turn, code: str) -> Next:
    return Cross(STAFF) if code == STAFF else await go(turn, code)


HOME = Dialog("home", (Step("choice", ask_choice, take_choice),), guard=administering)
