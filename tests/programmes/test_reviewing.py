"""The monthly look: what is counted, and what stands out."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from programmes.reading import KST
from programmes.reviewing import BEFORE, DOWNLOADS, OPENINGS, Deed, Flag, Month, flags, month_before, seen, span
from tests.programmes.city import CITY

JULY, AUGUST = (datetime(2025, month, 1, tzinfo=KST) for month in (7, 8))
NOON = datetime(2025, 7, 28, 11, tzinfo=KST)  # a Monday
KIM, LEE = UUID(int=1), UUID(int=2)
some = st.builds(
    Deed,
    st.integers(0, 61 * 24).map(lambda hours: JULY - BEFORE + timedelta(hours=hours)),
    st.sampled_from([*sorted(OPENINGS), *sorted(DOWNLOADS), "case.take", "desk.opened"]),
    st.none() | st.sampled_from([KIM, LEE]),
)


def counted(*deeds: Deed) -> Month:
    return seen(deeds, JULY, CITY.calendar)


def test_a_month_goes_from_midnight_to_midnight_in_korea() -> None:
    assert span(date(2025, 7, 1)) == (JULY, AUGUST)
    assert span(date(2025, 12, 1))[1] == datetime(2026, 1, 1, tzinfo=KST)
    assert month_before(date(2025, 1, 31)) == date(2024, 12, 1)


def test_an_opening_at_night_or_on_a_sunday_is_out_of_hours() -> None:
    night, sunday = NOON.replace(hour=23), NOON - timedelta(days=1)
    one = counted(*(Deed(at, "case.read", KIM) for at in (NOON, night, sunday)), Deed(night, "desk.opened", None))
    assert (one.openings, one.out_of_hours) == (3, 2)


def test_a_case_is_hers_on_which_she_did_more_than_look_also_before_the_month() -> None:
    earlier = Deed(JULY - timedelta(days=3), "case.take", KIM)
    one = counted(earlier, Deed(NOON, "case.read", KIM), Deed(NOON, "paper.shown", LEE))
    assert (one.openings, one.not_hers) == (2, 1)
    assert "case.take" not in one.counts


def of(openings: int, **more: int) -> Month:
    return Month({}, openings, **more)


def test_what_is_many_is_measured_by_what_is_usual() -> None:
    usual: Sequence[Month] = [of(40), of(50), of(60), of(0)]
    assert flags(of(151), usual) == (Flag.MANY,)
    assert flags(of(150), usual) == ()
    assert flags(of(49), [of(1), of(1)]) == ()
    assert flags(of(50), []) == (Flag.MANY,)


def test_each_unusual_thing_has_its_flag() -> None:
    assert flags(of(30, not_hers=11), [of(30)]) == (Flag.NOT_HERS,)
    assert flags(of(30, not_hers=10), [of(30)]) == ()
    assert flags(of(3, out_of_hours=1), [of(3)]) == (Flag.OUT_OF_HOURS,)
    assert flags(of(0, downloads=1), [of(0)]) == (Flag.DOWNLOADS,)


@given(st.lists(some, max_size=40))
def test_nothing_is_counted_twice_and_nothing_of_the_month_is_left_out(deeds: list[Deed]) -> None:
    deeds.sort(key=lambda deed: deed.at)
    one = seen(deeds, JULY, CITY.calendar)
    assert sum(one.counts.values()) == sum(deed.at >= JULY for deed in deeds)
    assert one.openings == sum(deed.at >= JULY and deed.action in OPENINGS for deed in deeds)
    assert max(one.out_of_hours, one.not_hers) <= one.openings
