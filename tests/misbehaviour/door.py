"""The real HTTP door before a counter, and a hand that brings updates to it as Telegram does."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from aiohttp import ClientSession

from bot import web
from bot.channels.telegram import Telegram
from tests.bot.counter import Counter
from tests.processes.bot_process import HOST, SECRET

Post = Callable[[int, int, str], Awaitable[int]]


@asynccontextmanager
async def door_of(counter: Counter) -> AsyncIterator[Post]:
    """Call it with a chat, an update's number and words; gives the status."""
    app = web.application(counter.reception, Telegram("1:x", "http://127.0.0.1:9"), SECRET, _ready)
    runner = await web.serve(app, HOST, 0)
    url = f"http://{HOST}:{runner.addresses[0][1]}/telegram"
    async with ClientSession(headers={web.SECRET_HEADER: SECRET}) as session:

        async def post(chat: int, number: int, words: str) -> int:
            message = {"message_id": number, "date": 1, "chat": {"id": chat, "type": "private"}, "text": words,
                       "from": {"id": chat, "is_bot": False, "first_name": "k"}}  # fmt: skip
            async with session.post(url, json={"update_id": number, "message": message}) as answer:
                return answer.status

        try:
            yield post
        finally:
            await runner.cleanup()


async def _ready() -> str | None:
    return None
