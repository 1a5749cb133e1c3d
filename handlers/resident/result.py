"""What is said of one verdict, in short messages: whether and how much, why, what to do; then how, when and where."""

from collections.abc import Mapping
from datetime import date, time

from handlers.dialog import Lines, Saying, Text, Turn, lines, said, t
from handlers.resident.decision import won_or_none
from programmes.model import FactValue, Programme, Round, Won
from programmes.rules import Outcome, Verdict, day
from storage.awards import Award

OUTCOMES: Mapping[Outcome, Text] = {
    Outcome.YES: t("result.yes"),
    Outcome.NO: t("result.no"),
    Outcome.UNKNOWN: t("result.unknown"),
}


def result_of(
    turn: Turn,
    programme: Programme,
    round: Round,
    answer: Verdict,
    facts: Mapping[str, FactValue],
    status: str | None = None,
    name: Text | None = None,
) -> tuple[Lines, ...]:
    """One message, and a second one on applying and spending while the round is open to the person.

    `status` is the payment's, where the office has one; `name` whom it is about.
    """
    reason = programme.reasons[answer.reason]
    due, pending = answer.outcome is Outcome.YES, status in (None, "not_applied")
    parts: list[Saying] = [t("result.title", programme=programme.short, round=round.label)]
    parts += [t("result.name", name=name)] if name else []
    parts += [OUTCOMES[answer.outcome], *_sums(answer), t("result.why", why=said(reason.why, **answer.params))]
    parts += [t("result.status", status=programme.statuses[status])] if status else []
    parts += [t("result.now", now=said(reason.now, **answer.params))] if pending else []
    parts += _day(turn, round, facts) if due and pending else []
    if (office := answer.office or reason.office) and not due:
        places = turn.city.places
        parts.append(t("result.office", office=places.office(office).name, reach=places.reach(office)))
    further = _further(programme, round, pending) if due and round.opens <= turn.now else ()
    return (lines(*parts), *further)


def award_of(
    turn: Turn, programme: Programme, round: Round, award: Award, status: str | None = None, name: Text | None = None
) -> tuple[Lines, ...]:
    """What is said instead where a decision granted another sum than the roster's: the old one and the new one."""
    pending = status in (None, "not_applied")
    return (
        lines(
            t("result.title", programme=programme.short, round=round.label),
            *((t("result.name", name=name),) if name else ()),
            t("result.award", at=award.at),
            t("decision.sum", before=won_or_none(award.before), after=Won(award.amount)),
            *((t("result.status", status=programme.statuses[status]),) if status else ()),
        ),
        *(_further(programme, round, pending) if round.opens <= turn.now else ()),
    )


def _sums(answer: Verdict) -> list[Saying]:
    shown: list[Saying] = [t("result.part", label=part.label, amount=Won(part.amount)) for part in answer.sums]
    return [*shown, t("result.total", amount=Won(answer.total))] if len(shown) > 1 else shown


def _day(turn: Turn, round: Round, facts: Mapping[str, FactValue]) -> list[Saying]:
    born = facts.get("birth_date")
    if not isinstance(born, date):
        return []
    today = day(round, born, turn.now)
    if today.open:
        return [t("result.day.online") if today.online_only else t("result.day.today")]
    if today.opens is None:
        return []
    whole = today.opens.time() == time()  # a day that begins at midnight is said without the hour
    return [t("result.day.from", opens=today.opens.date() if whole else today.opens)]


def _further(programme: Programme, round: Round, pending: bool) -> tuple[Lines]:
    params = programme.round_params(round)
    where = t("result.where", where=said(round.place, **params))
    return (lines(t("result.how", how=said(round.how, **params)), where) if pending else lines(where),)
