"""What is said of one verdict, in short messages: whether and how much, why, what to do; then how, when and where."""

from collections.abc import Mapping
from datetime import date

from handlers.dialog import Lines, Saying, Text, Turn, lines, said, t
from programmes.model import FactValue, Programme, Round, Won
from programmes.rules import Outcome, Verdict, day

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
    """One message, and a second one on applying and spending where there is something to come.

    `status` is the payment's, where the office has one; `name` whom it is about.
    """
    reason = programme.reasons[answer.reason]
    pending = status in (None, "not_applied")
    parts: list[Saying] = [t("result.title", programme=programme.short, round=round.label)]
    parts += [t("result.name", name=name)] if name else []
    parts += [OUTCOMES[answer.outcome], *_sums(answer), t("result.why", why=said(reason.why, **answer.params))]
    parts += [t("result.now", now=said(reason.now, **answer.params))] if pending else []
    parts += [t("result.status", status=programme.statuses[status])] if status else []
    if (office := answer.office or reason.office) and answer.outcome is not Outcome.YES:
        places = turn.city.places
        parts.append(t("result.office", office=places.office(office).name, reach=places.reach(office)))
    first = lines(*parts)
    return (first, _further(turn, programme, round, facts, pending)) if answer.outcome is Outcome.YES else (first,)


def _sums(answer: Verdict) -> list[Saying]:
    shown: list[Saying] = [t("result.part", label=part.label, amount=Won(part.amount)) for part in answer.sums]
    return [*shown, t("result.total", amount=Won(answer.total))] if len(shown) > 1 else shown


def _further(turn: Turn, programme: Programme, round: Round, facts: Mapping[str, FactValue], pending: bool) -> Lines:
    params = programme.round_params(round)
    where = t("result.where", where=said(round.place, **params))
    if not pending:
        return lines(where)
    return lines(*_day(turn, round, facts), t("result.how", how=said(round.how, **params)), where)


def _day(turn: Turn, round: Round, facts: Mapping[str, FactValue]) -> list[Saying]:
    born = facts.get("birth_date")
    if not isinstance(born, date):
        return []
    today = day(round, born, turn.now)
    if today.open:
        return [t("result.day.online") if today.online_only else t("result.day.today")]
    return [t("result.day.from", opens=today.opens)] if today.opens else []
