"""One broadcast at the desk: its card as it will be approved, the second hand, and what is done while it goes.

What is approved is what was shown: the words in each language as their readers see them, and the card. Its digest is
kept with the dialog when they are shown; an approval is taken for that digest only.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from handlers.admin import approving, broadcast_whom
from handlers.admin.broadcast_access import (
    CARD,
    NUMBER,
    broadcasting,
    chosen,
    may,
    mine,
    others,
)
from handlers.admin.broadcast_card import card, live, takeable
from handlers.admin.broadcast_letter import LANGUAGE_NAMES, findings, letter
from handlers.admin.broadcast_write import MENDS
from handlers.dialog import (
    STAY,
    Ask,
    Cross,
    Dialog,
    Lane,
    Letter,
    Next,
    Open,
    Option,
    Refuse,
    Saying,
    Step,
    Turn,
    lines,
    t,
)
from handlers.resident.family import masked
from handlers.staff.access import officer_of
from programmes.broadcasting import OVER, STARTED, Halt, Stage
from programmes.model import Lang
from programmes.proofreading import stops
from storage import broadcast_cards, broadcasts, people, registry, staff
from storage.broadcasts import Broadcast

SHOWN: Final = "shown"  # in the draft: the digest of what she was shown
PUT, APPROVE, WITHDRAW, CANCEL, EDIT, LOOK, COUNT, WATCH = (
    "put", "approve", "withdraw", "cancel", "edit", "look", "count", "watch",
)  # fmt: skip
PAUSE, RESUME, DELETE, CORRECT, NOTE, PARKED, LIST = (
    "pause", "resume", "delete", "correct", "note", "parked", "list",
)  # fmt: skip
PIECES: Final = ("purpose", "ko", "picture", "whom", "start")
BACK: Final = Option(LIST, t("broadcast.list"))


async def ask_card(turn: Turn) -> Ask:
    one = await chosen(turn)
    if one.stage in broadcasts.BEFORE:
        ways, why = await _before(turn, one)
        return Ask(lines(await _card(turn, one), *why), (*ways, BACK))
    ways = [*_during(turn, one)] if one.stage not in OVER else [*_after(turn, one)]
    return Ask(live(one, turn.now, None), (*ways, Option(LOOK, t("broadcast.look")), BACK))


async def _card(turn: Turn, one: Broadcast) -> Saying:
    approver = await staff.named(turn.store, one.approver) if one.approver else None
    return card(one, turn.city, turn.now, await staff.named(turn.store, one.drafter), approver)


async def _before(turn: Turn, one: Broadcast) -> tuple[Sequence[Option], Sequence[Saying]]:
    """What she may do with it before it starts, and why not what she may not."""
    ways, why = [Option(LOOK, t("broadcast.look"))], []
    if one.stage == Stage.DRAFT and mine(turn, one):
        ways.insert(0, Option(PUT, t("broadcast.put")))
    if one.stage == Stage.ASKED and may(turn, one, Stage.APPROVED):
        if (hindrance := await approving.hindered(turn, one.drafter)) is None:
            ways.insert(0, Option(APPROVE, t("broadcast.approve")))
        else:
            why.append(hindrance)
    if one.stage != Stage.DRAFT and may(turn, one, Stage.DRAFT):
        ways.append(Option(WITHDRAW, t("broadcast.withdraw")))
    if mine(turn, one):
        ways += [Option(EDIT, t("broadcast.edit")), Option(COUNT, t("broadcast.recount"))]
    return [*ways, Option(CANCEL, t("broadcast.cancel"))], why


def _during(turn: Turn, one: Broadcast) -> Iterator[Option]:
    yield (
        Option(RESUME, t("broadcast.resume"))
        if one.halt in (Halt.PERSON, Halt.FAILING)
        else Option(PAUSE, t("broadcast.pause"))
    )
    yield Option(WATCH, t("broadcast.watch"))
    if may(turn, one, Stage.CANCELLED):
        yield Option(CANCEL, t("broadcast.cancel"))


def _after(turn: Turn, one: Broadcast) -> Iterator[Option]:
    if one.parked:
        yield Option(PARKED, t("broadcast.parked", count=one.parked))
    if takeable(one, turn.now):
        yield Option(DELETE, t("broadcast.delete"))
        yield Option(CORRECT, t("broadcast.correction.see") if one.correction else t("broadcast.correct"))
    if one.sent:
        yield Option(NOTE, t("broadcast.note"))


async def take_card(turn: Turn, code: str) -> Next:
    one = await chosen(turn)
    match code:
        case "list":
            return Open("broadcasts")
        case "look":
            await show(turn, one)
        case "put":
            await _put(turn, one)
        case "approve" | "cancel" | "delete":
            return await _sure(turn, one, code)
        case "withdraw":
            await _withdraw(turn, one)
        case "count":
            await broadcast_whom.recount(turn, one)
        case "watch":
            await broadcast_cards.lay_out(turn.store, one.id, [turn.inbound.chat])
            turn.say(t("broadcast.watched"))
        case "pause" | "resume":
            await halt(turn, one, code)
        case "edit" | "parked":
            return "edit" if code == EDIT else Open("parked", draft={NUMBER: one.number})
        case _:
            return Open("correct" if code == CORRECT else "note", draft={NUMBER: one.number})
    return "card"


# -------------------------------------------------------------------------------------------- what its readers will see


async def show(turn: Turn, one: Broadcast) -> None:
    """The words as some of their readers will see them, in each language; what was shown is what may be approved."""
    for lang in sorted(one.content.words, reverse=True):
        for dong, names in (await _examples(turn, one, lang)).items():
            turn.say(t("broadcast.example", lang=LANGUAGE_NAMES[lang], names=", ".join(names) or "–"))
            turn.letters.append(Letter(letter(one.content, lang, dong, turn.city), "sample", photo=one.content.picture))
    turn.draft[SHOWN] = one.content.digest.hex()


async def _examples(turn: Turn, one: Broadcast, lang: Lang) -> dict[str | None, list[str]]:
    """Three of those it reaches, masked, by what they will read: the dong matters only where it is named."""
    found: dict[str | None, list[str]] = {}
    for id in one.counted.examples.get(lang, ()) if one.counted else ():
        person = await people.by_id(turn.store, id)
        known = await registry.by_id(turn.store, person.resident) if person and person.resident else None
        dong = known.dong if known else None
        names = found.setdefault(dong if "{dong}" in one.content.words[lang] else None, [])
        place = standing.name[turn.lang] if (standing := turn.city.places.dongs.get(dong or "")) else "–"
        names.append(f"{masked(known.name) if known else '○○○'} ({place})")
    return found or {None: []}


# ------------------------------------------------------------------------------------------------------- two hands


async def _put(turn: Turn, one: Broadcast) -> None:
    """Before a second admin: nothing to mend is left, and whom it reaches is known and somebody."""
    if not (one.stage == Stage.DRAFT and mine(turn, one) and may(turn, one, Stage.ASKED)):
        raise Refuse(t("broadcast.not_yours"))
    if stops(findings(one.content, turn.city, turn.now)):
        raise Refuse(t("broadcast.mend_first"))
    if one.counted is None or not one.counted.count.reached:
        raise Refuse(t("broadcast.count_first") if one.counted is None else t("broadcast.nobody"))
    found = await others(turn)
    if not found:
        raise Refuse(t("broadcast.no_second"))
    if await broadcasts.ask(turn.store, one.id, officer_of(turn).id) is None:
        raise Refuse(t("broadcast.changed"))
    for admin in found:
        notify(turn, t("broadcast.told.asked", number=one.number), one, admin.chat)
    turn.say(t("broadcast.asked"))


async def _approve(turn: Turn, one: Broadcast) -> None:
    """Exactly what she was shown, of a colleague who drafted it. Refuses anything else, and tells the drafter."""
    await approving.second(turn, one.drafter)
    shown = bytes.fromhex(turn.draft.get(SHOWN, ""))
    if stops(findings(one.content, turn.city, turn.now)):
        raise Refuse(t("broadcast.mend_first"))
    if not await broadcasts.approve(turn.store, one.id, officer_of(turn).id, shown):
        raise Refuse(t("broadcast.changed"))
    drafter = await staff.by_id(turn.store, one.drafter)
    chats = [chat for chat in (turn.inbound.chat, drafter.chat if drafter else None) if chat is not None]
    await broadcast_cards.lay_out(turn.store, one.id, chats)
    turn.say(t("broadcast.approved", number=one.number))
    if drafter is not None:
        notify(turn, t("broadcast.told.approved", number=one.number), one, drafter.chat)


async def _withdraw(turn: Turn, one: Broadcast) -> None:
    if not may(turn, one, Stage.DRAFT) or not await broadcasts.withdraw(turn.store, one.id, officer_of(turn).id):
        raise Refuse(t("broadcast.changed"))
    await _tell_both(turn, one, t("broadcast.told.withdrawn", number=one.number))
    turn.say(t("broadcast.withdrawn"))


def notify(turn: Turn, text: Saying, one: Broadcast, chat: int | None) -> None:
    """A notice to another admin, with the button that opens the card."""
    ways = (((f"{broadcast_whom.OPEN}{one.number}", t("broadcast.open")),),)
    if chat is not None:
        turn.letters.append(Letter(lines(t("admin.title"), text), "staff", Lane.NOTICE, chat, options=ways))


async def _tell_both(turn: Turn, one: Broadcast, text: Saying) -> None:
    """Tell drafter and approver, whoever of them is not here."""
    for id in {one.drafter, one.approver} - {None, officer_of(turn).id}:
        officer = await staff.by_id(turn.store, id) if id else None
        notify(turn, text, one, officer.chat if officer else None)


# ---------------------------------------------------------------------------------------------------- while it goes


async def halt(turn: Turn, one: Broadcast, what: str) -> None:
    """Pause it or let it go on: effective on the next message. Refuses when it stands otherwise by now."""
    moved = broadcasts.pause if what == PAUSE else broadcasts.resume
    if one.stage not in STARTED or not await moved(turn.store, one.id, officer_of(turn).id):
        raise Refuse(t("broadcast.stands_otherwise"))
    await _tell_both(turn, one, t(f"broadcast.told.{what}", number=one.number, name=officer_of(turn).name))


async def _sure(turn: Turn, one: Broadcast, what: str) -> Next:
    """A question first; what was not shown as it is now is shown before it can be approved."""
    if what == APPROVE and turn.draft.get(SHOWN) != one.content.digest.hex():
        await show(turn, one)
        turn.say(t("broadcast.look_first"))
        return "card"
    turn.draft["what"] = what
    return "sure"


async def ask_sure(turn: Turn) -> Ask:
    one, what = await chosen(turn), turn.draft.get("what", CANCEL)
    waiting = one.counted.count.reached if one.counted and one.stage in broadcasts.BEFORE else one.left
    count = one.sent if what == DELETE else waiting
    question = t(f"broadcast.sure.{what}", number=one.number, count=f"{count:,}")
    return Ask(question, (Option("yes", t("people.sure.yes")), Option("no", t("people.sure.no"))))


async def take_sure(turn: Turn, code: str) -> Next:
    one, what = await chosen(turn), turn.draft.get("what", CANCEL)
    if code == "yes" and what == APPROVE:
        await _approve(turn, one)
    elif code == "yes":
        await (_delete(turn, one) if what == DELETE else _cancel(turn, one))
    return "card"


async def _cancel(turn: Turn, one: Broadcast) -> None:
    me = officer_of(turn).id
    if not may(turn, one, Stage.CANCELLED) or not await broadcasts.cancel(turn.store, one.id, me):
        raise Refuse(t("broadcast.stands_otherwise"))
    await _tell_both(turn, one, t("broadcast.told.cancel", number=one.number, name=officer_of(turn).name))
    turn.say(t("broadcast.cancelled"))


async def _delete(turn: Turn, one: Broadcast) -> None:
    """Taking away needs no second hand: nobody is told anything, and every minute it stands there counts."""
    me = officer_of(turn).id
    if not takeable(one, turn.now) or not await broadcasts.take_back(turn.store, one.id, me):
        raise Refuse(t("broadcast.stands_otherwise"))
    await broadcast_cards.lay_out(turn.store, one.id, [turn.inbound.chat])
    await _tell_both(turn, one, t("broadcast.told.delete", number=one.number, name=officer_of(turn).name))


# ------------------------------------------------------------------------------------------------------------- mending


async def ask_edit(turn: Turn) -> Ask:
    return Ask(t("broadcast.edit.ask"), tuple(Option(piece, t(f"broadcast.piece.{piece}")) for piece in PIECES))


async def take_edit(turn: Turn, code: str) -> Next:
    one = await chosen(turn)
    if not mine(turn, one):
        raise Refuse(t("broadcast.not_yours"))
    return Open("write", str(code), {NUMBER: one.number, MENDS: True})


# --------------------------------------------------------------------------------------------------- under a letter


async def tapped(turn: Turn) -> Next | None:
    """A button under a letter or a live card, at whatever desk she stands. None for any other press.

    Pausing and going on are done at once where her desk is open; all else is done at the desk.
    """
    sign = turn.inbound.press.startswith(broadcast_whom.SIGN)
    what, _, number = turn.inbound.press.removeprefix(broadcast_whom.SIGN).partition(".")
    if not sign or turn.officer is None or not number.isdecimal():
        return None
    one = await broadcasts.by_number(turn.store.db, int(number))
    if one is None:
        return None
    if what in (PAUSE, RESUME) and broadcasting(turn) is None:
        try:
            await halt(turn, one, what)
            turn.window = t(f"broadcast.window.{what}")
        except Refuse as refusal:
            turn.window = refusal.text
        return STAY
    draft = {NUMBER: one.number, "what": CANCEL}
    return Cross("admin", Open(CARD, "sure" if what == CANCEL else None, draft, ("card",)))


BROADCAST = Dialog(
    CARD,
    (
        Step("card", ask_card, take_card, leads_to=(
            "card", "sure", "edit", "dialog:broadcasts", "dialog:parked", "dialog:correct", "dialog:note",
        )),
        Step("sure", ask_sure, take_sure, leads_to=("card",)),
        Step("edit", ask_edit, take_edit, leads_to=("dialog:write",)),
    ),
    guard=broadcasting,
)  # fmt: skip
