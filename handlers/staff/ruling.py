"""What a proposal and a decision are made of: why, what was looked at, which sum, the officer's words, and the letter.

The draft holds `outcome`, `code`, `seen`, `sums`, `before` and `words`; both dialogs go through these steps.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

from handlers.dialog import TEXT, Ask, Chosen, In, Next, Option, Refuse, Saying, Step, Text, Turn, lines, said, t
from handlers.resident.decision import LOOKED_UP, letter
from handlers.resident.papers import paper_name
from handlers.resident.standing import sum_today
from handlers.staff import holding, ticks
from handlers.staff.holding import TakeOne
from handlers.staff.similar import differs
from programmes.model import Won
from programmes.roles import May
from storage import children, decisions, files
from storage.cases import Case
from storage.decisions import Ruling

LONGEST: Final = 300
ACCEPTED: Final = "accepted"
PARTS: Final = ("outcome", "code", "seen", "sums", "before", "words")


def begun(turn: Turn, case: Case, **known: Any) -> None:
    """Begin anew with what is known, and nothing left of another try."""
    turn.draft = {"case": case.id.hex, **known}


def ruling(turn: Turn, case: Case) -> Ruling:
    """The draft as a ruling, under the rules as they stand now."""
    programme, one = holding.programme_of(turn, case)
    draft, sums = turn.draft, ticks.ticked(turn, "sums")
    accepted = draft["outcome"] == ACCEPTED and bool(sums)
    return Ruling(
        draft["outcome"], draft["code"], programme.version, tuple(ticks.ticked(turn, "seen")),
        sum(part.amount for part in one.sums.values() if part.code in sums) if accepted else None,
        draft.get("before") if accepted else None, draft.get("words", ""),
    )  # fmt: skip


def parts(turn: Turn) -> Mapping[str, Any]:
    """The draft as it is kept with a proposal."""
    return {name: turn.draft[name] for name in PARTS if name in turn.draft}


async def earlier(turn: Turn, case: Case) -> tuple[Text, ...]:
    """How a reopened case ended before: who decides it now sees the first record."""
    last = await decisions.latest(turn.store, case.id)
    if last is None:
        return ()
    return (t("ruling.earlier", result=t(f"decision.outcome.{last.ruling.outcome}"), at=last.at),)


async def take_outcome(turn: Turn, case: Case, outcome: str) -> Next:
    """The first answer of both dialogs: how it shall end."""
    begun(turn, case, outcome=str(outcome))
    await stands(turn, case)
    return "finding"


async def stands(turn: Turn, case: Case) -> None:
    """What whom it is about is told today, where something may be granted to her; also a child listed by now."""
    child = await children.listed(turn.store, case) if case.resident is None else None
    whom = child.id if child else case.resident
    if turn.draft["outcome"] == ACCEPTED and whom is not None:
        programme, one = holding.programme_of(turn, case)
        turn.draft["before"] = await sum_today(turn, whom, programme, one.code)


async def ask_finding(turn: Turn, case: Case) -> Ask:
    programme, _ = holding.programme_of(turn, case)
    found = programme.findings_for(case.reason, turn.draft["outcome"])
    return Ask(t("ruling.finding.ask", number=case.number), tuple(Option(one.code, said(one.label)) for one in found))


async def take_finding(turn: Turn, case: Case, code: str) -> Next:
    turn.draft["code"] = str(code)
    return "seen"


async def ask_seen(turn: Turn, case: Case) -> Ask:
    held = await files.of_case(turn.store, case.id, files.STORED)
    papers: list[tuple[str, Saying]] = [
        (code, t("ruling.paper", paper=paper_name(code, turn.city), count=count))
        for code, count in Counter(file.paper or "other" for file in held).items()
    ]
    others = [(code, t(f"decision.seen.{code}")) for code in LOOKED_UP]
    return Ask(t("ruling.seen.ask"), ticks.options(turn, "seen", (*papers, *others), t("ruling.seen.done")))


async def take_seen(turn: Turn, case: Case, code: str) -> Next:
    if code != ticks.DONE:
        ticks.tick(turn, "seen", str(code))
        return "seen"
    if not ticks.ticked(turn, "seen"):
        raise Refuse(t("ruling.seen.none"))
    return "sums" if turn.draft["outcome"] == ACCEPTED else "words"


async def ask_sums(turn: Turn, case: Case) -> Ask:
    _, one = holding.programme_of(turn, case)
    rows = [(part.code, t("ruling.sum", label=part.label, amount=Won(part.amount))) for part in one.sums.values()]
    chosen = ticks.ticked(turn, "sums")
    total = Won(sum(part.amount for part in one.sums.values() if part.code in chosen))
    done = t("ruling.sums.done", total=total) if chosen else t("ruling.sums.none")
    before = turn.draft.get("before")
    stands = t("ruling.sums.before", before=Won(before)) if before else t("ruling.sums.nothing")
    return Ask(lines(t("ruling.sums.ask"), stands), ticks.options(turn, "sums", rows, done))


async def take_sums(turn: Turn, case: Case, code: str) -> Next:
    if code != ticks.DONE:
        ticks.tick(turn, "sums", str(code))
        return "sums"
    return "words"


async def ask_words(turn: Turn, case: Case) -> Ask:
    question = t("ruling.words.korean") if holding.reader(case) == "en" else t("ruling.words.ask")
    return Ask(question, (Option("none", t("ruling.words.none")),), takes=TEXT)


async def take_words(turn: Turn, case: Case, answer: Chosen | str) -> Next:
    if len(answer) > LONGEST:
        raise Refuse(t("hand.long", most=LONGEST))
    turn.draft["words"] = "" if isinstance(answer, Chosen) else answer
    return "look"


async def ask_look(turn: Turn, case: Case) -> Ask:
    """The letter as it would go, in its reader's language; and a word of warning where most others ended otherwise."""
    wanted = ruling(turn, case)
    warned = await differs(turn, case, wanted.outcome)
    text = lines(
        t("ruling.look.ask", language=t(f"ruling.language.{holding.reader(case)}")),
        *((warned,) if warned else ()),
        "",
        In(holding.reader(case), letter(turn.city, case, wanted, turn.now)),
    )
    return Ask(text, (Option("send", t("ruling.look.send")), Option("change", t("ruling.look.change"))))


def steps(what: May, take_look: TakeOne) -> tuple[Step, ...]:
    """The steps after the outcome was chosen; `take_look` does what the last button says."""
    return (
        holding.step("finding", what, ask_finding, take_finding, leads_to=("seen",)),
        holding.step("seen", what, ask_seen, take_seen, leads_to=("seen", "sums", "words")),
        holding.step("sums", what, ask_sums, take_sums, leads_to=("sums", "words")),
        holding.step("words", what, ask_words, take_words, leads_to=("look",)),
        holding.step("look", what, ask_look, take_look, leads_to=("start",)),
    )
