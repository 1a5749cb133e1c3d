"""Who knows the secret is heard, and hears 200 only after the update is kept."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiohttp
import pytest

from bot import web
from bot.channels.telegram import Telegram
from bot.web import SECRET_HEADER
from storage.tables import claims
from tests.bot.counter import KIM, Counter, desk_of
from tests.bot.test_reception import Trouble

SECRET = "s" * 31 + "é"
BODY = {
    "update_id": 9,
    "message": {
        "message_id": 5,
        "date": 1,
        "chat": {"id": KIM, "type": "private"},
        "from": {"id": KIM, "is_bot": False, "first_name": "k"},
        "text": "hi",
    },
}
Post = Callable[..., Awaitable[int]]


async def fine() -> str | None:
    return None


async def wanting() -> str | None:
    return "database: away"


async def door(counter: Counter | None, ready: Any = fine, secret: str = SECRET) -> tuple[Any, str]:
    app = web.application(counter.reception if counter else None, Telegram("1:x", "http://127.0.0.1:9"), secret, ready)
    runner = await web.serve(app, "127.0.0.1", 0)
    return runner, f"http://127.0.0.1:{runner.addresses[0][1]}"


@pytest.fixture
async def counter(sqlite_url: str) -> AsyncIterator[Counter]:
    async with Counter(sqlite_url, desk_of(Trouble("bad").accept)) as found:
        yield found


async def post(url: str, *secrets: str | bytes, json: Any = BODY, data: bytes | None = None) -> int:
    headers = [(SECRET_HEADER, secret if isinstance(secret, str) else secret.decode("latin-1")) for secret in secrets]
    async with aiohttp.ClientSession() as session:
        sent = {"data": data} if data is not None else {"json": json}
        async with session.post(f"{url}/telegram", headers=headers, **sent) as answer:
            return answer.status


async def test_an_update_with_the_secret_is_kept_and_then_answered(counter: Counter) -> None:
    runner, url = await door(counter)
    assert await post(url, SECRET) == 200
    assert [row.update_id for row in await counter.rows(claims)] == [9]
    await runner.cleanup()


@pytest.mark.parametrize("secrets", [(), ("",), ("wrong",), (SECRET[:-1],), (SECRET + "x",), (SECRET, SECRET), ("ß",)])
async def test_no_wrong_or_doubled_secret_is_refused_before_the_body_is_read(counter: Counter, secrets: Any) -> None:
    runner, url = await door(counter)
    assert await post(url, *secrets, data=b"not json") == 403
    assert await counter.rows(claims) == []
    await runner.cleanup()


@pytest.mark.parametrize("given", [(), ("",), ("x",)])
async def test_without_a_secret_of_our_own_nobody_enters(counter: Counter, given: Any) -> None:
    runner, url = await door(counter, secret="")
    assert await post(url, *given) == 403
    await runner.cleanup()


async def test_a_bot_that_polls_takes_no_webhooks() -> None:
    runner, url = await door(None)
    assert await post(url, SECRET) == 403
    await runner.cleanup()


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"update_id":"x"}', b"\xff"])
async def test_a_body_that_is_no_update_is_answered_200_and_alarmed(counter: Counter, body: bytes) -> None:
    runner, url = await door(counter)
    assert await post(url, SECRET, data=body) == 200
    async with aiohttp.ClientSession() as session, session.get(f"{url}/metrics") as answer:
        assert "changgu_not_updates_total" in await answer.text()
    await runner.cleanup()


async def test_what_concerns_nobody_is_answered_200(counter: Counter) -> None:
    runner, url = await door(counter)
    assert await post(url, SECRET, json={"update_id": 9, "teleported": {}}) == 200
    assert await counter.rows(claims) == []
    await runner.cleanup()


async def test_a_faulted_turn_is_answered_500_so_that_it_comes_again(counter: Counter) -> None:
    runner, url = await door(counter)
    await post(url, SECRET)
    message = BODY["message"] | {"text": "bad"}  # type: ignore[operator]
    bad = {"update_id": 10, "message": message}
    assert [await post(url, SECRET, json=bad) for _ in range(3)] == [500, 500, 200]
    await runner.cleanup()


async def test_ten_megabytes_are_refused(counter: Counter) -> None:
    runner, url = await door(counter)
    assert await post(url, SECRET, data=b"x" * 10 * 2**20) == 413
    await runner.cleanup()


@pytest.mark.parametrize(("ready", "status", "text"), [(fine, 200, "ready"), (wanting, 503, "database: away")])
async def test_health_is_the_process_and_readiness_what_it_needs(ready: Any, status: int, text: str) -> None:
    runner, url = await door(None, ready)
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{url}/healthz") as answer:
            assert (answer.status, await answer.text()) == (200, "ok")
        async with session.get(f"{url}/readyz") as answer:
            assert (answer.status, await answer.text()) == (status, text)
        async with session.get(f"{url}/telegram") as answer:
            assert answer.status == 405
    await runner.cleanup()
