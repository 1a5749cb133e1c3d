"""An answer put in other words, in both languages: read by the proofreader, proposed, and confirmed by another.

What stands in braces is filled in when a resident reads it; sums and days are never typed.
"""

from typing import Final

from handlers.admin import answering
from handlers.admin.broadcast_letter import LANGUAGE_NAMES, finding
from handlers.dialog import (
    TEXT,
    Ask,
    Chosen,
    Dialog,
    In,
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
from programmes.answers import findings
from programmes.model import Lang, Programme, Topic
from programmes.proofreading import Finding
from programmes.topics import params
from programmes.wording import Wording
from storage.amendments import ANSWER

LONGEST: Final = 900  # letters, in either language
KEEP: Final = "keep"


def _known(turn: Turn) -> tuple[Programme, Topic]:
    """The topic this is about. Refuses one that is no more."""
    known = topics.found(turn, str(turn.draft.get("topic", "")))
    if known is None:
        raise Refuse(t("consult.gone"))
    return known


def _written(turn: Turn) -> Wording:
    """The answer as it was written here, and where nothing was, as it is."""
    now = _known(turn)[1].answer
    return Wording(turn.draft.get("ko", now.ko), turn.draft.get("en", now.en))


async def ask_topic(turn: Turn) -> Ask:
    found = turn.draft.get("found", ())
    question = t("questions.topic.which") if found else t("rewrite.topic.ask")
    back = Option("questions", t("questions.back"))
    return Ask(question, (*answering.offered(turn, found, "rewrite.topic"), back), takes=TEXT, numeric=True)


async def take_topic(turn: Turn, answer: Chosen | str) -> Next:
    if answer == "questions":
        return Open("questions")
    if not isinstance(answer, Chosen):
        turn.draft["found"] = answering.search(turn, answer)
        return "topic"
    turn.draft["topic"] = str(answer)
    return "ko"


async def _ask_words(turn: Turn, lang: Lang) -> Ask:
    names = ", ".join(f"{{{name}}}" for name in sorted(_known(turn)[1].values.values))
    own = (t("rewrite.own", names=names),) if names else ()
    text = lines(t("rewrite.ask", lang=LANGUAGE_NAMES[lang]), *own, "", _written(turn)[lang])
    return Ask(text, (Option(KEEP, t("rewrite.keep")),), takes=TEXT, numeric=True)


def _take_words(turn: Turn, lang: Lang, answer: Chosen | str) -> None:
    if isinstance(answer, Chosen):
        return
    if len(answer) > LONGEST:
        raise Refuse(t("hand.long", most=LONGEST))
    turn.draft[lang] = "\n".join(line.strip() for line in answer.strip().splitlines())


async def ask_ko(turn: Turn) -> Ask:
    return await _ask_words(turn, "ko")


async def take_ko(turn: Turn, answer: Chosen | str) -> Next:
    _take_words(turn, "ko", answer)
    return "en"


async def ask_en(turn: Turn) -> Ask:
    return await _ask_words(turn, "en")


async def take_en(turn: Turn, answer: Chosen | str) -> Next:
    _take_words(turn, "en", answer)
    return "look"


def _found(turn: Turn) -> tuple[Finding, ...]:
    programme, topic = _known(turn)
    return tuple(dict.fromkeys(findings(_written(turn), params(programme, topic), programme)))


async def ask_look(turn: Turn) -> Ask:
    """What is to be mended, or both languages as residents will read them."""
    again = (Option("ko", t("rewrite.again.ko")), Option("en", t("rewrite.again.en")))
    if found := _found(turn):
        return Ask(lines(t("rewrite.faults"), *map(finding, found)), again)
    text = said(_written(turn), **params(*_known(turn)))
    shown: tuple[Saying | str, ...] = (In("ko", text), "", In("en", text))
    return Ask(lines(t("rewrite.look.ask"), "", *shown), (Option("propose", t("rewrite.propose")), *again))


async def take_look(turn: Turn, code: str) -> Next:
    if code != "propose":
        return str(code)
    programme, topic = _known(turn)
    if _found(turn):
        return "look"
    if (new := _written(turn)) == (was := topic.answer):
        raise Refuse(t("rewrite.same"))
    told = {"ko": new.ko, "en": new.en, "was": {"ko": was.ko, "en": was.en}}
    await answering.propose(turn, ANSWER, programme.id, topic.id, told)
    turn.say(t("rewrite.proposed", title=topic.title))
    return Open("questions")


REWRITE = Dialog(
    "rewrite",
    (
        Step("topic", ask_topic, take_topic, leads_to=("topic", "ko", "dialog:questions")),
        Step("ko", ask_ko, take_ko, leads_to=("en",)),
        Step("en", ask_en, take_en, leads_to=("look",)),
        Step("look", ask_look, take_look, leads_to=("ko", "en", "look", "dialog:questions")),
    ),
    guard=answering.answering,
)
