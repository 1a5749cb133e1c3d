"""What is said of figures adds up: shares sum to one, percentiles are values that were there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.figures import count
from storage.figures import Answer, Claims
from tests.bot.figures.town import FIGURES, MANY

COUNTS = st.dictionaries(st.text(max_size=3), st.integers(0, 10**7), min_size=1, max_size=12)


@given(COUNTS)
def test_shares_sum_to_one_and_none_is_a_thousandth_off(counts: dict[str, int]) -> None:
    found, whole = count.shares(counts), sum(counts.values())
    assert found.keys() == counts.keys()
    assert sum(found.values()) == (count.WHOLE if whole else 0)
    assert all(abs(found[key] - counts[key] * count.WHOLE / whole) < 1 for key in counts if whole)


@given(COUNTS)
def test_what_is_nobody_has_no_share(counts: dict[str, int]) -> None:
    assert all(count.shares(counts)[key] == 0 for key, number in counts.items() if number == 0)


def test_the_paid_share_is_of_all_entitled() -> None:
    assert count.paid(()).share == 0
    found = count.paid(FIGURES.claims)
    assert (found.paid, found.entitled) == (883 * 23 * MANY, 1000 * 23 * MANY)
    assert found.share == 0.883
    assert found.won == found.paid * 160_000


def test_who_applied_or_gave_it_back_is_not_paid() -> None:
    rows = [Claims("1", "ara", status, "card", None, 1, 100) for status in ("paid", "applied", "returned")]
    assert (count.paid(rows).paid, count.paid(rows).entitled, count.paid(rows).won) == (1, 3, 100)


@given(st.lists(st.integers(0, 5000), min_size=1))
def test_a_percentile_was_there_and_so_many_do_not_exceed_it(minutes: list[int]) -> None:
    ordered = sorted(minutes)
    for part in (0.5, 0.9):
        found = count.percentile(ordered, part)
        assert found in minutes
        assert sum(one <= found for one in minutes) >= part * len(minutes)


def test_speed_is_told_of_those_with_a_promise() -> None:
    assert count.speed([]) is None
    found = count.speed([Answer("ara", minutes, 960) for minutes in (60, 120, 960, 961)] + [Answer("ara", 5, None)])
    assert found is not None
    assert (found.answered, found.median, found.ninth, found.within) == (5, 120, 961, 750)


@pytest.mark.parametrize(("key", "expected"), [("card", 2), ("eeum", 1)])
def test_sums_by_a_field_come_most_frequent_first(key: str, expected: int) -> None:
    rows = [("eeum", 1), ("card", 1), ("card", 1)]
    found = count.summed(rows, lambda row: row[0], lambda row: row[1])
    assert found[key] == expected
    assert next(iter(found)) == "card"
