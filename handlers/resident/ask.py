"""Questions in one's own words: written at the menu or after `/ask`, answered by topics, never by invented text.

The turn writes a job and says nothing; what `bot/asking.py` found comes back as an Inbound. What cannot be answered
is kept without her, for whoever writes answers.
"""

import re
from collections.abc import Mapping
from typing import Any, Final, get_args
from uuid import UUID

from handlers.dialog import (
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
    Step,
    Turn,
    said,
    t,
)
from handlers.resident import talking, topics
from handlers.resident.mine import asks_of_herself
from programmes.model import Lang, Programme, Topic
from storage import questions
from storage.questions import ANSWER, CHOOSE, UNANSWERED, UNKNOWN

DIALOG: Final = "ask"
LONGEST: Final = 500  # characters of a question
CROWD: Final = 30  # questions that may wait before she is told that it takes longer
WAITS: Final = "ask.waits"  # what comes while an answer is long in coming
LANGS: Final[tuple[Lang, ...]] = get_args(Lang)
_HEX: Final = re.compile("[0-9a-f]{32}")


# ------------------------------------------------------------------------------------------------------------ asking


async def ask(turn: Turn, words: str) -> None:
    """Let it be answered; where many wait, she is told what she can do meanwhile."""
    crowded = await questions.crowded(turn.store, CROWD)
    await questions.ask(turn.store, turn.person, words[:LONGEST])
    if crowded:
        rows = (topics.ways_on(topics.button(topics.PERSON, t("desk.person"))),)
        turn.letters.append(Letter(t("ask.crowded"), topics.KIND, options=rows))


async def asked_at_home(turn: Turn) -> Next | None:
    """What is written at the menu and is none of its buttons; None for what has no words."""
    words = turn.inbound.text.strip()
    if not any(map(str.isalpha, words)):
        return None
    await ask(turn, words)
    return STAY


async def ask_question(turn: Turn) -> Ask:
    if words := turn.draft.get("said"):
        return Ask(t("ask.sure", words=words), (Option("yes", t("ask.yes")), Option("no", t("ask.other"))), takes=TEXT)
    return Ask(t("ask.ask"), takes=TEXT, numeric=True)


async def take_question(turn: Turn, answer: Chosen | str) -> Next:
    words = str(turn.draft.pop("said", "")) if isinstance(answer, Chosen) else answer
    if isinstance(answer, Chosen) and answer == "no":
        return "question"
    if not any(map(str.isalpha, words)):
        raise Refuse(t("ask.no_words"))
    await ask(turn, words)
    return STAY


# ---------------------------------------------------------------------------------------------------------- answered


async def still_looking(turn: Turn) -> None:
    """The answer is long in coming."""
    turn.say(t("ask.waiting"), kind=topics.KIND)


async def answered(turn: Turn) -> None:
    """What was found for a question comes back: told wherever she stands by then."""
    told = turn.inbound.errand or {}
    offered = [found for id in told["topics"] if (found := topics.found(turn, id)) is not None]
    if told["verdict"] == UNKNOWN or not offered:
        await _not_known(turn, told)
        return
    if (own := _her_own(told["question"], offered[: topics.MOST])) is not None:
        await questions.note(turn.store, turn.lang, ANSWER, topic=own.id)
        turn.letters.append(topics.lead(own))
    elif told["verdict"] == CHOOSE:
        await _to_choose(turn, told["question"], [topic for _, topic in offered[: topics.MOST]])
    else:
        await _known(turn, told, *offered[0])


def _her_own(question: str, offered: list[tuple[Programme, Topic]]) -> Topic | None:
    """The topic whose desk knows how it stands with her, if that is what she asks."""
    return next((topic for _, topic in offered if asks_of_herself(question, topic.action or "")), None)


async def _known(turn: Turn, told: Mapping[str, Any], programme: Programme, topic: Topic) -> None:
    claim = programme.claims.get(told["claim"] or "")
    if claim is not None:
        turn.letters.append(topics.put_right(turn, programme, claim))
    question = await questions.note(turn.store, turn.lang, ANSWER, topic=topic.id, kind=claim.code if claim else None)
    turn.letters.append(topics.answer(turn, programme, topic, question))


async def _to_choose(turn: Turn, words: str, offered: list[Topic]) -> None:
    question = await questions.note(turn.store, turn.lang, CHOOSE, words=words, guesses=[one.id for one in offered])
    turn.letters.append(topics.choice(turn, offered, question))


async def _not_known(turn: Turn, told: Mapping[str, Any]) -> None:
    kind = turn.city.elsewhere.get(told.get("kind") or "")
    question = await questions.note(
        turn.store,
        turn.lang,
        UNKNOWN,
        kind=kind.code if kind else None,
        words=told["question"],
        guesses=told["topics"],
    )
    turn.letters.append(topics.nothing(said(kind.says) if kind else t("ask.unknown"), question))


# ----------------------------------------------------------------------------------------------- buttons of an answer


async def pressed(turn: Turn) -> Next | None:
    """A press of a button under an answer; None for any other."""
    sign, _, rest = turn.inbound.press.partition(".")
    if turn.inbound.kind is not Kind.PRESS or sign != topics.SIGN:
        return None
    word, *what = rest.split(".")
    id = next((one for one in what if not _HEX.fullmatch(one)), "")
    question = next((UUID(one) for one in what if _HEX.fullmatch(one)), None)
    if word in (topics.TOPIC, topics.ACT):
        return await _about(turn, word, id, question)
    if word == topics.PERSON:
        return _to_a_person(turn, id)
    if word == topics.HOME:
        return Open("menu")
    return await _not_helped(turn, word, question) if question is not None else None


async def _about(turn: Turn, word: str, id: str, question: UUID | None) -> Next:
    known = topics.found(turn, id)
    if known is None:
        turn.say(t("ask.gone"))
        return STAY
    if word == topics.ACT and known[1].action:
        return topics.opened(turn, *known)
    if question is not None:
        await questions.chosen(turn.store, question, id)
    turn.letters.append(topics.answer(turn, *known, question))
    return STAY


def _to_a_person(turn: Turn, id: str) -> Open:
    """A person, who learns what it was about."""
    known = topics.found(turn, id)
    if known is None:
        return Open("human")
    title = known[1].title
    return Open("human", draft={"from": DIALOG, "topic": id, "asked": {lang: title[lang] for lang in LANGS}})


async def _not_helped(turn: Turn, word: str, question: UUID) -> Next | None:
    """She says that an answer did not help, that no topic is the one she means, or lets a person have her question."""
    if word == topics.UNHELPFUL:
        await questions.unhelpful(turn.store, question)
        turn.letters.append(topics.sorry(await questions.topic_of(turn.store, question)))
    elif word == topics.NONE:
        await questions.none_of_these(turn.store, question)
        turn.letters.append(topics.nothing(t("ask.unknown"), question))
    elif word == topics.PASS_ON:
        return await _pass_on(turn, question)
    else:
        return None
    return STAY


async def _pass_on(turn: Turn, question: UUID) -> Next:
    """Her question to a person, as she wrote it; where its words are kept no longer she writes it again."""
    turn.choice = t("ask.pass_on")
    words = await questions.words_of(turn.store, question)
    if not words:
        return Open("human")
    in_hand = await talking.tell(turn, words, {"from": DIALOG, "topic": UNANSWERED})
    return STAY if in_hand else Open("human", "more")


ASK = Dialog(
    DIALOG, (Step("question", ask_question, take_question, leads_to=("question",)),), command="ask", words=True
)
