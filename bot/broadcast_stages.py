"""What the clock does with a broadcast: one conditional move at a time, so that any number of processes share it.

approved -> canary, when its time has come and it is no night -> trial, when both admins have it and all recipients are
written -> a minute to stop it -> running -> done. Nights, and failures that a person must look at, let it stand still.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from bot.channels.base import Sheet
from bot.letters import Posted, Words, to_row
from bot.logs import log
from bot.notices import tell_staff
from handlers.admin.broadcast_letter import letter
from handlers.dialog import Brief, Lane, Letter, Text, lines, t
from handlers.resident.notices import STOP_ROW
from programmes import broadcasting
from programmes.broadcasting import MINUTE, STARTED, TRIED, Halt, Stage
from programmes.model import City, Lang
from storage import audit, broadcasts, outbox, people, recipients, staff
from storage.broadcasts import Broadcast, Content
from storage.engine import Drawer
from storage.people import Person

BROADCAST: Final = "broadcast"  # the kind of a letter that says how it goes
CANARY: Final = "canary"  # the kind of a letter in which an admin sees what is about to go to all


def sheet_for(content: Content, lang: Lang, dong: str | None, city: City, words: Words, *, paid: bool = False) -> Sheet:
    """What somebody of this language and dong reads; under information, the button that stops it."""
    rows = (STOP_ROW,) if content.purpose == "information" else ()
    shown = tuple(tuple((data, words(label, lang)) for data, label in row) for row in rows)
    return Sheet(words(letter(content, lang, dong, city), lang), shown, photo=content.picture, paid=paid)


async def drive(store: Drawer, one: Broadcast, city: City, words: Words) -> bool:
    """Do what is to be done with it at this moment; whether anything was."""
    stage, night = Stage(one.stage), broadcasting.is_night(store.now)
    if stage is Stage.APPROVED:
        return not night and store.now >= _begins(one) and await _begin(store, one, city, words)
    if one.halt == Halt.NIGHT:
        return await broadcasts.wake(store, one.id)
    if one.halt is not None or stage not in STARTED:
        return False
    if night:
        until = broadcasting.morning_after(store.now, str(one.number))
        told = t("broadcast.told.night", number=one.number, at=Brief(until))
        return await broadcasts.halt(store, one.id, Halt.NIGHT, until) and await _tell(store, one, words, told)
    if broadcasting.is_failing(*one.lately):
        log.error("broadcast.failing", number=one.number, refused=one.refused, unreachable=one.unreachable)
        return await _fail(store, one, words)
    return await _go_on(store, one, stage, words)


async def _fail(store: Drawer, one: Broadcast, words: Words) -> bool:
    told = t("broadcast.told.failing", number=one.number)
    return await broadcasts.halt(store, one.id, Halt.FAILING) and await _tell(store, one, words, told)


async def _finish(store: Drawer, one: Broadcast, words: Words) -> bool:
    told = t("broadcast.told.done", number=one.number, sent=f"{one.sent:,}")
    return await broadcasts.finish(store, one.id) and await _tell(store, one, words, told)


async def _tell(store: Drawer, one: Broadcast, words: Words, text: Text) -> bool:
    """Tell both admins, with the move itself: so once."""
    await tell_staff(store, words, [admin.chat for admin in await _admins(store, one)], text, BROADCAST)
    return True


def _begins(one: Broadcast) -> datetime:
    """Its time, or the moment of its approval, or of the morning after if that was at night."""
    at = one.approved_at or one.stage_at
    at = max(at, one.content.starts_at or at)
    return broadcasting.morning_after(at, str(one.number)) if broadcasting.is_night(at) else at


async def _begin(store: Drawer, one: Broadcast, city: City, words: Words) -> bool:
    """The canary: promised with the move, so that it goes once."""
    if one.content.digest != one.digest:
        log.error("broadcast.not_as_approved", number=one.number)
        return False
    if not await broadcasts.move(store, one, Stage.CANARY):
        return False
    for admin in await _admins(store, one):
        await _show(store, one, admin, city, words)
    return True


async def _admins(store: Drawer, one: Broadcast) -> Sequence[Person]:
    found = [await staff.by_id(store, id) for id in (one.drafter, one.approver) if id is not None]
    chats = [officer.chat for officer in found if officer is not None and officer.chat is not None]
    return [person for chat in chats if (person := await people.by_chat(store, chat)) is not None]


async def _show(store: Drawer, one: Broadcast, admin: Person, city: City, words: Words) -> None:
    dong = next(iter(one.content.audience.dongs), None)
    key, house = await store.key(admin.id), await audit.house_key(store.db, store.vault)
    for lang in sorted(one.content.words):
        sheet = sheet_for(one.content, lang, dong, city, words)
        canary = Letter(lines(sheet.text), CANARY, Lane.NOTICE, admin.chat, one.id)
        await outbox.post(store.db, [to_row(Posted(canary, sheet, admin, key), house, store.now)])


async def _go_on(store: Drawer, one: Broadcast, stage: Stage, words: Words) -> bool:
    match stage:
        case Stage.CANARY:
            return await _look_at_canary(store, one, words)
        case Stage.TRIAL if await recipients.tried(store.db, one, TRIED):
            return await broadcasts.move(store, one, Stage.MINUTE)
        case Stage.MINUTE if store.now - one.stage_at >= MINUTE:
            return await broadcasts.move(store, one, Stage.RUNNING)
        case Stage.RUNNING if one.filled and one.left == 0:
            return await _finish(store, one, words)
        case _:
            return False


async def _look_at_canary(store: Drawer, one: Broadcast, words: Words) -> bool:
    """On to the first ten once both admins have it; when one of them cannot be reached, a person looks first."""
    chats = [admin.chat for admin in await _admins(store, one)]
    states = await outbox.states_of(store.db, chats, CANARY, one.id)
    if outbox.FAILED in states or not states:
        log.error("broadcast.canary_lost", number=one.number)
        return await _fail(store, one, words)
    return states == {outbox.SENT} and one.filled and await broadcasts.move(store, one, Stage.TRIAL)
