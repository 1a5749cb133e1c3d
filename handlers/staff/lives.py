"""Where an officer lives, asked once as she first opens her desk: nobody works on what is near to her.

Who is recognised as a resident is kept from her own by the roster. Who is not says that she lives in another district,
or names her dong: then no case of that dong is opened, taken or decided by her.
"""

from typing import Final

from handlers.dialog import END, TEXT, Ask, Chosen, Cross, Dialog, Next, Open, Option, Refuse, Step, Turn, t
from handlers.staff import rights
from handlers.staff.access import officer_of
from handlers.staff.door import shut
from storage import staff
from storage.people import RESIDENT

RECOGNISE, LEAVE = "recognise", "leave"
WAYS: Final = (
    Option(RECOGNISE, t("lives.recognise")), Option(staff.ELSEWHERE, t("lives.elsewhere")),
    Option(LEAVE, t("staff.home.leave")),
)  # fmt: skip


def settled(turn: Turn) -> Open | None:
    """It is asked at the open desk, of whom it is not known yet."""
    return shut(turn) or (Open("home") if rights.placed(turn) else None)


async def ask_where(_turn: Turn) -> Ask:
    return Ask(t("lives.ask"), WAYS, takes=TEXT)


async def take_where(turn: Turn, answer: Chosen | str) -> Next:
    if answer == LEAVE:
        return Cross(RESIDENT)
    if answer == RECOGNISE:
        return Cross(RESIDENT, Open("recognise"))
    lives = staff.ELSEWHERE if isinstance(answer, Chosen) else _dong(turn, answer)
    turn.officer = await staff.settle(turn.store, officer_of(turn), lives)
    turn.say(t("lives.kept"))
    return END


def _dong(turn: Turn, written: str) -> str:
    found = turn.city.places.find(written, rights.today(turn))
    if len(found) != 1:
        raise Refuse(t("lives.unknown"))
    return found[0].code


LIVES = Dialog("lives", (Step("where", ask_where, take_where),), guard=settled)
