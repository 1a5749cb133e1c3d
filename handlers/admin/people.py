"""`/people`: who works at the counter. A role is given or taken, a PIN unlocked, an account suspended or ended.

Each is one step that counts from the next press. Nobody does any of this to herself, and the last admin stays:
otherwise nobody could let the next one in.
"""

from uuid import UUID

from handlers.admin.access import administering
from handlers.admin.requests import ask_for
from handlers.dialog import Ask, Dialog, Next, Open, Option, Refuse, Saying, Step, Text, Turn, lines, t
from handlers.staff.access import officer_of
from handlers.staff.titles import label, title
from programmes.roles import Role
from storage import requests, staff
from storage.staff import CODE_LASTS, Held, Officer

BACK = Option("list", t("people.list"))
REQUEST = "request-"
WAYS = (Option("invite", t("people.invite")), Option("deeds", t("deeds.home")))


async def ask_list(turn: Turn) -> Ask:
    officers = sorted(await staff.all_of(turn.store), key=lambda one: one.name)
    names = {one.id: one.name for one in officers}
    asked = [
        Option(f"{REQUEST}{one.id.hex}", t("people.request", name=names.get(one.staff, "")))
        for one in await requests.waiting(turn.store)
    ]
    rows = (Option(one.id.hex, label(one, turn.city)) for one in officers)
    return Ask(t("people.ask", count=len(officers)), (*asked, *WAYS, *rows))


async def take_list(turn: Turn, code: str) -> Next:
    if code in ("invite", "deeds"):
        return Open(code)
    if code.startswith(REQUEST):
        return Open("request", draft={"request": code.removeprefix(REQUEST)})
    turn.draft["officer"] = code
    return "card"


async def ask_card(turn: Turn) -> Ask:
    officer = await chosen(turn)
    if officer is None:
        return Ask(t("people.gone"), (BACK,))
    if officer.id == officer_of(turn).id:
        return Ask(_card(turn, officer), (BACK,))
    return Ask(_card(turn, officer), (*_ways(turn, officer), BACK))


def _card(turn: Turn, officer: Officer) -> Saying:
    held = (t("people.card.role", title=title(one, turn.city)) for one in officer.held)
    state = t(f"people.state.{_state(officer)}")
    return lines(t("people.card.name", name=officer.name), *held, t("people.card.state", state=state))


def _state(officer: Officer) -> str:
    if officer.suspended:
        return "suspended"
    return "waiting" if officer.chat is None else "locked" if officer.locked else "bound"


def _ways(turn: Turn, officer: Officer) -> tuple[Option, ...]:
    taken = tuple(Option(one.id.hex, t("people.take", title=title(one, turn.city))) for one in officer.held)
    unlock = (Option("unlock", t("people.unlock")),) if officer.pin else ()
    code = (Option("code", t("people.code")),) if officer.chat is None and officer.held else ()
    rest = Option("lift", t("people.lift")) if officer.suspended else Option("suspend", t("people.suspend"))
    return (Option("grant", t("people.grant")), *taken, *unlock, *code, rest, Option("remove", t("people.remove")))


async def take_card(turn: Turn, code: str) -> Next:
    if code == "list":
        return "list"
    officer = await another(turn)
    if code == "grant":
        return Open("grant", draft={"officer": officer.id.hex})
    if code == "code":
        await _new_code(turn, officer)
        return "card"
    if code == "lift":
        if await staff.lift(turn.store, officer, officer_of(turn).id):
            _tell(turn, officer, t("people.told.lifted"))
            turn.say(t("people.done"))
        return "card"
    turn.draft["what"] = code
    return "sure"


async def _new_code(turn: Turn, officer: Officer) -> None:
    """For a lost one; an admin's is made by two, as her role was given."""
    admin = next((one for one in officer.held if one.role == Role.ADMIN), None)
    if admin is not None:
        await ask_for(turn, officer.id, admin.until)
        return
    fresh = await staff.code_for(turn.store, officer.id, officer_of(turn).id)
    turn.say(t("people.invited", name=officer.name, code=fresh, hours=CODE_LASTS))


async def ask_sure(turn: Turn) -> Ask:
    officer = await chosen(turn)
    if officer is None:
        return Ask(t("people.gone"), (Option("no", t("people.list")),))
    yes, no = Option("yes", t("people.sure.yes")), Option("no", t("people.sure.no"))
    return Ask(_question(turn, officer), (yes, no))


def _question(turn: Turn, officer: Officer) -> Text:
    what = turn.draft["what"]
    if what in ("unlock", "suspend", "remove"):
        return t(f"people.sure.{what}", name=officer.name)
    held = _held(turn, officer)
    return t("people.sure.take", name=officer.name, title=title(held, turn.city) if held else "")


async def take_sure(turn: Turn, code: str) -> Next:
    if code == "no":
        return "card" if await chosen(turn) else "list"
    officer, me, what = await another(turn), officer_of(turn).id, turn.draft["what"]
    if what == "unlock":
        await staff.unlock(turn.store, officer.id, me)
    elif what == "suspend":
        await _keep_an_admin(turn, officer)
        if await staff.suspend(turn.store, officer, me):
            _tell(turn, officer, t("people.told.suspended"))
    elif what == "remove":
        await _keep_an_admin(turn, officer)
        await staff.remove(turn.store, officer, me)
        _tell(turn, officer, t("staff.gone"))
    elif (held := _held(turn, officer)) is not None:
        await _take(turn, officer, held)
    turn.say(t("people.done"))
    return "list" if what == "remove" else "card"


async def _take(turn: Turn, officer: Officer, held: Held) -> None:
    if held.role == Role.ADMIN:
        await _keep_an_admin(turn, officer)
    await staff.revoke(turn.store, held.id, officer_of(turn).id)
    _tell(turn, officer, t("people.told.taken", title=title(held, turn.city)))


async def _keep_an_admin(turn: Turn, going: Officer) -> None:
    """Two admins who end each other at the same instant: the second finds herself no admin any more."""
    admins = await staff.lock_role(turn.store, Role.ADMIN.value)
    if officer_of(turn).id not in admins or not admins - {going.id}:
        raise Refuse(t("people.last"))


def _held(turn: Turn, officer: Officer) -> Held | None:
    return next((one for one in officer.held if one.id.hex == turn.draft["what"]), None)


def _tell(turn: Turn, officer: Officer, text: Text) -> None:
    if officer.chat is not None:
        turn.notice(text, "staff", chat=officer.chat)


async def chosen(turn: Turn) -> Officer | None:
    """Whom this dialog is about; None when her account was ended meanwhile."""
    return await staff.by_id(turn.store, UUID(turn.draft["officer"]))


async def another(turn: Turn) -> Officer:
    """Whom this dialog is about, if she is not the admin herself. Refuses otherwise."""
    officer = await chosen(turn)
    if officer is None or officer.id == officer_of(turn).id:
        raise Refuse(t("people.not_oneself") if officer else t("people.gone"))
    return officer


PEOPLE = Dialog(
    "people",
    (
        Step("list", ask_list, take_list, leads_to=("card", "dialog:invite", "dialog:deeds", "dialog:request")),
        Step("card", ask_card, take_card, leads_to=("list", "card", "sure", "dialog:grant")),
        Step("sure", ask_sure, take_sure, leads_to=("card", "list")),
    ),
    command="people",
    guard=administering,
)
