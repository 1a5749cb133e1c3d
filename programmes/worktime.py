"""The law's clock: working hours of the office, without lunch, weekends, holidays and pauses."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import takewhile

from programmes.reading import KST

Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Calendar:
    """When the office works: Monday to Friday in Korean time, eight hours a day as it stands, except holidays.

    `added` are those of the holidays that the city or the office added to the public ones, with their names.
    """

    holidays: frozenset[date]
    opens: time = time(9)
    closes: time = time(18)
    lunch: tuple[time, time] = (time(12), time(13))
    added: tuple[tuple[date, str], ...] = ()

    def works_on(self, day: date) -> bool:
        """Whether the office opens at all on that day."""
        return day.weekday() < 5 and day not in self.holidays

    def changed(self, shut: Mapping[date, str], works: Collection[date] = ()) -> "Calendar":
        """This calendar with days on which the office is shut too, by name, and others on which it works after all."""
        added = {**dict(self.added), **shut}
        named = tuple(sorted((day, name) for day, name in added.items() if day not in works))
        return replace(self, holidays=(self.holidays | shut.keys()) - frozenset(works), added=named)


@dataclass(frozen=True, slots=True)
class Account:
    """What became of the time between two moments: together all of it, and nothing twice.

    `counted` is worked, in `paused` the resident had to act (the office being open or not), in `closed` it was shut.
    """

    counted: timedelta
    paused: timedelta
    closed: timedelta


def due(start: datetime, hours: timedelta | float, calendar: Calendar, pauses: Sequence[Span] = ()) -> datetime:
    """First moment by which that many working hours have passed since `start`; `start` itself for none.

    Pauses are spans in which the clock stood still; for one that lasts, give `now` as its end.
    """
    left = hours if isinstance(hours, timedelta) else timedelta(hours=hours)
    if left <= timedelta():
        return start
    spans = _spans(start, calendar, pauses)
    opens, closes = next(spans)
    while closes - opens < left:
        left -= closes - opens
        opens, closes = next(spans)
    return opens + left


def worked(start: datetime, end: datetime, calendar: Calendar, pauses: Sequence[Span] = ()) -> timedelta:
    """Working time between two moments; none when `end` is not after `start`."""
    return sum((spent for _, spent in breakdown(start, end, calendar, pauses)), timedelta())


def too_long(due_at: datetime, now: datetime, beyond: timedelta, calendar: Calendar) -> bool:
    """Whether so much working time has passed since something was due."""
    return due_at < now and worked(due_at, now, calendar) >= beyond


def breakdown(
    start: datetime, end: datetime, calendar: Calendar, pauses: Sequence[Span] = ()
) -> tuple[tuple[date, timedelta], ...]:
    """Working time of each day between two moments, days without any left out: Fri 2 h, Mon 8 h, Tue 6 h."""
    days: dict[date, timedelta] = {}
    for opens, closes in takewhile(lambda span: span[0] < end, _spans(start, calendar, pauses)):
        day = opens.date()
        days[day] = days.get(day, timedelta()) + min(closes, end) - opens
    return tuple(days.items())


def account(start: datetime, end: datetime, calendar: Calendar, pauses: Sequence[Span] = ()) -> Account:
    """What became of the time between two moments, `end` not before `start`."""
    acted = _length(_without((start, end), pauses))
    shut = (part for span in _shut(start, end, calendar) for part in _without(span, pauses))
    return Account(worked(start, end, calendar, pauses), end - start - acted, _length(shut))


def is_open(now: datetime, calendar: Calendar) -> bool:
    """Whether somebody is at the counter."""
    return next_opening(now, calendar) == now


def next_opening(now: datetime, calendar: Calendar) -> datetime:
    """First moment from `now` on at which somebody is at the counter; `now` itself while it is open."""
    return next(_spans(now, calendar, ()))[0]


def _spans(start: datetime, calendar: Calendar, pauses: Sequence[Span]) -> Iterator[Span]:
    """Working spans from `start` on, in order, without end."""
    start = start.astimezone(KST)
    day = start.date()
    while True:
        if calendar.works_on(day):
            morning = _at(day, calendar.opens), _at(day, calendar.lunch[0])
            afternoon = _at(day, calendar.lunch[1]), _at(day, calendar.closes)
            for opens, closes in (morning, afternoon):
                yield from _without((max(opens, start), closes), pauses)
        day += timedelta(days=1)


def _shut(start: datetime, end: datetime, calendar: Calendar) -> Iterator[Span]:
    """Spans between two moments in which nobody is at the counter."""
    since = start
    for opens, closes in _spans(start, calendar, ()):
        if since < min(opens, end):
            yield since, min(opens, end)
        if closes >= end:
            return
        since = closes


def _length(spans: Iterable[Span]) -> timedelta:
    return sum((ends - begins for begins, ends in spans), timedelta())


def _without(span: Span, pauses: Sequence[Span]) -> Iterator[Span]:
    opens, closes = span
    for begins, ends in sorted(pauses):
        if begins < ends:
            if opens < min(begins, closes):
                yield opens, min(begins, closes)
            opens = max(opens, min(ends.astimezone(KST), closes))
    if opens < closes:
        yield opens, closes


def _at(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, KST)
