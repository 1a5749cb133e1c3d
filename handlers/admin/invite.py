"""Letting somebody in, and giving a role to somebody who is in: which role, of which dong, until when.

Whoever shall be an admin is let in by two: here it is only asked for.
"""

from datetime import date

from handlers import read
from handlers.admin.access import administering
from handlers.admin.people import another
from handlers.admin.requests import ask_for
from handlers.dialog import TEXT, Ask, Chosen, Dialog, Next, Open, Option, Refuse, Step, Text, Turn, said, t
from handlers.staff import rights
from handlers.staff.access import officer_of
from handlers.staff.shift import last_day
from handlers.staff.titles import role, title
from programmes.roles import RIGHTS, Grant, Role
from storage import staff
from storage.staff import CODE_LASTS

LONGEST_NAME = 20


async def ask_name(_turn: Turn) -> Ask:
    return Ask(t("invite.name.ask"), takes=TEXT)


async def take_name(turn: Turn, answer: str) -> Next:
    name = read.person_name(answer)
    if len(name) > LONGEST_NAME:
        raise Refuse(t("invite.name.long", most=LONGEST_NAME))
    turn.draft["name"] = name
    return "role"


async def ask_role(_turn: Turn) -> Ask:
    return Ask(t("invite.role.ask"), tuple(Option(one.value, role(one.value)) for one in Role))


async def take_role(turn: Turn, code: str) -> Next:
    turn.draft |= {"role": code, "dong": None}
    return "dong" if RIGHTS[Role(code)].hand == "dong" else "until"


async def ask_dong(turn: Turn) -> Ask:
    """Those that stand, and those that will: officers of a dong to come are let in before its first day."""
    today = rights.today(turn)
    standing = (one for one in turn.city.places.dongs.values() if one.valid_to >= today)
    return Ask(t("invite.dong.ask"), tuple(Option(one.code, said(one.name)) for one in standing))


async def take_dong(turn: Turn, code: str) -> Next:
    turn.draft["dong"] = code
    return "until"


async def ask_until(_turn: Turn) -> Ask:
    return Ask(t("invite.until.ask"), (Option("open", t("invite.until.open")),), takes=TEXT, numeric=True)


async def take_until(turn: Turn, answer: Chosen | str) -> Next:
    turn.draft["until"] = None if isinstance(answer, Chosen) else last_day(turn, answer).isoformat()
    return "sure"


async def ask_sure(turn: Turn) -> Ask:
    yes, no = Option("yes", t("people.sure.yes")), Option("no", t("people.sure.no"))
    asked = "invite.sure.admin" if _wanted(turn).role is Role.ADMIN else "invite.sure.ask"
    return Ask(t(asked, title=_title(turn)), (yes, no))


async def take_invitation(turn: Turn, code: str) -> Next:
    if code == "yes":
        name, one, me = turn.draft["name"], _wanted(turn), officer_of(turn).id
        if one.role is Role.ADMIN:
            await ask_for(turn, await staff.enrol(turn.store, name), one.until)
            return Open("people")
        _, given = await staff.invite(turn.store, name, one.role.value, one.dong, one.until, me)
        turn.say(t("people.invited", name=name, code=given, hours=CODE_LASTS))
    return Open("people")


async def take_grant(turn: Turn, code: str) -> Next:
    officer, wanted = await another(turn), _wanted(turn)
    if code == "yes":
        if any((one.role, one.dong) == (wanted.role, wanted.dong) for one in officer.held):
            raise Refuse(t("invite.has_already"))
        if wanted.role is Role.ADMIN:
            await ask_for(turn, officer.id, wanted.until)
            return Open("people", "card", {"officer": officer.id.hex})
        await staff.grant(turn.store, officer.id, wanted.role.value, wanted.dong, wanted.until, officer_of(turn).id)
        if officer.chat is not None:
            turn.notice(t("people.told.given", title=_title(turn)), "staff", chat=officer.chat)
    return Open("people", "card", {"officer": officer.id.hex})


def _wanted(turn: Turn) -> Grant:
    until = turn.draft["until"]
    return Grant(Role(turn.draft["role"]), turn.draft["dong"], date.fromisoformat(until) if until else None)


def _title(turn: Turn) -> Text:
    return title(_wanted(turn), turn.city)


WHAT = (
    Step("role", ask_role, take_role, leads_to=("dong", "until")),
    Step("dong", ask_dong, take_dong, leads_to=("until",)),
    Step("until", ask_until, take_until, leads_to=("sure",)),
)
INVITE = Dialog(
    "invite",
    (
        Step("name", ask_name, take_name, leads_to=("role",)),
        *WHAT,
        Step("sure", ask_sure, take_invitation, leads_to=("dialog:people",)),
    ),
    guard=administering,
)
GRANT = Dialog("grant", (*WHAT, Step("sure", ask_sure, take_grant, leads_to=("dialog:people",))), guard=administering)
