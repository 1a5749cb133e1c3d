"""Nobody left out: who has not claimed in the dongs of this officer, and what came of calling or visiting them.

The list shows masked names; opening one shows name and phone, for who may visit in that dong, and is recorded.
"""

from datetime import datetime
from typing import Final
from uuid import UUID

from handlers.dialog import Ask, Dialog, Next, Option, Refuse, Step, Text, Turn, lines, t
from handlers.resident.family import masked
from handlers.staff import rights
from handlers.staff.access import officer_of
from handlers.staff.door import closed
from programmes.model import City
from programmes.roles import May
from storage import outreach, registry
from storage.outreach import Unclaimed
from storage.registry import Resident

MOST: Final = 24  # three pages; what is behind them comes up when these are called
BACK, AGAIN, FRESH = "back", "again", "fresh"
OUTCOMES: Final = {code: t(f"outreach.outcome.{code}") for code in outreach.OUTCOMES}


def open_rounds(city: City, now: datetime) -> tuple[str, ...]:
    """The rounds in which somebody may still apply."""
    rounds = (one for programme in city.programmes.values() for one in programme.rounds)
    return tuple(dict.fromkeys(one.code for one in rounds if one.opens <= now < one.closes))


async def ask_list(turn: Turn) -> Ask:
    again = turn.draft.get("which") == AGAIN
    dongs = rights.dongs(turn, May.VISIT) or ()
    found = await outreach.of_dongs(turn.store, dongs, open_rounds(turn.city, turn.now), MOST, again=again)
    people = [Option(f"{one.resident.hex}-{one.round}", await _label(turn, one)) for one in found]
    other = Option(FRESH, t("outreach.fresh")) if again else Option(AGAIN, t("outreach.again"))
    asked = t("outreach.again.ask") if again else t("outreach.ask")
    return Ask(asked if found else t("outreach.none"), (*people, other))


async def _label(turn: Turn, one: Unclaimed) -> Text:
    known = await registry.by_id(turn.store, one.resident)
    alone = t("outreach.alone") if one.alone else t("outreach.together")
    return t("outreach.label", name=masked(known.name) if known else "", year=one.birth_year, alone=alone)


async def take_list(turn: Turn, code: str) -> Next:
    if code in (AGAIN, FRESH):
        turn.draft["which"] = str(code)
        return "list"
    turn.draft["resident"], _, turn.draft["round"] = code.partition("-")
    one, known = await _here(turn)
    turn.store.audit("outreach.opened", actor=officer_of(turn).id, subject=known.id, round=one.round)
    return "one"


async def _here(turn: Turn) -> tuple[Unclaimed, Resident]:
    """Whom the draft names, if this officer may visit her, asked anew; refuses a foreign one as one that is gone."""
    resident = UUID(turn.draft["resident"])
    one = await outreach.by_id(turn.store, resident, turn.draft["round"])
    known = await registry.by_id(turn.store, resident)
    if one is None or known is None or rights.may(turn, May.VISIT, one.dong) is None:
        raise Refuse(t("outreach.gone"))
    if await rights.near(turn, known):
        raise Refuse(t("outreach.own"))
    return one, known


async def ask_one(turn: Turn) -> Ask:
    try:
        one, known = await _here(turn)
    except Refuse as refusal:
        return Ask(refusal.text, (Option(BACK, t("outreach.back")),))
    told = lines(
        t("outreach.card.who", name=known.name, born=known.birth_date),
        t("outreach.card.phone", phone=known.phone) if known.phone else t("outreach.card.no_phone"),
        t("outreach.card.alone") if one.alone else t("outreach.card.together"),
        *((t("outreach.card.before", outcome=OUTCOMES[one.outcome]),) if one.outcome else ()),
        t("outreach.card.ask"),
    )
    return Ask(told, (*(Option(code, label) for code, label in OUTCOMES.items()), Option(BACK, t("outreach.back"))))


async def take_one(turn: Turn, code: str) -> Next:
    if code == BACK:
        return "list"
    one, _ = await _here(turn)
    await outreach.note(turn.store, one, str(code), officer_of(turn).id)
    turn.say(t("outreach.noted"))
    return "list"


OUTREACH = Dialog(
    "outreach",
    (
        Step("list", ask_list, take_list, leads_to=("list", "one")),
        Step("one", ask_one, take_one, leads_to=("list",)),
    ),
    command="outreach",
    guard=closed,
)
