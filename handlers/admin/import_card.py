"""What is shown of a version of an office's file: at the admin desk in lines, on the command line in a table."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from handlers.dialog import Brief, Saying, Text, lines, said, t
from programmes.model import City, Programme, Round, Won
from storage.differences import Difference, Sums, Tally
from storage.imports import APPLIED, CLEARING, PRUNED, STAGING, UNDONE, Version

FEW: Final = 3  # dongs, categories, faults and case numbers named in a chat
STATES: Final[Mapping[str, Text]] = {
    STAGING: t("imports.state.staging"),
    APPLIED: t("imports.state.past"),
    UNDONE: t("imports.state.undone"),
    CLEARING: t("imports.state.cleared"),
    PRUNED: t("imports.state.cleared"),
}
KIND_NAMES: Final[Mapping[str, Text]] = {
    "roster": t("imports.kind.roster"),
    "payments": t("imports.kind.payments"),
}
FAULTS: Final[Mapping[str, Text]] = {
    "truncated": t("imports.fault.truncated"),
    "shifted": t("imports.fault.shifted"),
    "encoding": t("imports.fault.encoding"),
    "resident_number": t("imports.fault.resident_number"),
    "doubled": t("imports.fault.doubled"),
    "unknown_person": t("imports.fault.unknown_person"),
    "flag": t("imports.fault.flag"),
    "moment": t("imports.fault.moment"),
}

Row = tuple[Saying, Saying | str]


def is_large(city: City, version: Version) -> bool:
    """Whether a version changes so much that two people must agree to it."""
    found = version.difference
    return found is not None and city.files.of(version.kind).large(found.former, found.whole.all, found.lose)


def state_of(version: Version) -> Text:
    """How it stands."""
    if version.in_force:
        return t("imports.state.in_force")
    if version.state in STATES:
        return STATES[version.state]
    return t("imports.state.waits") if version.waits else t("imports.state.comparing")


def title(version: Version) -> Text:
    """A version by its kind and number."""
    return t("imports.title", kind=KIND_NAMES[version.kind], version=version.version)


def label(version: Version) -> Text:
    """A version in one line of a list."""
    at = Brief(version.applied_at or version.started_at)
    return t("imports.label", title=title(version), state=state_of(version), at=at)


def fault(reason: str) -> Text:
    """What is wrong with a row, by its code; most codes are the name of the column."""
    return FAULTS.get(reason) or t("imports.fault.column", column=reason)


def refusal(reason: str, facts: Mapping[str, Any]) -> Text:
    """Why a file was not taken, and what to do."""
    told = {name: _number(value) if isinstance(value, int) else value for name, value in facts.items()}
    if "why" in told:
        told["why"] = fault(str(told["why"]))
    return t(f"imports.refused.{reason}", **told)


def rows(city: City, version: Version, most: int = FEW) -> Iterator[Row]:
    """What a version changes, as titles and values; the first `most` of what is named one by one."""
    found = version.difference
    if found is None:
        yield t("imports.row.rows"), _number(version.rows)
        return
    yield t("imports.row.rows"), t("imports.value.rows", rows=_number(found.rows), former=_number(found.former))
    yield t("imports.row.whole"), _tally(found.whole)
    yield from _entitled(city, found)
    for one in found.sums:
        yield from _paid(city, one)
    if found.settles:
        more = found.settles - len(found.numbers[:most])
        numbers = ", ".join(found.numbers[:most])
        yield (
            t("imports.row.settles", count=_number(found.settles)),
            t("imports.value.more", some=numbers, count=_number(more)) if more else numbers,
        )
    yield from _most(((_dong(city, code), tally) for code, tally in found.dongs.items()), most)
    yield from _most(((_category(city, code), tally) for code, tally in found.categories.items()), most - 1)
    yield from _bad(found, most - 1)


def lined(found: Iterable[Row]) -> Saying:
    """Titles and values under each other."""
    return lines(*(t("imports.line", what=what, value=value) for what, value in found))


def _entitled(city: City, found: Difference) -> Iterator[Row]:
    for one in found.shifts:
        programme = city.programmes[one.programme]
        if round := programme.round(one.round):
            yield _place(programme, round), t("imports.value.shift", gain=_number(one.gain), lose=_number(one.lose))


def _paid(city: City, one: Sums) -> Iterator[Row]:
    of_round = (_place(each, round) for each in city.programmes.values() if (round := each.round(one.round)))
    place = next(of_round, t("imports.elsewhere"))
    if one.paid or one.unpaid:
        yield place, t("imports.value.paid", paid=_number(one.paid), unpaid=_number(one.unpaid))
    if one.people:
        sums = {"before": Won(one.before), "after": Won(one.after)}
        yield place, t("imports.value.sums", people=_number(one.people), **sums)


def _most(found: Iterable[tuple[Saying, Tally]], most: int) -> Iterator[Row]:
    """Where most changes."""
    for name, tally in sorted(found, key=lambda one: -one[1].all)[:most]:
        yield name, _tally(tally)


def _bad(found: Difference, most: int) -> Iterator[Row]:
    if found.bad:
        yield t("imports.row.bad"), t("imports.value.bad", bad=_number(found.bad), kept=_number(found.kept))
    for reason, count in sorted(found.reasons.items(), key=lambda one: -one[1])[:most]:
        yield fault(reason), _number(count)


def _place(programme: Programme, round: Round) -> Text:
    return t("imports.place", programme=programme.short, round=round.label)


def _dong(city: City, code: str) -> Saying:
    dong = city.places.dongs.get(code)
    return said(dong.name) if dong else t("imports.elsewhere")


def _category(city: City, code: str) -> Saying:
    """As the programmes call it."""
    facts = (one.facts.get("category") for one in city.programmes.values())
    choices = (fact.choices[code] for fact in facts if fact and fact.choices and code in fact.choices)
    found = next(choices, None)
    return said(found.label) if found else t("imports.elsewhere")


def _tally(tally: Tally) -> Text:
    return t("imports.value.tally", new=_number(tally.new), gone=_number(tally.gone), changed=_number(tally.changed))


def _number(count: int) -> str:
    return f"{count:,}"
