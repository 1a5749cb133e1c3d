"""What is written when an officer files for somebody: the case, who filed it and with what consent, and the slip."""

from datetime import date
from typing import Final
from uuid import UUID

from handlers.dialog import In, Next, Open, Refuse, Turn, lines, t
from handlers.read import name_key
from handlers.resident import new_child
from handlers.resident.family import Family
from handlers.resident.receipt import receipt
from handlers.staff import rights
from handlers.staff.access import officer_of
from handlers.staff.holding import reader
from programmes import casework, worktime
from programmes.model import Lang
from programmes.roles import May
from storage import cases, people, registry
from storage.cases import AlreadyOpen, Case, Moved
from storage.ids import new_id

NEW_CHILD: Final = "new_child"
COUNTER: Final = "counter"
WAYS: Final = (COUNTER, "phone")  # how she came, and gave her consent
NOWHERE: Final = 0  # the chat of whoever has none
TOLD: Final = ("name", "birth", "filer", "filer_birth", "phone", "statement")


async def subject_of(turn: Turn) -> tuple[bytes, ...]:
    """The digests under which this appeal may be open, as they are made when a resident files."""
    if "resident" in turn.draft:
        return (UUID(turn.draft["resident"]).bytes,)
    if turn.draft["whom"] == NEW_CHILD:
        return await _new_child(turn)
    written = "|".join(("", name_key(turn.draft["name"]), turn.draft["birth"]))
    return await cases.subjects(turn.store, "subject", written)


async def _new_child(turn: Turn) -> tuple[bytes, ...]:
    draft, born = turn.draft, date.fromisoformat(turn.draft["birth"])
    parent = await registry.by_id(turn.store, UUID(draft["parent"])) if "parent" in draft else None
    if parent is None:
        parents: tuple[new_child.Parent, ...] = ((draft["filer"], date.fromisoformat(draft["filer_birth"])),)
    else:
        parents = new_child.parents(Family(parent, await registry.household_of(turn.store, parent)), born)
    return await new_child.digests(turn.store, draft["name"], born, parents, twin="twin" in draft)


async def unless_refused(turn: Turn) -> None:
    """Refuses what she may not file: for a dong that is not hers, or for herself or somebody near to her."""
    if rights.may(turn, May.FILE, turn.draft["dong"]) is None:
        raise Refuse(t("counter.may_not"))
    listed = turn.draft.get("resident") or turn.draft.get("parent")
    one = await registry.by_id(turn.store, UUID(listed)) if listed else None
    if one is not None and await rights.near(turn, one):
        raise Refuse(t("card.own"))


async def file(turn: Turn) -> Next:
    """Take it in; the officer's right is asked once more, and nobody files in a case of her own."""
    await unless_refused(turn)
    case = await _made(turn)
    if await rights.own(turn, case):
        raise Refuse(t("card.own"))
    try:
        case = await cases.file(turn.store, case)
    except AlreadyOpen as before:
        turn.say(t("counter.open", number=before.case.number))
        return Open("case", draft={"case": before.case.id.hex})
    except Moved:
        raise Refuse(t("counter.once_more")) from None
    officer = officer_of(turn).id
    await cases.note(turn.store, case.id, "filed_for", officer, way=turn.draft["way"], consent=turn.now.isoformat())
    turn.store.audit("case.filed_for", actor=officer, subject=case.resident, case=str(case.id), way=turn.draft["way"])
    _hand_out(turn, case)
    return Open("case", draft={"case": case.id.hex})


def _hand_out(turn: Turn, case: Case) -> None:
    """The slip to print, in her language; and the receipt to her own chat, where she has one."""
    told = receipt(case, turn.city)
    slip = lines(t("counter.slip.title"), "", told, "", t("counter.slip.keep"))
    turn.send_file(t("counter.filed", number=case.number), f"{case.number}.txt", In(reader(case), slip))
    if case.chat != NOWHERE:
        turn.notice(told, "receipt", case.id, case.chat)


async def _made(turn: Turn) -> Case:
    draft, known = turn.draft, turn.city.programmes[turn.draft["programme"]]
    listed = draft.get("resident") or draft.get("parent")
    resident = await registry.by_id(turn.store, UUID(listed)) if listed else None
    person = await people.recognised_as(turn.store, resident.id) if resident else None
    lang: Lang = person.language if person else draft["language"]
    day = rights.today(turn)
    count = await cases.count_of_day(turn.store, day)
    identity = "recognised" if draft["way"] == COUNTER else "to_check"  # on the phone nobody shows a card
    told = {name: draft[name] for name in TOLD if draft.get(name)}
    return Case(
        id=UUID(draft["case"]), number=casework.case_number(known.case_prefix, day, count),
        kind="appeal", programme=known.id, round=draft["round"], reason=draft["reason"],
        state=casework.State.FILED.value, identity=identity, for_whom=draft["whom"],
        subject_hash=(await subject_of(turn))[0], resident=resident.id if resident and "resident" in draft else None,
        household=resident.household if resident else None, person=person.id if person else new_id(),
        chat=person.chat if person else NOWHERE, dong=draft["dong"], language=lang, filed_at=turn.now,
        due_at=worktime.due(turn.now, known.target_hours, turn.city.calendar),
        target_minutes=known.target_hours * 60, told={**told, "way": draft["way"]},
    )  # fmt: skip
