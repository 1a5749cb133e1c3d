"""Asking a resident for what an appeal lacks (보완): ready requests and the officer's words, and until when.

As the Administrative Procedures Act §17 has it: a period when asked first, ten days when asked again, no third time.
While it is the resident's turn the office's clock stands still.
"""

from datetime import datetime, time
from typing import Any, Final

from handlers import clock
from handlers.dialog import TEXT, Ask, Chosen, Dialog, In, Next, Option, Refuse, Text, Turn, lines, said, t
from handlers.resident import topics
from handlers.resident.answer import asked_for
from handlers.staff import holding, ticks
from handlers.staff.access import move_of, officer_of
from handlers.staff.door import closed
from handlers.staff.tasks import CALL, tell
from programmes import casework, worktime
from programmes.model import City
from programmes.reading import KST
from programmes.roles import May
from storage import cases
from storage.cases import Case, Moved

LONGEST: Final = 300
WORDS: Final = "words"


async def ask_what(turn: Turn, case: Case) -> Ask:
    programme, _ = holding.programme_of(turn, case)
    rows = [(one.code, said(one.label)) for one in programme.requests_for(case.reason)]
    return Ask(
        lines(t("supplement.what.ask", number=case.number), *_with_answer(turn)),
        (*ticks.options(turn, "asks", rows, t("supplement.what.done")), Option(WORDS, t("supplement.what.words"))),
    )


def _with_answer(turn: Turn) -> tuple[Text, ...]:
    """That an answer goes with it, chosen beforehand."""
    known = topics.found(turn, str(turn.draft.get("topic", "")))
    return (t("supplement.what.topic", title=known[1].title),) if known is not None else ()


async def take_what(turn: Turn, case: Case, code: str) -> Next:
    if move_of(turn, case, May.ASK, "ask") is None:
        raise Refuse(t("hand.not_now"))
    if case.calls >= casework.MOST_CALLS:
        raise Refuse(t("supplement.enough"))
    if code == WORDS:
        return "words"
    if code != ticks.DONE:
        ticks.tick(turn, "asks", str(code))
        return "what"
    if not (ticks.ticked(turn, "asks") or turn.draft.get("words") or turn.draft.get("topic")):
        raise Refuse(t("supplement.what.none"))
    return "until"


async def ask_words(turn: Turn, case: Case) -> Ask:
    without = (Option("none", t("supplement.words.none")),)
    return Ask(t("ruling.words.korean") if holding.reader(case) == "en" else t("ruling.words.ask"), without, takes=TEXT)


async def take_words(turn: Turn, case: Case, answer: Chosen | str) -> Next:
    if len(answer) > LONGEST:
        raise Refuse(t("hand.long", most=LONGEST))
    turn.draft["words"] = "" if isinstance(answer, Chosen) else answer
    return "what"


async def ask_until(turn: Turn, case: Case) -> Ask:
    days = (casework.LAST_CALL_DAYS,) if case.calls else casework.CALL_DAYS
    label = [Option(str(n), t("supplement.until", days=n, until=until(turn.now, n, turn.city))) for n in days]
    return Ask(t("supplement.until.ask", times=case.calls + 1), tuple(label))


async def take_until(turn: Turn, case: Case, code: str) -> Next:
    turn.draft["days"] = int(code)
    return "look"


def until(now: datetime, days: int, city: City) -> datetime:
    """When the office closes on the day that many working days from now."""
    last = worktime.due(now, days * 8, city.calendar).astimezone(KST).date()
    return datetime.combine(last, time(18), KST)


async def ask_look(turn: Turn, case: Case) -> Ask:
    by = until(turn.now, turn.draft["days"], turn.city)
    letter = asked_for(turn, case, _told(turn, by))
    text = lines(
        t("supplement.look.ask", language=t(f"ruling.language.{case.language}")), "", In(holding.reader(case), letter)
    )
    return Ask(text, (Option("send", t("supplement.send")), Option("change", t("supplement.change"))))


async def take_look(turn: Turn, case: Case, code: str) -> Next:
    if code == "change":
        return "what"
    await _send(turn, case)
    turn.say(t("supplement.sent", number=case.number))
    return holding.back(case)


def _told(turn: Turn, by: datetime) -> dict[str, Any]:
    """What is asked for, as the record keeps it."""
    told = {"asks": ticks.ticked(turn, "asks"), "words": turn.draft.get("words", ""), "until": by.isoformat()}
    return told | ({"topic": turn.draft["topic"]} if turn.draft.get("topic") else {})


async def _send(turn: Turn, case: Case) -> None:
    by = until(turn.now, turn.draft["days"], turn.city)
    move = move_of(turn, case, May.ASK, "ask")
    if move is None:
        raise Refuse(t("hand.not_now"))
    changes, officer = {"answer_by": by, "calls": case.calls + 1}, officer_of(turn).id
    told = _told(turn, by)
    try:
        await cases.move(
            turn.store, case, move.target.value, open=True, actor=officer, kind="ask", changes=changes, **told
        )
    except Moved:
        raise Refuse(t("hand.gone")) from None
    await clock.stands_still(turn, case)
    words = t("answer.asked", number=case.number, until=by)
    await tell(turn, case, words, "asked", lambda person: person.case_notices, f"{CALL}.asked")


SUPPLEMENT = Dialog(
    "supplement",
    (
        holding.step("what", May.ASK, ask_what, take_what, leads_to=("what", "words", "until")),
        holding.step("words", May.ASK, ask_words, take_words, leads_to=("what",)),
        holding.step("until", May.ASK, ask_until, take_until, leads_to=("look",)),
        holding.step("look", May.ASK, ask_look, take_look, leads_to=("what",)),
    ),
    guard=closed,
)
