"""Pressed buttons, settled from memory after the commit: a loss here harms nobody, so nothing is kept of it."""

import asyncio
from dataclasses import dataclass

from bot.channels.base import Channel
from bot.letters import Words
from bot.logs import log
from handlers.dialog import Turn


@dataclass(frozen=True, slots=True)
class Press:
    """A pressed button: its waiting sign is ended, and its question shown with the choice instead of the buttons.

    `window` is said in a small window over the chat.
    """

    chat: int
    press_id: str
    message_id: int | None
    text: str | None
    window: str | None = None


def of(turn: Turn, words: Words) -> Press | None:
    """The press of a turn, if it was one."""
    inbound, text = turn.inbound, None
    if not inbound.press_id:
        return None
    if turn.choice is not None and inbound.shown:
        text = f"{inbound.shown}\n\n▸ {words(turn.choice, turn.lang)}"
    window = words(turn.window, turn.lang) if turn.window is not None else None
    return Press(inbound.chat, inbound.press_id, inbound.message_id, text, window)


class Presses:
    """Settles presses, each in a task of its own."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._tasks: set[asyncio.Task[None]] = set()

    def settle(self, press: Press) -> None:
        """Begin; whatever comes of it."""
        task = asyncio.create_task(self._settle(press))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def drain(self) -> None:
        """Wait for those begun."""
        if self._tasks:
            await asyncio.wait(self._tasks)

    async def _settle(self, press: Press) -> None:
        try:
            await self._channel.acknowledge(press.press_id, press.window)
            if press.message_id is not None and press.text is not None:
                await self._channel.settle(press.chat, press.message_id, press.text)
        except Exception as error:
            log.info("press.unsettled", error=type(error).__name__)
