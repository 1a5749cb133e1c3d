"""Places of the running bot at which it may die, wrapped by the test in the child: the product has no switches."""

import asyncio
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from bot.channels.transport import AiohttpRequest
from bot.reception import Reception
from bot.sender import Sender

Here = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Moment:
    """Die at the `after`-th time that `place` is reached. Call it in the child before the bot begins."""

    place: str
    after: int

    def __call__(self) -> None:
        reached = 0

        def here() -> None:
            nonlocal reached
            reached += 1
            if reached == self.after:
                os.kill(os.getpid(), signal.SIGKILL)

        PLACES[self.place](here)


def _before_commit(here: Here) -> None:
    """All of a batch is written, nothing is committed."""
    answer_all = Reception._answer_all

    async def wrapped(self: Reception, *args: Any) -> Any:
        done = await answer_all(self, *args)
        here()
        return done

    Reception._answer_all = wrapped  # type: ignore[method-assign, assignment]


def _after_commit(here: Here) -> None:
    """A batch is committed, nobody was told and nothing was handed to the sender."""
    hand_over = Sender.hand_over

    def wrapped(self: Sender, parcels: Any) -> None:
        here()
        hand_over(self, parcels)

    Sender.hand_over = wrapped  # type: ignore[method-assign]


def _while_sending(here: Here) -> None:
    """A letter is on its way, perhaps written, not answered."""
    do_request = AiohttpRequest.do_request

    async def wrapped(self: AiohttpRequest, url: str, *args: Any, **named: Any) -> Any:
        sending = asyncio.ensure_future(do_request(self, url, *args, **named))
        if url.endswith("/sendMessage"):
            for _ in range(3):
                await asyncio.sleep(0)
            here()
        return await sending

    AiohttpRequest.do_request = wrapped  # type: ignore[method-assign]


def _after_accepted(here: Here) -> None:
    """Telegram has a letter, and nothing of ours knows it yet."""
    do_request = AiohttpRequest.do_request

    async def wrapped(self: AiohttpRequest, url: str, *args: Any, **named: Any) -> Any:
        answer = await do_request(self, url, *args, **named)
        if url.endswith("/sendMessage"):
            here()
        return answer

    AiohttpRequest.do_request = wrapped  # type: ignore[method-assign]


PLACES: Final[dict[str, Callable[[Here], None]]] = {
    "before the commit": _before_commit,
    "after the commit": _after_commit,
    "while sending": _while_sending,
    "after Telegram accepted": _after_accepted,
}
