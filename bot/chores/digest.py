"""The morning's figures: at ten to nine on every day the office opens, once to each who wants them.

A job is written in the transaction that notes the day, and drawn as every other (`bot/figures/studio.py`): once, also
with several processes and after a crash.
"""

from collections.abc import Awaitable, Callable
from datetime import date, time
from typing import Final
from uuid import UUID

from handlers.admin.figures import DIGEST, JOB, order
from handlers.staff.rights import grants_of
from programmes import roles
from programmes.model import City
from programmes.reading import KST
from programmes.roles import May
from storage import digests, jobs, people, staff
from storage.engine import Drawer

Work = Callable[[Drawer], Awaitable[bool]]
FROM, UNTIL = time(8, 50), time(12)  # a digest that a long outage held up until noon is no morning's any more
AT_ONCE: Final = 20


def morning(city: Callable[[], City]) -> Work:
    """Write the jobs of this morning."""

    async def some(store: Drawer) -> bool:
        local = store.now.astimezone(KST)
        if not FROM <= local.time() < UNTIL or not city().calendar.works_on(local.date()):
            return False
        waiting = await digests.due(store, local.date(), AT_ONCE)
        for officer in waiting:
            await _promise(store, city(), officer, local.date())
        return len(waiting) == AT_ONCE

    return some


async def _promise(store: Drawer, city: City, id: UUID, today: date) -> None:
    officer = await staff.by_id(store, id)
    if not await digests.claim(store, id, today) or officer is None or officer.chat is None:
        return
    reader = await people.by_chat(store, officer.chat)
    dongs = roles.dongs(grants_of(officer), May.FIGURES, today, city.places)
    if reader is not None and (dongs is None or dongs):
        await jobs.add(store, JOB, chat=officer.chat, wanted=order(DIGEST, reader.language, dongs))
