"""Cards in chats that are kept up to date there: one edit for all that changed, and no more than a chat bears.

Each is looked at every few seconds, by one process at a time, and edited only when it would say something else.
"""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import ClassVar, Generic, TypeVar

from bot.channels.base import Busy, Channel, NotSent, Sheet
from bot.letters import Words
from bot.logs import log
from programmes.model import City
from storage.boards import Board
from storage.broadcast_cards import Card
from storage.engine import Database, Drawer
from storage.unit import in_one
from storage.vault import Vault

T = TypeVar("T")
C = TypeVar("C", Board, Card)


class LiveCards(ABC, Generic[C]):
    """Cards of one kind; `look` is one round, `every` the seconds between two looks at a card."""

    every: ClassVar[float]

    def __init__(
        self,
        database: Database,
        vault: Vault,
        channel: Channel,
        city: Callable[[], City],
        words: Words,
        clock: Callable[[], datetime],
    ) -> None:
        self._database, self._vault, self._channel = database, vault, channel
        self._city, self._words, self._clock = city, words, clock
        self._not_before: dict[int, datetime] = {}

    @abstractmethod
    async def _claim(self, store: Drawer, before: datetime) -> Sequence[C]:
        """The cards that nobody has looked at since then, noted as looked at."""

    @abstractmethod
    async def _update(self, card: C, now: datetime) -> None:
        """Show it if it would say something else. Raises `NotSent`."""

    @abstractmethod
    async def _refused(self, store: Drawer, card: C, failed: NotSent) -> None:
        """What becomes of a card that could not be shown, and not for being too many."""

    async def run(self) -> None:
        """Look round for ever."""
        while True:
            try:
                await self.look()
            except Exception as error:
                log.warning("cards.failed", cards=type(self).__name__, error=type(error).__name__)
            await asyncio.sleep(self.every)

    async def look(self) -> None:
        """Bring up to date every card that was not looked at for a while; what hinders is tried again next time."""
        now = self._clock()
        before = now - timedelta(seconds=self.every * 0.9)
        for card in await self._write(lambda store: self._claim(store, before)):
            if now >= self._not_before.get(card.chat, now):
                try:
                    await self._update(card, now)
                except NotSent as failed:
                    await self._hindered(card, failed)

    async def _hindered(self, card: C, failed: NotSent) -> None:
        log.info("card.waiting", chat=card.chat, error=type(failed).__name__)
        if isinstance(failed, Busy):
            self._not_before[card.chat] = self._clock() + timedelta(seconds=failed.retry_after or 0)
        else:
            await self._write(lambda store: self._refused(store, card, failed))

    async def _show(self, card: C, sheet: Sheet) -> int | None:
        """Send it, or edit it where it stands; gives its number there. Raises `NotSent`."""
        if card.message_id is None:
            return await self._channel.send(card.chat, sheet)
        await self._channel.edit(card.chat, card.message_id, sheet)
        return card.message_id

    async def _write(self, work: Callable[[Drawer], Awaitable[T]]) -> T:
        return await in_one(self._database, self._vault, self._clock(), work)
