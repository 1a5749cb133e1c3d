"""`/broadcast`: the last broadcasts, and the way to a new one."""

from handlers.admin.broadcast_access import NUMBER, broadcasting, card_of
from handlers.admin.broadcast_card import label
from handlers.dialog import Ask, Dialog, Next, Open, Option, Refuse, Step, Turn, t
from storage import broadcasts

LISTED = 20
NEW = "new"


async def ask_list(turn: Turn) -> Ask:
    found = await broadcasts.latest(turn.store.db, LISTED)
    rows = (Option(str(one.number), label(one)) for one in found)
    return Ask(t("broadcast.ask"), (Option(NEW, t("broadcast.new")), *rows))


async def take_list(turn: Turn, code: str) -> Next:
    if code == NEW:
        return Open("write")
    one = await broadcasts.by_number(turn.store.db, int(code))
    if one is None:
        raise Refuse(t("broadcast.gone"))
    turn.draft[NUMBER] = one.number
    return card_of(one)


LIST = Dialog(
    "broadcasts",
    (Step("list", ask_list, take_list, leads_to=("dialog:write", "dialog:broadcast")),),
    command="broadcast",
    guard=broadcasting,
)
