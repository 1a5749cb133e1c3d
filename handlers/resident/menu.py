"""Home: where every conversation begins again and ends."""

from handlers.dialog import Ask, Cross, Dialog, Next, Open, Option, Step, Turn, t
from handlers.resident.guards import newcomer

STAFF = "staff"
MAIN = (
    Option("eligibility", t("menu.eligibility")),
    Option("payment", t("menu.payment")),
    Option("appeal", t("menu.appeal")),
    Option("cases", t("menu.cases")),
    Option("human", t("menu.human")),
)
FURTHER = (
    Option("visit", t("menu.visit")),
    Option("helper", t("menu.helper")),
    Option("language", t("menu.language")),
    Option("notices", t("menu.notices")),
    Option("mydata", t("menu.mydata")),
    Option("privacy", t("menu.privacy")),
    Option("genuine", t("menu.genuine")),
    Option("help", t("menu.help")),
)


async def ask_choice(turn: Turn) -> Ask:
    staff = (Option(STAFF, t("staff.menu")),) if turn.officer is not None else ()
    return Ask(t("menu.ask"), (*staff, *MAIN, Option("more", t("menu.more"))))


async def take_choice(turn: Turn, code: str) -> Next:
    if code == STAFF:
        return Cross(STAFF)
    return "more" if code == "more" else Open(code)


async def ask_more(turn: Turn) -> Ask:
    return Ask(t("menu.more.ask"), FURTHER)


async def take_more(turn: Turn, code: str) -> Next:
    return Open(code)


def _dialogs(options: tuple[Option, ...]) -> tuple[str, ...]:
    return tuple(f"dialog:{option.code}" for option in options)


MENU = Dialog(
    "menu",
    (
        Step("choice", ask_choice, take_choice, leads_to=("more", *_dialogs(MAIN))),
        Step("more", ask_more, take_more, leads_to=_dialogs(FURTHER)),
    ),
    command="menu",
    guard=newcomer,
)
