"""Hanging a card up in a staff group: an officer is given a one-time code, which she writes there."""

from handlers.dialog import Ask, Dialog, Next, Open, Option, Step, Text, Turn, said, t
from handlers.staff.access import officer_of, offices
from handlers.staff.door import closed
from programmes.model import City
from storage import boards


async def ask_office(turn: Turn) -> Ask:
    return Ask(
        t("board.ask"), tuple(Option(office, office_name(office, turn.city)) for office in sorted(offices(turn)))
    )


def office_name(office: str, city: City) -> Text:
    """What a queue is called: a dong, or a team."""
    dong = city.places.dongs.get(office)
    return said(dong.name) if dong else t(f"office.{office}")


async def take_office(turn: Turn, office: str) -> Next:
    code = await boards.make_code(turn.store, officer_of(turn).id, office, turn.lang)
    turn.say(t("board.code", code=code), kind="code")
    return Open("home")


BOARD = Dialog("board", (Step("office", ask_office, take_office, leads_to=("dialog:home",)),), "board", closed)
