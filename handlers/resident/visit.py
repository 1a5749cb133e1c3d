"""Home visits: who may have one, asking for one here, and which dong centre arranges it by phone."""

from handlers.dialog import END, TEXT, Ask, Chosen, Dialog, Next, Open, Option, Refuse, Step, Turn, lines, said, t
from handlers.resident import helping
from handlers.resident.birth import today
from programmes.places import Dong
from storage.helpers import VISIT as VISITS


async def ask_page(turn: Turn) -> Ask:
    helped = await helping.options(turn, VISITS)
    ways = Option("here", t("visit.here")), *helped, Option("find", t("visit.find")), Option("done", t("common.done"))
    return Ask(t("visit.ask"), ways)


async def take_page(turn: Turn, code: str) -> Next:
    if code == "here":
        return Open("visit_here", draft=helping.kept(turn))
    if code.startswith(helping.FOR):
        return Open("visit_here", draft=await helping.begin(turn, code, VISITS))
    return "dong" if code == "find" else END


async def ask_dong(turn: Turn) -> Ask:
    options = tuple(Option(dong.code, said(dong.name)) for dong in _standing(turn))
    return Ask(t("visit.dong.ask"), options, takes=TEXT)


async def take_dong(turn: Turn, answer: Chosen | str) -> Next:
    found = turn.city.places.dong(answer) if isinstance(answer, Chosen) else named(turn, answer)
    office = turn.city.places.office(found.office)
    address = (t("visit.address", address=office.address),) if office.address else ()
    reach = turn.city.places.reach(office.code)
    turn.say(lines(said(office.name), *address, t("visit.phone", phone=reach), t("visit.say")))
    return END


def named(turn: Turn, written: str) -> Dong:
    """The one dong of today that is meant by these words. Refuses none and several."""
    found = turn.city.places.find(written, today(turn))
    if len(found) != 1:
        raise Refuse(t("visit.dong.unknown"))
    return found[0]


def _standing(turn: Turn) -> tuple[Dong, ...]:
    return turn.city.places.dongs_on(today(turn))


VISIT = Dialog(
    "visit",
    (
        helping.step(VISITS, Step("page", ask_page, take_page, leads_to=("dong", "dialog:visit_here"))),
        Step("dong", ask_dong, take_dong),
    ),
    command="visit",
)
