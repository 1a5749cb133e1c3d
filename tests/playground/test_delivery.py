"""How updates reach the bot: polling, webhooks, order, repetition and expiry."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web

from playground.people import Person
from playground.server import Playground

from .conftest import Api
from .shapes import fits

SECRET = "a-secret-of-at-least-thirty-two-characters"
Answering = Callable[["Receiver", dict[str, Any]], web.Response]


@dataclass
class Receiver:
    """A webhook on a free port; `answering` decides, `seen` keeps what came."""

    url: str = ""
    seen: list[dict[str, Any]] = field(default_factory=list)
    secrets: set[str | None] = field(default_factory=set)
    answering: Answering = lambda _receiver, _update: web.Response()
    news: asyncio.Event = field(default_factory=asyncio.Event)

    async def take(self, request: web.Request) -> web.Response:
        update = await request.json()
        self.seen.append(update)
        self.secrets.add(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        self.news.set()
        return self.answering(self, update)

    async def until(self, count: int) -> None:
        async with asyncio.timeout(5):
            while len(self.seen) < count:
                self.news.clear()
                await self.news.wait()


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    app = web.Application()
    app.router.add_post("/telegram", receiver.take)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}/telegram"
    yield receiver
    await runner.cleanup()


async def test_polling_waits_repeats_and_forgets_below_the_offset(api: Api, sunja: Person) -> None:
    waiting = asyncio.create_task(api.ok("getUpdates", timeout=5))
    await api.ok("getMe")
    await sunja.says("하나")
    first = await waiting
    assert fits(first, "[Update") == []
    assert await api.ok("getUpdates") == first
    await sunja.says("둘")
    second = await api.ok("getUpdates", offset=first[0]["update_id"] + 1)
    assert [update["message"]["text"] for update in second] == ["둘"]
    assert second[0]["update_id"] == first[0]["update_id"] + 1


async def test_two_pollers_and_a_webhook_are_in_conflict(play: Playground, api: Api, receiver: Receiver) -> None:
    first = asyncio.create_task(api.refused("getUpdates", timeout=5))
    await api.ok("getMe")
    second = asyncio.create_task(api.refused("getUpdates", timeout=5))
    assert (await first).startswith("Conflict: terminated by other getUpdates request")
    await api.ok("setWebhook", url=receiver.url)
    assert (await second).startswith("Conflict: terminated by setWebhook request")
    assert "while webhook is active" in await api.refused("getUpdates")


async def test_a_webhook_gets_its_secret_and_2xx_is_for_ever(
    play: Playground, api: Api, receiver: Receiver, sunja: Person
) -> None:
    await api.ok("setWebhook", url=receiver.url, secret_token=SECRET, max_connections=7)
    await sunja.says("하나")
    await receiver.until(1)
    assert receiver.secrets == {SECRET}
    assert fits(receiver.seen, "[Update") == []
    info = await api.ok("getWebhookInfo")
    assert fits(info, "WebhookInfo") == []
    assert (info["max_connections"], info["pending_update_count"]) == (7, 0)
    assert play.delivery.acked == [receiver.seen[0]["update_id"]]


async def test_what_fails_comes_again_before_what_follows(api: Api, receiver: Receiver, sunja: Person) -> None:
    receiver.answering = lambda r, _: web.Response(status=500 if len(r.seen) < 4 else 204)
    await api.ok("setWebhook", url=receiver.url)
    await sunja.says("하나")
    await sunja.says("둘")
    await receiver.until(5)
    assert [update["message"]["text"] for update in receiver.seen] == ["하나"] * 4 + ["둘"]
    told = (await api.ok("getWebhookInfo"))["last_error_message"]
    assert told == "Wrong response from the webhook: 500 Internal Server Error"


async def test_presses_overtake_a_chat_that_is_stuck(api: Api, receiver: Receiver, maria: Person) -> None:
    seen = await maria.says("/start")
    await api.ok("deleteWebhook", drop_pending_updates=True)
    receiver.answering = lambda _, update: web.Response(status=500 if "message" in update else 200)
    await api.ok("setWebhook", url=receiver.url)
    await maria.says("막힘")
    await receiver.until(2)
    press = await maria.forges("x", on=seen)
    await receiver.until(3)
    assert any(update.get("callback_query", {}).get("id") == press.id for update in receiver.seen)


async def test_retry_after_is_obeyed(api: Api, receiver: Receiver, sunja: Person) -> None:
    receiver.answering = lambda r, _: (
        web.Response(status=503, headers={"Retry-After": "30"}) if len(r.seen) == 1 else web.Response()
    )
    await api.ok("setWebhook", url=receiver.url)
    loop = asyncio.get_running_loop()
    before = loop.time()
    await sunja.says("하나")
    await receiver.until(2)
    assert loop.time() - before >= 0.3 * 0.9


async def test_messages_live_a_day_and_presses_150_seconds(play: Playground, api: Api, maria: Person) -> None:
    await maria.forges("x", on=await maria.says("하나"))
    play.clock.advance(151)
    assert [min(update) for update in await api.ok("getUpdates")] == ["message", "message"]
    play.clock.advance(86_400)
    assert await api.ok("getUpdates") == []


async def test_a_method_in_the_answer_is_executed(api: Api, receiver: Receiver, sunja: Person) -> None:
    receiver.answering = lambda _, update: web.json_response(
        {"method": "sendMessage", "chat_id": update["message"]["chat"]["id"], "text": "바로 답"}
    )
    await api.ok("setWebhook", url=receiver.url)
    await sunja.says("안녕")
    assert (await sunja.hears()).text == "바로 답"


async def test_only_kinds_asked_for_are_delivered(api: Api, maria: Person) -> None:
    await api.ok("getUpdates", allowed_updates=["callback_query"])
    await maria.says("하나")
    await maria.forges("x", on=await maria.says("둘"))
    kinds = [min(update) for update in await api.ok("getUpdates")]
    assert kinds == ["message", "callback_query"]


async def test_set_webhook_twice_within_a_second_is_too_many(api: Api, receiver: Receiver) -> None:
    await api.ok("setWebhook", url=receiver.url)
    body = await api.body("setWebhook", url=receiver.url)
    assert (body["error_code"], body["parameters"]) == (429, {"retry_after": 1})
    assert fits(body, "Refusal") == []


async def test_an_update_can_be_delivered_again_and_ids_may_jump(play: Playground, api: Api, sunja: Person) -> None:
    await sunja.says("하나")
    pending = play.delivery.waiting()[0]
    play.delivery.put(pending)
    play.delivery.next_id = 5
    await sunja.says("둘")
    ids = [update["update_id"] for update in await api.ok("getUpdates")]
    assert ids == [5, pending.update["update_id"], pending.update["update_id"]]
