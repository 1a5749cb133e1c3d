"""Places of the running bot at which it may die, wrapped by the test in the child: the product has no switches."""

import asyncio
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from sqlalchemy import Engine, event

from bot import asking, errands, papers, wiring
from bot.broadcaster import Broadcaster
from bot.channels.telegram import Telegram
from bot.channels.transport import AiohttpRequest
from bot.errands import Errands, Patience
from bot.finder.service import Answers
from bot.finder.verdict import Found
from bot.pace import Pace
from bot.reception import Reception
from bot.sender import Sender
from storage import files
from storage.connections import Remote
from storage.writers import PostgresWriter, SqliteWriter

Here = Callable[[], None]
BY_THE_CLOCK = (
    "_chores", "_boards", "_cards", "_counting", "_outreach", "_telling", "_files", "_studio", "_auditor", "_watch",
    "_warming",
)  # fmt: skip


def hurry(lease: float = 1.5, poll: float = 0.03) -> None:
    """Tenths of seconds for seconds; a paper is looked at in a thread, for a judge's process costs a second.

    Whoever finds answers knows one topic: to load what it learned costs more than all the rest.
    """

    async def judged(_errands: Errands, data: bytes, name: str) -> Any:
        return await asyncio.to_thread(papers.check, data, name)

    async def known(_answers: Answers, _question: str, _lang: str) -> Found:
        return Found("answer", ("use_where",))

    os.environ["LEASE_SECONDS"] = f"{lease}"
    wiring.Pace = partial(Pace, poll=poll, chat_burst=10_000.0)  # type: ignore[attr-defined, assignment]
    errands.Patience = partial(Patience, poll=poll, lease=0.5, pause=0.05)  # type: ignore[misc, assignment]
    asking.Patience = partial(asking.Patience, poll=4 * poll, lease=0.5, pause=0.05)  # type: ignore[misc, assignment]
    Errands._judged = judged  # type: ignore[method-assign, assignment]
    Answers.ask = known  # type: ignore[method-assign, assignment]


def calmly(lease: float = 0.5, poll: float = 0.25) -> None:
    """Hurry, and nothing is done by the clock: looking round in vain is a commit too, and no point worth dying at."""
    hurry(lease, poll)
    for name in BY_THE_CLOCK:
        setattr(wiring, name, lambda _office: asyncio.Event().wait)
    Broadcaster.run = lambda _self: asyncio.Event().wait()  # type: ignore[assignment, method-assign, return-value]


@dataclass(frozen=True, slots=True)
class Moment:
    """Die at the `after`-th time that `place` is reached. Call it in the child, which it prepares, before it begins."""

    place: str
    after: int
    prepare: Callable[[], None] = hurry

    def __call__(self) -> None:
        self.prepare()
        reached = 0

        def here() -> None:
            nonlocal reached
            reached += 1
            if reached == self.after:
                os.kill(os.getpid(), signal.SIGKILL)

        (KILLS | POINTS)[self.place](here)


def _after(owner: Any, name: str) -> Callable[[Here], None]:
    """When this method has ended."""

    def plant(here: Here) -> None:
        method = getattr(owner, name)

        async def wrapped(*args: Any, **named: Any) -> Any:
            done = await method(*args, **named)
            here()
            return done

        setattr(owner, name, wrapped)

    return plant


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


def _at_a_call(here: Here) -> None:
    """Any call of the Bot API is about to be made, or a paper's bytes to be fetched."""
    do_request = AiohttpRequest.do_request

    async def wrapped(*args: Any, **named: Any) -> Any:
        here()
        return await do_request(*args, **named)

    AiohttpRequest.do_request = wrapped  # type: ignore[method-assign]


def _at_a_commit(here: Here) -> None:
    """Any transaction is about to be committed: SQLite's by SQLAlchemy, PostgreSQL's by our own word."""
    event.listen(Engine, "commit", lambda _connection: here())
    say = Remote.say

    async def wrapped(self: Remote, word: str) -> None:
        if word == "COMMIT":
            here()
        await say(self, word)

    Remote.say = wrapped  # type: ignore[method-assign]


def _after_any_commit(here: Here) -> None:
    """Any transaction was committed a moment ago."""
    _after(SqliteWriter, "transaction")(here)
    _after(PostgresWriter, "transaction")(here)


KILLS: Final[dict[str, Callable[[Here], None]]] = {
    "before the commit": _after(Reception, "_answer_all"),  # all of a batch is written, nothing is committed
    "after the commit": _after_commit,
    "while sending": _while_sending,
    "after Telegram accepted": _after_accepted,
    "mid download": _after(Telegram, "fetch"),  # a paper's bytes are in memory only
    "bytes kept": _after(files, "keep"),  # a paper's bytes are stored, its row does not know it
}
"""What the kills of a busy counter are spread over."""

POINTS: Final[dict[str, Callable[[Here], None]]] = {
    "commit": _at_a_commit,
    "committed": _after_any_commit,
    "call": _at_a_call,
    "answered": _after(AiohttpRequest, "do_request"),
}
"""What is died at one by one."""
