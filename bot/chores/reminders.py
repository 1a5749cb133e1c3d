"""Reminders: a resident who is to answer hears at half of her time and on its last day; then once more, then the case
is closed kindly, and one tap opens it again.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Final

from bot import notices
from bot.letters import Words
from handlers.dialog import t
from programmes import casework, worktime
from programmes.casework import State
from programmes.model import City
from programmes.worktime import Calendar
from storage import cases, deadlines, staff
from storage.cases import Case
from storage.deadlines import Awaited
from storage.engine import Drawer

Work = Callable[[Drawer], Awaitable[bool]]
HALF, LAST = 50, 90  # what she was reminded of: half of her time is over, one working day is left
WORKDAY: Final = timedelta(hours=8)


def remind(city: Callable[[], City], words: Words) -> Work:
    """Look at every case that waits for its person."""

    async def some(store: Drawer) -> bool:
        calendar = city().calendar
        for case in await deadlines.awaited(store):
            if store.now < case.answer_by:
                await _remind(store, words, case, _mark(case, store.now, calendar))
            elif worktime.is_open(store.now, calendar):  # nobody's time ends while the office is shut
                await _over(store, words, calendar, case)
        return False

    return some


def _mark(case: Awaited, now: datetime, calendar: Calendar) -> int:
    """How much of her time is over; in a short time the last working day comes before the half."""
    left = worktime.worked(now, case.answer_by, calendar)
    if left <= WORKDAY:
        return LAST
    return HALF if worktime.worked(case.began_at, now, calendar) >= left else 0


async def _remind(store: Drawer, words: Words, case: Awaited, mark: int) -> None:
    if mark > case.reminded and await deadlines.reminded(store, case, mark):
        reminder = t(f"clock.remind.{mark}", number=case.number, until=case.answer_by)
        await notices.tell_resident(store, words, case.chat, reminder, "reminder", case.id)


async def _over(store: Drawer, words: Words, calendar: Calendar, awaited: Awaited) -> None:
    """Her time is over: after the first call there is a second, after that the case is closed."""
    case = await cases.by_id(store, awaited.id)
    if case is None or case.state != State.SUPPLEMENT or case.answer_by != awaited.answer_by:
        return
    if case.calls < casework.MOST_CALLS:
        await _call_again(store, words, case, calendar)
    else:
        await _close(store, words, case)


async def _call_again(store: Drawer, words: Words, case: Case, calendar: Calendar) -> None:
    until = worktime.due(store.now, casework.LAST_CALL_DAYS * WORKDAY, calendar)
    await deadlines.call_again(store, case, until)
    again = t("clock.again", number=case.number, until=until)
    await notices.tell_resident(store, words, case.chat, again, "reminder", case.id, must=True)


async def _close(store: Drawer, words: Words, case: Case) -> None:
    await cases.move(store, case, State.LAPSED.value, open=False, actor=None, kind="lapse")
    closed = t("clock.lapsed", number=case.number)
    await notices.tell_resident(store, words, case.chat, closed, "lapsed", case.id, must=True)
    officer = await staff.by_id(store, case.holder) if case.holder is not None else None
    if officer is not None:
        await notices.tell_staff(store, words, [officer.chat], t("alert.lapsed", number=case.number), "lapsed", case.id)
