"""The clock of a case at the counter: it stands still while the resident must act, and then goes on."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from handlers.dialog import Text, Turn, t
from programmes import worktime
from programmes.model import City
from programmes.worktime import Span
from storage import deadlines, pauses
from storage.cases import Case

READY_NAMES = {"temporary": t("days.name.temporary"), "weather": t("days.name.weather")}


def day_name(name: str) -> Text | str:
    """What a day is called on which the office is shut: in the reader's language where the name is a ready one."""
    return READY_NAMES.get(name, name)


def due(case: Case, spans: Sequence[Span], city: City) -> datetime | None:
    """By when a case is to be decided, the time of its pauses not counted; None for what has no clock."""
    if case.target_minutes is None:
        return case.due_at
    return worktime.due(case.filed_at, timedelta(minutes=case.target_minutes), city.calendar, spans)


async def stands_still(turn: Turn, case: Case) -> None:
    """It is the resident's turn: stop the clock, in the turn that asks her."""
    await pauses.begin(turn.store, case.id)


async def goes_on(turn: Turn, case: Case) -> Case:
    """It is the office's turn again: count the due time anew, in the turn that moves the case back."""
    spans = await pauses.end(turn.store, case.id)
    later = due(case, spans, turn.city)
    if later is None or later == case.due_at:
        return case
    await deadlines.put(turn.store, case.id, case.due_at, later)
    return replace(case, due_at=later)
