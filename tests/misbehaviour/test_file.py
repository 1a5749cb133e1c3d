"""The SQLite file cannot be written: another process holds it, or the disk is full.

The answer is 500, never 200; nothing is kept half, and everything later.
"""

import asyncio
import resource
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import text

from handlers.dialog import Next, Turn
from playground.server import Playground
from storage.engine import Database
from storage.tables import claims, faults
from storage.vault import Vault
from storage.writers import SqliteWriter
from tests.bot.counter import Counter, desk_of, raw
from tests.bot.test_reception import counting
from tests.crash.town import Town
from tests.misbehaviour.door import door_of
from tests.processes.bot_process import BotProcess, Start, settings, webhook
from tests.waiting import until

HOLD = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('BEGIN EXCLUSIVE'); print(flush=True); input()"
CHATS = range(1, 81)
FRAME = 4096 + 24  # bytes of a page in the write-ahead log
NO_LIMIT = 2**30


@asynccontextmanager
async def held(file: Path) -> AsyncIterator[None]:
    """Another process is in the middle of a transaction."""
    pipe = asyncio.subprocess.PIPE
    other = await asyncio.create_subprocess_exec(sys.executable, "-c", HOLD, file, stdin=pipe, stdout=pipe)
    assert other.stdout
    await other.stdout.readline()
    yield
    await other.communicate(b"\n")


async def test_a_file_locked_past_our_patience_costs_500_and_no_update_its_life(
    sqlite_url: str, tmp_path: Path
) -> None:
    counter = Counter(sqlite_url, desk_of(counting))
    counter.database = Database(sqlite_url, busy_seconds=0.1)
    async with counter, door_of(counter) as post:
        assert {await post(chat, chat, "hello") for chat in CHATS} == {200}
        await counter.settled()
        async with held(tmp_path / "changgu.db"):
            refused = await asyncio.gather(*(post(chat, 1000 + chat, "x") for chat in CHATS))
        assert set(refused) == {500}
        assert set(await asyncio.gather(*(post(chat, 1000 + chat, "x") for chat in CHATS))) == {200}
        await counter.settled()
        assert [counter.said(chat) for chat in CHATS] == [["1"]] * len(CHATS)
        assert await counter.rows(faults) == []


async def saying_back(turn: Turn, answer: Any) -> Next:
    """Count in the draft, and say a letter as long as what was heard."""
    turn.draft["count"] = turn.draft.get("count", 0) + 1
    turn.say(raw(f"{turn.draft['count']} {answer}"))
    return "only"


async def leaves(counter: Counter, pages: int) -> None:
    """Let the file grow by so many pages and no more."""
    writer = counter.database.writer
    assert isinstance(writer, SqliteWriter)
    has = (await writer.transaction(lambda db: db.execute(text("PRAGMA page_count")))).scalar_one()
    await writer.transaction(lambda db: db.execute(text(f"PRAGMA max_page_count = {has + pages}")))


async def test_a_file_that_may_not_grow_at_the_nth_page_keeps_nothing_half_and_everything_later(
    sqlite_url: str,
) -> None:
    chats, numbers, words = CHATS[:4], count(1), "x" * 3000
    async with Counter(sqlite_url, desk_of(saying_back)) as counter, door_of(counter) as post:
        assert {await post(chat, next(numbers), "hello") for chat in chats} == {200}
        for pages in count():
            given = [(chat, next(numbers), words) for chat in chats]
            await leaves(counter, pages)
            statuses = await asyncio.gather(*(post(*update) for update in given))
            await leaves(counter, NO_LIMIT)
            assert set(statuses) <= {200, 500}
            answered = {number for (_, number, _), status in zip(given, statuses, strict=True) if status == 200}
            claimed = {row.update_id for row in await counter.rows(claims)}
            assert claimed & {number for _, number, _ in given} == answered
            assert {await post(*update) for update in given} == {200}
            if set(statuses) == {200}:
                break
        await counter.settled()
        assert pages > 0
        assert [counter.said(chat) for chat in chats] == [[f"{n} {words}" for n in range(1, pages + 2)]] * len(chats)


def limit(process: BotProcess, largest: int) -> None:
    """How large a file of this process may grow, its log of what it says among them."""
    resource.prlimit(process.child.pid, resource.RLIMIT_FSIZE, (largest, resource.RLIM_INFINITY))


async def walks(town: Town, process: BotProcess, largest: int) -> bool:
    """Somebody walks on a full disk; there is room again once an update was refused. Gives whether one was."""
    before = town.play.delivery.last_error
    limit(process, largest)
    walking = asyncio.create_task(town.walk())
    await until(lambda: town.play.delivery.last_error is not before or walking.done(), 40, "a refusal, or room enough")
    refused = not walking.done()
    limit(process, resource.RLIM_INFINITY)
    await walking
    return refused


async def test_a_disk_full_at_the_nth_write_is_answered_500_and_the_walk_goes_on_when_there_is_room(
    play: Playground, start: Start, tmp_path: Path
) -> None:
    town, environment = Town(play), webhook(settings(tmp_path, play.url, play.token))
    process = start("run", environment)
    calm = await town.walk()
    refused = [await walks(town, process, 0)]
    for frames in range(0, 56, 8):
        log = await asyncio.to_thread((tmp_path / "changgu.db-wal").stat)
        refused.append(await walks(town, process, log.st_size + frames * FRAME))
    assert sum(refused) >= 4
    await town.holds(environment["DATABASE_URL"], Vault.of(environment["DATA_KEYS"]), calm)
    assert await process.stops() == 0
