"""A helper's code given at the office: for who cannot read one out herself, countersigned by the officer who gives it.

Whose it is is found by exact name and birth date, and only where this officer may file.
"""

from uuid import UUID

from handlers.dialog import END, TEXT, Ask, Dialog, Next, Option, Refuse, Step, Turn, t
from handlers.resident.family import masked
from handlers.resident.helper import DAYS, PURPOSES
from handlers.staff import rights
from handlers.staff.access import officer_of
from handlers.staff.door import closed
from handlers.staff.find import named
from programmes.roles import May
from storage import helpers, people, registry
from storage.registry import Resident


async def ask_who(_turn: Turn) -> Ask:
    return Ask(t("give.who.ask"), (Option("leave", t("hand.leave")),), takes=TEXT, numeric=True)


async def take_who(turn: Turn, answer: str) -> Next:
    if answer == "leave":
        return END
    name, born = named(turn, answer)
    found = [one for one in await registry.by_identity(turn.store, name, born) if await _hers(turn, one)]
    turn.store.audit("helper.looked_for", actor=officer_of(turn).id, found=len(found))
    if len(found) != 1:
        raise Refuse(t("give.unknown"))
    turn.draft["resident"] = found[0].id.hex
    return "purpose"


async def _hers(turn: Turn, one: Resident) -> bool:
    """Whether this officer may give a code for her: of a dong where she files, and nobody near to herself."""
    may = rights.may(turn, May.FILE, one.dong) is not None
    return may and not await rights.near(turn, one)


async def _resident(turn: Turn) -> Resident:
    """Whom the draft names, the right asked anew."""
    one = await registry.by_id(turn.store, UUID(turn.draft["resident"]))
    if one is None or not await _hers(turn, one):
        raise Refuse(t("give.unknown"))
    return one


async def ask_purpose(_turn: Turn) -> Ask:
    return Ask(t("give.purpose.ask"), tuple(Option(code, label) for code, label in PURPOSES.items()))


async def take_purpose(turn: Turn, code: str) -> Next:
    await _resident(turn)
    turn.draft["purpose"] = str(code)
    return "days"


async def ask_days(_turn: Turn) -> Ask:
    return Ask(t("give.days.ask"), tuple(Option(str(days), t("helper.days", days=days)) for days in DAYS))


async def take_days(turn: Turn, code: str) -> Next:
    one, purpose = await _resident(turn), turn.draft["purpose"]
    made = await helpers.make_code(turn.store, one.id, purpose, int(code), officer_of(turn).id)
    label = PURPOSES[purpose]
    turn.say(t("give.code", name=masked(one.name), code=f"{made[:4]} {made[4:]}", purpose=label), kind="code")
    her = await people.recognised_as(turn.store, one.id)
    if her is not None and her.reachable:
        turn.notice(t("helper.given", purpose=label), "helper", chat=her.chat)
    return END


GIVE = Dialog(
    "give",
    (
        Step("who", ask_who, take_who, leads_to=("purpose",)),
        Step("purpose", ask_purpose, take_purpose, leads_to=("days",)),
        Step("days", ask_days, take_days),
    ),
    command="give",
    guard=closed,
)
