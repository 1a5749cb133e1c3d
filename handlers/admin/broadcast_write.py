"""Writing a broadcast, one piece a step: purpose, words, picture, whom, when. Each is kept as soon as it is given.

A piece of one that is written already is mended the same way; what was asked or approved is a draft again then.
"""

from datetime import datetime
from typing import Any, Final

from msgspec.structs import replace

from handlers.admin import broadcast_whom as whom
from handlers.admin.broadcast_access import NUMBER, broadcasting, card_of, chosen, written
from handlers.admin.broadcast_card import PURPOSES, on
from handlers.admin.broadcast_letter import DONG
from handlers.dialog import (
    TEXT,
    UPLOADS,
    Ask,
    Brief,
    Chosen,
    Dialog,
    Next,
    Option,
    Refuse,
    Step,
    Turn,
    Upload,
    lines,
    t,
)
from handlers.read import plain
from handlers.staff.access import officer_of
from programmes.broadcasting import is_night
from programmes.mentioned import days, times
from programmes.reading import KST
from storage import broadcasts, staff
from storage.broadcasts import Broadcast, Content

KEEP, NONE, NOW = "keep", "none", "now"
PHOTO: Final = "photo.jpg"  # what the channel calls a photo; a document has a name of its own
MENDS: Final = "mends"  # in the draft: one piece only, then back to the card
HOURS: Final = (10, 14)
CODE: Final = "%Y%m%d%H%M"
STILL: Final = Option(KEEP, t("broadcast.keep"))


async def write(turn: Turn, **changed: Any) -> Broadcast:
    """Keep a piece; whom it reaches is counted anew when that may be others now."""
    one, me = await written(turn), officer_of(turn).id
    if one is None:
        fresh = await broadcasts.draft(turn.store, me, Content(**changed))
        turn.draft[NUMBER] = fresh.number
        return fresh
    content = replace(one.content, **changed)
    if content != one.content:
        if not await broadcasts.change(turn.store, one.id, me, content):
            raise Refuse(t("broadcast.not_yours"))
        await _void(turn, one)
    return await chosen(turn)


async def _void(turn: Turn, one: Broadcast) -> None:
    """Tell who had approved it that this counts no more."""
    approver = await staff.by_id(turn.store, one.approver) if one.approver else None
    if approver is not None and approver.chat is not None:
        turn.notice(lines(t("admin.title"), t("broadcast.told.voided", number=one.number)), "staff", chat=approver.chat)


def _on(turn: Turn, step: str, one: Broadcast) -> Next:
    """To the next piece, or back to the card."""
    return card_of(one) if turn.draft.get(MENDS) else step


# ----------------------------------------------------------------------------------------------- purpose and words


async def ask_purpose(turn: Turn) -> Ask:
    await written(turn)
    return Ask(t("broadcast.purpose.ask"), tuple(Option(code, label) for code, label in PURPOSES.items()))


async def take_purpose(turn: Turn, code: str) -> Next:
    one = await write(turn, purpose=str(code))
    if turn.draft.get(MENDS):
        await whom.count(turn, one)
    return _on(turn, "ko", one)


async def ask_ko(turn: Turn) -> Ask:
    one = await written(turn)
    return Ask(
        t("broadcast.ko.ask", dong=f"{{{DONG}}}"),
        (STILL,) if one and "ko" in one.content.words else (),
        TEXT,
        numeric=True,
    )


async def take_ko(turn: Turn, answer: Chosen | str) -> Next:
    one = await written(turn)
    if one is not None and not isinstance(answer, Chosen):
        await write(turn, words={**one.content.words, "ko": answer})
    return "en"


async def ask_en(turn: Turn) -> Ask:
    one = await written(turn)
    still = (STILL,) if one and "en" in one.content.words else ()
    return Ask(t("broadcast.en.ask"), (*still, Option(NONE, t("broadcast.en.none"))), TEXT, numeric=True)


