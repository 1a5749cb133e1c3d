"""Hearing a birth date: written in any way; six digits may need a second question, which century is meant."""

from collections.abc import Awaitable, Callable
from datetime import date

from handlers.dialog import Ask, AskStep, Next, Option, Step, Turn, t
from handlers.read import Century, birth_date
from programmes.reading import KST

CENTURIES = "centuries"


def today(turn: Turn) -> date:
    """The day it is in Korea."""
    return turn.now.astimezone(KST).date()


def birth_steps(
    name: str,
    century: str,
    ask: AskStep,
    known: Callable[[Turn, date], Awaitable[Next]],
    leads_to: tuple[str, ...],
) -> tuple[Step, Step]:
    """Two steps of a dialog: `ask` for a birth date, and the question which century; `known` goes on with the day."""

    async def take(turn: Turn, text: str) -> Next:
        born = hear_birth(turn, text, century)
        return century if born is None else await known(turn, born)

    async def ask_which(turn: Turn) -> Ask:
        return await ask_century(turn, century)

    async def take_which(turn: Turn, code: str) -> Next:
        return await known(turn, date.fromisoformat(code))

    return Step(name, ask, take, leads_to=(century, *leads_to)), Step(century, ask_which, take_which, leads_to=leads_to)


def hear_birth(turn: Turn, text: str, under: str = CENTURIES) -> date | None:
    """The date written, or None when two centuries could be meant: then ask with `ask_century`. Refuses others.

    The draft keeps both `under` this name, so that the way back leads to that question too.
    """
    read = birth_date(text, today(turn))
    if isinstance(read, Century):
        turn.draft[under] = [born.isoformat() for born in read.candidates]
        return None
    return read


async def ask_century(turn: Turn, under: str = CENTURIES) -> Ask:
    """Which of the two dates that six digits may mean; the answer's code is the ISO date."""
    born = [date.fromisoformat(one) for one in turn.draft[under]]
    return Ask(t("birth.century.ask"), tuple(Option(one.isoformat(), t("birth.born", day=one)) for one in born))
