"""A case whose person no phone has proven: its holder finds her on the roster, or says that she is not who she said.

She is looked for by exactly the name and birth date she gave; who is on no roster may be herself all the same.
"""

from datetime import date
from uuid import UUID

from handlers.dialog import Ask, Dialog, Next, Open, Option, Refuse, Step, Text, Turn, lines, t
from handlers.resident import new_child
from handlers.resident.family import Family
from handlers.staff.access import TO_CHECK, in_hand, officer_of
from handlers.staff.door import closed
from programmes.roles import May
from storage import cases, registry
from storage.cases import Case, Moved
from storage.registry import Resident

NEW_CHILD = "new_child"
UNLISTED, REFUSED, BACK = "unlisted", "refused", "no"


async def ask_who(turn: Turn) -> Ask:
    case = await in_hand(turn, May.ASK)
    name, birth = _told(case)
    found = await _candidates(turn, case)
    question = lines(
        t("identity.name", name=name),
        *((t("identity.birth", birth=birth),) if birth else ()),
        t("identity.found", count=len(found)),
        t("identity.ask"),
    )
    return Ask(
        question,
        (
            *(Option(one.id.hex, _said(turn, one)) for one in found),
            Option(UNLISTED, t("identity.unlisted")),
            Option(REFUSED, t("identity.refuse")),
            Option(BACK, t("identity.later")),
        ),
    )


def _told(case: Case) -> tuple[str, date | None]:
    """Name and birth date of whoever must be proven: of a child not yet listed, the one who filed."""
    name, birth = ("filer", "filer_birth") if case.for_whom == NEW_CHILD else ("name", "birth")
    born = case.told.get(birth)
    return str(case.told.get(name, "")), date.fromisoformat(born) if born else None


async def _candidates(turn: Turn, case: Case) -> tuple[Resident, ...]:
    name, birth = _told(case)
    return await registry.by_identity(turn.store, name, birth) if name and birth else ()


def _said(turn: Turn, one: Resident) -> Text:
    dong = turn.city.places.dongs.get(one.dong)
    return t("identity.one", name=one.name, birth=one.birth_date, dong=dong.name if dong else one.dong)


async def take_who(turn: Turn, code: str) -> Next:
    if code == BACK:
        return Open("case", draft={"case": turn.draft["case"]})
    turn.draft["who"] = str(code)
    return "sure"


async def ask_sure(turn: Turn) -> Ask:
    asked = {UNLISTED: t("identity.sure.unlisted"), REFUSED: t("identity.sure.refused")}
    question = asked.get(turn.draft["who"], t("identity.sure.bind"))
    return Ask(question, (Option("yes", t("identity.yes")), Option(BACK, t("identity.no"))))


async def take_sure(turn: Turn, code: str) -> Next:
    if code == BACK:
        return "who"
    case = await in_hand(turn, May.ASK)
    if case.identity != TO_CHECK:
        raise Refuse(t("card.may_not"))
    who = turn.draft["who"]
    try:
        if who == REFUSED:
            await cases.identify(turn.store, case, "refused", officer_of(turn).id)
        elif who == UNLISTED:
            await cases.identify(turn.store, case, "recognised", officer_of(turn).id)
        else:
            await _bind(turn, case, UUID(who))
    except Moved:
        raise Refuse(t("card.moved")) from None
    turn.say(t("identity.done"))
    return Open("case", draft={"case": case.id.hex})


async def _bind(turn: Turn, case: Case, resident: UUID) -> None:
    """Bind the case to somebody found; the roster may have changed since, and she may have a case open already."""
    one = next((one for one in await _candidates(turn, case) if one.id == resident), None)
    if one is None:
        raise Refuse(t("identity.gone"))
    officer = officer_of(turn).id
    if case.for_whom == NEW_CHILD:
        subject = await _child_of(turn, case, one)
        await cases.identify(turn.store, case, "recognised", officer, household=one.household, subject=subject)
        return
    await _unless_open(turn, case, (one.id.bytes,))
    await cases.identify(turn.store, case, "recognised", officer, resident=one.id, household=one.household)


async def _child_of(turn: Turn, case: Case, parent: Resident) -> bytes:
    """By what a child is known once its parent is; the other parent may have filed for it."""
    name, born = str(case.told.get("name", "")), date.fromisoformat(case.told["birth"])
    told = case.told["filer"], date.fromisoformat(case.told["filer_birth"])
    twins = await new_child.digests(turn.store, name, born, [told], twin=True)
    family = Family(parent, await registry.household_of(turn.store, parent))
    twin = case.subject_hash in twins
    known = await new_child.digests(turn.store, name, born, new_child.parents(family, born), twin=twin)
    await _unless_open(turn, case, known)
    return known[0]


async def _unless_open(turn: Turn, case: Case, subjects: tuple[bytes, ...]) -> None:
    """Refuses what would be a second open case about the same person."""
    others = tuple(one for one in subjects if one != case.subject_hash)  # by that one only this case is open
    other = await cases.open_about(turn.store, case.kind, case.programme, case.round, others)
    if other is not None:
        raise Refuse(t("identity.open", number=other.number))


IDENTITY = Dialog(
    "identity",
    (
        Step("who", ask_who, take_who, leads_to=("sure", "dialog:case")),
        Step("sure", ask_sure, take_sure, leads_to=("who", "dialog:case")),
    ),
    guard=closed,
)
