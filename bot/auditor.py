"""What admins ask of the record and no turn has time for: whether it is as it was sealed, and what a month looked like.

Read on a connection of its own; what comes of it is promised to who asked, in the transaction that ends the job.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any
from uuid import UUID

from bot.letters import Words
from bot.notices import tell_staff
from bot.worker import Patience, Worker
from handlers.admin.deeds import CHECK
from handlers.admin.review import JOB as REVIEW
from handlers.dialog import Saying, t
from programmes.model import City
from programmes.reviewing import BEFORE, Deed, Month, flags, seen, span
from storage import audit, jobs, reviews
from storage.engine import Database, Db, Drawer
from storage.jobs import Job
from storage.vault import Tampered, Vault

LEASE = 600.0  # seconds; a million rows take half a minute to walk through


class Auditor(Worker):
    """Does these jobs, one at a time."""

    kinds = (CHECK, REVIEW)

    def __init__(
        self, database: Database, vault: Vault, city: Callable[[], City], words: Words, clock: Callable[[], datetime]
    ) -> None:
        super().__init__(database, vault, clock, Patience(lease=LEASE))
        self._city, self._words = city, words

    async def do(self, job: Job) -> None:
        """Read, and tell who asked."""
        tell: Tell
        try:
            tell = await (self._checked() if job.kind == CHECK else self._reviewed(job.wanted))
        except Exception as error:
            if await self._again(job, error):
                return
            tell = _failed
        await self._write(lambda store: self._end(store, job, tell))

    async def _end(self, store: Drawer, job: Job, tell: "Tell") -> None:
        """Only the taker ends a job; who comes late writes nothing."""
        if await jobs.finish(store, job):
            await tell_staff(store, self._words, [job.chat], await tell(store), "staff")

    # ---------------------------------------------------------------------------------------------------- the record

    async def _checked(self) -> "Tell":
        async with self._database.reading() as db:
            try:
                found = await audit.verify(db, self._vault)
            except Tampered:
                return _telling(t("record.locked"))
            head = await audit.head(db)
        if found.first_bad is not None:
            return _telling(t("record.broken", place=found.first_bad, sound=found.places))
        return _telling(t("record.sound", places=found.places, head=str(head)))

    # ----------------------------------------------------------------------------------------------------- the month

    async def _reviewed(self, wanted: Mapping[str, Any]) -> "Tell":
        month = date.fromisoformat(wanted["month"])
        async with self._database.reading() as db:
            found = {officer: await self._seen(db, officer, month) for officer in await _officers(db, month)}
        parts = {
            officer: asdict(one) | {"flags": flags(one, [each for other, each in found.items() if other != officer])}
            for officer, one in found.items()
        }

        async def begun(store: Drawer) -> Saying:
            await reviews.begin(store, month, parts)
            return t("review.ready", year=month.year, month=month.month)

        return begun

    async def _seen(self, db: Db, officer: UUID, month: date) -> Month:
        since, until = span(month)
        rows = [
            Deed(row.at, row.action, row.subject)
            async for row in reviews.every_deed(db, officer, since - BEFORE, until)
        ]
        return seen(rows, since, self._city().calendar)


Tell = Callable[[Drawer], Awaitable[Saying]]


async def _officers(db: Db, month: date) -> tuple[UUID, ...]:
    return await reviews.accounts(db, *span(month))


def _telling(text: Saying) -> Tell:
    async def tell(_store: Drawer) -> Saying:
        return text

    return tell


async def _failed(_store: Drawer) -> Saying:
    return t("record.failed")
