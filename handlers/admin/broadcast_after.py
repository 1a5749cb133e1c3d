"""After a broadcast: those in doubt settled by hand, its words corrected by two, and a note to those who had it."""

from typing import Final

from msgspec.structs import replace

from handlers.admin import approving, broadcast_whom
from handlers.admin.broadcast import notify
from handlers.admin.broadcast_access import CARD, NUMBER, broadcasting, card_of, chosen, others
from handlers.admin.broadcast_card import takeable
from handlers.admin.broadcast_letter import LANGUAGE_NAMES, finding, findings, letter
from handlers.dialog import (
    TEXT,
    Ask,
    Brief,
    Chosen,
    Dialog,
    Lane,
    Letter,
    Next,
    Open,
    Option,
    Refuse,
    Step,
    Text,
    Turn,
    lines,
    said,
    t,
)
from handlers.staff.access import officer_of
from programmes.broadcasting import OVER
from programmes.proofreading import stops
from storage import broadcast_cards, broadcasts, people, recipients
from storage.audiences import Audience
from storage.broadcasts import Broadcast, Content
from storage.recipients import Parked

LISTED: Final = 200
BACK: Final = Option("back", t("broadcast.card"))
SHORT: Final = 8  # signs of a random id: its last ones, enough to speak of
ONE, ARRIVED, AGAIN = "one", "arrived", "again"
KO, EN = "correct_ko", "correct_en"


async def _over(turn: Turn) -> Broadcast:
    one = await chosen(turn)
    if one.stage not in OVER:
        raise Refuse(t("broadcast.stands_otherwise"))
    return one


# ---------------------------------------------------------------------------------------------------- those in doubt


async def ask_parked(turn: Turn) -> Ask:
    one = await _over(turn)
    found = await recipients.parked(turn.store.db, one.id, LISTED)
    rows = tuple(Option(each.person.hex, _label(turn, each)) for each in found)
    return Ask(t("broadcast.parked.ask") if rows else t("broadcast.parked.none"), (BACK, *rows))


def _label(turn: Turn, one: Parked) -> Text:
    known = turn.city.places.dongs.get(one.dong or "")
    dong = said(known.name) if known else t("broadcast.no_dong.listed")
    return t("broadcast.parked.one", id=one.person.hex[-SHORT:], dong=dong, at=Brief(one.at))


async def take_parked(turn: Turn, code: str) -> Next:
    if code == BACK.code:
        return card_of(await chosen(turn))
    turn.draft[ONE] = str(code)
    return "settle"


async def _parked(turn: Turn) -> tuple[Broadcast, Parked]:
    """Whom she chose, if that is in doubt still. Refuses otherwise."""
    one = await _over(turn)
    found = await recipients.parked(turn.store.db, one.id, LISTED)
    parked = next((each for each in found if each.person.hex == turn.draft.get(ONE)), None)
    if parked is None:
        raise Refuse(t("broadcast.parked.settled"))
    return one, parked


async def ask_settle(turn: Turn) -> Ask:
    _, parked = await _parked(turn)
    rows = (Option(ARRIVED, t("broadcast.parked.arrived")), Option(AGAIN, t("broadcast.parked.again")))
    return Ask(_label(turn, parked), rows)


async def take_settle(turn: Turn, code: str) -> Next:
    turn.draft["what"] = str(code)
    return "sure"


async def ask_sure(turn: Turn) -> Ask:
    _, parked = await _parked(turn)
    question = t(f"broadcast.sure.{turn.draft['what']}", id=parked.person.hex[-SHORT:])
    return Ask(question, (Option("yes", t("people.sure.yes")), Option("no", t("people.sure.no"))))


async def take_sure(turn: Turn, code: str) -> Next:
    if code == "yes":
        one, parked = await _parked(turn)
        arrived = turn.draft["what"] == ARRIVED
        if not await recipients.settle(turn.store, one.id, parked.chat, officer_of(turn).id, arrived=arrived):
            raise Refuse(t("broadcast.parked.settled"))
        if not arrived:
            await _send_again(turn, one, parked)
        turn.say(t("broadcast.parked.done"))
    return "list"


async def _send_again(turn: Turn, one: Broadcast, parked: Parked) -> None:
    """To one person, by an officer's decision: a notice, which is tried until it has arrived."""
    reader = await people.by_chat(turn.store, parked.chat)
    unwanted = one.content.purpose == "information" and reader is not None and not reader.information
    if reader is None or not reader.reachable or unwanted or (reader.consent <= 0 and reader.officer is None):
        raise Refuse(t("broadcast.parked.unwanted"))
    text = letter(one.content, reader.language, parked.dong, turn.city)
    picture = one.content.picture
    turn.letters.append(Letter(text, "broadcast", Lane.NOTICE, parked.chat, photo=picture))


PARKED = Dialog(
    "parked",
    (
        Step("list", ask_parked, take_parked, leads_to=("settle", f"dialog:{CARD}")),
        Step("settle", ask_settle, take_settle, leads_to=("sure",)),
        Step("sure", ask_sure, take_sure, leads_to=("list",)),
    ),
    guard=broadcasting,
)

# ------------------------------------------------------------------------------------------- other words in its place


async def _corrigible(turn: Turn) -> Broadcast:
    one = await chosen(turn)
    if not takeable(one, turn.now):
        raise Refuse(t("broadcast.stands_otherwise"))
    return one


def corrected(one: Broadcast) -> Content:
    """What its readers would see instead."""
    return replace(one.content, words=one.correction, starts_at=None)


