"""A crowd of chats that walk through a script, each with one update under way and so many at once over all."""

import asyncio
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from tests.bench.wire import FIRST_CHAT, Caller, Wire, text


@dataclass(frozen=True, slots=True)
class Script:
    """What a chat writes: first the opening, then the round over and over."""

    round: tuple[str, ...]
    opening: tuple[str, ...] = ()

    def words(self, step: int) -> str:
        """What is written at a step, counted from 0."""
        beyond = step - len(self.opening)
        return self.opening[step] if beyond < 0 else self.round[beyond % len(self.round)]


STEPS = Script(("처음", "1", "1", "1"))  # start over, then the first choice: menu, programme, round, first question
AUDITED = Script(("1",), opening=("처음", "/notices"))  # each tap changes the consent and writes an audit row


class Crowd(Wire):
    """Chats that write, `at_once` at a time, as long as they are let."""

    def __init__(
        self, host: str, secret: str, chats: int, at_once: int, *, script: Script = STEPS, delay: float = 0.0
    ) -> None:
        super().__init__(host, secret, delay)
        self._chats, self._at_once, self._script = chats, at_once, script
        self._resting: deque[tuple[int, int]] = deque()
        self._steps: dict[int, int] = {}
        self._still = asyncio.Event()
        self._going = False

    @property
    def opening(self) -> int:
        """How many updates it takes until everybody is beyond the opening."""
        return self._chats * len(self._script.opening)

    async def begin(self, ports: Sequence[int], at_once: int | None = None) -> None:
        """Start to post to a bot at these ports in turn, everybody from the beginning of the script."""
        self._resting = deque((FIRST_CHAT + n, 0) for n in range(self._chats))
        self._going = True
        self._still.clear()
        for number in range(at_once or self._at_once):
            self.done(await self.connect(ports[number % len(ports)]))

    async def end(self, seconds: float = 60) -> int:
        """Post no more, wait for what is under way, hang up; gives how many updates were never done."""
        self._going = False
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._still.wait()
        self.hang_up()
        return len(self._posted)

    def done(self, caller: Caller) -> None:
        """Let the chat rest that wrote last; whoever rested longest writes next."""
        if caller.chat:
            self._resting.append((caller.chat, self._steps.pop(caller.chat) + 1))
        if self._going:
            chat, self._steps[chat] = self._resting.popleft()
            self.post(caller, chat, text(self._script.words(self._steps[chat])))
        elif not self._posted:
            self._still.set()
