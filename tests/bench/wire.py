"""The other side of the wire, as light as can be: Telegram posting updates and taking replies, in this one process.

An update is done when it was answered 200 and its reply has come; its latency is from the post until the reply is
here. The Bot API answers at once, or after a delay; it says the same few hundred bytes to everybody.
"""

import asyncio
import re
import time
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import count
from typing import Final, Self

FIRST_CHAT: Final = 1_000_001
_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
_CHAT = re.compile(rb'"?chat_id"?[:=] ?(\d+)')
_RESULT = (  # what is told of a user, of a message and of a webhook, all in one
    b'{"ok":true,"result":{"id":1,"is_bot":true,"first_name":"bench","username":"bench_bot","message_id":%d,'
    b'"from":{"id":1,"is_bot":true,"first_name":"bench","username":"bench_bot"},"chat":{"id":1000001,'
    b'"first_name":"\\uc21c\\uc790","last_name":"\\uae40","type":"private"},"date":1753664400,'
    b'"text":"\\ubb34\\uc5c7\\uc744 \\ub3c4\\uc640\\ub4dc\\ub9b4\\uae4c\\uc694?","url":"",'
    b'"has_custom_certificate":false,"pending_update_count":0}}'
)
_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b"


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
    """Takes every call of the Bot API, tells of replies, and answers after `delay` seconds."""

    numbers = count(1)

    def __init__(self, replied: Callable[[int], None], delay: float) -> None:
        super().__init__()
        self._replied, self._delay = replied, delay

    def on_message(self, head: bytes, body: bytes) -> None:
        is_send = b"/sendMessage" in head
        told = _RESULT % next(self.numbers) if is_send or b"/get" in head else b'{"ok":true,"result":true}'
        answer = _HEAD % (len(told), told)
        if is_send and self._delay:
            asyncio.get_running_loop().call_later(self._delay, self.transport.write, answer)
        else:
            self.transport.write(answer)
        if is_send and (chat := _CHAT.search(body)):
            self._replied(int(chat[1]))


class Caller(Http):
    """One update after another: posts it, waits for 200 and for the reply."""

    def __init__(self, wire: "Wire") -> None:
        super().__init__()
        self._wire = wire
        self.chat = 0
        self.posted_at = 0.0
        self.missing = 0

    def post(self, chat: int, request: bytes) -> None:
        self.chat, self.missing, self.posted_at = chat, 2, time.perf_counter()
        self.transport.write(request)

    def on_message(self, head: bytes, body: bytes) -> None:
        if not head.startswith(b"HTTP/1.1 200"):
            self._wire.refused += 1
        self._wire.one_less(self)


class Wire:
    """Telegram's end: the Bot API at `port`, and connections to a bot that posts go over. Used with `async with`."""

    def __init__(self, host: str, secret: str, delay: float = 0.0) -> None:
        self.latencies: list[float] = []
        self.refused = 0
        self.replies: Counter[int] = Counter()  # by chat
        self.port = 0
        self._host, self._secret, self._delay = host, secret, delay
        self._numbers = count(time.time_ns() // 100_000)  # above those of any wire before
        self._server: asyncio.Server | None = None
        self._connections: list[Caller] = []
        self._posted: dict[int, Caller] = {}  # by chat

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: Sink(self.replied, self._delay), self._host, 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        self.hang_up()

    async def connect(self, port: int) -> Caller:
        """One more connection to the bot at `port`."""
        _, caller = await asyncio.get_running_loop().create_connection(lambda: Caller(self), self._host, port)
        self._connections.append(caller)
        return caller

    def hang_up(self) -> None:
        """Close every connection to the bot."""
        for caller in self._connections:
            caller.transport.close()
        self._connections.clear()

    def post(self, caller: Caller, chat: int, content: str) -> None:
        """Post what a chat brings."""
        self._posted[chat] = caller
        caller.post(chat, self.written(chat, content))

    def press(self, chat: int, data: str) -> bytes:
        """The request of a pressed button."""
        return self.request(pressed(next(self._numbers), chat, data))

    def written(self, chat: int, content: str) -> bytes:
        """The request of a message."""
        return self.request(message(next(self._numbers), chat, content))

    def request(self, update: str) -> bytes:
        """An update as Telegram posts it."""
        body = update.encode()
        head = (
            f"POST /telegram HTTP/1.1\r\nHost: {self._host}\r\nContent-Type: application/json\r\n"
            f"X-Telegram-Bot-Api-Secret-Token: {self._secret}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body

    def replied(self, chat: int) -> None:
        """A reply has come for this chat."""
        self.replies[chat] += 1
        if (caller := self._posted.get(chat)) is not None:
            self.latencies.append(time.perf_counter() - caller.posted_at)
            self.one_less(caller)

    def one_less(self, caller: Caller) -> None:
        """One of the two things that an update waits for is there."""
        caller.missing -= 1
        if caller.missing == 0:
            del self._posted[caller.chat]
            self.done(caller)

    def done(self, caller: Caller) -> None:
        """An update is done; its connection is free."""
        raise NotImplementedError


async def passing(seconds: float) -> None:
    """Let everything go on for so long."""
    await asyncio.wait([asyncio.get_running_loop().create_future()], timeout=seconds)


def text(words: str) -> str:
    """What is in a message of these words."""
    return f'"text":"{words}"'


def message(number: int, chat: int, content: str) -> str:
    """An update that is a message."""
    return (
        f'{{"update_id":{number},"message":{{"message_id":{number % 1_000_000_000},{_somebody(chat)},{_room(chat)},'
        f'"date":1753664400,{content}}}}}'
    )


def pressed(number: int, chat: int, data: str) -> str:
    """An update that is a pressed button."""
    return (
        f'{{"update_id":{number},"callback_query":{{"id":"{number}",{_somebody(chat)},"chat_instance":"1","data":"{data}",'
        f'"message":{{"message_id":{number % 1_000_000_000},{_room(chat)},"date":1753664400,"text":"?"}}}}}}'
    )


def _somebody(chat: int) -> str:
    return f'"from":{{"id":{chat},"is_bot":false,"first_name":"순자","last_name":"김","language_code":"ko"}}'


def _room(chat: int) -> str:
    return f'"chat":{{"id":{chat},"first_name":"순자","last_name":"김","type":"private"}}'


def percentile(latencies: Sequence[float], share: float) -> float:
    """Milliseconds under which this share of the latencies (seconds) lies."""
    ranked = sorted(latencies)
    return 1000 * ranked[min(len(ranked) - 1, int(share * len(ranked)))] if ranked else 0.0
