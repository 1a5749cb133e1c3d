"""`python -m playground`: the local Bot API and its chat page until Ctrl+C."""

import argparse
import asyncio
import json
import signal
from datetime import datetime
from pathlib import Path

from .clock import Clock
from .server import TOKEN, Playground


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="playground", description="A local Bot API server with a chat page.")
    parser.add_argument("--port", type=int, default=8081)
    parser.add_argument("--token", default=TOKEN, help="the bot token to accept")
    parser.add_argument("--state", type=Path, help="a file that keeps the chats between starts")
    parser.add_argument("--people", type=Path, help="a JSON file: [{id, name, language, phone}, …]")
    parser.add_argument("--clock", type=datetime.fromisoformat, help="the moment a first start shows (ISO, with zone)")
    parser.add_argument("--limits", action="store_true", help="enforce Telegram's sending limits")
    return parser.parse_args()


async def _serve(options: argparse.Namespace) -> None:
    clock = Clock()
    if options.clock:
        clock.set(options.clock)
    play = Playground(port=options.port, token=options.token, limits=options.limits, state=options.state, clock=clock)
    stop = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    async with play:
        if options.people:
            play.set_people(json.loads(options.people.read_text("utf-8")))
        print(f"Bot API  BOT_API_URL={play.url}  BOT_TOKEN={play.token}\nChats    {play.url}/", flush=True)
        await stop.wait()


if __name__ == "__main__":
    asyncio.run(_serve(_options()))
