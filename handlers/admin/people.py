"""`/people`: who works at the counter. A role is given or taken, a PIN unlocked, an account ended, each in one step.

Nobody does any of this to herself, and the last admin stays: otherwise nobody could let the next one in.
"""

from uuid import UUID

from handlers.admin.access import administering
from handlers.dialog import Ask, Dialog, Next, Open, Option, Refuse, Saying, Step, Text, Turn, lines, t
from handlers.staff.access import officer_of
from handlers.staff.titles import label, title
from programmes.roles import Role
from storage import staff
from storage.staff import CODE_LASTS, Held, Officer

BACK = Option("list", t("people.list"))


async def ask_list(turn: Turn) -> Ask:
    officers = sorted(await staff.all_of(turn.store), key=lambda one: one.name)
    rows = (Option(one.id.hex, label(one, turn.city)) for one in officers)
    return Ask(t("people.ask", count=len(officers)), (Option("invite", t("people.invite")), *rows))


async def take_list(turn: Turn, code: str) -> Next:
    if code == "invite":
        return Open("invite")
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
    state = "waiting" if officer.chat is None else "locked" if officer.locked else "bound"
    return lines(
        t("people.card.name", name=officer.name), *held, t("people.card.state", state=t(f"people.state.{state}"))
    )


def _ways(turn: Turn, officer: Officer) -> tuple[Option, ...]:
    taken = tuple(Option(one.id.hex, t("people.take", title=title(one, turn.city))) for one in officer.held)
    unlock = (Option("unlock", t("people.unlock")),) if officer.pin else ()
    code = (Option("code", t("people.code")),) if officer.chat is None else ()
    return (Option("grant", t("people.grant")), *taken, *unlock, *code, Option("remove", t("people.remove")))


async def take_card(turn: Turn, code: str) -> Next:
    if code == "list":
        return "list"
    officer = await another(turn)
    if code == "grant":
        return Open("grant", draft={"officer": officer.id.hex})
    if code == "code":
        fresh = await staff.code_for(turn.store, officer.id, officer_of(turn).id)
        turn.say(t("people.invited", name=officer.name, code=fresh, hours=CODE_LASTS))
        return "card"
    turn.draft["what"] = code
    return "sure"


async def ask_sure(turn: Turn) -> Ask:
    officer = await chosen(turn)
    if officer is None:
        return Ask(t("people.gone"), (Option("no", t("people.list")),))
    yes, no = Option("yes", t("people.sure.yes")), Option("no", t("people.sure.no"))
    return Ask(_question(turn, officer), (yes, no))


def _question(turn: Turn, officer: Officer) -> Text:
    what = turn.draft["what"]
    if what in ("unlock", "remove"):
        return t(f"people.sure.{what}", name=officer.name)
    held = _held(turn, officer)
    return t("people.sure.take", name=officer.name, title=title(held, turn.city) if held else "")


async def take_sure(turn: Turn, code: str) -> Next:
    if code == "no":
        return "card" if await chosen(turn) else "list"
    officer, me, what = await another(turn), officer_of(turn).id, turn.draft["what"]
    if what == "unlock":
        await staff.unlock(turn.store, officer.id, me)
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
        Step("list", ask_list, take_list, leads_to=("card", "dialog:invite")),
        Step("card", ask_card, take_card, leads_to=("list", "card", "sure", "dialog:grant")),
        Step("sure", ask_sure, take_sure, leads_to=("card", "list")),
    ),
    command="people",
    guard=administering,
)
