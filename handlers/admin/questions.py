"""`/questions`: what residents asked and nobody could answer, what says the same together, what was asked most first.

One tap says that it is a topic's, or that it is not for this counter; a second person confirms that. Or it is handed to
a team that finds out and writes an answer.
"""

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from handlers.admin import answering
from handlers.dialog import (
    TEXT,
    Ask,
    Chosen,
    Dialog,
    Next,
    Open,
    Option,
    Refuse,
    Saying,
    Step,
    Turn,
    lines,
    t,
)
from handlers.resident import topics
from handlers.staff import rights
from handlers.staff.access import officer_of
from handlers.staff.tasks import PREFIX, TASK, WRITE
from programmes.casework import State, case_number
from programmes.proofreading import Fault, faults
from programmes.roles import RIGHTS, May, Role
from programmes.wording import Lang
from storage import amendments, bundles, cases
from storage.amendments import ELSEWHERE, PHRASINGS
from storage.bundles import Bundle
from storage.cases import AlreadyOpen, Case
from storage.ids import new_id

LISTED, SHOWN, LABEL = 40, 6, 40  # bundles; wordings of one, which are those that are learned; letters of a button
LONGEST: Final = 100  # letters: what is longer tells a story, and teaches nothing
NEVER: Final = frozenset({Fault.ADDRESS, Fault.BLOTTED, Fault.PERSONAL})  # may stand in nothing that is kept for good
TEAMS: Final = tuple(r.value for r in Role if May.SEE in RIGHTS[r].may and RIGHTS[r].hand == "team")
BACK: Final = Option("list", t("questions.back"))


# ---------------------------------------------------------------------------------------------------------- the list


async def ask_list(turn: Turn) -> Ask:
    waiting = await amendments.waiting(turn.store)
    confirm = (Option("confirm", t("questions.confirm", count=len(waiting))),) if waiting else ()
    found = await bundles.waiting(turn.store, LISTED)
    question = t("questions.ask", count=await bundles.count(turn.store)) if found else t("questions.none")
    return Ask(question, (*confirm, Option("rewrite", t("questions.rewrite")), *map(_row, found)))


def _row(one: Bundle) -> Option:
    words = one.words if len(one.words) <= LABEL else f"{one.words[:LABEL]}…"
    return Option(one.id.hex, t("questions.row", words=words, times=one.times))


async def take_list(turn: Turn, code: str) -> Next:
    if code in ("confirm", "rewrite"):
        return Open({"confirm": "amendment", "rewrite": "rewrite"}[code])
    turn.draft["bundle"] = str(code)
    return "bundle"


# ---------------------------------------------------------------------------------------------------------- a bundle


async def _bundle(turn: Turn) -> Bundle:
    """The bundle this is about, while nobody has said what becomes of it. Refuses otherwise."""
    one = await bundles.by_id(turn.store, UUID(turn.draft["bundle"]))
    if one is None or one.state != bundles.OPEN:
        raise Refuse(t("questions.gone"))
    return one


async def _wordings(turn: Turn, one: Bundle) -> tuple[str, ...]:
    return await bundles.words_of(turn.store, one.id, SHOWN)


async def ask_bundle(turn: Turn) -> Ask:
    try:
        one = await _bundle(turn)
    except Refuse as gone:
        return Ask(gone.text, (BACK,))
    ways = (Option(code, t(f"questions.do.{code}")) for code in ("topic", "hand", "elsewhere"))
    return Ask(await _card(turn, one), (*answering.offered(turn, one.guesses, "questions.attach"), *ways, BACK))


async def _card(turn: Turn, one: Bundle) -> Saying:
    said = (t("questions.said", words=words[:LONGEST]) for words in await _wordings(turn, one))
    language = t(f"talks.language.{one.language}")
    return lines(t("questions.times", times=one.times, day=one.newest, language=language), *said)


async def take_bundle(turn: Turn, code: str) -> Next:
    if code in ("list", "topic", "hand", "elsewhere"):
        return str(code)
    return await _attach(turn, str(code))


