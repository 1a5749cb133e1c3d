"""Finding a case by its number, by name and birth date, or by a phone: exact lookups only, and each is recorded."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from handlers.dialog import TEXT, Ask, Dialog, Next, Open, Option, Refuse, Step, Text, Turn, t
from handlers.read import Century, birth_date, person_name
from handlers.staff import rights
from handlers.staff.access import officer_of
from handlers.staff.door import closed
from handlers.staff.queue import what_of
from programmes.casework import read_case_number
from programmes.roles import May
from storage import cases, registry
from storage.cases import Case
from storage.forms import e164, identity
from storage.registry import Resident

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
        return cases.PHONE, await _about(turn, await registry.by_phone(turn.store, phone), cases.PHONE, phone)
    name, born = named(turn, text)
    known = await registry.by_identity(turn.store, name, born)
    return cases.NAME, await _about(turn, known, cases.NAME, identity(name, born))


async def _about(turn: Turn, known: Sequence[Resident], what: str, written: str) -> tuple[Case, ...]:
    """Cases about these of the roster, and about whoever told just this of herself, on the roster or not."""
    listed = await cases.about_residents(turn.store, [one.id for one in known], MOST) if known else ()
    told = await cases.known_by(turn.store, what, written, MOST)
    return tuple({case.id: case for case in (*listed, *told)}.values())


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


async def ask_list(turn: Turn) -> Ask:
    found = [await cases.by_id(turn.store, UUID(one)) for one in turn.draft["found"]]
    hers = [case for case in found if case is not None and rights.may(turn, May.SEE, case.dong)]
    shown = [Option(case.id.hex, _label(turn, case)) for case in hers]
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
