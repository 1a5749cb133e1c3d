"""The law's clock against a slow one that looks at every minute."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from programmes.reading import KST
from programmes.worktime import Account, Calendar, Span, account, breakdown, due, is_open, next_opening, worked
from tests.programmes.city import CITY, at

PLAIN = Calendar(frozenset())
MINUTE = timedelta(minutes=1)

MOMENTS = st.integers(0, 13 * 24 * 60).map(lambda minutes: at("2025-07-24 00:00") + minutes * MINUTE)
CALENDARS = st.frozensets(st.dates(date(2025, 7, 24), date(2025, 8, 6)), max_size=4).map(Calendar)
PAUSES = st.lists(st.tuples(MOMENTS, MOMENTS), max_size=3)


def counts(minute: datetime, calendar: Calendar, pauses: Sequence[Span]) -> bool:
    """Whether the minute that begins here is worked; written as slowly as the rule is said."""
    local = minute.astimezone(KST)
    if local.weekday() in (5, 6) or local.date() in calendar.holidays:
        return False
    if local.hour not in (9, 10, 11, 13, 14, 15, 16, 17):
        return False
    return not any(begins <= minute < ends for begins, ends in pauses)


def slowly(start: datetime, end: datetime, calendar: Calendar, pauses: Sequence[Span]) -> timedelta:
    total, minute = timedelta(), start
    while minute < end:
        total += MINUTE if counts(minute, calendar, pauses) else timedelta()
        minute += MINUTE
    return total


def slow_account(start: datetime, end: datetime, calendar: Calendar, pauses: Sequence[Span]) -> Account:
    """Every minute is put on one of three heaps."""
    counted = paused = closed = timedelta()
    minute = start
    while minute < end:
        if any(begins <= minute < ends for begins, ends in pauses):
            paused += MINUTE
        elif counts(minute, calendar, ()):
            counted += MINUTE
        else:
            closed += MINUTE
        minute += MINUTE
    return Account(counted, paused, closed)


@settings(max_examples=60, deadline=None)
@given(MOMENTS, MOMENTS, CALENDARS, PAUSES)
def test_what_became_of_the_time_is_what_the_slow_clock_saw_minute_by_minute(
    one: datetime, two: datetime, calendar: Calendar, pauses: list[Span]
) -> None:
    start, end = sorted((one, two))
    assert account(start, end, calendar, pauses) == slow_account(start, end, calendar, pauses)


EVENTS = st.lists(st.tuples(st.sampled_from(("ask", "answer", "shut", "open")), st.integers(0, 4000)), max_size=12)


@settings(max_examples=300, deadline=None)
@given(MOMENTS, EVENTS, st.integers(1, 24))
def test_counted_paused_and_closed_time_is_wall_time_after_any_events(
    filed: datetime, events: list[tuple[str, int]], hours: int
) -> None:
    now, asked, calendar, pauses = filed, None, PLAIN, list[Span]()
    for what, minutes in events:
        now += minutes * MINUTE
        if what == "ask" and asked is None:
            asked = now
        elif what == "answer" and asked is not None:
            pauses.append((asked, now))
            asked = None
        elif what == "shut":
            calendar = calendar.changed({now.date(): "storm"})
        elif what == "open":
            calendar = calendar.changed({}, {now.date()})
        lasting = [(asked, now)] if asked is not None else []
        seen = account(filed, now, calendar, pauses + lasting)
        assert seen.counted + seen.paused + seen.closed == now - filed
        assert min(seen.counted, seen.paused, seen.closed) >= timedelta()
    end = due(filed, hours, calendar, pauses)
    assert account(filed, end, calendar, pauses).counted == timedelta(hours=hours)


def test_a_day_added_is_named_and_one_taken_back_is_not() -> None:
    monday, tuesday = date(2025, 7, 28), date(2025, 7, 29)
    shut = PLAIN.changed({monday: "storm", tuesday: "visit"}, {tuesday})
    assert shut.added == ((monday, "storm"),)
    assert (shut.works_on(monday), shut.works_on(tuesday)) == (False, True)
    assert shut.changed({}, {monday}) == PLAIN


@settings(max_examples=60, deadline=None)
@given(MOMENTS, MOMENTS, CALENDARS, PAUSES)
def test_worked_time_is_that_of_the_slow_clock(
    start: datetime, end: datetime, calendar: Calendar, pauses: list[Span]
) -> None:
    assert worked(start, end, calendar, pauses) == slowly(start, end, calendar, pauses)


@settings(deadline=None)
@given(MOMENTS, st.integers(0, 40 * 60), CALENDARS, PAUSES)
def test_due_is_the_first_moment_by_which_the_hours_are_worked(
    start: datetime, minutes: int, calendar: Calendar, pauses: list[Span]
) -> None:
    wanted = timedelta(minutes=minutes)
    found = due(start, wanted, calendar, pauses)
    assert worked(start, found, calendar, pauses) == wanted
    assert found == start or worked(start, found - MINUTE, calendar, pauses) < wanted


@given(MOMENTS, st.integers(1, 40), CALENDARS, st.dates(date(2025, 7, 24), date(2025, 8, 20)))
def test_a_holiday_added_never_makes_it_due_sooner_and_removing_it_restores(
    start: datetime, hours: int, calendar: Calendar, holiday: date
) -> None:
    more = Calendar(calendar.holidays | {holiday})
    before, after = due(start, hours, calendar), due(start, hours, more)
    assert after >= before
    assert (after > before) == (worked(start, before, more) < timedelta(hours=hours))
    assert due(start, hours, Calendar(more.holidays - ({holiday} - calendar.holidays))) == before


@given(MOMENTS, MOMENTS, MOMENTS, CALENDARS, PAUSES)
def test_counted_time_adds_up(
    one: datetime, two: datetime, three: datetime, calendar: Calendar, pauses: list[Span]
) -> None:
    first, middle, last = sorted((one, two, three))
    halves = worked(first, middle, calendar, pauses) + worked(middle, last, calendar, pauses)
    assert halves == worked(first, last, calendar, pauses)


@given(MOMENTS, MOMENTS, MOMENTS, MOMENTS, CALENDARS)
def test_what_is_not_counted_for_a_pause_is_its_working_time(
    one: datetime, two: datetime, three: datetime, four: datetime, calendar: Calendar
) -> None:
    start, begins, ends, end = sorted((one, two, three, four))
    paused = worked(begins, ends, calendar)
    assert worked(start, end, calendar, [(begins, ends)]) == worked(start, end, calendar) - paused


@given(MOMENTS, CALENDARS)
def test_the_counter_is_open_in_worked_minutes(now: datetime, calendar: Calendar) -> None:
    assert is_open(now, calendar) == counts(now, calendar, ())
    opening = next_opening(now, calendar)
    assert is_open(opening, calendar)
    assert worked(now, opening, calendar) == timedelta()


@pytest.mark.parametrize(
    ("start", "hours", "expected"),
    [
        ("2025-07-25 16:00", 16, "2025-07-29 16:00"),
        ("2025-07-28 09:00", 8, "2025-07-28 18:00"),
        ("2025-07-28 11:30", 1, "2025-07-28 13:30"),
        ("2025-07-26 10:00", 0.5, "2025-07-28 09:30"),
        ("2025-08-14 17:00", 2, "2025-08-18 10:00"),
        ("2025-10-02 17:00", 16, "2025-10-13 17:00"),
        ("2025-07-26 10:00", 0, "2025-07-26 10:00"),
    ],
)
def test_due_times_by_hand(start: str, hours: float, expected: str) -> None:
    assert due(at(start), hours, CITY.calendar) == at(expected)


def test_the_sum_can_be_shown_day_by_day() -> None:
    start = at("2025-07-25 16:00")
    assert breakdown(start, due(start, 16, PLAIN), PLAIN) == (
        (date(2025, 7, 25), timedelta(hours=2)),
        (date(2025, 7, 28), timedelta(hours=8)),
        (date(2025, 7, 29), timedelta(hours=6)),
    )


def test_the_clock_is_korean_wherever_the_moment_was_read() -> None:
    start = datetime(2025, 7, 28, 0, 0, tzinfo=UTC)
    pause = (datetime(2025, 7, 28, 1, tzinfo=UTC), datetime(2025, 7, 28, 2, tzinfo=UTC))
    assert due(start, 8, PLAIN, [pause]) == at("2025-07-29 10:00")
    assert due(start, 2, PLAIN, [pause]).tzinfo is KST


@pytest.mark.parametrize(
    ("now", "expected"),
    [("2025-07-28 12:30", "2025-07-28 13:00"), ("2025-07-28 18:00", "2025-07-29 09:00"),
     ("2025-08-14 18:00", "2025-08-18 09:00"), ("2025-07-28 10:00", "2025-07-28 10:00")],
)  # fmt: skip
def test_when_somebody_is_there(now: str, expected: str) -> None:
    assert next_opening(at(now), CITY.calendar) == at(expected)
