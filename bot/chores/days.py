"""Days the office adds to its holidays or takes back while the bot runs: due times move."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from bot import notices
from bot.letters import Words
from handlers.clock import day_name
from handlers.dialog import lines, t
from programmes import worktime
from programmes.casework import State
from programmes.model import City
from storage import closures, deadlines, staff
from storage.closures import Closure
from storage.deadlines import Clocked
from storage.engine import Drawer

Work = Callable[[Drawer], Awaitable[bool]]
SETTLED: Final = timedelta(seconds=10)  # by then every process has followed, and files by the new days
AT_ONCE: Final = 25  # cases moved in one transaction


def with_closures(base: City, found: Sequence[Closure]) -> City:
    """The city as it was founded, with what the office said of single days."""
    shut = {one.day: one.name for one in found if not one.works}
    works = {one.day for one in found if one.works}
    return replace(base, calendar=base.calendar.changed(shut, works))


def move(city: Callable[[], City], words: Words) -> Work:
    """Move the due times of open cases after a change of days, and tell both sides; those in the resident's turn are
    counted anew when it ends.
    """

    async def some(store: Drawer) -> bool:
        changed = await closures.next_to_walk(store, store.now - SETTLED)
        calendar = city().calendar
        if changed is None or calendar.works_on(changed.day) != changed.works:
            return False  # nothing to do, or this process itself has not followed yet
        found = await deadlines.after(store, changed.walked, AT_ONCE)
        pauses = await deadlines.spans(store, found)
        for case in found:
            due = worktime.due(case.filed_at, timedelta(minutes=case.target_minutes), calendar, pauses[case.id])
            if case.state != State.SUPPLEMENT and due != case.due_at:
                await _move(store, words, case, due, changed)
        await closures.walked(store, changed, [case.id for case in found])
        return bool(found)

    return some


async def _move(store: Drawer, words: Words, case: Clocked, due: datetime, changed: Closure) -> None:
    """Told once: only who changes the due time writes of it, in the same transaction."""
    if not await deadlines.put(store, case.id, case.due_at, due):
        return
    why = t("clock.moved.works", day=changed.day)
    if not changed.works:
        why = t("clock.moved.shut", day=changed.day, name=day_name(changed.name))
    told = lines(t("clock.moved", number=case.number), t("clock.moved.due", due=due), why)
    await notices.tell_resident(store, words, case.chat, told, "moved", case.id)
    officer = await staff.by_id(store, case.holder) if case.holder is not None else None
    if officer is not None:
        await notices.tell_staff(store, words, [officer.chat], told, "moved", case.id)
