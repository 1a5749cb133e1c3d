"""Finding a case by its number, by name and birth date, or by a phone: exact lookups only, and each is recorded."""

from datetime import date
from uuid import UUID

from handlers.dialog import TEXT, Ask, Dialog, Next, Open, Option, Refuse, Step, Text, Turn, t
from handlers.read import Century, birth_date, name_key, person_name
from handlers.staff import rights
from handlers.staff.access import APPEAL, officer_of
from handlers.staff.door import closed
from handlers.staff.queue import what_of
from programmes.casework import read_case_number
from programmes.roles import May
from storage import cases, registry
from storage.cases import Case
from storage.forms import e164

MOST = 20


async def ask_what(turn: Turn) -> Ask:
    return Ask(t("find.ask"), takes=TEXT, numeric=True)


async def take_what(turn: Turn, text: str) -> Next:
    how, found = await _look(turn, text)
    shown = [case for case in found if rights.may(turn, May.SEE, case.dong)]
    turn.store.audit("case.looked_for", actor=officer_of(turn).id, how=how, cases=[str(case.id) for case in shown])
    if not shown:
        turn.say(t("find.none"))
        return "what"
    turn.draft["found"] = [case.id.hex for case in shown[:MOST]]
    return "list"


async def _look(turn: Turn, text: str) -> tuple[str, tuple[Case, ...]]:
    """How it was read, and what there is of it. Refuses what is none of the three."""
    if (number := read_case_number(text)) is not None:
        one = await cases.by_number(turn.store, number)
        return "number", (one,) if one else ()
    if (phone := e164(text)) is not None:
        residents = [one.id for one in await registry.by_phone(turn.store, phone)]
        return "phone", await cases.about_residents(turn.store, residents, MOST) if residents else ()
    name, born = named(turn, text)
    residents = [one.id for one in await registry.by_identity(turn.store, name, born)]
    listed = await cases.about_residents(turn.store, residents, MOST) if residents else ()
    return "name", (*listed, *await _unlisted(turn, name, born))


def named(turn: Turn, text: str) -> tuple[str, date]:
    """A name with the birth date behind it; one that two centuries could hold is not exact."""
    words = text.split()
    for cut in range(1, len(words)):
        try:
            born = birth_date(" ".join(words[cut:]), rights.today(turn))
        except Refuse:
            continue
        if not isinstance(born, Century):
            return person_name(" ".join(words[:cut])), born
    raise Refuse(t("find.how"))


async def _unlisted(turn: Turn, name: str, born: date) -> list[Case]:
    """Open cases of somebody who is on no roster: they are known by what she wrote."""
    digests = await cases.subjects(turn.store, "subject", "|".join(("", name_key(name), born.isoformat())))
    asked = [(one.id, each.code) for one in turn.city.programmes.values() for each in one.rounds]
    found = [await cases.open_about(turn.store, APPEAL, *each, digests) for each in asked]
    return [case for case in found if case is not None]


async def ask_list(turn: Turn) -> Ask:
    found = [await cases.by_id(turn.store, UUID(one)) for one in turn.draft["found"]]
    shown = [Option(case.id.hex, _label(turn, case)) for case in found if case is not None]
    return Ask(t("find.found", count=len(shown)), (*shown, Option("again", t("find.again"))))


def _label(turn: Turn, case: Case) -> Text:
    what = what_of(case.kind, case.programme, case.reason, turn.city)
    return t("find.label", number=case.number, state=t(f"card.state.{case.state}"), what=what)


async def take_list(turn: Turn, code: str) -> Next:
    return "what" if code == "again" else Open("case", draft={"case": code})


FIND = Dialog(
    "find",
    (
        Step("what", ask_what, take_what, leads_to=("what", "list")),
        Step("list", ask_list, take_list, leads_to=("what", "dialog:case")),
    ),
    command="find",
    guard=closed,
)
