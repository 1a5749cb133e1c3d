"""The letter a decision is told by: outcome, why, the officer's words, the sum, what was looked at, and the remedy.

It is made from the record, in the reader's language. The notice that there is one names nothing of it; the full text
comes after she opens it, and that she did is recorded.
"""

from datetime import datetime, timedelta

from handlers.dialog import Lines, Saying, Text, Turn, lines, said, t
from handlers.resident.papers import paper_name
from handlers.resident.receipt import about
from programmes.model import City, Won
from programmes.reading import KST
from storage import decisions
from storage.cases import Case
from storage.decisions import Ruling

TEAM, DONG = "payment-team", "dong"  # who decides, as the city's offices are named
LOOKED_UP = ("roster", "register", "nothing")  # evidence that is no paper: our own data, the government's, none came


def letter(city: City, case: Case, ruling: Ruling, at: datetime) -> Lines:
    """The whole letter, in short titled lines."""
    programme = city.programmes[case.programme]
    finding = programme.findings.get(ruling.code)
    why = (t("decision.why", why=said(finding.says, **programme.params)),) if finding else ()
    return lines(
        t("decision.title"),
        t("decision.number", number=case.number, what=about(case, city)),
        t("decision.result", result=t(f"decision.outcome.{ruling.outcome}")),
        *why,
        *((t("decision.words", words=ruling.words),) if ruling.words else ()),
        *((_sum(ruling.before, ruling.amount),) if ruling.amount is not None else ()),
        t("decision.seen", papers=_listed(city, ruling.seen)),
        t("decision.made", at=at, rule=ruling.rule),
        *_remedy(city, case, ruling, at),
    )


def _sum(before: int | None, amount: int) -> Text:
    return t("decision.sum", before=won_or_none(before), after=Won(amount))


def won_or_none(amount: int | None) -> Won | Text:
    """A sum, or the word for none."""
    return Won(amount) if amount else t("decision.sum.none")


def _listed(city: City, seen: tuple[str, ...]) -> Saying:
    """What was looked at, one after the other."""
    names = [t(f"decision.seen.{code}") if code in LOOKED_UP else paper_name(code, city) for code in seen]
    listed = names[0] if names else t("decision.seen.nothing")
    for name in names[1:]:
        listed = t("decision.seen.and", first=listed, more=name)
    return listed


def _remedy(city: City, case: Case, ruling: Ruling, at: datetime) -> tuple[Text, ...]:
    """Who decided, what can be done against it until when, and whom to ask."""
    programme = city.programmes[case.programme]
    remedy = next(one for code, one in programme.remedies.items() if code == ruling.outcome)
    ground, one = programme.appeal_reasons.get(case.reason), programme.round(case.round) or programme.rounds[0]
    by_team = ground is None or ground.decides == "team"
    until = at.astimezone(KST).date() + timedelta(days=remedy.days)
    params = {**programme.round_params(one), "until": until}
    office = city.places.office(remedy.office)
    return (
        t("decision.by", office=city.places.office(TEAM if by_team else DONG).name),
        t("decision.remedy", remedy=said(remedy.says, **params)),
        t("decision.office", office=office.name, reach=city.places.reach(remedy.office)),
    )


async def open_letter(turn: Turn, case: Case) -> None:
    """Tell the decision in full, and record that she opened it."""
    decision = await decisions.latest(turn.store, case.id)
    if decision is None:
        turn.say(t("decision.none"))
        return
    turn.say(letter(turn.city, case, decision.ruling, decision.at), kind="decision")
    await decisions.opened(turn.store, decision, turn.person.id)
