"""What is looked up about an appeal: whom it is for, whether one is open already, what the records say of the sum."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from handlers.dialog import END, Lines, Next, Open, Text, Turn, lines, said, t
from handlers.read import name_key
from handlers.resident import new_child
from handlers.resident.appeal_draft import LISTED, SUMMARY, forget_whom, keep, let_go, programme, reasons, tidy, wanting
from handlers.resident.family import Family, family_of
from programmes import rules
from programmes.model import Won
from storage import awards, cases
from storage.cases import Case
from storage.helpers import FILE
from storage.registry import Resident

APPEAL = "appeal"


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom an appeal is for. `digests` are what her open cases may be stored under, the first one in use now.

    `called` is how she is named to who writes: a helper is not told more than she needs.
    """

    name: str
    birth_date: date
    dong: str | None
    resident: Resident | None
    household: bytes | None
    digests: tuple[bytes, ...]
    called: Text | str


async def subject(turn: Turn) -> Subject | None:
    """Whom the draft is for; None when this phone may no longer speak for that resident."""
    draft, family = turn.draft, await family_of(turn, FILE)
    if draft["whom"] in LISTED:
        mine = family.members(programme(turn).reference_date) if family else ()
        one = next((one for one in mine if one.id.hex == draft["resident"]), None)
        if one is None or family is None:
            return None
        called = family.label(one) if family.helped else one.name
        return Subject(one.name, one.birth_date, one.dong, one, one.household, (one.id.bytes,), called)
    if draft["whom"] == "new_child":
        return await _new_child(turn, family)
    born = date.fromisoformat(draft["birth"])
    digests = await cases.subjects(turn.store, "subject", "|".join(("", name_key(draft["name"]), born.isoformat())))
    return Subject(draft["name"], born, draft.get("dong"), None, None, digests, draft["name"])


async def _new_child(turn: Turn, family: Family | None) -> Subject | None:
    """A child of who writes; None when she is recognised no longer and has not said who she is."""
    draft, born = turn.draft, date.fromisoformat(turn.draft["birth"])
    if family is not None:
        me, parents = family.me, new_child.parents(family, born)
        dong, household = draft.get("dong") or me.dong, me.household
    elif "filer_birth" in draft:
        parents = ((draft["filer"], date.fromisoformat(draft["filer_birth"])),)
        dong, household = draft.get("dong"), None
    else:
        return None
    digests = await new_child.digests(turn.store, draft["name"], born, parents)
    return Subject(draft["name"], born, dong, None, household, digests, draft["name"])


async def already_open(turn: Turn, about: Subject) -> Next | None:
    """Where to go instead when this appeal is open; nobody learns who filed somebody else's, or when."""
    case = await cases.open_about(turn.store, APPEAL, turn.draft["programme"], turn.draft["round"], about.digests)
    return await refer(turn, case) if case else None


async def refer(turn: Turn, case: Case) -> Next:
    """Show her own open case, or tell its number if she filed it at the counter; of another's only that it is known."""
    child = turn.draft.get("whom") == "new_child"
    mine = child and await _named_as_parent(turn, case)
    await let_go(turn)
    if child:
        turn.say(t("appeal.open.twin"))
    if case.person == turn.person.id or (case.resident is not None and case.resident == turn.person.resident):
        turn.say(t("appeal.open.own", number=case.number))
        return Open("cases", "one", {"case": case.id.hex})
    turn.say(t("appeal.open.own", number=case.number) if mine else t("appeal.open.other"))
    return END


async def _named_as_parent(turn: Turn, case: Case) -> bool:
    """Whether she is the parent in whose name a child's appeal was filed; the other one learns nothing of it."""
    family = await family_of(turn, FILE)
    if family is None or not case.told.get("filer"):
        return False
    filer = name_key(case.told["filer"]), case.told.get("filer_birth")
    return filer == (name_key(family.me.name), family.me.birth_date.isoformat())


async def figure(turn: Turn, about: Subject) -> dict[str, Any]:
    """What the records say today of somebody on the roster: outcome and total in won. Empty for everybody else.

    To who files for another it is not told: that is another purpose.
    """
    family = await family_of(turn, FILE)
    if about.resident is None or family is None or family.helped:
        return {}
    granted = await awards.of_resident(turn.store, about.resident.id, turn.draft["programme"])
    if (award := granted.get(turn.draft["round"])) is not None:
        return {"outcome": "yes", "total": award.amount}
    facts = family.facts(about.resident, programme(turn))
    verdict = rules.verdict(programme(turn), facts, turn.now, turn.draft["round"])
    return {"outcome": verdict.outcome.value, "total": verdict.total}


def figure_said(shown: Mapping[str, Any]) -> Text:
    """What the records say, told to the person; who is on no roster has nothing told."""
    match shown.get("outcome"):
        case "yes":
            return t("appeal.figure.yes", total=Won(shown["total"]))
        case "no":
            return t("appeal.figure.no")
    return t("appeal.figure.unknown")


async def onward(turn: Turn) -> Next:
    """The next question: the first answer that is missing, or the summary. The draft is kept on the way."""
    tidy(turn)
    step = wanting(turn)
    if step in ("reason", "papers", SUMMARY):
        about = await subject(turn)
        if about is None:
            return await ask_whom_again(turn)
        if (elsewhere := await already_open(turn, about)) is not None:
            return elsewhere
        if step == SUMMARY:
            turn.draft["shown"] = await figure(turn, about)
        elif step == "papers" and (helpful := papers_that_help(turn)).parts:
            turn.say(helpful)
    await keep(turn)
    return step


async def ask_whom_again(turn: Turn) -> Next:
    """Recognition ended, or the household changed, since the draft was begun."""
    forget_whom(turn)
    turn.say(t("appeal.whom.changed"))
    return "whom"


def papers_that_help(turn: Turn) -> Lines:
    """The papers the officer usually needs for the ground named, and what they look like. Empty where none is known."""
    known = programme(turn)
    reason = next(one for one in reasons(turn) if one.code == turn.draft["reason"])
    wanted = [known.papers[code] for code in reason.documents]
    return lines(
        *((said(reason.note, **known.params),) if reason.note else ()),
        *((t("appeal.papers.help"),) if wanted else ()),
        *(t("appeal.papers.one", name=paper.name, looks=paper.looks) for paper in wanted),
    )
