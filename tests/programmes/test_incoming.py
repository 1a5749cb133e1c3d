"""How much a file may change alone, and when it is late."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from programmes.incoming import Incoming
from tests.programmes.city import CITY, at

FIVE_AND_ONE = Incoming(changed_percent=5, lose_percent=1, late_hours=24)
COUNTS = st.integers(0, 10**6)


def test_more_than_the_share_is_much_and_the_share_itself_is_not() -> None:
    assert not FIVE_AND_ONE.large(1000, 50, 10)
    assert FIVE_AND_ONE.large(1000, 51, 0)
    assert FIVE_AND_ONE.large(1000, 0, 11)


@given(COUNTS, COUNTS)
def test_a_first_file_is_never_much(changed: int, lost: int) -> None:
    assert not FIVE_AND_ONE.large(0, changed, lost)


@given(COUNTS, COUNTS, COUNTS, COUNTS)
def test_what_changes_more_is_no_less_much(former: int, changed: int, lost: int, more: int) -> None:
    if FIVE_AND_ONE.large(former, changed, lost):
        assert FIVE_AND_ONE.large(former, changed + more, lost)
        assert FIVE_AND_ONE.large(former, changed, lost + more)


def test_a_file_is_late_when_it_has_been_in_force_for_longer_than_it_may() -> None:
    since = at("2025-07-27 18:00")
    assert not FIVE_AND_ONE.late(since, since + timedelta(hours=24))
    assert FIVE_AND_ONE.late(since, since + timedelta(hours=24, seconds=1))


def test_the_city_says_it_of_each_kind() -> None:
    assert CITY.files.of("roster") is CITY.files.roster
    assert CITY.files.of("payments") is CITY.files.payments
    assert CITY.files.payments.late_hours < CITY.files.roster.late_hours
