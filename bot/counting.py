"""Counts whom a broadcast's rule reaches, beside everybody's work; the answer comes back as an Inbound."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from bot.worker import Answer, Answering, Patience
from handlers.admin.broadcast_whom import JOB
from storage import audiences, broadcasts
from storage.broadcasts import Counted
from storage.engine import Database
from storage.jobs import Job
from storage.vault import Vault

EXAMPLES: Final = 3  # of each language


class Counting(Answering):
    """Does the jobs of counting, one at a time. `a_second` is how many letters go at most."""

    kinds = (JOB,)

    def __init__(
        self, database: Database, vault: Vault, clock: Callable[[], datetime], answer: Answer, a_second: float
    ) -> None:
        super().__init__(database, vault, clock, answer, Patience(poll=0.5))
        self._a_second = a_second

    async def do(self, job: Job) -> None:
        """One count, from order to answer."""
        try:
            told = await self._counted(job.about) if job.about else None
        except Exception as error:
            if await self._again(job, error):
                return
            told = None
        await (self._finish(job) if told is None else self._tell(job, told))

    async def _counted(self, id: UUID) -> dict[str, Any] | None:
        began, now = asyncio.get_running_loop().time(), self._clock()
        async with self._database.reading() as db:
            one = await broadcasts.by_id(db, id)
            if one is None:
                return None
            rule = one.content.audience, one.content.purpose, now
            count = await audiences.count(db, *rule)
            examples = await audiences.examples(db, *rule, EXAMPLES)
        named = replace(count, dongs={code or "": many for code, many in count.dongs.items()})
        counted = Counted(one.content.purpose, one.content.audience, now, named, examples, self._a_second)
        return {"counted": counted, "seconds": round(asyncio.get_running_loop().time() - began) + 1}
