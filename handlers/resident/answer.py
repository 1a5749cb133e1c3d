"""What an officer asked for, and the resident's answer: photos, words, a longer time, and that it is all.

With her answer the case goes back to the hand that asked, and the office's clock goes on.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from handlers import clock
from handlers.dialog import (
    TEXT,
    Ask,
    Chosen,
    Dialog,
    Lines,
    Next,
    Open,
    Option,
    Refuse,
    Step,
    Turn,
    Upload,
    lines,
    said,
    t,
)
from handlers.resident import papers, topics
from handlers.resident.receipt import own_case
from programmes import casework, worktime
from programmes.casework import State
from programmes.model import Paper
from programmes.topics import params
from storage import cases, files, staff
from storage.cases import Case, Event, Moved

LONGEST: Final = 1_000


def asked_for(turn: Turn, case: Case, told: Mapping[str, Any], until: datetime | None = None) -> Lines:
    """The request as the resident reads it: what is wanting, in ready words and the officer's own, and until when.

    `told` is what the record keeps of it: `asks`, `words`, an answer under `topic`, and `until`, by now perhaps later.
    """
    programme = turn.city.programmes[case.programme]
    ready = [programme.requests[code] for code in told["asks"] if code in programme.requests]
    answer = topics.found(turn, told.get("topic", ""))
    words = told["words"]
    return lines(
        t("answer.title"),
        t("answer.number", number=case.number),
        *(t("answer.item", says=said(one.says, **programme.params)) for one in ready),
        *((t("answer.words", words=words),) if words else ()),
        *((said(answer[1].answer, **params(*answer)),) if answer is not None else ()),
        t("answer.until", until=until or datetime.fromisoformat(told["until"])),
    )


async def last_asked(turn: Turn, case: Case) -> Event | None:
    """What was asked last."""
    story = await cases.story(turn.store, case.id)
    return next((event for event in reversed(story) if event.kind == "ask"), None)


async def show(turn: Turn, case: Case) -> Open:
    """Tell what was asked for, and go where it can be answered."""
    if (asked := await last_asked(turn, case)) is not None:
        turn.say(asked_for(turn, case, asked.detail, case.answer_by))
    return Open("answer", draft={"case": case.id.hex})


async def _waiting(turn: Turn) -> Case:
    """The case, while it waits for her answer."""
    case = await own_case(turn)
    if case.state != State.SUPPLEMENT:
        raise Refuse(t("answer.over"))
    return case


async def ask_how(turn: Turn) -> Ask:
    try:
        case = await _waiting(turn)
    except Refuse:
        return Ask(t("answer.over"), (Option("back", t("case.back")),))
    given = (Option("done", t("answer.done")),) if await _something_came(turn, case) else ()
    longer = (Option("longer", t("answer.longer")),) if case.extensions < casework.MOST_EXTENSIONS else ()
    photos, words = Option("papers", t("answer.papers")), Option("words", t("answer.write"))
    return Ask(t("answer.ask", until=case.answer_by), (*given, photos, words, *longer, Option("back", t("case.back"))))


async def _something_came(turn: Turn, case: Case) -> bool:
    """Whether she sent or wrote anything since she was asked."""
    asked = await last_asked(turn, case)
    since = asked.at if asked else case.filed_at
    sent = await files.of_case(turn.store, case.id, files.WANTED, files.STORED)
    story = await cases.story(turn.store, case.id)
    return any(file.at >= since for file in sent) or any(one.kind == "words" and one.at >= since for one in story)


async def take_how(turn: Turn, code: str) -> Next:
    if code == "back":
        return Open("cases", draft={})
    case = await _waiting(turn)
    match code:
        case "done":
            await hand_in(turn, case)
            turn.say(t("answer.handed_in", number=case.number))
            return Open("cases", "one", {"case": case.id.hex})
        case "longer":
            await _longer(turn, case)
            return "how"
    return str(code)


async def hand_in(turn: Turn, case: Case) -> Case:
    """Her answer lies before the officer again: the clock goes on, and the officer is told."""
    changes = {"answer_by": None, "held_at": turn.now}
    try:
        moved = await cases.move(
            turn.store, case, State.CHECKING.value, open=True, actor=turn.person.id, kind="answer", changes=changes
        )
    except Moved:
        raise Refuse(t("case.moved")) from None
    holder = await staff.by_id(turn.store, case.holder) if case.holder else None
    if holder is not None and holder.chat is not None:
        turn.notice(t("answer.came", number=case.number), "answer", case.id, holder.chat)
    return await clock.goes_on(turn, moved)


async def _longer(turn: Turn, case: Case) -> None:
    """An extension, as the law gives it twice."""
    if case.extensions >= casework.MOST_EXTENSIONS or case.answer_by is None:
        raise Refuse(t("answer.no_longer"))
    later = worktime.due(max(case.answer_by, turn.now), casework.LAST_CALL_DAYS * 8, turn.city.calendar)
    changes = {"answer_by": later, "extensions": case.extensions + 1}
    try:
        await cases.move(turn.store, case, case.state, open=True, actor=turn.person.id, kind="longer", changes=changes)
    except Moved:
        raise Refuse(t("case.moved")) from None
    turn.say(t("answer.longer.done", until=later))


# ---------------------------------------------------------------------------------------------------- papers, words


def _documents(turn: Turn, case: Case | None) -> tuple[Paper, ...]:
    known = turn.city.programmes.get(case.programme) if case else None
    reason = known.appeal_reasons.get(case.reason) if known and case else None
    return tuple(known.papers[code] for code in reason.documents) if known and reason else ()


async def ask_papers(turn: Turn) -> Ask:
    case = await cases.by_id(turn.store, UUID(turn.draft["case"]))
    return await papers.ask_paper(turn, _documents(turn, case), t("case.papers.ask"), t("case.papers.none"))


async def take_papers(turn: Turn, code: str) -> Next:
    await _waiting(turn)
    if code in (papers.ENOUGH, papers.LATER):
        return "how"
    turn.draft["paper"] = str(code)
    return "upload"


async def take_upload(turn: Turn, answer: Upload | Chosen) -> Next:
    if not isinstance(answer, Upload):
        return "how"
    await _waiting(turn)
    return await papers.take_upload(turn, answer)


async def ask_words(turn: Turn) -> Ask:
    return Ask(t("answer.words.ask"), (Option("none", t("answer.words.none")),), takes=TEXT)


async def take_words(turn: Turn, answer: Chosen | str) -> Next:
    case = await _waiting(turn)
    if not isinstance(answer, Chosen):
        await cases.note(turn.store, case.id, "words", turn.person.id, words=answer[:LONGEST])
        turn.say(t("answer.noted"))
    return "how"


ANSWER = Dialog(
    "answer",
    (
        Step("how", ask_how, take_how, leads_to=("how", "papers", "words", "dialog:cases")),
        Step("papers", ask_papers, take_papers, leads_to=("upload", "how")),
        Step("upload", papers.ask_upload, take_upload, leads_to=("how",)),
        Step("words", ask_words, take_words, leads_to=("how",)),
    ),
)