async def ask_see(turn: Turn) -> Ask:
    """The correction as it stands: who may approve it, and what the proofreader says."""
    one = await _corrigible(turn)
    write = Option("write", t("broadcast.correct"))
    if not one.correction or one.corrected_by is None:
        return Ask(t("broadcast.correction.none"), (write, BACK))
    found = findings(corrected(one), turn.city, turn.now)
    told = lines(t("broadcast.correction.ask", number=one.number), *map(finding, found))
    look = Option("look", t("broadcast.look"))
    if one.corrected_by == officer_of(turn).id:
        return Ask(lines(told, t("broadcast.correction.waits")), (look, write, BACK))
    if (why := await approving.hindered(turn, one.corrected_by)) is not None:
        return Ask(lines(told, why), (look, BACK))
    return Ask(told, (Option("approve", t("broadcast.approve")), look, write, BACK))


async def take_see(turn: Turn, code: str) -> Next:
    one = await _corrigible(turn)
    if code == BACK.code:
        return card_of(one)
    if code == "write":
        return "ko"
    if code == "look" or turn.draft.get("shown") != one.corrected.hex():
        _show(turn, one)
        return "see"
    await _approve(turn, one)
    return card_of(one)


def _show(turn: Turn, one: Broadcast) -> None:
    for lang in sorted(one.correction, reverse=True):
        turn.say(t("broadcast.example", lang=LANGUAGE_NAMES[lang], names="–"))
        turn.letters.append(Letter(letter(corrected(one), lang, None, turn.city), "sample"))
    turn.draft["shown"] = one.corrected.hex()


async def _approve(turn: Turn, one: Broadcast) -> None:
    """Exactly what she was shown, written by a colleague; two presses at once approve once."""
    if one.corrected_by is None:
        raise Refuse(t("broadcast.changed"))
    await approving.second(turn, one.corrected_by)
    if stops(findings(corrected(one), turn.city, turn.now)):
        raise Refuse(t("broadcast.mend_first"))
    shown = bytes.fromhex(turn.draft["shown"])
    if not await broadcasts.approve_correction(turn.store, one.id, officer_of(turn).id, shown):
        raise Refuse(t("broadcast.changed"))
    await broadcast_cards.lay_out(turn.store, one.id, [turn.inbound.chat])
    turn.say(t("broadcast.correction.approved"))


async def ask_ko(turn: Turn) -> Ask:
    await _corrigible(turn)
    return Ask(t("broadcast.correct.ko.ask"), (BACK,), TEXT, numeric=True)


async def take_ko(turn: Turn, answer: Chosen | str) -> Next:
    one = await _corrigible(turn)
    if isinstance(answer, Chosen):
        return card_of(one)
    turn.draft["ko"] = answer
    return "en" if "en" in one.content.words else await _keep(turn, one, {"ko": answer})


async def ask_en(turn: Turn) -> Ask:
    await _corrigible(turn)
    return Ask(t("broadcast.correct.en.ask"), (BACK,), TEXT, numeric=True)


async def take_en(turn: Turn, answer: Chosen | str) -> Next:
    one = await _corrigible(turn)
    return (
        card_of(one) if isinstance(answer, Chosen) else await _keep(turn, one, {"ko": turn.draft["ko"], "en": answer})
    )


async def _keep(turn: Turn, one: Broadcast, words: dict[str, str]) -> Next:
    """Put it before the others, if nothing has to be mended."""
    content = replace(one.content, words=words, starts_at=None)
    found = [each for each in findings(content, turn.city, turn.now) if each.stops]
    if found:
        raise Refuse(lines(t("broadcast.mend_first"), *map(finding, found)))
    if not await broadcasts.correct(turn.store, one.id, officer_of(turn).id, content.words):
        raise Refuse(t("broadcast.stands_otherwise"))
    for admin in await others(turn):
        notify(turn, t("broadcast.told.correction", number=one.number), one, admin.chat)
    turn.say(t("broadcast.asked"))
    return "see"


CORRECT = Dialog(
    "correct",
    (
        Step("see", ask_see, take_see, leads_to=("see", "ko", f"dialog:{CARD}")),
        Step("ko", ask_ko, take_ko, leads_to=("en", "see", f"dialog:{CARD}")),
        Step("en", ask_en, take_en, leads_to=("see", f"dialog:{CARD}")),
    ),
    guard=broadcasting,
)

# ------------------------------------------------------------------------------------------------------------- a note


async def ask_note(turn: Turn) -> Ask:
    one = await _over(turn)
    return Ask(
        t("broadcast.note.ask", number=one.number, count=f"{one.sent:,}"), (Option("yes", t("people.sure.yes")), BACK)
    )


async def take_note(turn: Turn, code: str) -> Next:
    """A new broadcast to those who had this one; it goes through the same two hands."""
    one = await _over(turn)
    if code == BACK.code:
        return card_of(one)
    rule = Audience(role=one.content.audience.role, heard=one.id, told_again=True)
    fresh = await broadcasts.draft(turn.store, officer_of(turn).id, Content(one.content.purpose, rule))
    await broadcast_whom.count(turn, fresh)
    return Open("write", "ko", {NUMBER: fresh.number})


NOTE = Dialog(
    "note",
    (Step("note", ask_note, take_note, leads_to=("dialog:write", f"dialog:{CARD}")),),
    guard=broadcasting,
)
DIALOGS: Final = (PARKED, CORRECT, NOTE)
