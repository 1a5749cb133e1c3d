"""Letting go of a talk: given back to those who wait, or ended with a question to its person; and opened again."""

from uuid import UUID

from msgspec.structs import replace

from handlers.dialog import Ask, Lane, Letter, Next, Open, Option, Refuse, Turn, t
from handlers.resident import talk_again
from handlers.staff import rights
from handlers.staff.access import move_of, officer_of
from handlers.staff.talks import open_talk, put_down
from programmes.roles import May
from storage import cases, talks
from storage.cases import Moved
from storage.talks import TALK


async def ask_release(_turn: Turn) -> Ask:
    return Ask(t("talk.release.ask"), (Option("yes", t("talk.release.yes")), Option("no", t("talk.stay"))))


async def take_release(turn: Turn, code: str) -> Next:
    if code == "no":
        return Open("talk")
    case = await open_talk(turn)
    move = move_of(turn, case, May.TALK, "release") if case else None
    if case is None or move is None:
        raise Refuse(t("talks.over"))
    try:
        await talks.give_back(turn.store, case, move.target, officer_of(turn).id)
    except Moved:
        raise Refuse(t("talks.over")) from None
    turn.say(t("talk.released", number=case.number))
    return put_down(turn)


async def ask_close(_turn: Turn) -> Ask:
    return Ask(t("talk.close.ask"), (Option("yes", t("talk.close.yes")), Option("no", t("talk.stay"))))


async def take_close(turn: Turn, code: str) -> Next:
    if code == "no":
        return Open("talk")
    case = await open_talk(turn)
    move = move_of(turn, case, May.TALK, "finish") if case else None
    if case is None or move is None:
        raise Refuse(t("talks.over"))
    try:
        await talks.close(turn.store, case, move.target, officer_of(turn).id)
    except Moved:
        raise Refuse(t("talks.over")) from None
    ended = t("talk.ended", number=case.number)
    turn.letters.append(Letter(ended, TALK, Lane.NOTICE, case.chat, case.id, talk_again.rows(case)))
    turn.officer = replace(officer_of(turn), talking=None)
    turn.draft = {"case": case.id.hex, "number": case.number}
    return "closed"


async def ask_closed(turn: Turn) -> Ask:
    ways = (Option("list", t("talk.list")), Option("reopen", t("talk.reopen")))
    return Ask(t("talk.closed", number=turn.draft["number"]), ways)


async def take_closed(turn: Turn, code: str) -> Next:
    if code == "list":
        return Open("talks")
    officer, case = officer_of(turn), await cases.by_id(turn.store, UUID(turn.draft["case"]))
    move = move_of(turn, case, May.TALK, "reopen") if case else None
    if case is None or move is None or await rights.own(turn, case):
        raise Refuse(t("talks.may_not"))
    try:
        again = await talks.reopen(turn.store, case, move.target, officer.id)
        take = move_of(turn, again, May.TALK, "take") if again else None
        if again is None or take is None:
            raise Refuse(t("talk.another"))
        await talks.take(turn.store, again, take.target, officer.id)
    except Moved:
        raise Refuse(t("talks.over")) from None
    turn.officer = replace(officer, talking=again.id)
    return Open("talk")
