"""Deciding: as proposed, otherwise, or back to the dong. The decision, its letter and what it grants are one turn.

Two presses, two officers, a replayed or forged button: the move that closes a case is conditional, so one of them
counts and the others are told.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from handlers import clock
from handlers.dialog import TEXT, Ask, Chosen, Dialog, Lines, Next, Option, Refuse, Turn, lines, said, t
from handlers.staff import holding, ruling
from handlers.staff.access import move_of, officer_of
from handlers.staff.door import closed
from handlers.staff.tasks import POST, tell
from programmes.casework import State
from programmes.model import Won
from programmes.roles import May
from storage import cases, children, decisions, queue, staff
from storage.cases import DECISION, Case, Moved

AS_PROPOSED, SEND_BACK = "as_proposed", "send_back"


async def proposal(turn: Turn, case: Case) -> Mapping[str, Any] | None:
    """What the dong proposed last, and by whom; None where the dong decides itself."""
    story = await cases.story(turn.store, case.id)
    last = next((event for event in reversed(story) if event.kind in ("propose", SEND_BACK, "reopen")), None)
    if last is None or last.kind != "propose":
        return None
    name = await staff.named(turn.store, last.actor) if last.actor else ""
    return {**last.detail, "by": name}


async def ask_start(turn: Turn, case: Case) -> Ask:
    proposed = await proposal(turn, case)
    endings = [
        Option(outcome, t(f"decision.outcome.{outcome}"))
        for outcome in decisions.MOVES
        if _may_end(turn, case, outcome)
    ]
    agreed = proposed is not None and _may_end(turn, case, proposed["outcome"])
    back = move_of(turn, case, May.DECIDE, SEND_BACK) is not None
    said_so = (_proposed(turn, case, proposed),) if proposed else ()
    question = t("decide.ask") if proposed else t("decide.start", number=case.number)
    return Ask(
        lines(*said_so, *await ruling.earlier(turn, case), question),
        (
            *((Option(AS_PROPOSED, t("decide.as_proposed")),) if agreed else ()),
            *endings,
            *((Option(SEND_BACK, t("decide.send_back")),) if back else ()),
        ),
    )


def _may_end(turn: Turn, case: Case, outcome: str) -> bool:
    """Whether her hand may end the case so, where it stands now."""
    return move_of(turn, case, May.DECIDE, decisions.MOVES[outcome]) is not None


def _proposed(turn: Turn, case: Case, proposed: Mapping[str, Any]) -> Lines:
    programme, one = holding.programme_of(turn, case)
    finding, sums = programme.findings.get(proposed["code"]), proposed.get("sums", ())
    total = sum(part.amount for part in one.sums.values() if part.code in sums)
    words = proposed.get("words", "")
    return lines(
        t("decide.proposal", number=case.number),
        t("decide.by", officer=proposed["by"]),
        t("decision.result", result=t(f"decision.outcome.{proposed['outcome']}")),
        *((t("decision.why", why=said(finding.says, **programme.params)),) if finding else ()),
        *((t("decide.total", total=Won(total)),) if total else ()),
        *((t("decision.words", words=words),) if words else ()),
    )


async def take_start(turn: Turn, case: Case, code: str) -> Next:
    if code == SEND_BACK:
        return "back"
    if code == AS_PROPOSED:
        proposed = await proposal(turn, case)
        if proposed is None or not _may_end(turn, case, proposed["outcome"]):
            raise Refuse(t("hand.not_now"))
        ruling.begun(turn, case, **{name: proposed[name] for name in ruling.PARTS if name in proposed})
        await ruling.stands(turn, case)  # as it is by now
        return "look"
    if not _may_end(turn, case, code):
        raise Refuse(t("hand.not_now"))
    return await ruling.take_outcome(turn, case, code)


async def take_look(turn: Turn, case: Case, code: str) -> Next:
    if code == "change":
        return "start"
    wanted = ruling.ruling(turn, case)
    if not _may_end(turn, case, wanted.outcome):
        raise Refuse(t("hand.not_now"))
    child = await _child(turn, case) if wanted.amount is not None else None
    try:
        after, decision = await decisions.close(turn.store, case, wanted, officer_of(turn).id, child)
    except Moved:
        raise Refuse(t("hand.gone")) from None
    if case.state == State.SUPPLEMENT:
        await clock.goes_on(turn, after)
    here = await tell(
        turn,
        after,
        t("decision.ready", number=case.number),
        "decision",
        lambda one: one.decisions_here,
        f"{POST}.decision",
    )
    if not here:
        await decisions.chase(turn.store, decision.id)
    turn.say(t("decide.told" if here else "decide.to_post", number=case.number))
    return holding.back(case)


async def _child(turn: Turn, case: Case) -> UUID | None:
    """A child whom the roster has by now: what is granted is its own, and not granted by a second open case too."""
    child = await children.listed(turn.store, case)
    if child is None:
        return None
    other = await cases.open_about(turn.store, case.kind, case.programme, case.round, (child.id.bytes,))
    if other is not None:
        raise Refuse(t("decide.child.open", number=other.number))
    turn.store.audit("case.bound", actor=officer_of(turn).id, subject=child.id, case=str(case.id))
    return child.id


async def ask_back(turn: Turn, case: Case) -> Ask:
    return Ask(t("decide.back.ask"), takes=TEXT)


async def take_back(turn: Turn, case: Case, answer: Chosen | str) -> Next:
    move, officer = move_of(turn, case, May.DECIDE, SEND_BACK), officer_of(turn)
    if move is None:
        raise Refuse(t("hand.not_now"))
    words, office = answer[: ruling.LONGEST], case.dong or DECISION
    try:
        await queue.pass_on(turn.store, case, move.target.value, office, officer.id, kind=SEND_BACK, words=words)
    except Moved:
        raise Refuse(t("hand.gone")) from None
    turn.say(t("decide.back.done", number=case.number))
    return holding.back(case)


DECIDE = Dialog(
    "decide",
    (
        holding.step("start", May.DECIDE, ask_start, take_start, leads_to=("finding", "look", "back")),
        *ruling.steps(May.DECIDE, take_look),
        holding.step("back", May.DECIDE, ask_back, take_back),
    ),
    guard=closed,
)
