"""That somebody be an admin: asked for by one, looked at by the others, confirmed or declined by one of them."""

from datetime import date
from uuid import UUID

from handlers.admin.access import administering
from handlers.admin.approving import hindered, second
from handlers.dialog import Ask, Dialog, Next, Open, Option, Refuse, Saying, Step, Turn, lines, t
from handlers.staff.access import officer_of
from handlers.staff.rights import today
from handlers.staff.titles import title
from programmes.roles import Grant, Role
from storage import requests, rights, staff
from storage.requests import Request
from storage.rights import ADMIN
from storage.staff import CODE_LASTS, Officer

LIST = Option("list", t("people.list"))


async def ask_for(turn: Turn, officer: UUID, until: date | None) -> None:
    """Put before the other admins that this account be an admin's, and tell them. Refuses when somebody did already."""
    await staff.lock_role(turn.store, Role.ADMIN.value)
    if not await requests.ask(turn.store, officer, until, officer_of(turn).id):
        raise Refuse(t("request.waits"))
    others = [one for one in await staff.with_role(turn.store, (Role.ADMIN,)) if one.id != officer_of(turn).id]
    for one in others:
        turn.notice(lines(t("admin.title"), t("request.told.asked")), "staff", chat=one.chat)
    turn.say(t("request.asked") if others else t("request.nobody"))


async def ask_card(turn: Turn) -> Ask:
    request = await requests.by_id(turn.store, UUID(turn.draft["request"]))
    if request is None:
        return Ask(t("request.gone"), (LIST,))
    card = await _card(turn, request)
    if request.asked_by == officer_of(turn).id:
        return Ask(card, (Option("no", t("request.withdraw")), LIST))
    decline = Option("no", t("request.decline"))
    if (why := await hindered(turn, request.asked_by)) is not None:
        return Ask(lines(card, why), (decline, LIST))
    return Ask(card, (Option("yes", t("request.confirm")), decline, LIST))


async def _card(turn: Turn, request: Request) -> Saying:
    asker = await staff.named(turn.store, request.asked_by)
    return lines(
        t("request.whom", name=await staff.named(turn.store, request.staff)),
        t("request.what", title=title(Grant(Role.ADMIN, until=request.until), turn.city)),
        t("request.by", name=asker, at=request.asked_at),
    )


async def take_card(turn: Turn, code: str) -> Next:
    if code == "list":
        return Open("people")
    request = await requests.by_id(turn.store, UUID(turn.draft["request"]))
    if request is None:
        raise Refuse(t("request.gone"))
    await (_confirm(turn, request) if code == "yes" else _decline(turn, request))
    return Open("people")


async def _confirm(turn: Turn, request: Request) -> None:
    """Two presses at once confirm once; the two halves of a new admin's code go to two people."""
    await second(turn, request.asked_by)
    asker = await _asker(turn, request)
    halves = await requests.confirm(turn.store, request, officer_of(turn).id)
    if halves is None:
        raise Refuse(t("request.gone"))
    name = await staff.named(turn.store, request.staff)
    first, last = halves
    if first:
        turn.say(t("request.half.last", name=name, half=last, asker=asker.name, hours=CODE_LASTS))
        told = t("request.half.first", name=name, half=first, approver=officer_of(turn).name, hours=CODE_LASTS)
        turn.notice(told, "staff", chat=asker.chat)
        return
    turn.say(t("request.confirmed", name=name))
    turn.notice(t("request.confirmed", name=name), "staff", chat=asker.chat)
    officer = await staff.by_id(turn.store, request.staff)
    if officer is not None and officer.chat is not None:
        given = title(Grant(Role.ADMIN, until=request.until), turn.city)
        turn.notice(t("people.told.given", title=given), "staff", chat=officer.chat)


async def _asker(turn: Turn, request: Request) -> Officer:
    """Who asked, if she is an admin still: else her half of the code would be somebody else's. Refuses otherwise."""
    asker = await staff.by_id(turn.store, request.asked_by)
    if asker is None or await rights.held_since(turn.store, asker.id, (ADMIN,), today(turn)) is None:
        raise Refuse(t("request.asker_gone"))
    return asker


async def _decline(turn: Turn, request: Request) -> None:
    """Any admin may, also who asked: it gives nobody anything."""
    name = await staff.named(turn.store, request.staff)
    if not await requests.decline(turn.store, request, officer_of(turn).id):
        raise Refuse(t("request.gone"))
    turn.say(t("request.declined", name=name))
    asker = await staff.by_id(turn.store, request.asked_by)
    if asker is not None and asker.chat is not None and asker.id != officer_of(turn).id:
        turn.notice(t("request.declined", name=name), "staff", chat=asker.chat)


REQUEST = Dialog("request", (Step("card", ask_card, take_card, leads_to=("dialog:people",)),), guard=administering)
