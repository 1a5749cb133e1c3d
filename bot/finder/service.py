"""Answers questions beside the bot: in a process of its own, one after the other, from a queue that ends.

A setting may let a language model elsewhere decide where this one is unsure (`chooser`).

The process begins with the first question or with `start`, by what was kept, else by letters alone. What takes long,
meanings and new lessons, is learned by another process while this one answers; then it takes what that one kept.
"""

import asyncio
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Final, Self

from bot import apart
from bot.config import Config
from bot.finder import worker
from bot.finder.chooser import Chooser
from bot.finder.lessons import Lesson
from bot.finder.verdict import Found
from bot.logs import log
from bot.mask import mask
from programmes.model import HERE, City
from programmes.wording import Lang

WAITING: Final = 200


class Crowded(Exception):
    """More questions wait than can be answered soon."""


class Answers:
    """Whoever asks gets what is known. `deep` is the operator's word on the model of meanings."""

    def __init__(
        self,
        kept: Path,
        deep: bool = True,
        chooser: Chooser | None = None,
        programmes: Path = HERE,
        waiting: int = WAITING,
    ) -> None:
        self._kept, self._deep, self._chooser = kept, deep, chooser
        self._programmes, self._most = programmes, waiting
        self._added: tuple[Lesson, ...] = ()
        self._pool: ProcessPoolExecutor | None = None
        self._ready: asyncio.Future[None] | None = None
        self._whole = False
        self._learning = asyncio.Lock()
        self._waiting = 0

    @classmethod
    def of(cls, settings: Config, city: City) -> Self:
        """By the settings: where it keeps what it learned, whether meanings count, and who else may choose."""
        titles = {id: one.title for programme in city.programmes.values() for id, one in programme.answers.items()}
        return cls(settings.finder_folder, settings.finder_deep, Chooser.of(settings, titles))

    async def start(self) -> ProcessPoolExecutor:
        """The process, as soon as it can answer; called before the first question, that one need not wait."""
        if self._pool is None or self._ready is None:
            self._pool = apart.process()
            self._ready = asyncio.ensure_future(self._begin(self._pool))
        pool = self._pool
        await asyncio.shield(self._ready)
        return pool

    async def _begin(self, pool: ProcessPoolExecutor) -> None:
        self._knows(await apart.run(pool, worker.take_at_hand, *self._lessons()))

    async def whole(self) -> None:
        """The process, with everything learned that there is to learn."""
        await self.start()
        async with self._learning:
            if not self._whole:
                await self._learn(self._added)

    async def ask(self, question: str, lang: Lang) -> Found:
        """What it is about. Crowded when too many wait; whatever else is raised, the question may be asked again."""
        if self._waiting >= self._most:
            raise Crowded
        self._waiting += 1
        try:
            pool = await self.start()
            masked = mask(question).text
            found = await apart.run(pool, worker.find, masked, lang)
            if self._chooser is not None and found.verdict == "choose":
                found = await self._chooser.choose(masked, lang, found)
            return found
        except BrokenProcessPool:
            self.close()
            raise
        finally:
            self._waiting -= 1

    async def learn(self, added: tuple[Lesson, ...]) -> None:
        """Take these lessons beside those of the files, in place of what was added before."""
        async with self._learning:
            await self._learn(added)

    async def _learn(self, added: tuple[Lesson, ...]) -> None:
        pool = apart.process()
        try:
            await apart.run(pool, worker.take, self._programmes, added, self._deep, self._kept)
        finally:
            apart.dismiss(pool)
        self._added = added
        if self._pool is not None:
            self._ready = asyncio.ensure_future(apart.run(self._pool, worker.take, *self._lessons()))
            await asyncio.shield(self._ready)
            self._knows(True)

    def _knows(self, whole: bool) -> None:
        self._whole = whole
        log.info("finder.ready", whole=whole)

    def close(self) -> None:
        """Let the process go."""
        if self._pool is not None:
            apart.dismiss(self._pool)
        self._pool = self._ready = None

    def _lessons(self) -> tuple[Path, tuple[Lesson, ...], bool, Path]:
        return self._programmes, self._added, self._deep, self._kept
