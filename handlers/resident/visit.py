"""Home visits: who may have one, and which dong centre arranges it by phone."""

from handlers.dialog import END, TEXT, Ask, Chosen, Dialog, Next, Option, Refuse, Step, Turn, lines, said, t
from handlers.resident.birth import today
from programmes.places import Dong


async def ask_page(turn: Turn) -> Ask:
    return Ask(t("visit.ask"), (Option("find", t("visit.find")), Option("done", t("common.done"))))


async def take_page(turn: Turn, code: str) -> Next:
    return "dong" if code == "find" else END


async def ask_dong(turn: Turn) -> Ask:
    options = tuple(Option(dong.code, said(dong.name)) for dong in _standing(turn))
    return Ask(t("visit.dong.ask"), options, takes=TEXT)


async def take_dong(turn: Turn, answer: Chosen | str) -> Next:
    if isinstance(answer, Chosen):
        found: tuple[Dong, ...] = (turn.city.places.dong(answer),)
    else:
        found = turn.city.places.find(answer, today(turn))
    if len(found) != 1:
        raise Refuse(t("visit.dong.unknown"))
    office = turn.city.places.office(found[0].office)
    address = (t("visit.address", address=office.address),) if office.address else ()
    reach = turn.city.places.reach(office.code)
    turn.say(lines(said(office.name), *address, t("visit.phone", phone=reach), t("visit.say")))
    return END


def _standing(turn: Turn) -> tuple[Dong, ...]:
    return turn.city.places.dongs_on(today(turn))


VISIT = Dialog(
    "visit",
    (Step("page", ask_page, take_page, leads_to=("dong",)), Step("dong", ask_dong, take_dong)),
    command="visit",
)
