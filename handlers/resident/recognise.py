"""Who is asking: one's own phone and birth date, or a one-time code from the dong (house rule of recognition, level 2).

"No such person", "wrong" and "locked" are one sentence for everybody, and end at the same two doors: an appeal with
identity to be checked, or a person, who stands on every screen. Low assurance: it shows things and decides nothing.
"""

from datetime import date

from handlers.dialog import END, TEXT, Ask, Chosen, Contact, Dialog, Next, Open, Option, Refuse, Step, Turn, t
from handlers.read import phone
from handlers.resident.birth import birth_steps, today
from handlers.resident.family import masked
from handlers.resident.guards import consenting
from storage import recognition
from storage.recognition import Recognised

OF_AGE = 14  # younger ones are spoken for by a guardian (Personal Information Protection Act, article 22-2)


async def ask_phone(turn: Turn) -> Ask:
    return Ask(t("recognise.phone.ask"), (Option("code", t("recognise.code")),), contact=t("desk.share_phone"))


async def take_phone(turn: Turn, answer: Chosen | Contact) -> Next:
    if isinstance(answer, Chosen):
        return "code"
    if not answer.own:
        raise Refuse(t("recognise.phone.not_own"))
    turn.draft["phone"] = phone(answer.phone)
    return "birth"


async def ask_birth(turn: Turn) -> Ask:
    return Ask(t("recognise.birth.ask"), takes=TEXT, numeric=True)


async def ask_code(turn: Turn) -> Ask:
    return Ask(t("recognise.code.ask"), takes=TEXT, numeric=True)


async def take_code(turn: Turn, text: str) -> Next:
    return await _welcome(turn, await recognition.attempt_code(turn.store, turn.person, text))


async def ask_failed(turn: Turn) -> Ask:
    return Ask(
        t("recognise.failed.ask"),
        (Option("to_check", t("recognise.to_check")), Option("again", t("recognise.again"))),
    )


async def take_failed(turn: Turn, code: str) -> Next:
    if code == "again":
        return "phone"
    told: dict[str, str] = {name: turn.draft[name] for name in ("phone", "birth") if name in turn.draft}
    known = turn.draft.get("with", {}) if turn.draft.get("then") == "appeal" else {}
    return Open("appeal", draft={**known, **told, "whom": "unlisted"})


async def _match(turn: Turn, born: date) -> Next:
    if _age(born, today(turn)) < OF_AGE:
        turn.say(t("recognise.young"))
        return Open("menu")
    turn.draft["birth"] = born.isoformat()
    found = await recognition.attempt(turn.store, turn.person, turn.draft["phone"], born)
    return await _welcome(turn, found)


async def _welcome(turn: Turn, found: Recognised | None) -> Next:
    """Greet whom she was found to be; a second phone has ended the first, which is told."""
    if found is None:
        return "failed"
    turn.person = found.person
    if found.ended is not None:
        turn.notice(t("recognise.ended"), "recognition", chat=found.ended.chat)
    turn.say(t("recognise.done", name=masked(found.resident.name)))
    return END


def _age(born: date, day: date) -> int:
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


RECOGNISE = Dialog(
    "recognise",
    (
        Step("phone", ask_phone, take_phone, leads_to=("code", "birth")),
        *birth_steps("birth", "century", ask_birth, _match, leads_to=("failed", "dialog:menu")),
        Step("code", ask_code, take_code, leads_to=("failed",)),
        Step("failed", ask_failed, take_failed, leads_to=("phone", "dialog:appeal")),
    ),
    guard=consenting,
)
