"""Talks with residents: who waits for a person, whom this officer has in hand, and to whom her words go."""

import re
from uuid import UUID

from msgspec.structs import replace

from handlers.dialog import Ask, Dialog, Next, Open, Option, Refuse, Saying, Step, Text, Turn, t
from handlers.resident.talking import whom
from handlers.staff import rights
from handlers.staff.access import move_of, officer_of
from handlers.staff.door import closed
from programmes.roles import May
from storage import cases, staff, talks
from storage.cases import CALLS, DECISION, Case, Moved
from storage.staff import Officer
from storage.talks import TALK, Talk

LISTED = 24  # whoever waits behind them is reached when these are taken
SHOWN = 60  # letters of her own words that a question repeats
DROP = "drop"


async def with_whom(turn: Turn) -> Saying | None:
    """What stands above every question while she has a talk open."""
    case = await open_talk(turn)
    return t("talk.with", who=await whom(turn, case.resident, case.number)) if case else None


async def open_talk(turn: Turn) -> Case | None:
    """The talk to which her words go: still open, in her hand and within her rights, and by now no talk of her own."""
    officer = turn.officer
    if officer is None or officer.talking is None or not officer.desk_open(turn.now):
        return None
    case = await cases.by_id(turn.store, officer.talking)
    if case is None or not case.open or case.holder != officer.id:
        return None
    hers = rights.may(turn, May.TALK, case.dong) is not None and not await rights.own(turn, case)
    return case if hers else None


def put_down(turn: Turn) -> Open:
    """Back to the list, with no talk open."""
    turn.officer = replace(officer_of(turn), talking=None)
    return Open("talks")


def _offices(turn: Turn) -> frozenset[str]:
    """A team sees all that wait, a dong its own."""
    mine = rights.dongs(turn, May.TALK)
    return frozenset({CALLS, DECISION, *turn.city.places.dongs}) if mine is None else mine


# ---------------------------------------------------------------------------------------------------------- the list


async def ask_list(turn: Turn) -> Ask:
    mine = await talks.in_hand(turn.store, officer_of(turn).id)
    free = await talks.waiting(turn.store, _offices(turn), LISTED) if rights.may_anywhere(turn, May.TALK) else ()
    options = [Option(one.id.hex, t("talks.mine", who=await _who(turn, one))) for one in mine]
    options += [Option(one.id.hex, await _waits(turn, one)) for one in free]
    return Ask(t("talks.ask", mine=len(mine), waiting=len(free)) if options else t("talks.none"), tuple(options))


async def _who(turn: Turn, one: Talk) -> str:
    return await whom(turn, one.resident, one.number)


async def _waits(turn: Turn, one: Talk) -> Text:
    language = t(f"talks.language.{one.language}")
    return t("talks.waiting", number=one.number, since=turn.now - one.filed_at, language=language)


async def take_list(turn: Turn, code: str) -> Next:
    return await opened(turn, code)


async def opened(turn: Turn, code: str, **draft: str) -> Open:
    """Open a talk: one of hers, or one that waits, which is hers from now on. Of two officers one has it."""
    officer, case = officer_of(turn), await cases.by_id(turn.store, UUID(code))
    if case is None or case.kind != TALK or not case.open:
        raise Refuse(t("talks.over"))
    if rights.may(turn, May.TALK, case.dong) is None or await rights.own(turn, case):
        raise Refuse(t("talks.may_not"))
    if case.holder == officer.id:
        await talks.open_for(turn.store, officer.id, case.id)
    else:
        await _take(turn, case, officer)
    turn.officer = replace(officer, talking=case.id)
    turn.store.audit("talk.opened", actor=officer.id, subject=case.resident or case.person, case=str(case.id))
    return Open("talk", draft=draft)


async def _take(turn: Turn, case: Case, officer: Officer) -> None:
    """Only who is on duty takes one, but for one in which a life may be at stake."""
    move = move_of(turn, case, May.TALK, "take")
    if case.alerted < talks.TOLD_OF_DANGER and not await rights.on_duty(turn):
        raise Refuse(t("card.take.off"))
    try:
        if move is None or case.holder is not None:
            raise Moved(case.number)
        await talks.take(turn.store, case, move.target, officer.id)
    except Moved:
        await too_late(turn, case.id.hex)
        raise Refuse(t("talks.over")) from None


async def too_late(turn: Turn, code: str) -> None:
    """Refuse a talk that somebody else took first, and say who; silent for what is no such talk."""
    case = await cases.by_id(turn.store, UUID(code)) if re.fullmatch("[0-9a-f]{32}", code) else None
    if case is None or case.kind != TALK or rights.may(turn, May.TALK, case.dong) is None:
        return
    if case.holder is not None and case.holder != officer_of(turn).id:
        raise Refuse(t("talks.late", name=await staff.named(turn.store, case.holder)))


# --------------------------------------------------------------------------------------------- for whom is this meant


async def ask_whom(turn: Turn) -> Ask:
    mine = await talks.in_hand(turn.store, officer_of(turn).id)
    options = [Option(one.id.hex, t("talks.for", who=await _who(turn, one))) for one in mine]
    words = str(turn.draft.get("words", ""))[:SHOWN]
    return Ask(t("talks.whom.ask", words=words), (*options, Option(DROP, t("talks.drop"))))


async def take_whom(turn: Turn, code: str) -> Next:
    if code == DROP:
        return "list"
    return replace(await opened(turn, code, words=str(turn.draft["words"])), step="sure")


TALKS = Dialog(
    "talks",
    (
        Step("list", ask_list, take_list, leads_to=("whom", "dialog:talk")),
        Step("whom", ask_whom, take_whom, leads_to=("list", "dialog:talk")),
    ),
    command="talks",
    guard=closed,
)
