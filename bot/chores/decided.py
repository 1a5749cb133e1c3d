"""What is done by the clock about decisions: who did not open hers is called or written to, what was paid is noted."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from handlers.staff.tasks import POST, open_task
from programmes import worktime
from programmes.casework import UNOPENED_DAYS
from programmes.model import City
from storage import awards, cases, decisions
from storage.engine import Drawer

AT_ONCE = 50


def chase(city: Callable[[], City]) -> Callable[[Drawer], Awaitable[bool]]:
    """Open a task for each decision nobody opened in `UNOPENED_DAYS` working days; true while there may be more."""

    async def some(store: Drawer) -> bool:
        calendar, found = city().calendar, 0
        waited = timedelta(hours=8 * UNOPENED_DAYS)
        for decision, about, at in await decisions.unopened(store, store.now - timedelta(days=UNOPENED_DAYS), AT_ONCE):
            if worktime.worked(at, store.now, calendar) < waited:
                break  # those behind it are younger
            case = await cases.by_id(store, about)
            if case is not None and await decisions.chase(store, decision):
                await open_task(store, case, f"{POST}.unopened")
            found += 1
        return found == AT_ONCE

    return some


async def confirm(store: Drawer) -> bool:
    """Note which sums that decisions granted were paid by the payment file in force."""
    await awards.confirm(store)
    return False
