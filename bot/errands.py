"""File errands: fetch the bytes of an announced paper, check them, keep them sealed, and tell the dialog.

The check costs processor time and memory, so it runs in a process of its own with a time limit; a paper that is not
judged in time is refused.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from datetime import datetime

from bot import apart, worker
from bot.channels.base import Bad, Channel, Gone
from bot.verdict import MAX_BYTES, Paper, Unfit
from bot.worker import Answer, Answering
from storage import files
from storage.engine import Database, Drawer
from storage.files import File
from storage.jobs import Job
from storage.vault import Key, Vault


@dataclass(frozen=True, slots=True)
class Patience(worker.Patience):
    """As of any worker; `check` is how many seconds a paper may be looked at."""

    poll: float = 0.5
    lease: float = 120.0
    pause: float = 2.0
    tries: int = 6
    at_once: int = 4
    check: float = 30.0


class Errands(Answering):
    """Fetches files, and destroys those that are no longer kept."""

    kinds = (files.FETCH, files.DESTROY)
    patience: Patience

    def __init__(
        self,
        database: Database,
        vault: Vault,
        channel: Channel,
        clock: Callable[[], datetime],
        answer: Answer,
        patience: Patience | None = None,
    ) -> None:
        super().__init__(database, vault, clock, answer, patience or Patience())
        self._channel = channel
        self._pool: ProcessPoolExecutor | None = None
        self._judge = asyncio.Lock()

    def close(self) -> None:
        """Dismiss the judge."""
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)

    async def do(self, job: Job) -> None:
        """One errand, from announced to told; what is destroyed, or of an erased case, ends in silence."""
        if job.kind == files.DESTROY and job.about is not None:
            await files.destroy(self._database, job.about)
            await self._finish(job)
            return
        file, key = await self._write(lambda store: _file(store, job))
        if file is None:
            await self._finish(job)
            return
        state, outcome = file.state, file.outcome or ""
        if key is not None and state == files.WANTED:
            try:
                state, outcome = await self._bring(file, key)
            except Exception as error:  # the wire, or a fault of ours: neither may hold up the answer for ever
                pause = getattr(error, "retry_after", None) or self.patience.pause
                if await self._again(job, error, pause * job.tries):
                    return
                state, outcome = await self._refuse(file, files.MISSING, "unreachable")
        await self._tell(job, {"file": file.id.hex, "state": state, "outcome": outcome})

    async def _bring(self, file: File, key: Key) -> tuple[str, str]:
        """Fetch, check and keep one file; gives its state and, if it is unfit or missing, why."""
        try:
            data = await self._channel.fetch(file.ref, MAX_BYTES)
        except (Bad, Gone) as error:
            large = "large" in str(error)
            return await self._refuse(file, files.UNFIT if large else files.MISSING, "large" if large else "gone")
        judged = await self._judged(data, file.name)
        if isinstance(judged, Unfit):
            return await self._refuse(file, files.UNFIT, judged.code)
        parts = await files.keep(self._database, key, file.id, judged.data)
        kept = judged
        await self._write(lambda store: files.finish(store, file, kept.kind, len(kept.data), kept.pages, parts))
        return files.STORED, ""

    async def _refuse(self, file: File, state: str, outcome: str) -> tuple[str, str]:
        await self._write(lambda store: files.refuse(store, file, state, outcome))
        return state, outcome

    async def _judged(self, data: bytes, name: str) -> Paper | Unfit:
        async with self._judge:  # one at a time: a paper that eats time or memory takes only itself along
            if self._pool is None:
                self._pool = apart.process(tasks=200)
            try:
                async with asyncio.timeout(self.patience.check):
                    return await apart.run(self._pool, check, data, name)
            except (TimeoutError, BrokenProcessPool):
                apart.dismiss(self._pool)
                self._pool = None
                return Unfit("broken")


def check(data: bytes, name: str) -> Paper | Unfit:
    """Judge an upload: in the judge's process, where alone the readers of foreign files are loaded."""
    from bot import papers

    return papers.check(data, name)


async def _file(store: Drawer, job: Job) -> tuple[File | None, Key | None]:
    file = await files.by_id(store, job.about) if job.about else None
    return file, await store.key(file.case) if file else None
