"""File errands: fetch the bytes of an announced paper, check them, keep them sealed, and tell the dialog.

The check costs processor time and memory, so it runs in a process of its own with a time limit; a paper that is not
judged in time is refused.
"""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from datetime import datetime, timedelta
from multiprocessing import get_context
from typing import TypeVar
from uuid import UUID

from bot import papers
from bot.channels.base import Bad, Channel, Gone
from bot.logs import log
from bot.papers import Paper, Unfit
from handlers.dialog import Inbound, Kind
from storage import files, jobs
from storage.engine import Database, Drawer
from storage.files import File
from storage.ids import new_id
from storage.jobs import Job
from storage.unit import in_one
from storage.vault import Key, Vault

TRIES = 6
_judges = get_context("forkserver")  # a server that has loaded the check once, so that a new judge is there at once
_judges.set_forkserver_preload(["bot.papers"])
T = TypeVar("T")
Answer = Callable[[Inbound], "asyncio.Future[bool]"]


@dataclass(frozen=True, slots=True)
class Patience:
    """Times of the errands in seconds."""

    poll: float = 0.5
    lease: float = 120.0
    check: float = 30.0
    first_pause: float = 2.0
    at_once: int = 4


class Errands:
    """Runs fetch jobs. `answer` takes the Inbound with which the dialog learns what came of one."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        channel: Channel,
        clock: Callable[[], datetime],
        answer: Answer,
        patience: Patience | None = None,
    ) -> None:
        self._database, self._vault, self._channel = database, vault, channel
        self._clock, self._answer, self.patience = clock, answer, patience or Patience()
        self.me: UUID = new_id()
        self._pool: ProcessPoolExecutor | None = None
        self._judge = asyncio.Lock()

    async def run(self) -> None:
        """Take and run errands for ever."""
        while True:
            try:
                found = await self._take()
                await asyncio.gather(*(self._run_one(job) for job in found))
            except Exception as error:
                log.warning("errands.failed", error=type(error).__name__)
                found = ()
            if not found:
                await asyncio.sleep(self.patience.poll)

    def close(self) -> None:
        """Dismiss the judge."""
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)

    async def _take(self) -> tuple[Job, ...]:
        patience = self.patience
        return await self._write(
            lambda store: jobs.take(store, self.me, (files.FETCH, files.DESTROY), patience.lease, patience.at_once)
        )

    async def _write(self, work: Callable[[Drawer], Awaitable[T]]) -> T:
        return await in_one(self._database, self._vault, self._clock(), work)

    async def _run_one(self, job: Job) -> None:
        """One errand, from announced to told. Whatever dies half-way is begun again when its lease has run out."""
        if job.kind == files.DESTROY and job.about is not None:
            await files.destroy(self._database, job.about)
            await self._write(lambda store: jobs.finish(store, job))
            return
        file, key = await self._write(lambda store: _file(store, job))
        if file is not None and key is not None and file.state == files.WANTED:
            try:
                state, outcome = await self._bring(file, key)
            except Exception as error:  # the wire, or a fault of ours: neither may hold up the answer for ever
                log.warning("errand.failed", error=type(error).__name__, job=str(job.id), tries=job.tries)
                if job.tries < TRIES:
                    pause = timedelta(
                        seconds=(getattr(error, "retry_after", None) or self.patience.first_pause) * job.tries
                    )
                    await self._write(lambda store: jobs.again(store, job, pause))
                    return
                state, outcome = await self._refuse(file, files.MISSING, "unreachable")
        else:
            state, outcome = (file.state, file.outcome or "") if file else ("", "")
        if file is not None and state and job.chat is not None:
            told = {"file": file.id.hex, "state": state, "outcome": outcome}
            kept = await self._answer(Inbound(None, job.chat, Kind.ERRAND, errand=told, job=job))
            if kept or job.tries < TRIES:  # the turn that tells ends the job; one that failed is begun again
                return
        await self._write(lambda store: jobs.finish(store, job))

    async def _bring(self, file: File, key: Key) -> tuple[str, str]:
        """Fetch, check and keep one file; gives its state and, if it is unfit or missing, why."""
        try:
            data = await self._channel.fetch(file.ref, papers.MAX_BYTES)
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
                self._pool = ProcessPoolExecutor(1, _judges, max_tasks_per_child=200)
            try:
                check = asyncio.get_running_loop().run_in_executor(self._pool, papers.check, data, name)
                async with asyncio.timeout(self.patience.check):
                    return await check
            except (TimeoutError, BrokenProcessPool):
                _dismiss(self._pool)
                self._pool = None
                return Unfit("broken")


def _dismiss(pool: ProcessPoolExecutor) -> None:
    """End a pool whose worker may be at work for ever: there is no public way to kill one."""
    for process in list(pool._processes.values()):  # noqa: SLF001
        process.kill()
    pool.shutdown(wait=False, cancel_futures=True)


async def _file(store: Drawer, job: Job) -> tuple[File | None, Key | None]:
    file = await files.by_id(store, job.about) if job.about else None
    return file, await store.key(file.case) if file else None