async def _attach(turn: Turn, topic: str) -> Next:
    """Propose that these are ways to ask for a topic."""
    known = topics.found(turn, topic)
    if known is None:
        raise Refuse(t("consult.gone"))
    await _propose(turn, PHRASINGS, known[0].id, topic)
    turn.say(t("questions.attached", title=known[1].title))
    return "list"


async def _propose(turn: Turn, kind: str, programme: str, code: str) -> None:
    one = await _bundle(turn)
    lang: Lang = "en" if one.language == "en" else "ko"
    learned = [words for words in await _wordings(turn, one) if _fit(words, lang, turn.now)]
    if not learned:
        raise Refuse(t("questions.unfit"))
    told: dict[str, list[str]] = {"ko": [], "en": [], lang: learned}
    await answering.propose(turn, kind, programme, code, told, one.id)


def _fit(words: str, lang: Lang, now: datetime) -> bool:
    """Whether it may be kept for good, as a way to ask: short, with no address and nobody's number."""
    return len(words) <= LONGEST and not any(one.code in NEVER for one in faults({lang: words}, {}, now))


async def ask_topic(turn: Turn) -> Ask:
    found = turn.draft.get("found", ())
    question = t("questions.topic.which") if found else t("questions.topic.ask")
    return Ask(question, answering.offered(turn, found, "questions.attach"), takes=TEXT, numeric=True)


async def take_topic(turn: Turn, answer: Chosen | str) -> Next:
    if isinstance(answer, Chosen):
        return await _attach(turn, str(answer))
    turn.draft["found"] = answering.search(turn, answer)
    return "topic"


async def ask_elsewhere(turn: Turn) -> Ask:
    kinds = (Option(code, t("questions.elsewhere", what=answering.kind(turn, code))) for code in turn.city.elsewhere)
    return Ask(t("questions.elsewhere.ask"), tuple(kinds))


async def take_elsewhere(turn: Turn, code: str) -> Next:
    await _propose(turn, ELSEWHERE, "", str(code))
    turn.say(t("questions.elsewhere.done"))
    return "list"


# ------------------------------------------------------------------------------------------------- for a team to write


async def ask_hand(turn: Turn) -> Ask:
    return Ask(t("questions.hand.ask"), tuple(Option(team, t(f"office.{team}")) for team in TEAMS))


async def take_hand(turn: Turn, team: str) -> Next:
    one = await _bundle(turn)
    if not await bundles.move(turn.store, one.id, bundles.OPEN, bundles.HANDED):
        raise Refuse(t("questions.gone"))
    with suppress(AlreadyOpen):
        await cases.file(turn.store, await _task(turn, one, str(team)))
    turn.store.audit("answers.handed", actor=officer_of(turn).id, bundle=str(one.id), office=str(team))
    turn.say(t("questions.handed", office=t(f"office.{team}")))
    return "list"


async def _task(turn: Turn, one: Bundle, team: str) -> Case:
    """To find out and write an answer; what was asked is its statement, and waits here again when it is done."""
    store, day = turn.store, rights.today(turn)
    subject, *_ = await cases.subjects(store, TASK, f"{WRITE}|{one.id.hex}")
    asked = "\n".join(await _wordings(turn, one))
    return Case(
        id=new_id(), number=case_number(PREFIX, day, await cases.count_of_day(store, day)), kind=TASK, programme="",
        round="", reason=WRITE, state=State.FILED.value, identity="recognised", for_whom="self", subject_hash=subject,
        resident=None, household=None, person=turn.person.id, chat=turn.person.chat, dong=None, language=one.language,
        filed_at=store.now, due_at=store.now + timedelta(days=1), target_minutes=None, office=team,
        told={"statement": asked, "bundle": one.id.hex},
    )  # fmt: skip


QUESTIONS = Dialog(
    "questions",
    (
        Step("list", ask_list, take_list, leads_to=("bundle", "dialog:amendment", "dialog:rewrite")),
        Step("bundle", ask_bundle, take_bundle, leads_to=("list", "topic", "hand", "elsewhere")),
        Step("topic", ask_topic, take_topic, leads_to=("topic", "list")),
        Step("elsewhere", ask_elsewhere, take_elsewhere, leads_to=("list",)),
        Step("hand", ask_hand, take_hand, leads_to=("list",)),
    ),
    command="questions",
    guard=answering.answering,
)