async def take_en(turn: Turn, answer: Chosen | str) -> Next:
    one = await written(turn)
    words = dict(one.content.words) if one else {}
    if answer == NONE and isinstance(answer, Chosen):
        words.pop("en", None)
        turn.say(t("broadcast.en.korean_only"))
    elif not isinstance(answer, Chosen):
        words["en"] = answer
    return _on(turn, "picture", await write(turn, words=words))


# ----------------------------------------------------------------------------------------------------- picture, whom


async def ask_picture(turn: Turn) -> Ask:
    await written(turn)
    return Ask(t("broadcast.picture.ask"), (Option(NONE, t("broadcast.picture.none")),), UPLOADS)


async def take_picture(turn: Turn, answer: Upload | str) -> Next:
    if isinstance(answer, Upload) and answer.name != PHOTO:
        raise Refuse(t("broadcast.picture.photo"))
    one = await write(turn, picture=answer.ref if isinstance(answer, Upload) else None)
    return _on(turn, "whom", one)


async def ask_whom(turn: Turn) -> Ask:
    one = await written(turn)
    return whom.ask(turn, whom.rule(turn, one))


async def take_whom(turn: Turn, code: str) -> Next:
    one = await written(turn)
    rule = whom.rule(turn, one)
    if code == whom.DONE:
        turn.draft.pop(whom.RULE, None)
        now = await write(turn, audience=rule)
        await whom.count(turn, now)
        return _on(turn, "start", now)
    if code in whom.SWITCHES:
        whom.keep(turn, whom.SWITCHES[code](rule, turn))
        return "whom"
    whom.keep(turn, rule)
    turn.draft[whom.DONGS] = list(rule.dongs)
    return str(code)


# -------------------------------------------------------------------------------------------------------------- when


async def ask_start(turn: Turn) -> Ask:
    await written(turn)
    times = (on(turn.now, day, hour) for day in (0, 1) for hour in HOURS)
    rows = (Option(at.strftime(CODE), t("broadcast.start.at", at=Brief(at))) for at in times if at > turn.now)
    return Ask(t("broadcast.start.ask"), (Option(NOW, t("broadcast.start.now")), *rows), TEXT, numeric=True)


async def take_start(turn: Turn, answer: Chosen | str) -> Next:
    return card_of(await write(turn, starts_at=None if answer == NOW else _moment(turn, answer)))


def _moment(turn: Turn, answer: Chosen | str) -> datetime:
    """A moment to come, by day. Refuses anything else, and says how it is written."""
    if isinstance(answer, Chosen):
        return datetime.strptime(answer, CODE).replace(tzinfo=KST)
    text = plain(answer)
    named, clocks = days(text, "ko") or days(text, "en"), times(text, "ko") | times(text, "en")
    day = named[0].date(turn.now.astimezone(KST).year) if len(named) == 1 else None
    if day is None or len(clocks) != 1:
        raise Refuse(t("broadcast.start.unread"))
    at = datetime.combine(day, datetime.strptime(next(iter(clocks)), "%H:%M").time(), KST)  # noqa: DTZ007 - a time alone
    if at <= turn.now:
        raise Refuse(t("broadcast.start.past"))
    if is_night(at):
        raise Refuse(t("broadcast.start.night"))
    return at


CARD = "dialog:broadcast"
WRITE = Dialog(
    "write",
    (
        Step("purpose", ask_purpose, take_purpose, leads_to=("ko", CARD)),
        Step("ko", ask_ko, take_ko, leads_to=("en",)),
        Step("en", ask_en, take_en, leads_to=("picture", CARD)),
        Step("picture", ask_picture, take_picture, leads_to=("whom", CARD)),
        Step("whom", ask_whom, take_whom, leads_to=("whom", *whom.STEPS, "start", CARD)),
        *whom.PARTS,
        Step("start", ask_start, take_start, leads_to=(CARD,)),
    ),
    guard=broadcasting,
)
