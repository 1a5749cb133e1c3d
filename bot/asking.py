"""Finds the answers to what people ask, beside everybody's work; what was found comes back as an Inbound.

A question is a job, so that none is lost; its words are sealed in it until the turn that answers ends it.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from bot import worker
from bot.finder.verdict import Found
from bot.worker import Answer, Answering
from handlers.dialog import Inbound, Kind
from handlers.resident.ask import WAITS
from programmes.model import Lang
from storage import questions
from storage.engine import Database
from storage.jobs import Job
from storage.vault import Vault


class Finder(Protocol):
    """Whoever knows which topic answers a question."""

    async def ask(self, question: str, lang: Lang) -> Found:
        """Find it. Whatever is raised lets the question be asked again."""
        ...


@dataclass(frozen=True, slots=True)
class Patience(worker.Patience):
    """As of any worker; after `slow` seconds she who asked is told to wait."""

    lease: float = 20.0
    pause: float = 2.0
    at_once: int = 16
    slow: float = 4.0


class Asking(Answering):
    """Does the jobs of questions."""

    kinds = (questions.ASK, questions.CONSULT)
    patience: Patience

    def __init__(
        self,
        database: Database,
        vault: Vault,
        finder: Finder,
        clock: Callable[[], datetime],
        answer: Answer,
        patience: Patience | None = None,
    ) -> None:
        super().__init__(database, vault, clock, answer, patience or Patience())
        self._finder = finder

    async def do(self, job: Job) -> None:
        """One question, from asked to told; what an erased person asked ends here."""
        if (asked := await self._write(lambda store: questions.asked(store, job))) is None:
            await self._finish(job)
            return
        question, person = asked
        try:
            told = _told(question, await self._found(job, question, person.language))
        except Exception as error:
            if await self._again(job, error):
                return
            told = {"question": question, "verdict": questions.UNKNOWN, "topics": []}
        await self._tell(job, told)

    async def _found(self, job: Job, question: str, lang: Lang) -> Found:
        finding = asyncio.ensure_future(self._finder.ask(question, lang))
        try:
            done, _ = await asyncio.wait([finding], timeout=self.patience.slow)
            if not done and job.chat is not None:
                await self._answer(Inbound(None, job.chat, Kind.ERRAND, errand={"kind": WAITS}))  # of no job
            return await finding
        finally:
            finding.cancel()


def _told(question: str, found: Found) -> dict[str, Any]:
    """What the dialog learns."""
    return {
        "question": question, "verdict": found.verdict, "topics": list(found.topics),
        "claim": found.claim, "kind": found.kind,
    }  # fmt: skip
