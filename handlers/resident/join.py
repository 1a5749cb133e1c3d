"""Becoming staff: the one-time code of an invitation binds this chat. Five wrong ones a day, and none is told apart."""

from msgspec.structs import replace

from handlers.dialog import END, TEXT, Ask, Cross, Dialog, Next, Option, Step, Turn, t
from handlers.read import plain
from handlers.resident.guards import consenting
from storage import recognition, staff

STAFF = "staff"


async def ask_code(turn: Turn) -> Ask:
    if turn.officer is not None:
        return Ask(t("join.already"), (Option(STAFF, t("staff.menu")),))
    return Ask(t("join.ask"), takes=TEXT, numeric=True)


async def take_code(turn: Turn, answer: str) -> Next:
    if turn.officer is not None:
        return Cross(STAFF)
    who = f"staff {turn.person.chat}"
    if not await recognition.may_try(turn.store, who):
        turn.say(t("join.locked"))
        return END
    officer = await staff.accept(turn.store, plain(answer), turn.person.chat, turn.person.id)
    if officer is None:
        await recognition.missed(turn.store, turn.person, "invitation", who)
        turn.say(t("join.wrong"))
        return "code"
    turn.officer, turn.person = officer, replace(turn.person, officer=officer.id)
    turn.say(t("join.done", name=officer.name))
    return Cross(STAFF)


JOIN = Dialog("join", (Step("code", ask_code, take_code, leads_to=("code",)),), command="staff", guard=consenting)
