"""What the clock does at the desk: holds lapse, papers shown are taken away, and the counter's pace is measured."""

from collections import defaultdict
from collections.abc import Awaitable, Callable
from datetime import timedelta

from bot.letters import Words
from bot.notices import take_back, tell_staff
from handlers.dialog import t
from programmes import casework, worktime
from programmes.casework import HOLD
from programmes.model import City
from programmes.reading import KST
from storage import cases, pace, queue, staff, viewings
from storage.cases import Case, Moved
from storage.engine import Drawer

Work = Callable[[Drawer], Awaitable[bool]]
AT_ONCE = 20  # short enough to leave the writer to the residents
WEEK, LATEST, FEWEST = timedelta(days=7), 200, 4  # the appeals from which the pace is told
HOUR = timedelta(hours=1)


def lapse(city: Callable[[], City], words: Words) -> Work:
    """Give back what its holder has not touched for `casework.HOLD` of working time, and tell her."""

    async def some(store: Drawer) -> bool:
        calendar = city().calendar
        for one in await queue.quiet(store, store.now - HOLD, LATEST):
            if one.held_at is None or worktime.worked(one.held_at, store.now, calendar) < HOLD:
                continue
            if (case := await cases.by_id(store, one.id)) is not None and case.held_at == one.held_at:
                await _give_back(store, words, case)
        return False

    return some


async def _give_back(store: Drawer, words: Words, case: Case) -> None:
    """One that moved meanwhile is left alone."""
    back = next(move for move in casework.moves_from(case.state, "clock") if move.name == "release")
    try:
        await queue.give_back(store, case, back.target)
    except Moved:
        return
    holder = await staff.by_id(store, case.holder) if case.holder else None
    said = t("hold.lapsed", number=case.number, quiet=HOLD)
    await tell_staff(store, words, [holder.chat if holder else None], said, "hold", case.id)


def take_away(words: Words) -> Work:
    """Delete from officers' chats the papers that are shown there no longer."""

    async def some(store: Drawer) -> bool:
        await viewings.end_overdue(store)
        found = await viewings.take_away(store, AT_ONCE)
        for chat, message in found:
            await take_back(store, words, chat, message, t("papers.delete"), "taken_away")
        return len(found) == AT_ONCE

    return some


async def end_contracts(store: Drawer) -> bool:
    """Write down which roles ended with their last day; the desk has been closed to them since that midnight."""
    await staff.lapse(store, store.now.astimezone(KST).date())
    return False


def measure(city: Callable[[], City]) -> Work:
    """Within how many working hours three of four appeals were answered this week, by programme."""

    async def some(store: Drawer) -> bool:
        spent: dict[str, list[timedelta]] = defaultdict(list)
        for programme, filed, closed, pauses in await pace.lately(store, store.now - WEEK, LATEST):
            spent[programme].append(worktime.worked(filed, closed, city().calendar, pauses))
        for programme in city().programmes:
            await pace.put(store, programme, _three_of_four(spent[programme]))
        return False

    return some


def _three_of_four(spent: list[timedelta]) -> int | None:
    """In whole hours, rounded up; None for too few to tell."""
    if len(spent) < FEWEST:
        return None
    return max(1, -(-sorted(spent)[-(-len(spent) * 3 // 4) - 1] // HOUR))
