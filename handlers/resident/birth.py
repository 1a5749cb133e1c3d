"""Hearing a birth date: written in any way; six digits may need a second question, which century is meant."""

from datetime import date

from handlers.dialog import Ask, Option, Turn, t
from handlers.read import Century, birth_date
from programmes.reading import KST


def today(turn: Turn) -> date:
    """The day it is in Korea."""
    return turn.now.astimezone(KST).date()


def hear_birth(turn: Turn, text: str) -> date | None:
    """The date written, or None when two centuries could be meant: then ask with `ask_century`. Refuses others."""
    read = birth_date(text, today(turn))
    if isinstance(read, Century):
        turn.draft["centuries"] = [born.isoformat() for born in read.candidates]
        return None
    return read


async def ask_century(turn: Turn) -> Ask:
    """Which of the two dates that six digits may mean; the answer's code is the ISO date."""
    born = [date.fromisoformat(one) for one in turn.draft["centuries"]]
    return Ask(t("birth.century.ask"), tuple(Option(one.isoformat(), t("birth.born", day=one)) for one in born))
