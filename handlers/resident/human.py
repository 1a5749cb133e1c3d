"""A person: what it is about in a sentence, a number, and when somebody will be there. One open talk for each chat.

Open to everybody at any time, without consent and recognition: a person in need must not be asked for a form first.
"""

import re
import tomllib
from functools import cache
from pathlib import Path

from handlers.dialog import END, TEXT, Ask, Chosen, Dialog, Next, Open, Option, Step, Text, Turn, t
from handlers.read import plain
from handlers.resident.receipt import receipt
from programmes import casework, worktime
from programmes.reading import KST
from storage import cases
from storage.cases import AlreadyOpen, Case
from storage.ids import new_id

TALK = "talk"
PREFIX = "TK"  # so that nobody mistakes a talk's number for an appeal's
LONGEST = 1_000


@cache
def _danger() -> tuple[tuple[str, ...], re.Pattern[str]]:
    words = tomllib.loads((Path(__file__).parent / "danger.toml").read_text(encoding="utf-8"))
    korean = tuple("".join(word.split()) for word in words["ko"])
    return korean, re.compile("|".join(rf"\b{re.escape(word)}\b" for word in words["en"]))


def in_danger(text: str) -> bool:
    """Whether somebody's life may be at stake by these words (`danger.toml`); a false alarm costs one message."""
    korean, english = _danger()
    said = plain(text).casefold()
    squeezed = re.sub(r"[\W_]", "", said)
    return any(word in squeezed for word in korean) or english.search(said) is not None


async def ask_about(turn: Turn) -> Ask:
    here = (Option("here", t("human.here")),) if turn.draft.get("from") not in (None, "menu", "human") else ()
    return Ask(t("human.ask"), here, takes=TEXT)


async def take_about(turn: Turn, answer: Chosen | str) -> Next:
    place = turn.draft.get("from", "")
    words = "" if isinstance(answer, Chosen) else answer[:LONGEST]
    if in_danger(words):
        turn.say(t("human.danger"), kind="danger")
    case, fresh = await _talk(turn, words, place)
    if not fresh:
        await cases.note(turn.store, case.id, "words", turn.person.id, words=words, place=place)
        turn.say(t("human.added", number=case.number))
    else:
        turn.notice(receipt(case, turn.city), "receipt", case.id)
        turn.say(_when(turn))
    return "more"


def _when(turn: Turn) -> Text:
    """Whether somebody is at the counter now, else when next."""
    calendar = turn.city.calendar
    hours = {"opens": f"{calendar.opens:%H:%M}", "closes": f"{calendar.closes:%H:%M}"}
    lunch = {"begins": f"{calendar.lunch[0]:%H:%M}", "ends": f"{calendar.lunch[1]:%H:%M}"}
    if worktime.is_open(turn.now, calendar):
        return t("human.open", **hours, **lunch)
    return t("human.shut", opening=worktime.next_opening(turn.now, calendar), **hours, **lunch)


async def _talk(turn: Turn, words: str, place: str) -> tuple[Case, bool]:
    """The open talk of this chat, and whether it was opened just now."""
    subjects = await cases.subjects(turn.store, TALK, str(turn.inbound.chat))
    before = await cases.open_about(turn.store, TALK, "", "", subjects)
    if before is not None:
        return before, False
    day = turn.now.astimezone(KST).date()
    number = casework.case_number(PREFIX, day, await cases.count_of_day(turn.store, day))
    case = Case(
        id=new_id(), number=number, kind=TALK, programme="", round="", reason="", state=casework.State.FILED.value,
        identity="recognised" if turn.person.resident else "to_check", for_whom="self",
        subject_hash=subjects[0], resident=turn.person.resident, household=None,
        person=turn.person.id, chat=turn.inbound.chat, dong=None, language=turn.lang, filed_at=turn.now,
        due_at=None, target_minutes=None, told={"words": words, "place": place},
    )  # fmt: skip
    try:
        return await cases.file(turn.store, case), True
    except AlreadyOpen as open:
        return open.case, False


async def ask_more(turn: Turn) -> Ask:
    return Ask(t("human.more"), (Option("done", t("common.done")), Option("cases", t("menu.cases"))), takes=TEXT)


async def take_more(turn: Turn, answer: Chosen | str) -> Next:
    if not isinstance(answer, Chosen):
        return await take_about(turn, answer)
    return Open("cases") if answer == "cases" else END


HUMAN = Dialog(
    "human",
    (
        Step("about", ask_about, take_about, leads_to=("more",)),
        Step("more", ask_more, take_more, leads_to=("more", "dialog:cases")),
    ),
    command="human",
)
