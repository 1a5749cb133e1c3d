"""Duty at the counter in half-days: who works is there when the office is, unless somebody said otherwise."""

from datetime import date, datetime
from typing import Final, Literal

from programmes.reading import KST
from programmes.roles import Grant
from programmes.worktime import Calendar

Half = Literal["am", "pm"]
HALVES: Final[tuple[Half, ...]] = ("am", "pm")


def half_of(moment: datetime, calendar: Calendar) -> Half:
    """The half-day a moment belongs to; lunch is the morning's."""
    return "am" if moment.astimezone(KST).time() < calendar.lunch[1] else "pm"


def on_duty(grants: tuple[Grant, ...], day: date, calendar: Calendar, said: bool | None) -> bool:
    """Whether somebody with these grants works on a half-day; `said` is what was said of it, None for nothing.

    An ended contract is stronger than anything that was said.
    """
    running = any(grant.holds_on(day) for grant in grants)
    return running and (calendar.works_on(day) if said is None else said)
