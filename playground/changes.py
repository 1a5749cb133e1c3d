"""News of what happens in the chats: the page is told, and tests wait for it without polling."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from .errors import Json

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Event:
    """One change: message, edited, deleted, pinned, pressed, answered, keyboard, commands, typing, person, chat or
    taken (the bot has an update).
    """

    kind: str
    chat_id: int = 0
    body: Json = field(default_factory=dict)


class Changes:
    """Tells listeners of every event and lets a coroutine wait until something can be seen."""

    def __init__(self) -> None:
        self.listeners: list[Callable[[Event], None]] = []
        self._waiting: set[asyncio.Future[None]] = set()

    def announce(self, event: Event) -> None:
        """Tell everybody, and wake whoever waits to look again."""
        for listener in self.listeners:
            listener(event)
        for future in self._waiting:
            if not future.done():
                future.set_result(None)

    async def until(self, look: Callable[[], Found | None], seconds: float) -> Found | None:
        """Return what `look` finds, now or after a later change; None when the time is over."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + seconds
        while (found := look()) is None:
            future: asyncio.Future[None] = loop.create_future()
            self._waiting.add(future)
            try:
                async with asyncio.timeout_at(deadline):
                    await future
            except TimeoutError:
                return look()
            finally:
                self._waiting.discard(future)
        return found
