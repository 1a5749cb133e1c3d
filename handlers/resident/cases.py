"""One's own cases: where each stands, whose turn it is, when it is due; papers are added here, and cases withdrawn."""

from collections import Counter

from handlers.clock import goes_on
from handlers.dialog import Ask, Chosen, Dialog, Lines, Next, Open, Option, Refuse, Step, Text, Turn, Upload, lines, t
from handlers.resident import papers
from handlers.resident.answer import show
from handlers.resident.decision import open_letter
from handlers.resident.receipt import about, own_case, sum_of_hours
from handlers.resident.talk_again import again
from programmes import casework
from programmes.casework import State
from programmes.model import Paper
from storage import cases, decisions, files, pace, queue
from storage.cases import Case, Moved
from storage.helpers import VISIT
from storage.talks import TALK

APPEAL = "appeal"


async def ask_list(turn: Turn) -> Ask:
    mine = await cases.of_person(turn.store, turn.person.id, turn.person.resident)
    if not mine:
        return Ask(t("case.none"), (Option("new", t("case.new")),))
    return Ask(t("case.list.ask", count=len(mine)), tuple(Option(case.id.hex, _label(case)) for case in mine))


def _label(case: Case) -> Text:
    if not case.open:
        return t("case.label.closed", number=case.number, result=_step(case))
    return t("case.label.open", number=case.number, step=_step(case), turn=_whose_turn(case))


def _step(case: Case) -> Text:
    if not case.open:
        return t(f"case.state.{case.state}")
    return _named(case, casework.step_of(case.state))


def _named(case: Case, step: str) -> Text:
    if case.kind == VISIT:
        return t(f"case.visit.{step}")
    return t(f"case.appeal.{step}") if case.kind == APPEAL else t(f"case.talk.{step}")


def _whose_turn(case: Case) -> Text:
    return t(f"case.turn.{casework.whose_turn(case.state)}")


async def take_list(turn: Turn, code: str) -> Next:
    if code == "new":
        return Open("appeal")
    turn.draft["case"] = str(code)
    return "one"


async def ask_one(turn: Turn) -> Ask:
    case = await _found(turn)
    if case is None:
        return Ask(t("case.unknown"), (Option("list", t("case.back")),))
    return Ask(await _story(turn, case), _doable(case))


async def _found(turn: Turn) -> Case | None:
    try:
        return await own_case(turn)
    except Refuse:
        return None


async def _story(turn: Turn, case: Case) -> Lines:
    """Five short lines: number, what about, the way it goes with the place where it stands, when, and what is there."""
    count, _ = await files.tally(turn.store, case.id)
    told = [t("case.title", number=case.number, what=about(case, turn.city)), t("case.way", way=_way(case))]
    if case.open:
        before = await queue.before(turn.store, case)
        told.append(t("case.now", turn=_whose_turn(case), count=before))
        if case.state == State.SUPPLEMENT and case.answer_by:
            told.append(t("case.answer_by", until=case.answer_by))
        elif case.due_at:
            told.append(t("case.due", due=case.due_at))
        hours = await pace.told(turn.store, case.programme) if case.programme else None
        if hours is not None:  # where the papers are counted otherwise: they have a button of their own
            return lines(*told, t("case.pace", hours=hours))
    else:
        told += [t("case.result", result=_step(case))]
        told += [t("case.closed", at=case.closed_at)] if case.closed_at else []
    return lines(*told, *((t("case.papers", count=count),) if case.kind == APPEAL else ()))


def _way(case: Case) -> Text:
    """The named steps of its kind, the one where it stands in brackets."""
    names = {step: _named(case, step) for step in casework.STEPS}
    here = casework.step_of(case.state)
    names[here] = t("case.here", step=names[here])
    return t("case.steps.appeal" if case.kind == APPEAL else "case.steps.short", **names)


def _doable(case: Case) -> tuple[Option, ...]:
    clock = (Option("clock", t("receipt.clock")),) if case.open and case.due_at else ()
    held = (Option("files", t("case.files")),) if case.kind == APPEAL else ()
    asked, decided = case.state == State.SUPPLEMENT, case.state in decisions.MOVES
    add = (Option("add", t("case.add")),) if case.open and case.kind == APPEAL and not asked else ()
    answer = (Option("answer", t("answer.open")),) if asked else ()
    read = (Option("decision", t("decision.open")),) if decided else ()
    withdraw = (Option("withdraw", t("case.withdraw")),) if _by_her(case, "withdraw") else ()
    reopen = (Option("reopen", t("case.reopen")),) if case.kind == APPEAL and _by_her(case, "reopen") else ()
    talk = (Option("talk", t("talk.again")),) if case.kind == TALK and not case.open else ()
    return (*answer, *read, *reopen, *talk, *clock, *held, *add, *withdraw, Option("list", t("case.back")))


