"""`python -m playground` as a person starts it."""

import asyncio
import json
import sys
from datetime import datetime
from pathlib import Path

from aiohttp import ClientSession


async def test_it_says_where_it_is_and_keeps_its_people_and_clock(tmp_path: Path) -> None:
    state, people = tmp_path / "chats.json", tmp_path / "people.json"
    people.write_text('[{"id": 5, "name": "박새봄", "language": "ko", "phone": "+821012345678"}]', "utf-8")
    first = await _started_and_stopped("--state", state, "--people", people, "--clock", "2025-07-28T10:00+09:00")
    assert [(person["id"], person["name"]) for person in first] == [(5, "박새봄")]
    assert await _started_and_stopped("--state", state) == first
    offset = datetime.fromisoformat("2025-07-28T10:00+09:00").timestamp() - state.stat().st_mtime
    assert abs(json.loads(state.read_text())["offset"] - offset) < 60


async def _started_and_stopped(*options: str | Path) -> list[dict[str, object]]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "playground", "--port", "0", *map(str, options), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    words = (await process.stdout.readline()).decode().split()
    url = next(word.removeprefix("BOT_API_URL=") for word in words if word.startswith("BOT_API_URL="))
    async with ClientSession() as session, session.get(f"{url}/playground/people") as answer:
        people: list[dict[str, object]] = await answer.json()
    process.terminate()
    assert await process.wait() == 0
    return people
