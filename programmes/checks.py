"""What must agree inside one programme before it may be used; fields and languages are checked while reading."""

from collections.abc import Collection, Iterator, Mapping
from itertools import pairwise
from typing import Any, get_args

from programmes.conditions import ORDERED, Limit, Test, When
from programmes.reading import Page, Spot
from programmes.schema import Ending, Finding, Programme, Request, Round, Scheme
from programmes.wording import Wording, placeholders


def check(programme: Programme, page: Page, appeal: Page, offices: Collection[str]) -> None:
    """BadProgramme at the first row that names something unknown, cannot be decided or overlaps another."""
    root = Spot(page)
    if not programme.rounds:
        raise (root / "rounds").refuse("is empty")
    for number, means in enumerate(programme.at_visit):
        _named(programme.means, means, root / "at_visit" / number, "means of payment")
    _facts(programme, root / "facts", offices)
    _reasons(programme, root / "reasons", offices)
    _situations(programme, root / "situations")
    _appeals(programme, Spot(appeal))
    _endings(programme, Spot(appeal), offices)
    _sources(programme, root, Spot(appeal))
    for number, one in enumerate(programme.rounds):
        _round(programme, one, root / "rounds" / number, offices)
    for number, (one, later) in enumerate(pairwise(programme.rounds)):
        if one.closes > later.opens or one.appeal_closes > later.appeal_opens:
            raise (root / "rounds" / (number + 1) / "opens").refuse(f"overlaps round {one.code}")


def _named(known: Collection[str], code: str, spot: Spot, kind: str) -> None:
    if code not in known:
        raise spot.refuse(f"{code} is no known {kind}")


def _filled(said: Wording, known: Collection[str], spot: Spot) -> None:
    for name in placeholders(said.ko):
        _named(known, name, spot, "placeholder here")


def _facts(programme: Programme, spot: Spot, offices: Collection[str]) -> None:
    for number, fact in enumerate(programme.facts.values()):
        row = spot / number
        _named(offices, fact.office, row / "office", "office")
        if (fact.kind == "choice") != bool(fact.choices):
            raise (row / "choices").refuse("belong to a fact of kind choice, and only to it")
        if fact.assumed:
            _named(fact.choices or (), fact.assumed, row / "assumed", "choice")
        _filled(fact.ask, programme.params, row / "ask")


def _reasons(programme: Programme, spot: Spot, offices: Collection[str]) -> None:
    for number, reason in enumerate(programme.reasons.values()):
        if reason.appeal:
            _named(programme.appeal_reasons, reason.appeal, spot / number / "appeal", "appeal reason")
        if reason.office:
            _named(offices, reason.office, spot / number / "office", "office")


def _situations(programme: Programme, spot: Spot) -> None:
    codes = [one.code for one in programme.rounds]
    for number, situation in enumerate(programme.situations.values()):
        for code in situation.rounds:
            _named(codes, code, spot / number / "rounds", "round")
        _filled(situation.says, programme.params, spot / number / "says")


def _appeals(programme: Programme, spot: Spot) -> None:
    codes = [one.code for one in programme.rounds]
    for number, appeal in enumerate(programme.appeal_reasons.values()):
        row = spot / "reasons" / number
        for code in appeal.rounds:
            _named(codes, code, row / "rounds", "round")
        for code in appeal.documents:
            _named(programme.papers, code, row / "documents", "paper")
        for said, key in ((appeal.label, "label"), (appeal.note, "note")):
            if said:
                _filled(said, programme.params, row / key)
    for number, paper in enumerate(programme.papers.values()):
        _filled(paper.looks, programme.params, spot / "papers" / number / "looks")


def _endings(programme: Programme, spot: Spot, offices: Collection[str]) -> None:
    """Every appeal can be asked about, and can end in every way with words that say why and what then."""
    rows: list[tuple[str, int, Request | Finding]] = []
    rows += [("requests", number, one) for number, one in enumerate(programme.requests.values())]
    rows += [("findings", number, one) for number, one in enumerate(programme.findings.values())]
    for name, number, row in rows:
        for code in row.reasons:
            _named(programme.appeal_reasons, code, spot / name / number / "reasons", "appeal reason")
        _filled(row.says, programme.params, spot / name / number / "says")
    for number, appeal in enumerate(programme.appeal_reasons):
        lacks = [one for one in get_args(Ending) if not programme.findings_for(appeal, one)]
        if lacks or not programme.requests_for(appeal):
            raise (spot / "reasons" / number).refuse(f"has no finding for {lacks[0]}" if lacks else "has no request")
    for outcome in get_args(Ending):
        _named(programme.remedies, outcome, spot / "remedies", "remedy")
    for number, remedy in enumerate(programme.remedies.values()):
        place = spot / "remedies" / number
        _named(offices, remedy.office, place / "office", "office")
        if "until" not in placeholders(remedy.says.ko):
            raise (place / "says").refuse("should say {until} when")
        for one in programme.rounds:
            _filled(remedy.says, {*programme.round_params(one), "until"}, place / "says")


