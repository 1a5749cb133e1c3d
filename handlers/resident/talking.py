"""What a resident says to a person: kept with her talk, and passed on to the officer who has it in hand.

Her words come from the dialog *a person*, and from anywhere else once an officer talks with her.
"""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final
from uuid import UUID

from handlers.dialog import STAY, Kind, Next, Open, Refuse, Saying, Text, Turn, Upload, lines, t
from handlers.resident import papers
from handlers.resident.danger import in_danger, wake_if_endangered
from handlers.resident.family import masked
from handlers.resident.receipt import receipt
from programmes import casework, worktime
from programmes.reading import KST
from storage import cases, registry, staff, talks
from storage.cases import CALLS, AlreadyOpen, Case, Moved
from storage.ids import new_id
from storage.talks import TALK, Over

PREFIX = "TK"  # so that nobody mistakes a talk's number for an appeal's
LONGEST = 1_000
OF_THE_DONG = frozenset({"appeal", "receipt", "cases", "visit"})  # dialogs about a case or a visit
AFTER: Final = "after"  # in a way here: the ended talk that is to go on


# -------------------------------------------------------------------------------------------------- saying something


async def tell(turn: Turn, words: str, way: Mapping[str, Any]) -> bool:
    """Say this, and the photo that came with it, to a person; true when an officer has it in hand already.

    `way` is how she came here. Numbers of emergency come before everything else.
    """
    words = words[:LONGEST]
    if in_danger(words):
        turn.say(t("human.danger"), kind="danger")
    case, holder, fresh = await _said(turn, words, way)
    await wake_if_endangered(turn, case, words)
    if holder is not None:
        await _pass_on(turn, case, holder, t("talk.photo" if turn.inbound.upload else "talk.said", words=words))
    elif not fresh:
        turn.say(t("human.added", number=case.number))
    return holder is not None


def _when(turn: Turn) -> Text:
    """Whether somebody is at the counter now, else when next."""
    calendar = turn.city.calendar
    hours = {"opens": f"{calendar.opens:%H:%M}", "closes": f"{calendar.closes:%H:%M}"}
    lunch = {"begins": f"{calendar.lunch[0]:%H:%M}", "ends": f"{calendar.lunch[1]:%H:%M}"}
    if worktime.is_open(turn.now, calendar):
        return t("human.open", **hours, **lunch)
    return t("human.shut", opening=worktime.next_opening(turn.now, calendar), **hours, **lunch)


async def _said(turn: Turn, words: str, way: Mapping[str, Any]) -> tuple[Case, UUID | None, bool]:
    """The talk with these words in it, who has it in hand, and whether it was begun just now."""
    case, fresh = await talks.of_chat(turn.store, turn.inbound.chat), False
    if case is None:
        case, fresh = await begun(turn, words, way)
    try:
        return case, await _line(turn, case, words), fresh
    except Over:  # it was ended this very moment
        case, fresh = await begun(turn, words, way)
        return case, await _line(turn, case, words), fresh


async def _line(turn: Turn, case: Case, words: str) -> UUID | None:
    photo = await _photo(turn, case, turn.inbound.upload, words) if turn.inbound.upload is not None else None
    return await talks.say(turn.store, case.id, words, message_id=turn.inbound.message_id, photo=photo)


async def _photo(turn: Turn, case: Case, upload: Upload, words: str) -> UUID | None:
    """The file that came along; one too many is refused, but never with words of danger beside it."""
    try:
        return await papers.want(turn, case.id, papers.OTHER, upload)
    except Refuse:
        if in_danger(words):
            return None
        raise


async def begun(turn: Turn, words: str, way: Mapping[str, Any]) -> tuple[Case, bool]:
    """A talk that waits from now on, and true; or the one that another message of hers began at the same moment.

    It is the former one where that ended lately, else a new one. She is told its number and when somebody is there.
    """
    former = await _former(turn, way)
    case = await _again(turn, former)
    if case is not None:
        turn.say(t("talk.again.done", number=case.number))
    else:
        try:
            case = await cases.file(turn.store, await _made(turn, words, way, former))
        except AlreadyOpen as open:
            return open.case, False
        turn.notice(receipt(case, turn.city), "receipt", case.id)
    turn.say(_when(turn))
    return case, True


