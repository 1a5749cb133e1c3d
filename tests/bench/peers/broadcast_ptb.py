"""One text for many as python-telegram-bot's documentation has it: its `Bot` behind its own `AIORateLimiter`.

Run as `python -m tests.bench.peers.broadcast_ptb API_URL SECONDS AT_ONCE RATE`; prints how many were sent. `AT_ONCE`
1 is the plain loop that most write. Nothing is kept: who was told is forgotten when it dies.
"""

import asyncio
import sys
import time
from itertools import count

from telegram.ext import AIORateLimiter, ExtBot
from telegram.request import HTTPXRequest

FIRST = 5_000_000
WORDS = "안내드립니다. 신청은 가까운 동 행정복지센터에서 하실 수 있습니다."


async def main(api_url: str, seconds: float, at_once: int, rate: float) -> None:
    """Send for so long, so many at once."""
    limiter = AIORateLimiter(overall_max_rate=rate, overall_time_period=1, max_retries=3)
    request = HTTPXRequest(connection_pool_size=max(at_once, 1))
    bot = ExtBot("1:bench", base_url=f"{api_url}/bot", request=request, rate_limiter=limiter)
    await bot.initialize()
    chats, sent, end = count(FIRST), 0, time.monotonic() + seconds

    async def tell() -> None:
        nonlocal sent
        while time.monotonic() < end:
            await bot.send_message(next(chats), WORDS)
            sent += 1

    await asyncio.gather(*(tell() for _ in range(at_once)))
    sys.stdout.write(f"{sent}\n")
    await bot.shutdown()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], float(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])))