def _round(programme: Programme, one: Round, spot: Spot, offices: Collection[str]) -> None:
    _windows(one, spot)
    params = programme.round_params(one)
    for said, key in ((one.how, "how"), (one.place, "place")):
        _filled(said, params, spot / key)
    _given(programme, one.closed, params, spot / "closed")
    _given(programme, programme.unknown, {*params, "fact"}, Spot(spot.page) / "unknown")
    for number, limit in enumerate((one.limits or {}).values()):
        _limit(programme, limit, one, spot / "limits" / number, offices)
    for number, rule in enumerate(one.rules):
        row = spot / "rules" / number
        if bool(rule.yes) == bool(rule.no):
            raise row.refuse("needs either yes or no")
        _when(programme, rule.when, one, row / "when")
        _given(programme, rule.reason, {*params, *_limits(rule.when)}, row / ("yes" if rule.yes else "no"))
    if not one.rules or one.rules[-1].when:
        raise (spot / "rules").refuse("needs a last row that holds for everybody")
    for number, part in enumerate(one.sums.values()):
        _when(programme, part.when, one, spot / "sums" / number / "when")
        if part.amount <= 0:
            raise (spot / "sums" / number / "amount").refuse("should be more than nothing")


def _given(programme: Programme, code: str, params: Collection[str], spot: Spot) -> None:
    """A reason that is given here, and can be said with what is known here."""
    _named(programme.reasons, code, spot, "reason")
    reason = programme.reasons[code]
    for said in (reason.why, reason.now):
        _filled(said, params, spot)


def _windows(one: Round, spot: Spot) -> None:
    if not one.opens < one.closes:
        raise (spot / "closes").refuse("is not after opens")
    if not one.appeal_opens < one.appeal_closes:
        raise (spot / "appeal_closes").refuse("is not after appeal_opens")
    if one.use_by and one.use_by < one.closes.date():
        raise (spot / "use_by").refuse("is before the round closes")
    if one.scheme:
        _scheme(one, one.scheme, spot / "scheme")


def _scheme(one: Round, scheme: Scheme, spot: Spot) -> None:
    if not one.opens.date() <= scheme.first <= scheme.last <= one.closes.date():
        raise (spot / "first").refuse("the first days lie outside the round")
    if not {"mon", "tue", "wed", "thu", "fri"} == set(scheme.digits):
        raise (spot / "digits").refuse("should give digits for mon, tue, wed, thu and fri")
    if sorted(digit for day in scheme.digits.values() for digit in day) != list(range(10)):
        raise (spot / "digits").refuse("should give each digit one day")


def _limit(programme: Programme, limit: Limit, one: Round, spot: Spot, offices: Collection[str]) -> None:
    _named(offices, limit.office, spot / "office", "office")
    _named(programme.facts, limit.row, spot / "row", "fact")
    _named(programme.facts, limit.column, spot / "column", "fact")
    for code in limit.cells:
        _named(programme.facts[limit.row].choices or (), code, spot / "cells" / code, "choice")
    _when(programme, limit.one_up, one, spot / "one_up")
    _given(programme, limit.unknown, programme.round_params(one), spot / "unknown")


def _when(programme: Programme, when: When | None, one: Round, spot: Spot) -> None:
    for test in when.tests if when else ():
        _named(programme.facts, test.fact, spot / test.fact, "fact")
        if why := _misfit(programme, test, one):
            raise (spot / test.fact).refuse(why)


def _misfit(programme: Programme, test: Test, one: Round) -> str | None:
    """Why this test could not be made on any value of its fact."""
    fact = programme.facts[test.fact]
    kind = {"choice": "str", "date": "date"}.get(fact.kind, "int")
    if test.op == "over_limit":
        return None if kind == "int" and test.wanted in (one.limits or {}) else f"{test.wanted} is no limit for it"
    values = test.wanted if isinstance(test.wanted, frozenset) else {test.wanted}
    if test.op in ORDERED and kind == "str":
        return "has choices, which are not more or less"
    if not values or any(type(value).__name__ != kind for value in values):
        return f"is compared with something that is no {fact.kind}"
    unknown = values - set(fact.choices or ()) if fact.choices else set()
    return f"{min(map(str, unknown))} is no choice of it" if unknown else None


def _limits(when: When | None) -> Iterator[str]:
    return (str(test.wanted) for test in (when.tests if when else ()) if test.op == "over_limit")


def _sources(programme: Programme, root: Spot, appeal: Spot) -> None:
    rows: list[tuple[Spot, Mapping[Any, Any]]] = [
        (root / "facts", programme.facts),
        (root / "reasons", programme.reasons),
        (root / "situations", programme.situations),
        (appeal / "reasons", programme.appeal_reasons),
        (appeal / "papers", programme.papers),
        (appeal / "requests", programme.requests),
        (appeal / "findings", programme.findings),
        (appeal / "remedies", programme.remedies),
    ]
    for number, one in enumerate(programme.rounds):
        spot = root / "rounds" / number
        _named(programme.sources, one.source, spot / "source", "source")
        if one.scheme:
            _named(programme.sources, one.scheme.source, spot / "scheme" / "source", "source")
        rows += [
            (spot / "sums", one.sums),
            (spot / "limits", one.limits or {}),
            (spot / "rules", dict(enumerate(one.rules))),
        ]
    for spot, found in rows:
        for number, row in enumerate(found.values()):
            _named(programme.sources, row.source, spot / number / "source", "source")
