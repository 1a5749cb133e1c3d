"""The other side of the wire, as light as can be: Telegram posting updates and taking replies, in this one process.

A crowd of chats, each with one update under way, walks through `SCRIPT`; so many are under way at once. An update is
done when it was answered 200 and its reply has come; its latency is from the post to the reply.
"""

import asyncio
import re
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Self

SCRIPT = (
    "처음",
    "1",
    "1",
    "1",
)  # start over, then the first choice three times: menu, programme, round, first question
FIRST_CHAT = 1_000_001
_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
_CHAT = re.compile(rb'"chat_id": ?(\d+)')


class Http(asyncio.Protocol):
    """One connection: gives every whole message, head and body, to `on_message`."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self.transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self._bytes += data
        while (head := self._bytes.find(b"\r\n\r\n") + 4) >= 4:
            length = _LENGTH.search(self._bytes, 0, head)
            end = head + (int(length[1]) if length else 0)
            if len(self._bytes) < end:
                return
            self.on_message(bytes(self._bytes[:head]), bytes(self._bytes[head:end]))
            del self._bytes[:end]

    def on_message(self, head: bytes, body: bytes) -> None:
        raise NotImplementedError


class Sink(Http):
    """Takes every call of the Bot API and tells the crowd of replies."""

    numbers = count(1)

    def __init__(self, crowd: "Crowd") -> None:
        super().__init__()
        self._crowd = crowd

    def on_message(self, head: bytes, body: bytes) -> None:
        answer = b'{"ok":true,"result":{"message_id":%d}}' % next(self.numbers)
        self.transport.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (len(answer), answer)
        )
        if b"/sendMessage" in head and (chat := _CHAT.search(body)):
            self._crowd.replied(int(chat[1]))


class Caller(Http):
    """One update after another: posts it, waits for 200 and for the reply."""

    def __init__(self, crowd: "Crowd") -> None:
        super().__init__()
        self._crowd = crowd
        self.chat = 0
        self.posted_at = 0.0
        self.missing = 0

    def post(self, chat: int, request: bytes) -> None:
        self.chat, self.missing, self.posted_at = chat, 2, time.perf_counter()
        self.transport.write(request)

    def on_message(self, head: bytes, body: bytes) -> None:
        if not head.startswith(b"HTTP/1.1 200"):
            self._crowd.refused += 1
        self._crowd.one_less(self)


@dataclass(slots=True)
class Crowd:
    """Chats that write, `at_once` at a time, as long as it is let."""

    host: str
    secret: str
    chats: int
    at_once: int
    latencies: list[float] = field(default_factory=list)
    refused: int = 0
    port: int = 0
    _server: asyncio.Server | None = None
    _callers: dict[int, Caller] = field(default_factory=dict)
    _connections: list[Caller] = field(default_factory=list)
    _resting: deque[tuple[int, int]] = field(default_factory=deque)
    _steps: dict[int, int] = field(default_factory=dict)
    _numbers: "count[int]" = field(default_factory=lambda: count(time.time_ns() // 1_000_000))
    _going: bool = False
    _still: asyncio.Event = field(default_factory=asyncio.Event)

    async def __aenter__(self) -> Self:
        """Open the sink; `port` is where it listens."""
        self._server = await asyncio.get_running_loop().create_server(lambda: Sink(self), self.host, 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()

    async def begin(self, port: int) -> None:
        """Start to post to a bot at `port`, everybody from the beginning of the script."""
        loop = asyncio.get_running_loop()
        self._resting = deque((FIRST_CHAT + n, 0) for n in range(self.chats))
        self._going = True
        self._still.clear()
        for _ in range(self.at_once):
            _, caller = await loop.create_connection(lambda: Caller(self), self.host, port)
            self._connections.append(caller)
            self._next(caller)

    async def end(self, seconds: float = 10) -> None:
        """Post no more, wait for what is under way. Raises TimeoutError when a reply never comes."""
        self._going = False
        async with asyncio.timeout(seconds):
            await self._still.wait()
        for caller in self._connections:
            caller.transport.close()
        self._connections.clear()

    def count_anew(self) -> None:
        self.latencies.clear()

    def replied(self, chat: int) -> None:
        """A reply has come for this chat."""
        if (caller := self._callers.get(chat)) is not None:
            self.latencies.append(time.perf_counter() - caller.posted_at)
            self.one_less(caller)

    def one_less(self, caller: Caller) -> None:
        """One of the two things that an update waits for is there."""
        caller.missing -= 1
        if caller.missing == 0:
            del self._callers[caller.chat]
            self._resting.append((caller.chat, self._steps.pop(caller.chat) + 1))
            self._next(caller)

    def _next(self, caller: Caller) -> None:
        if not self._going:
            if not self._callers:
                self._still.set()
            return
        chat, step = self._resting.popleft()
        self._callers[chat], self._steps[chat] = caller, step
        caller.post(chat, self._update(chat, SCRIPT[step % len(SCRIPT)]))

    def _update(self, chat: int, text: str) -> bytes:
        number = next(self._numbers)
        body = (
            f'{{"update_id":{number},"message":{{"message_id":{number % 1_000_000_000},"from":{{"id":{chat},"is_bot":'
            f'false,"first_name":"순자","last_name":"김","language_code":"ko"}},"chat":{{"id":{chat},"first_name":"순자",'
            f'"last_name":"김","type":"private"}},"date":1753664400,"text":"{text}"}}}}'
        ).encode()
        head = (
            f"POST /telegram HTTP/1.1\r\nHost: {self.host}\r\nContent-Type: application/json\r\n"
            f"X-Telegram-Bot-Api-Secret-Token: {self.secret}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body


def percentile(latencies: Sequence[float], share: float) -> float:
    """Milliseconds under which this share of the latencies (seconds) lies."""
    ranked = sorted(latencies)
    return 1000 * ranked[min(len(ranked) - 1, int(share * len(ranked)))] if ranked else 0.0
