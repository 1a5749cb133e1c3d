"""Long polling: every update is kept or given up before the offset moves on."""

import asyncio
import json
from typing import Any

import pytest

from bot import poll
from bot.channels.base import Busy, NotAnUpdate
from handlers.dialog import Inbound, Kind
from tests.bot.counter import KIM, LEE, Counter, Wire, desk_of
from tests.bot.test_reception import Trouble
from tests.waiting import until


class Line(Wire):
    """A channel whose `listen` gives these batches one after the other, noting the offsets asked for."""

    def __init__(self, *batches: Any) -> None:
        super().__init__()
        self.batches: list[Any] = list(batches)
        self.offsets: list[int | None] = []

    async def listen(self, offset: int | None, seconds: float) -> list[Any]:
        self.offsets.append(offset)
        if not self.batches:
            await asyncio.Event().wait()
        found = self.batches.pop(0)
        if isinstance(found, Exception):
            raise found
        return list(found)

    def read(self, body: bytes) -> Inbound | None:
        text = body.decode()
        if "unreadable" in text:
            raise NotAnUpdate("no")
        if "nobody" in text:
            return None
        found = json.loads(text)
        chat, words = found["what"].split("|")
        return Inbound(found["update_id"], int(chat), Kind.TEXT, text=words)


def update(number: int, chat: int, words: str) -> dict[str, Any]:
    return {"update_id": number, "what": f"{chat}|{words}"}


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(poll, "FIRST_PAUSE", 0.01)


async def polled(url: str, *batches: Any, until_asked: int, accept: Any = None) -> tuple[Counter, Line]:
    """Poll until `listen` was asked so many times; gives the closed counter and its line."""
    line = Line(*batches)
    async with Counter(url, desk_of(accept) if accept else None, wire=line) as counter:
        polling = asyncio.create_task(poll.run(line, counter.reception))
        await until(lambda: len(line.offsets) == until_asked)
        await counter.settled()
        polling.cancel()
        await asyncio.gather(polling, return_exceptions=True)
    return counter, line


async def test_updates_are_handled_in_the_order_of_each_chat_and_the_offset_moves_past_them(database_url: str) -> None:
    batch = [update(n, (KIM, LEE)[n % 2], str(n)) for n in range(10, 20)]
    counter, line = await polled(database_url, batch, until_asked=2)
    assert line.offsets == [None, 20]
    assert counter.said(KIM) == [f"heard {n}" for n in range(12, 20, 2)]


async def test_a_faulted_update_is_tried_again_until_it_is_given_up_and_the_offset_waits(database_url: str) -> None:
    batch = [update(10, KIM, "hi"), update(11, KIM, "bad"), update(12, KIM, "after"), update(13, LEE, "hi")]
    counter, line = await polled(database_url, batch, until_asked=2, accept=Trouble("bad").accept)
    assert line.offsets == [None, 14]
    assert "heard after" in counter.said(KIM)
    assert len(counter.said(KIM)) == 2


async def test_what_is_unreadable_or_nobodys_holds_nothing_up(sqlite_url: str) -> None:
    batch = [{"update_id": 5, "what": "unreadable"}, {"update_id": 6, "what": "nobody"}, update(7, KIM, "hi")]
    counter, line = await polled(sqlite_url, batch, until_asked=2)
    assert line.offsets == [None, 8]
    assert counter.all(KIM) == ["home"]


async def test_a_line_that_is_down_is_asked_again_with_the_same_offset(sqlite_url: str) -> None:
    _, line = await polled(
        sqlite_url, [update(7, KIM, "a")], Busy("x"), Busy("x"), [update(8, KIM, "b")], until_asked=5
    )
    assert line.offsets == [None, 8, 8, 8, 9]


async def test_numbers_that_begin_lower_after_a_quiet_week_are_asked_for_from_the_start(sqlite_url: str) -> None:
    counter, line = await polled(sqlite_url, [update(900, KIM, "a")], [], [update(5, KIM, "b")], [], until_asked=5)
    assert line.offsets == [None, 901, None, 6, None]
    assert counter.said(KIM) == ["heard b"]


async def test_polling_stays_away_for_as_long_as_a_429_says(sqlite_url: str) -> None:
    loop, asked = asyncio.get_running_loop(), []

    class Busily(Line):
        async def listen(self, offset: int | None, seconds: float) -> list[Any]:
            asked.append(loop.time())
            return await super().listen(offset, seconds)

    line = Busily(Busy("429", 0.5), [])
    async with Counter(sqlite_url, wire=line) as counter:
        polling = asyncio.create_task(poll.run(line, counter.reception))
        await until(lambda: len(asked) >= 2)
        polling.cancel()
        await asyncio.gather(polling, return_exceptions=True)
    assert asked[1] - asked[0] >= 0.5


async def test_half_a_character_stops_no_polling(sqlite_url: str) -> None:
    counter, _ = await polled(sqlite_url, [update(7, KIM, "a\ud800b"), update(8, KIM, "c")], until_asked=2)
    assert len(counter.all(KIM)) == 3
