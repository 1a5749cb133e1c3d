"""Rows of one kind are judged alike, whatever the rules; and a kind is no finer than the rules."""

from dataclasses import replace
from datetime import date
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from programmes.lines import Lines
from programmes.rules import RosterFacts, facts_of, verdict
from tests.programmes.city import CITY, programme

LINES = Lines(CITY.programmes.values())
COUPON = programme("livelihood-coupon-2025")
BIRTHS = st.one_of(st.dates(date(1940, 1, 1), date(2025, 12, 31)), st.sampled_from(LINES._days))
SUMS = st.one_of(st.none(), st.integers(0, 900_000), st.sampled_from(LINES._sums))
ROWS = st.builds(
    RosterFacts,
    BIRTHS,
    st.sampled_from(["general", "near_poverty", "single_parent", "basic"]),
    st.booleans(),
    st.sampled_from(["korean", "overseas_korean", "f5", "other"]),
    st.sampled_from(["workplace", "regional", "mixed", None]),
    SUMS,
    st.sampled_from([0, 1, 2, 3, None]),
    *(st.sampled_from([True, False, None]) for _ in range(3)),
)


@settings(max_examples=400)
@given(st.lists(st.tuples(ROWS, BIRTHS, SUMS), min_size=1, max_size=4))
def test_a_household_of_the_same_kinds_has_the_same_answers(
    household: list[tuple[RosterFacts, date, int | None]],
) -> None:
    rows = [row for row, _, _ in household]
    others = [replace(row, birth_date=born, premium=premium) for row, born, premium in household]
    others = [other if LINES.sides(other) == LINES.sides(row) else row for row, other in zip(rows, others, strict=True)]
    for one in CITY.programmes.values():
        for round in one.rounds:
            answers = [
                verdict(one, facts_of(some[0], some, one.reference_date), round.opens, round.code)
                for some in (rows, others)
            ]
            assert answers[0] == answers[1]


@given(ROWS)
def test_a_day_decides_only_within_the_years_named(row: RosterFacts) -> None:
    later = row.birth_date.replace(month=7, day=1)
    assert row.birth_date.year in LINES.years or (_judged(row) == _judged(replace(row, birth_date=later)))


def test_two_sums_with_no_line_between_them_are_of_one_kind() -> None:
    row = RosterFacts(date(1980, 5, 5), "general", True, "korean", premium=1)
    low, high = max(pairwise(LINES._sums), key=lambda pair: pair[1] - pair[0])
    kinds = [LINES.sides(replace(row, premium=premium)) for premium in (low, low + 1, high - 1, high)]
    assert (len(set(kinds)), kinds[1]) == (3, kinds[2])
    assert LINES.sides(replace(row, premium=None)) not in kinds


def _judged(row: RosterFacts) -> list[object]:
    return [
        verdict(one, facts_of(row, [row], one.reference_date), round.opens, round.code)
        for one in CITY.programmes.values()
        for round in one.rounds
    ]
