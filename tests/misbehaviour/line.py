"""A counter whose wire is the real channel to a playground, and the weather there."""

import time
from collections import Counter as Tally
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

from bot.channels.base import Sheet
from bot.channels.telegram import Telegram
from playground.call import Call
from playground.faults import Fault
from playground.server import Playground
from tests.bot.counter import QUICK, Counter, Wire

PACE = replace(QUICK, round=0.01, unasked_a_second=100_000.0, broadcast_a_second=100_000.0)


class Line(Wire):
    """Sends to Telegram instead of pinning to a wall."""

    def __init__(self, play: Playground) -> None:
        super().__init__()
        self.channel = Telegram(play.token, play.url)

    async def send(self, chat: int, sheet: Sheet) -> int | None:
        return await self.channel.send(chat, sheet) or 0

    async def remove(self, chat: int, message_id: int) -> None:
        await self.channel.remove(chat, message_id)


@asynccontextmanager
async def counter_to(
    play: Playground, url: str, chats: Sequence[int], *, broadcasts: bool = False
) -> AsyncIterator[Counter]:
    """A counter that sends to these people of the playground, all of whom have started the bot."""
    for chat in chats:
        await play.person(chat, f"{chat}").starts()
    line = Line(play)
    try:
        async with Counter(url, wire=line, pace=PACE, broadcasts=broadcasts) as counter:
            yield counter
    finally:
        await line.channel.close()


@dataclass
class Weather:
    """The fate of a send by its chat and its number there, counted from 1; other calls are spared."""

    fate: Callable[[int, int], Fault | None]
    calls: Tally[int] = field(default_factory=Tally)

    def __call__(self, call: Call) -> Fault | None:
        if not call.method.startswith("send") or call.chat_id is None:
            return None
        self.calls[call.chat_id] += 1
        return self.fate(call.chat_id, self.calls[call.chat_id])


@dataclass
class Windows:
    """429 as Telegram says it: until a chat's window shuts every send there is refused, and noted in `inside`."""

    opens: Callable[[int, int], int]  # for how many seconds, at this chat's so manieth send
    opened: int = 0
    inside: list[int] = field(default_factory=list)
    _shuts: dict[int, float] = field(default_factory=dict)

    def fate(self, chat: int, number: int) -> Fault | None:
        now = time.monotonic()
        if now < self._shuts.get(chat, 0.0):
            self.inside.append(chat)
            return Fault("too_many", 1)
        if seconds := self.opens(chat, number):
            self.opened += 1
            self._shuts[chat] = now + seconds
            return Fault("too_many", seconds)
        return None
