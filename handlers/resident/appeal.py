"""The appeal: the first question is whatever is still to be known, the last one is `that is right`.

It can be opened with answers already known (see `appeal_draft`); one that was begun before is offered again first.
Nobody needs to be recognised: who is not is filed as *identity to be checked*.
"""

from handlers.dialog import Ask, Dialog, Next, Option, Step, Turn, said, t
from handlers.resident import helping
from handlers.resident.appeal_draft import forget, forget_whom, kept, reasons, wanting
from handlers.resident.appeal_filing import FILING
from handlers.resident.appeal_ground import GROUND
from handlers.resident.appeal_look import onward, subject
from handlers.resident.appeal_summary import SUMMED
from handlers.resident.appeal_whom import WHOM, take_only_round
from handlers.resident.guards import consenting
from storage.helpers import FILE
from storage.ids import new_id

RESUME = (Option("go_on", t("appeal.resume.go_on")), Option("anew", t("appeal.resume.anew")))


async def ask_resume(turn: Turn) -> Ask:
    return Ask(t("appeal.resume.ask"), RESUME)


async def take_resume(turn: Turn, code: str) -> Next:
    if code == "go_on":
        turn.draft = (await kept(turn)).draft | {"first": "resume"}
    return await onward(turn)


async def ask_confirm(turn: Turn) -> Ask:
    about = await subject(turn)
    reason = next(one.label for one in reasons(turn) if one.code == turn.draft["reason"])
    question = t("appeal.confirm.ask", name=about.called if about else "", reason=said(reason))
    return Ask(question, (Option("right", t("appeal.confirm.right")), Option("other", t("appeal.confirm.other"))))


async def take_confirm(turn: Turn, code: str) -> Next:
    if code == "other":
        forget_whom(turn)
        forget(turn, "reason")
    return await onward(turn)


QUESTIONS = {step.name: step for step in (*WHOM, *GROUND, *SUMMED, *FILING)} | {
    "resume": Step("resume", ask_resume, take_resume),
    "confirm": Step("confirm", ask_confirm, take_confirm),
}


async def first(turn: Turn) -> str:
    """The question to begin with: whether to go on with a kept draft, or is that right, or what is not known yet."""
    if (begun := turn.draft.get("first")) is not None:
        return str(begun)
    take_only_round(turn)
    if (await kept(turn)).draft:
        return "resume"
    step = wanting(turn)
    return "confirm" if step == "papers" else step


async def ask_begin(turn: Turn) -> Ask:
    return await QUESTIONS[await first(turn)].ask(turn)


async def take_begin(turn: Turn, answer: object) -> Next:
    turn.draft["first"] = begun = await first(turn)
    turn.draft.setdefault("case", str(new_id()))
    return await QUESTIONS[begun].accept(turn, answer)


BEGUN = (*(step.name for step in (*WHOM, *GROUND)), "summary")

APPEAL = Dialog(
    "appeal",
    (
        helping.step(FILE, Step("begin", ask_begin, take_begin, leads_to=BEGUN)),
        *(helping.step(FILE, one) for one in (*WHOM, *GROUND, *SUMMED, *FILING)),
    ),
    command="appeal",
    guard=consenting,
)
