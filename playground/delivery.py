"""Updates on their way to the bot: long polling and webhooks with Telegram's own ordering and retry rule.

The rule is the public Bot API server's (WebhookActor.cpp, Client.cpp): one queue per chat for messages and one per
person for presses; any 2xx is done for ever; otherwise again at once, then after 2, 4, 8 … s up to 60–120 s.
Left out: one single connection after ten seconds of failures, and the removal of a webhook that says 410 for a day.
"""

import asyncio
import random
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from aiohttp import ClientConnectorError, ClientError, ClientSession, ClientTimeout

from .clock import Clock
from .errors import Json, Refused

MESSAGE_LIVES = 86_400
PRESS_LIVES = 150
LONGEST_RETRY_AFTER = 3_600
_NOT_BY_DEFAULT = ("chat_member", "message_reaction", "message_reaction_count")


@dataclass(slots=True)
class Pending:
    """An update not yet taken, the queue it stands in and when Telegram would give it up."""

    update: Json
    queue: str
    expires: int


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where updates go. An empty `url` means long polling."""

    url: str = ""
    secret: str = ""
    max_connections: int = 40


@dataclass(slots=True)
class Delivery:
    """Holds updates until the bot has them. `time_scale` shortens all waits (0.01: a second is ten milliseconds)."""

    clock: Clock
    time_scale: float = 1.0
    execute: Callable[[Json], Awaitable[None]] | None = None
    webhook: Webhook = Webhook()
    allowed: tuple[str, ...] = ()
    next_id: int = field(default_factory=lambda: random.randrange(100_000_000, 900_000_000))
    acked: list[int] = field(default_factory=list)
    taken: Callable[[], None] = lambda: None
    last_error: tuple[int, str] | None = None
    _queues: dict[str, deque[Pending]] = field(default_factory=dict)
    _carriers: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    _room: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(40))
    _poll: asyncio.Future[str] | None = None
    _session: ClientSession | None = None

    def push(self, kind: str, body: Json, queue: str, lives: int = MESSAGE_LIVES) -> None:
        """Put an update of this kind at the end of its queue, unless the bot did not ask for the kind."""
        if kind not in self.allowed if self.allowed else kind in _NOT_BY_DEFAULT:
            return
        self.put(Pending({"update_id": self.next_id, kind: body}, queue, self.clock.now() + lives))
        self.next_id += 1

    def put(self, pending: Pending) -> None:
        """Line up an update as it is (a test may repeat one, or let ids jump)."""
        self._queues.setdefault(pending.queue, deque()).append(pending)
        self._carry(pending.queue)
        self._wake("")

    def waiting(self) -> list[Pending]:
        """All that has not been taken and has not expired, oldest id first."""
        alive = [p for p in chain(*self._queues.values()) if p.expires > self.clock.now()]
        return sorted(alive, key=lambda pending: int(pending.update["update_id"]))

    async def updates(self, offset: int, limit: int, timeout: float) -> list[Json]:
        """getUpdates: forget what lies below `offset`, wait for the next; 409 where somebody else listens."""
        if self.webhook.url:
            raise Refused(409, "Conflict: can't use getUpdates method while webhook is active; "
                               "use deleteWebhook to delete the webhook first")  # fmt: skip
        self._wake("terminated by other getUpdates request; make sure that only one bot instance is running")
        self._forget(offset if offset >= 0 else self._from_end(-offset))
        loop = asyncio.get_running_loop()
        deadline = loop.time() + timeout
        while not (batch := self.waiting()[: max(1, min(limit, 100))]) and loop.time() < deadline:
            self._poll = loop.create_future()
            try:
                async with asyncio.timeout_at(deadline):
                    reason = await self._poll
            except TimeoutError:
                break
            if reason:
                raise Refused(409, f"Conflict: {reason}")
        return [pending.update for pending in batch]

    async def point(self, webhook: Webhook, drop: bool) -> None:
        """From now on updates go there (setWebhook, deleteWebhook)."""
        await self._halt()
        self.webhook, self._room = webhook, asyncio.Semaphore(webhook.max_connections)
        if webhook.url:
            self._wake("terminated by setWebhook request")
        if drop:
            self._queues.clear()
        for queue in self._queues:
            self._carry(queue)

    async def close(self) -> None:
        """Stop delivering; what is waiting stays for `waiting`."""
        self._wake("terminated by shutdown")
        await self._halt()
        if self._session is not None:
            await self._session.close()

    def _wake(self, reason: str) -> None:
        if self._poll is not None and not self._poll.done():
            self._poll.set_result(reason)

    def _forget(self, below: int) -> None:
        for queue in self._queues.values():
            left = [pending for pending in queue if pending.update["update_id"] >= below]
            self.acked += [p.update["update_id"] for p in queue if p.update["update_id"] < below]
            queue.clear()
            queue.extend(left)
        self.taken()

    def _from_end(self, count: int) -> int:
        waiting = self.waiting()
        return int(waiting[-count:][0].update["update_id"]) if waiting else 0

    def _carry(self, queue: str) -> None:
        if self.webhook.url and queue not in self._carriers:
            self._carriers[queue] = asyncio.create_task(self._deliver(queue))

    async def _halt(self) -> None:
        while self._carriers:  # an update put meanwhile may have got a new one
            carriers, self._carriers = self._carriers, {}
            for carrier in carriers.values():
                carrier.cancel()
            await asyncio.gather(*carriers.values(), return_exceptions=True)

    async def _deliver(self, queue: str) -> None:
        line, failures = self._queues[queue], 0
        try:
            while line:
                head = line[0]
                wait = 0.0 if head.expires <= self.clock.now() else await self._attempt(head, failures)
                if wait == 0:
                    line.popleft()
                    failures = 0
                    self.taken()
                else:
                    failures += 1
                    await asyncio.sleep(max(wait, 0) * self.time_scale)
        finally:
            if self._carriers.get(queue) is asyncio.current_task():
                del self._carriers[queue]

    async def _attempt(self, pending: Pending, failures: int) -> float:
        """Return 0 when done, else the seconds to wait (negative: at once)."""
        secret = {"X-Telegram-Bot-Api-Secret-Token": self.webhook.secret} if self.webhook.secret else {}
        self._session = self._session or ClientSession(timeout=ClientTimeout(total=60))
        try:
            async with self._room, self._session.post(self.webhook.url, json=pending.update, headers=secret) as answer:
                body = await _command(answer)
                if 200 <= answer.status < 300:
                    self.acked.append(pending.update["update_id"])
                    if body and self.execute:
                        await self.execute(body)
                    return 0
                self._failed(f"Wrong response from the webhook: {answer.status} {answer.reason}")
                asked = answer.headers.get("Retry-After", "")
                if asked.isdigit() and 0 < int(asked) <= LONGEST_RETRY_AFTER:
                    return float(asked)
        except TimeoutError:
            self._failed("Read timeout expired")
        except (ClientError, OSError) as error:
            self._failed("Connection refused" if isinstance(error, ClientConnectorError) else "Connection closed")
        return -1 if failures == 0 else min(2.0**failures, random.uniform(60, 120))

    def _failed(self, reason: str) -> None:
        self.last_error = (self.clock.now(), reason)


async def _command(answer: Any) -> Json | None:
    """A method call in the webhook's answer, which Telegram executes without telling the result."""
    if answer.content_type != "application/json":
        return None
    try:
        body = await answer.json()
    except ValueError:
        return None
    return body if isinstance(body, dict) and body.get("method") else None
