"""What this counter can do, its commands and hours, and what it never asks for."""

from datetime import time

from handlers.dialog import Ask, Dialog, Next, Open, Step, Turn, lines, t
from handlers.resident.menu import MAIN


async def ask_where(turn: Turn) -> Ask:
    calendar = turn.city.calendar
    opens, closes, begins, ends = map(_hour, (calendar.opens, calendar.closes, *calendar.lunch))
    return Ask(
        lines(
            t("help.title"),
            t("help.can"),
            t("help.commands"),
            t("help.hours", opens=opens, closes=closes, begins=begins, ends=ends),
            t("help.never"),
            t("help.ask"),
        ),
        MAIN,
    )


async def take_where(turn: Turn, code: str) -> Next:
    return Open(code)


def _hour(value: time) -> str:
    return f"{value:%H:%M}"


HELP = Dialog(
    "help",
    (Step("where", ask_where, take_where, leads_to=tuple(f"dialog:{option.code}" for option in MAIN)),),
    command="help",
)
