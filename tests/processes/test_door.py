"""The HTTP door: who may bring updates, what is no update, and what the machines that watch may ask."""

import asyncio
from pathlib import Path

import pytest
from aiohttp import ClientSession

from playground.server import Playground
from tests.processes.bot_process import HOST, SECRET, BotProcess, Start, settings, webhook

HEADER = "X-Telegram-Bot-Api-Secret-Token"
UPDATE = (
    b'{"update_id":1,"message":{"message_id":1,"date":1,"chat":{"id":7101,"type":"private"},'
    b'"from":{"id":7101,"is_bot":false,"first_name":"x"},"text":"/start"}}'
)


@pytest.fixture
async def door(play: Playground, start: Start, tmp_path: Path) -> BotProcess:
    process = start("run", webhook(settings(tmp_path, play.url, play.token)))
    await process.is_ready()
    return process


async def knock(door: BotProcess, *secrets: bytes, body: bytes = UPDATE) -> int:
    """Post a body with these secrets as raw bytes, each a header; gives the status."""
    reader, writer = await asyncio.open_connection(HOST, int(door.environment["PORT"]))
    headers = b"".join(b"%b: %b\r\n" % (HEADER.encode(), secret) for secret in secrets)
    writer.write(b"POST /telegram HTTP/1.1\r\nHost: x\r\n%bContent-Length: %d\r\n\r\n%b" % (headers, len(body), body))
    status = (await reader.readline()).split()[1]
    writer.close()
    return int(status)


async def test_only_the_one_right_secret_opens(door: BotProcess, play: Playground) -> None:
    right = SECRET.encode()
    assert await knock(door) == 403
    assert await knock(door, b"") == 403
    assert await knock(door, right[:-1]) == 403
    assert await knock(door, right + b"x") == 403
    assert await knock(door, b"\xeb\xb9\x84\xeb\xb0\x80\xff") == 403
    assert await knock(door, right, right) == 403
    assert await knock(door, right, b"x") == 403
    assert await knock(door, right) == 200
    async with ClientSession() as session, session.get(f"{door.url}/telegram") as answer:
        assert answer.status == 405


async def test_what_is_no_update_is_taken_and_counted(door: BotProcess) -> None:
    bodies = (b"", b"{", b"[]", b"null", b'"x"', b'{"update_id":"no"}', b'{"message":{}}', b"\xff\xfe", b"[" * 5000)
    for body in bodies:
        assert await knock(door, SECRET.encode(), body=body) == 200
    async with ClientSession() as session, session.get(f"{door.url}/metrics") as answer:
        assert f"changgu_not_updates_total {len(bodies)}.0" in await answer.text()


async def test_a_body_larger_than_any_update_is_refused(door: BotProcess) -> None:
    assert await knock(door, SECRET.encode(), body=b"x" * (2 << 20)) in (200, 413)
    assert await knock(door, SECRET.encode()) == 200


async def test_health_readiness_and_metrics_are_open(door: BotProcess) -> None:
    async with ClientSession() as session:
        for path, words in (("/healthz", "ok"), ("/readyz", "ready"), ("/metrics", "changgu_turns_total")):
            async with session.get(f"{door.url}{path}") as answer:
                assert answer.status == 200
                assert words in await answer.text()
