"""What officers confirmed that people ask reaches the finder of this process, which answers on meanwhile."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from bot.finder.lessons import Lesson
from bot.logs import log

Lessons = tuple[Lesson, ...]
PAUSE: Final = 30.0  # seconds before what failed is tried again


class Learning:
    """Teaches one set of lessons after the other; of several that came meanwhile, the last."""

    def __init__(self, learn: Callable[[Lessons], Awaitable[None]], pause: float = PAUSE) -> None:
        self._learn, self._pause = learn, pause
        self._wanted: Lessons = ()
        self._known: Lessons = ()
        self._wake = asyncio.Event()

    def hear(self, lessons: Lessons) -> None:
        """These are to be known from now on, beside the files."""
        self._wanted = lessons
        self._wake.set()

    async def run(self) -> None:
        """Teach, for ever."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            if self._wanted == self._known:
                continue
            wanted = self._wanted
            try:
                await self._learn(wanted)
            except Exception as error:
                log.warning("learning.failed", error=type(error).__name__)
                self._wake.set()
                await asyncio.sleep(self._pause)
            else:
                self._known = wanted
                log.info("learning.done", lessons=len(wanted))
