"""What surely was not sent is told apart from what may have been, against a real server that misbehaves."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import pytest
from telegram import InputFile
from telegram.error import TelegramError

from bot.channels.base import Busy, Doubt, Sheet
from bot.channels.telegram import Telegram
from bot.channels.transport import AiohttpRequest, Body, NoAnswer, NoConnection

Behave = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
TOKEN = "123456789:CANARYcanaryCANARYcanaryCANARYcanar"


@asynccontextmanager
async def server(behave: Behave) -> AsyncIterator[str]:
    """A server on a free port that reads a request and then behaves as told."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        try:
            await behave(reader, writer)
        finally:
            writer.close()

    running = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with running:
        yield f"http://127.0.0.1:{running.sockets[0].getsockname()[1]}"


def answering(status: int, body: bytes) -> Behave:
    async def behave(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = f"HTTP/1.1 {status} x\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        writer.write(head.encode() + body)
        await writer.drain()

    return behave


async def hang_up(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.close()


async def cut_off(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b'HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{"ok":true,')
    await writer.drain()


async def never(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    await reader.read()


async def trickle(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """An answer of which a byte comes now and then, each in time."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    pieces = asyncio.Event()
    while not writer.is_closing():
        writer.write(b"x")
        await writer.drain()
        with suppress(TimeoutError):
            async with asyncio.timeout(0.05):
                await pieces.wait()


async def call(url: str, seconds: float = 5.0) -> tuple[int, bytes]:
    request = AiohttpRequest()
    try:
        return await request.do_request(f"{url}/bot{TOKEN}/sendMessage", "POST", read_timeout=seconds)
    finally:
        await request.shutdown()


def nobody() -> str:
    """An address where nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}"


async def test_a_refused_connection_was_surely_not_sent() -> None:
    with pytest.raises(NoConnection):
        await call(nobody())


@pytest.mark.parametrize("behave", [hang_up, cut_off])
async def test_an_answer_lost_on_its_way_is_in_doubt(behave: Behave) -> None:
    async with server(behave) as url:
        with pytest.raises(NoAnswer):
            await call(url)


async def test_a_slow_answer_is_in_doubt() -> None:
    async with server(never) as url:
        with pytest.raises(NoAnswer):
            await call(url, seconds=0.1)


async def test_an_answer_that_trickles_in_for_ever_is_in_doubt() -> None:
    async with server(trickle) as url:
        with pytest.raises(NoAnswer):
            await call(url, seconds=0.3)


async def test_a_faults_words_name_no_token() -> None:
    with pytest.raises(NoConnection) as fault:
        await call(nobody())
    assert TOKEN not in f"{fault.value!r} {fault.value.__cause__!r} {fault.value.__suppress_context__}"
    assert fault.value.__suppress_context__


@pytest.mark.parametrize(
    ("behave", "family"),
    [
        (hang_up, Doubt),
        (cut_off, Doubt),
        (answering(502, b"<html>bad gateway</html>"), Doubt),
        (answering(500, b'{"ok":false,"description":"Internal"}'), Doubt),
        (answering(200, b"not json"), Doubt),
        (answering(429, b'{"ok":false,"description":"Too Many","parameters":{"retry_after":7}}'), Busy),
    ],
)
async def test_a_channel_sorts_what_the_wire_did(behave: Behave, family: type[Exception]) -> None:
    async with server(behave) as url:
        channel = Telegram(TOKEN, url)
        with pytest.raises(family):
            await channel.send(1, Sheet("words"))
        await channel.close()


async def test_a_channel_without_a_connection_is_busy() -> None:
    channel = Telegram(TOKEN, nobody())
    with pytest.raises(Busy):
        await channel.send(1, Sheet("words"))
    await channel.close()


async def test_a_good_answer_comes_through() -> None:
    async with server(answering(200, b'{"ok":true}')) as url:
        assert await call(url) == (200, b'{"ok":true}')


async def test_parameters_go_as_json_and_files_as_a_form() -> None:
    seen: list[bytes] = []

    async def note(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append(await reader.read(65536))
        await answering(200, b"{}")(reader, writer)

    said = {"text": "안녕", "chat_id": 7, "reply_markup": {"remove_keyboard": True}}
    async with server(note) as url:
        for body in (Body(said), Body(said, ("f", InputFile(b"bytes", filename="a")))):
            request = AiohttpRequest()
            await request.initialize()
            await request.do_request(url, "POST", body)
            await request.shutdown()
    assert json.loads(seen[0]) == said
    for part in ("안녕".encode(), b"\r\n\r\n7\r\n", b'{"remove_keyboard":true}', b'name="f"; filename="a"', b"bytes"):
        assert part in seen[1]


def test_half_a_character_does_not_hide_an_answer() -> None:
    assert AiohttpRequest.parse_json_payload(b'{"text":"\\ud800"}') == {"text": "\ud800"}


@pytest.mark.parametrize("payload", [b"", b"<html>", b"\xff", b"[" * 100_000])
def test_what_is_no_json_is_said_without_quoting_it(payload: bytes) -> None:
    with pytest.raises(TelegramError, match=r"^[Tt]he answer is not JSON$"):
        AiohttpRequest.parse_json_payload(payload)


def test_the_time_a_call_may_take_is_told() -> None:
    assert AiohttpRequest().read_timeout == 20.0
