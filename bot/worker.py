"""Does jobs beside the turns: takes those that wait longest, has so many in hand at once, and looks round again.

Whoever writes a job in this process wakes its worker with the commit; looking round is for those of another, or of a
dead one. What dies half-way is begun again when its lease has run out.
"""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, ClassVar, TypeVar
from uuid import UUID

from bot.logs import log
from handlers.dialog import Inbound, Kind
from storage import jobs
from storage.engine import Database, Drawer
from storage.ids import new_id
from storage.jobs import Job
from storage.unit import in_one
from storage.vault import Vault

T = TypeVar("T")
Answer = Callable[[Inbound], Awaitable[bool]]
"""Brings what came of a job to its desk; false when the turn that heard it was taken back."""


@dataclass(frozen=True, slots=True)
class Patience:
    """Times in seconds: between two looks round, of the lease, and before what failed is tried again.

    A job that fails is tried so often; so many are in hand at once.
    """

    poll: float = 1.0
    lease: float = 60.0
    pause: float = 5.0
    tries: int = 3
    at_once: int = 1


class Worker(ABC):
    """Does the jobs of its `kinds`; who it is says the lease, `me`."""

    kinds: ClassVar[tuple[str, ...]]

    def __init__(self, database: Database, vault: Vault, clock: Callable[[], datetime], patience: Patience) -> None:
        self._database, self._vault, self._clock = database, vault, clock
        self.patience = patience
        self.me: UUID = new_id()
        self._wake = asyncio.Event()
        self._doing: dict[UUID, asyncio.Task[None]] = {}

    @abstractmethod
    async def do(self, job: Job) -> None:
        """One job, from order to end. Whatever is raised leaves it to whoever finds its lease run out."""

    def ordered(self, kinds: Set[str]) -> None:
        """Jobs of these kinds were written and committed a moment ago."""
        if not kinds.isdisjoint(self.kinds):
            self._wake.set()

    async def run(self) -> None:
        """Take jobs and do them, for ever."""
        try:
            while True:
                self._wake.clear()
                found = False
                try:
                    found = await self._begin()
                except Exception as error:
                    self._failed(error)
                if not found:
                    await self._rest()
        finally:
            for task in self._doing.values():
                task.cancel()
            await asyncio.gather(*self._doing.values(), return_exceptions=True)

    async def once(self) -> bool:
        """Do those that wait longest, as many as may be in hand; false when there is none."""
        found = await self._begin()
        while self._doing:
            await asyncio.wait(self._doing.values())
        return found

    async def _begin(self) -> bool:
        """Take up those that wait longest; false when none does, or no more may be in hand."""
        if not (free := self.patience.at_once - len(self._doing)):
            return False
        taken = await self._write(lambda store: jobs.take(store, self.me, self.kinds, self.patience.lease, free))
        for job in taken:
            if job.id not in self._doing:  # else it takes longer than its lease, and is ours anew
                self._doing[job.id] = task = asyncio.create_task(self.do(job))
                task.add_done_callback(partial(self._done, job.id))
        return bool(taken)

    def _done(self, id: UUID, task: asyncio.Task[None]) -> None:
        if len(self._doing) == self.patience.at_once:
            self._wake.set()  # others may wait
        del self._doing[id]
        if not task.cancelled() and (error := task.exception()) is not None:
            self._failed(error)

    async def _rest(self) -> None:
        """Until somebody orders something, or for a while."""
        try:
            async with asyncio.timeout(self.patience.poll):
                await self._wake.wait()
        except TimeoutError:
            return

    def _failed(self, error: BaseException) -> None:
        log.warning("worker.failed", worker=type(self).__name__, error=type(error).__name__)

    # ----------------------------------------------------------------------------------- what each `do` is made of

    async def _write(self, work: Callable[[Drawer], Awaitable[T]]) -> T:
        return await in_one(self._database, self._vault, self._clock(), work)

    async def _again(self, job: Job, error: Exception, pause: float | None = None) -> bool:
        """Let a job that failed be tried again after a pause in seconds; false when it was tried often enough."""
        log.warning("job.failed", kind=job.kind, error=type(error).__name__, job=str(job.id), tries=job.tries)
        if job.tries >= self.patience.tries:
            return False
        after = timedelta(seconds=self.patience.pause if pause is None else pause)
        await self._write(lambda store: jobs.again(store, job, after))
        return True

    async def _finish(self, job: Job) -> None:
        """End a job of which nobody need hear."""
        await self._write(lambda store: jobs.finish(store, job))


class Answering(Worker):
    """A worker whose answers come back as Inbounds: the turn that tells one ends the job."""

    def __init__(
        self, database: Database, vault: Vault, clock: Callable[[], datetime], answer: Answer, patience: Patience
    ) -> None:
        super().__init__(database, vault, clock, patience)
        self._answer = answer

    async def _tell(self, job: Job, told: Mapping[str, Any]) -> None:
        """What the dialog learns of a job. An answer that is not kept is found again, so often as the job is tried."""
        kept = job.chat is not None and await self._answer(Inbound(None, job.chat, Kind.ERRAND, errand=told, job=job))
        if not kept and (job.chat is None or job.tries >= self.patience.tries):
            await self._finish(job)
