"""`/ask` at the desk of staff: what residents are told, and what only officers know, found as it is for residents.

The three answers come back as letters. A button under one puts it before her as its reader will read it: into the talk
she has open, or into what she asks a resident for: of the case she came from, or of the one appeal in her hand.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final
from uuid import UUID

from handlers.dialog import (
    END,
    STAY,
    TEXT,
    Ask,
    Chosen,
    Dialog,
    Kind,
    Letter,
    Next,
    Open,
    Option,
    Refuse,
    Saying,
    Step,
    Turn,
    lines,
    said,
    t,
)
from handlers.resident import topics
from handlers.staff import rights
from handlers.staff.access import APPEAL, officer_of
from handlers.staff.door import closed
from handlers.staff.phrases import ANSWER
from handlers.staff.talks import open_talk
from programmes.model import City, Programme, Topic
from programmes.roles import May
from programmes.topics import params
from storage import cases, questions, queue
from storage.cases import Case

KIND: Final = "consulted"  # of these letters
MOST, LONGEST = 3, 500  # answers; characters of a question
SIGN, REPLY, REQUEST = "a", "t", "c"
_DATA: Final = re.compile(rf"{SIGN}\.([{REPLY}{REQUEST}])\.([a-z0-9_]{{1,24}})(?:\.([0-9a-f]{{32}}))?")


def consulting(turn: Turn) -> Open | None:
    """Behind the door of the desk, and for who speaks with residents."""
    return closed(turn) or (None if rights.may_anywhere(turn, May.SEE) else Open("home"))


async def ask_question(turn: Turn) -> Ask:
    ways = (Option("back", t("consult.back")),) if turn.draft.get("case") else ()
    return Ask(t("consult.ask"), ways, takes=TEXT, numeric=True)


async def take_question(turn: Turn, answer: Chosen | str) -> Next:
    case = turn.draft.get("case")
    if isinstance(answer, Chosen):
        return Open("case", draft={"case": case}) if case else END
    if not any(map(str.isalpha, answer)):
        raise Refuse(t("consult.no_words"))
    about = UUID(case) if case else await _in_hand(turn)
    await questions.ask(turn.store, turn.person, answer[:LONGEST], kind=questions.CONSULT, about=about)
    return STAY


async def _in_hand(turn: Turn) -> UUID | None:
    """The appeal she works on, where it is one alone."""
    held = [one.id for one in await queue.mine(turn.store, officer_of(turn).id) if one.kind == APPEAL]
    return held[0] if len(held) == 1 else None


# ------------------------------------------------------------------------------------------------------ what was found


async def found(turn: Turn) -> None:
    """What was found comes back, for who still stands at an open desk."""
    told, job = turn.inbound.errand or {}, turn.inbound.job
    if job is None or consulting(turn) is not None:
        return
    answers = [one for id in told["topics"] if (one := topics.found(turn, id)) is not None][:MOST]
    if told["verdict"] == questions.UNKNOWN or not answers:
        await _not_known(turn, told, nearest=bool(answers))
    wrong = next(((one, one.claims[told["claim"]]) for one, _ in answers if told.get("claim") in one.claims), None)
    if wrong is not None:
        turn.say(lines(t("staff.title"), topics.put_right(turn, *wrong).text), kind=KIND)
    talk, case = await open_talk(turn), await cases.by_id(turn.store, job.about) if job.about else None
    for programme, topic in answers:
        rows = tuple((button,) for button in _buttons(turn, topic, talk, case))
        turn.letters.append(Letter(card(turn.city, programme, topic), KIND, options=rows))


async def _not_known(turn: Turn, told: Mapping[str, Any], *, nearest: bool) -> None:
    """Nothing answers it: it is kept, as a resident's would be, for whoever writes answers."""
    kind = turn.city.elsewhere.get(told.get("kind") or "")
    guesses, words = told["topics"], told["question"]
    await questions.note(turn.store, turn.lang, questions.UNKNOWN, words=words, guesses=guesses)
    elsewhere = (said(kind.says),) if kind is not None else ()
    turn.say(lines(t("staff.title"), t("consult.nearest") if nearest else t("consult.none"), *elsewhere), kind=KIND)


def card(city: City, programme: Programme, topic: Topic) -> Saying:
    """The answer as residents have it, then what is for officers only."""
    known = params(programme, topic)
    notes = (t("consult.notes", words=said(topic.staff, **known)),) if topic.staff is not None else ()
    owner = city.places.offices.get(topic.owner)
    office = (t("consult.owner", office=owner.name),) if owner is not None else ()
    answer = said(topic.answer, **known)
    return lines(t("staff.title"), said(topic.title), "", answer, "", *notes, *office, topics.source(topic.source))


def _buttons(turn: Turn, topic: Topic, talk: Case | None, case: Case | None) -> Iterator[tuple[str, Saying]]:
    if talk is not None:
        yield f"{SIGN}.{REPLY}.{topic.id}", t("consult.reply")
    if case is not None and case.kind == APPEAL and case.open and case.holder == officer_of(turn).id:
        yield f"{SIGN}.{REQUEST}.{topic.id}.{case.id.hex}", t("consult.request", number=case.number)


async def pressed(turn: Turn) -> Next | None:
    """An officer's press of a button under an answer; None for any other. What it may do is asked where it leads."""
    data = _DATA.fullmatch(turn.inbound.press) if turn.inbound.kind is Kind.PRESS else None
    if data is None or turn.officer is None:
        return None
    where, topic, case = data.groups()
    if topics.found(turn, topic) is None:
        turn.say(t("consult.gone"))
        return STAY
    if where == REPLY:
        return Open("talk", "phrase", {"phrase": f"{ANSWER}{topic}"})
    return Open("supplement", draft={"case": case, "topic": topic})


ASK = Dialog("ask", (Step("question", ask_question, take_question, leads_to=("dialog:case",)),), "ask", consulting)
