"""After an import: who has an open appeal that it settles in hand, and residents whose sum it changed, are told once.

What is looked at is read outside the writer; a chunk of letters is written with the cursor that says so, and only while
the version is in force: whatever was undone before it was told is told to nobody, and two processes tell it once.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Final, TypeVar
from uuid import UUID

from bot import notices
from bot.comparing import settles
from bot.letters import Words
from bot.logs import log
from handlers.admin.import_card import KIND_NAMES
from handlers.dialog import t
from programmes.model import City
from programmes.rules import ADULT_FROM
from storage import cases, changes, concerned, imports, people, staff
from storage.cases import Case
from storage.changes import Changed
from storage.engine import Database, Drawer
from storage.import_rows import Kind
from storage.imports import InForce
from storage.unit import in_one
from storage.vault import Vault

EVERY: Final = 10.0  # seconds
GRACE: Final = timedelta(minutes=5)  # in which an admin may see that it was the wrong file
PAUSE: Final = 0.05  # seconds the writer is left to the residents between two chunks
AT_ONCE: Final = 25  # people told in one transaction
CASES_AT_ONCE: Final = 50  # looked at

Clock = Callable[[], datetime]
T = TypeVar("T")


class Telling:
    """Goes on with whatever has been put in force and is not told of yet."""

    def __init__(self, database: Database, vault: Vault, city: Callable[[], City], words: Words, clock: Clock) -> None:
        self._database, self._vault, self._city, self._words, self._clock = database, vault, city, words, clock

    async def run(self) -> None:
        """Look for ever."""
        while True:
            try:
                await self.all()
            except Exception as error:
                log.error("changed.failed", error=type(error).__name__)
            await asyncio.sleep(EVERY)

    async def all(self) -> None:
        """Tell of every kind to the end."""
        for kind in imports.KINDS:
            more = True
            while more:
                more = await self.some(kind)
                await asyncio.sleep(PAUSE)

    async def some(self, kind: Kind) -> bool:
        """The next chunk: open appeals first, then residents; true while there may be more."""
        async with self._database.reading() as db:
            force = await imports.in_force(db, kind)
        if force is None or force.since is None or force.told_at is not None:
            return False
        if self._clock() - force.applied_at < GRACE:
            return False
        if force.noted_to != changes.ALL_CASES:
            return await self._note(kind, force)
        if kind == "payments":
            return await self._tell(force)
        await self._one(lambda store: changes.told(store, force, None))
        return False

    async def _one(self, work: Callable[[Drawer], Awaitable[T]]) -> T:
        return await in_one(self._database, self._vault, self._clock(), work)

    # ------------------------------------------------------------------------------------------------- open appeals

    async def _note(self, kind: Kind, force: InForce) -> bool:
        versions = (force.since or 0, force.version)
        async with self._database.reading() as db:
            store = Drawer(db, self._vault, self._clock())
            appeals = await concerned.open_appeals(store, force.noted_to, CASES_AT_ONCE)
            settled = [one for one in appeals if await settles(store, self._city(), kind, versions, one)]
        place = appeals[-1].id if appeals else changes.ALL_CASES
        await self._one(partial(self._noted, kind=kind, force=force, place=place, settled=settled))
        return True

    async def _noted(self, store: Drawer, *, kind: Kind, force: InForce, place: UUID, settled: Sequence[Case]) -> bool:
        if not await changes.noted(store, force, place):
            return False
        for case in settled:
            if not await changes.put_first(store, case.id):
                continue
            since = force.applied_at.isoformat()
            await cases.note(store, case.id, "settles", None, file=kind, version=force.version, since=since)
            holder = await staff.by_id(store, case.holder) if case.holder else None
            text = t("imports.settles", number=case.number, kind=KIND_NAMES[kind])
            await notices.tell_staff(store, self._words, [holder.chat if holder else None], text, "import", case.id)
        return True

    # ---------------------------------------------------------------------------------------------------- residents

    async def _tell(self, force: InForce) -> bool:
        adults = min(one.reference_date.year for one in self._city().programmes.values()) - ADULT_FROM
        async with self._database.reading() as db:
            found = await changes.found(db, force, adults, AT_ONCE)
        return await self._one(partial(self._told, force=force, found=found))

    async def _told(self, store: Drawer, *, force: InForce, found: Sequence[Changed]) -> bool:
        if not await changes.told(store, force, found[-1].chat if found else None):
            return False
        for chat in sorted({one.chat for one in found if await changes.remember(store, one)}):
            reader = await people.by_chat(store, chat)
            if reader is not None and reader.consents and reader.case_notices and reader.resident is not None:
                await notices.tell_people(store, self._words, [reader], t("payment.changed"), "changed")
        return bool(found)
