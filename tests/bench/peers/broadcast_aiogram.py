"""One text for many as aiogram's examples have it: a loop over its `Bot` that waits between two messages.

Run as `python -m tests.bench.peers.broadcast_aiogram API_URL SECONDS AT_ONCE RATE`; prints how many were sent.
"""

import asyncio
import sys
import time
from itertools import count

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer

FIRST = 5_000_000
WORDS = "안내드립니다. 신청은 가까운 동 행정복지센터에서 하실 수 있습니다."


async def main(api_url: str, seconds: float, at_once: int, rate: float) -> None:
    """Send for so long, so many at once, each waiting her part of the rate after every message."""
    session = AiohttpSession(api=TelegramAPIServer.from_base(api_url), limit=max(at_once, 1))
    chats, sent, end = count(FIRST), 0, time.monotonic() + seconds

    async with Bot("1:bench", session=session) as bot:

        async def tell() -> None:
            nonlocal sent
            while time.monotonic() < end:
                began = time.monotonic()
                await bot.send_message(next(chats), WORDS)
                sent += 1
                await asyncio.sleep(max(0.0, at_once / rate - (time.monotonic() - began)))

        await asyncio.gather(*(tell() for _ in range(at_once)))
    sys.stdout.write(f"{sent}\n")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], float(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])))