def _by_her(case: Case, name: str) -> casework.Move | None:
    """The move of that name, if it is the resident's to make now."""
    return next((move for move in casework.moves_from(case.state, "resident") if move.name == name), None)


async def take_one(turn: Turn, code: str) -> Next:
    if code == "list":
        return "list"
    case = await own_case(turn)
    if code == "clock":
        turn.say(await sum_of_hours(turn, case))
    elif code == "files":
        turn.say(await _files(turn, case))
    elif code == "answer":
        return await show(turn, case)
    elif code == "decision":
        await open_letter(turn, case)
    elif code == "add":
        return "papers"
    elif code == "withdraw":
        return "withdraw"
    elif code == "reopen":
        await _reopen(turn, case)
    elif code == "talk":
        return await again(turn, case)
    return "one"


async def _reopen(turn: Turn, case: Case) -> None:
    """What was closed because no answer came goes on where it was: its clock stood still until now."""
    move = _by_her(case, "reopen")
    same = await cases.open_about(turn.store, case.kind, case.programme, case.round, (case.subject_hash,))
    if move is None or same is not None:
        raise Refuse(t("case.reopen.other" if same else "case.over"))
    changes = {"place": 0, "answer_by": None, "calls": 0, "extensions": 0, "alerted": 0}
    try:
        reopened = await cases.move(
            turn.store, case, move.target.value, open=True, actor=turn.person.id, kind=move.name, changes=changes
        )
    except Moved:
        raise Refuse(t("case.moved")) from None
    reopened = await goes_on(turn, reopened)
    turn.say(t("case.reopened", number=case.number, due=reopened.due_at))


async def _files(turn: Turn, case: Case) -> Lines:
    held = Counter((file.paper, file.state) for file in await files.of_case(turn.store, case.id))
    rows = [
        t("case.file", paper=papers.paper_name(paper, turn.city), state=t(f"case.file.{state}"), count=count)
        for (paper, state), count in held.items()
    ]
    return lines(t("case.files.title", number=case.number), *rows or (t("case.files.none"),))


# ------------------------------------------------------------------------------------------------------ more papers


def _documents(turn: Turn, case: Case) -> tuple[Paper, ...]:
    known = turn.city.programmes.get(case.programme)
    reason = known.appeal_reasons.get(case.reason) if known else None
    return tuple(known.papers[code] for code in reason.documents) if known and reason else ()


async def ask_papers(turn: Turn) -> Ask:
    case = await _found(turn)
    documents = _documents(turn, case) if case else ()
    return await papers.ask_paper(turn, documents, t("case.papers.ask"), t("case.papers.none"))


async def take_papers(turn: Turn, code: str) -> Next:
    if not (await own_case(turn)).open:
        raise Refuse(t("case.over"))
    if code in (papers.ENOUGH, papers.LATER):
        return "one"
    turn.draft["paper"] = str(code)
    return "upload"


async def take_upload(turn: Turn, answer: Upload | Chosen) -> Next:
    if not isinstance(answer, Upload):
        return "papers"
    if not (await own_case(turn)).open:
        raise Refuse(t("case.over"))
    return await papers.take_upload(turn, answer)


# --------------------------------------------------------------------------------------------------------- withdraw


async def ask_withdraw(turn: Turn) -> Ask:
    case = await _found(turn)
    sure = (Option("yes", t("case.withdraw.yes")), Option("no", t("case.withdraw.no")))
    return Ask(t("case.withdraw.ask", number=case.number if case else ""), sure)


async def take_withdraw(turn: Turn, code: str) -> Next:
    if code == "no":
        return "one"
    case = await own_case(turn)
    move = _by_her(case, "withdraw")
    if move is None:
        raise Refuse(t("case.over"))
    try:
        await cases.move(turn.store, case, move.target.value, open=False, actor=turn.person.id, kind=move.name)
    except Moved:
        raise Refuse(t("case.moved")) from None
    turn.say(t("case.withdrawn", number=case.number))
    return "list"


CASES = Dialog(
    "cases",
    (
        Step("list", ask_list, take_list, leads_to=("one", "dialog:appeal")),
        Step("one", ask_one, take_one, leads_to=("list", "one", "papers", "withdraw", "dialog:answer", "dialog:human")),
        Step("papers", ask_papers, take_papers, leads_to=("upload", "one")),
        Step("upload", papers.ask_upload, take_upload, leads_to=("papers",)),
        Step("withdraw", ask_withdraw, take_withdraw, leads_to=("one", "list")),
    ),
    command="cases",
)