async def _former(turn: Turn, way: Mapping[str, Any]) -> Case | None:
    """The talk of this chat that ended and is to go on, if she said so."""
    case = await cases.by_id(turn.store, UUID(way[AFTER])) if AFTER in way else None
    return case if case is not None and case.kind == TALK and case.person == turn.person.id else None


async def _again(turn: Turn, former: Case | None) -> Case | None:
    """The former talk, waiting again; None when it ended too long ago, or has gone on meanwhile."""
    if former is None or former.closed_at is None or turn.now - former.closed_at > casework.TALK_AGAIN:
        return None
    move = next((one for one in casework.moves_from(former.state, "resident") if one.name == "reopen"), None)
    with suppress(Moved):
        return await talks.reopen(turn.store, former, move.target, turn.person.id) if move else None
    return None


async def _made(turn: Turn, words: str, way: Mapping[str, Any], former: Case | None) -> Case:
    """A new talk as it will be filed."""
    store, place = turn.store, str(way.get("from", ""))
    day = turn.now.astimezone(KST).date()
    dong = former.dong if former else await _dong(turn) if place in OF_THE_DONG else None
    office = former.office if former else dong or CALLS
    subject, *_ = await cases.subjects(store, TALK, str(turn.inbound.chat))
    told = {"words": words, "place": place, "steps": way.get("steps", []), "asked": way.get("asked", {})}
    return Case(
        id=new_id(), number=casework.case_number(PREFIX, day, await cases.count_of_day(store, day)), kind=TALK,
        programme="", round="", reason=str(way.get("topic", "")), state=casework.State.FILED.value,
        identity="recognised" if turn.person.resident else "to_check", for_whom="self", subject_hash=subject,
        resident=turn.person.resident, household=None, person=turn.person.id, chat=turn.inbound.chat, dong=dong,
        language=turn.lang, filed_at=turn.now, due_at=None, target_minutes=None, office=office,
        told=told | ({AFTER: former.number} if former else {}),
    )  # fmt: skip


async def _dong(turn: Turn) -> str | None:
    """The dong that has a case of hers in hand, else the one she lives in; None when we do not know."""
    mine = await cases.of_person(turn.store, turn.person.id, turn.person.resident, limit=10)
    for case in mine:
        if case.open and case.dong:
            return case.dong
    known = await registry.by_id(turn.store, turn.person.resident) if turn.person.resident else None
    return known.dong if known else None


async def _pass_on(turn: Turn, case: Case, holder: UUID, said: Saying) -> None:
    """Tell the officer; while her desk is closed only that something came, for her chat may lie open."""
    officer = await staff.by_id(turn.store, holder)
    if officer is not None and officer.chat is not None:
        told = t("talk.waits", number=case.number)
        if officer.desk_open(turn.now):
            told = t("talk.from_resident", who=await whom(turn, case.resident, case.number), said=said)
        turn.notice(lines(t("staff.title"), told), TALK, case.id, officer.chat)


async def whom(turn: Turn, resident: UUID | None, number: str) -> str:
    """The person of a talk as officers know her: a masked name if she was recognised, and the number."""
    known = await registry.by_id(turn.store, resident) if resident else None
    return f"{masked(known.name)} · {number}" if known else number


# ------------------------------------------------------------------------------------------- from anywhere else


async def overheard(turn: Turn) -> Next | None:
    """What no question asked for: an edit of what was said, or words to the officer who talks with her."""
    match turn.inbound.kind:
        case Kind.EDIT:
            return await _corrected(turn)
        case Kind.TEXT | Kind.UPLOAD:
            talk = await talks.of_chat(turn.store, turn.inbound.chat)
            if (talk is None or talk.holder is None) and not in_danger(turn.inbound.text):
                return None
            return STAY if await tell(turn, turn.inbound.text, {}) else Open("human", "more")
    return None


async def _corrected(turn: Turn) -> Next | None:
    case = await talks.of_chat(turn.store, turn.inbound.chat)
    words, message_id = turn.inbound.text[:LONGEST], turn.inbound.message_id
    if case is None or message_id is None or not words:
        return None
    try:
        holder = await talks.correct(turn.store, case.id, message_id, words)
    except Over:
        return None
    if in_danger(words):
        turn.say(t("human.danger"), kind="danger")
    await wake_if_endangered(turn, case, words)
    if holder is not None:
        await _pass_on(turn, case, holder, t("talk.edited", words=words))
    return STAY
