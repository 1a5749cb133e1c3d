"""One text for a whole district: how long its recipients take to write, the rate it holds, and what residents feel.

The Bot API takes 40 ms. The bot has core 0, this process, which is Telegram here, core 1. Beside it, in the same run,
loops over the bots of two libraries, which keep nothing. Residents write at a steady pace meanwhile, and before.
"""

import asyncio
import os
import subprocess
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

from sqlalchemy import update

from bot.broadcaster import FEWEST_AT_ONCE, next_chunk
from storage import broadcasts, migrate, recipients
from storage.broadcasts import Content
from storage.bulk import Bulk
from storage.engine import Database, Drawer
from storage.ids import new_id
from storage.people import COLUMNS, stranger, to_row
from storage.tables import broadcasts as broadcasts_table
from storage.tables import people
from storage.unit import in_one
from storage.vault import Vault, new_office_key
from tests.bench import proc
from tests.bench.cells import PEERS, SLOW, listening, ours, ports
from tests.bench.crowd import Crowd
from tests.bench.report import Aim, Report, Sheet, at_least, at_most
from tests.bench.wire import FIRST_CHAT, Caller, Wire, passing, percentile, text
from tests.postgres import running as postgres
from tests.processes.bot_process import HOST, MONDAY, ROOT, SECRET
from tests.waiting import until

HEARERS: Final = 5_000_000  # the first chat of those who are told
RESIDENTS: Final = 2048  # who write meanwhile
EACH: Final = 0.02  # seconds after which the next one writes
CONNECTIONS: Final = 16
FREE: Final = 22  # messages a second
PAID: Final = 1000
DISTRICT: Final = 639_000
WARM_UP: Final = 3.0
NOW: Final = datetime.fromisoformat(MONDAY)


@dataclass(frozen=True, slots=True)
class Filled:
    """Recipients written: how long in all, the longest hold of the writer in ms, and memory in MB before and after."""

    people: int
    seconds: float
    held: float
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class Told:
    """A broadcast under way: messages a second held, most in any second; replies in ms; memory in MB."""

    wanted: float
    rate: float
    turned_away: int
    p50: float
    p99: float
    memory: float


class Visitors(Crowd):
    """Residents who write one after another at a steady pace; `told` is when each recipient was."""

    def __init__(self) -> None:
        super().__init__(HOST, SECRET, RESIDENTS, CONNECTIONS, delay=SLOW)
        self.told: list[float] = []
        self._idle: list[Caller] = []

    def replied(self, chat: int) -> None:
        """A recipient was told, or a resident was answered."""
        if chat >= HEARERS:
            self.told.append(time.perf_counter())
        else:
            super().replied(chat)

    def done(self, caller: Caller) -> None:
        """Wait for the next turn."""
        if caller.chat:
            self._resting.append((caller.chat, self._steps.pop(caller.chat) + 1))
        self._idle.append(caller)
        if not self._going and not self._posted:
            self._still.set()

    async def write_for(self, seconds: float) -> list[float]:
        """Let them write for so long; gives how long each waited for her answer."""
        self.latencies.clear()
        began, posted = time.perf_counter(), 0
        while (passed := time.perf_counter() - began) < seconds:
            while posted * EACH < passed and self._idle:
                chat, step = self._resting.popleft()
                self._steps[chat] = step
                self.post(self._idle.pop(), chat, text(self._script.words(step)))
                posted += 1
            await passing(EACH / 4)
        return list(self.latencies)


def measure(report: Report, people: int, seconds: float, folder: Path) -> None:
    """Write the recipients of a district on both databases; hold both rates; let the others run."""
    filled: dict[str, Filled] = {}
    told: dict[str, Told] = {}
    report.progress(f"broadcasts: {people:,} recipients on SQLite")
    filled["SQLite"] = asyncio.run(_filled(f"sqlite+aiosqlite:///{folder / 'filled.db'}", people))
    report.progress(f"broadcasts: {people:,} recipients on PostgreSQL")
    with postgres(durable=True) as server:
        filled["PostgreSQL"] = asyncio.run(_filled(server.create("filled"), people))
    proc.keep_on((proc.OTHER_CORE,), [os.getpid()])
    calm = 0.0
    for name, rate, paid in (("free", FREE, False), ("paid", PAID, True)):
        report.progress(f"broadcasts: {rate} a second for {seconds:g} s")
        url, keys = f"sqlite+aiosqlite:///{folder / f'{name}.db'}", new_office_key()
        asyncio.run(_ready(url, keys, int(rate * (seconds + 20))))
        told[name], without = asyncio.run(_told(url, keys, rate, paid, seconds, folder))
        calm = max(calm, without)
    loops = {
        f"{name}, {at_once} at once": _loop(module, seconds, at_once, report)
        for name, module in (("PTB + AIORateLimiter", "broadcast_ptb"), ("aiogram", "broadcast_aiogram"))
        for at_once in (1, 64)
    }
    figures = {
        "filled": {name: asdict(one) for name, one in filled.items()},
        "told": {name: asdict(one) for name, one in told.items()},
        "loops": loops,
        "calm p99": calm,
    }
    report.add("broadcast", figures, _sheet(filled, told, loops, calm), _aims(filled, told, calm))


# ------------------------------------------------------------------------------------------------ writing recipients


async def _filled(url: str, count: int) -> Filled:
    await migrate.upgrade(url)
    database, vault = Database(url), Vault.of(new_office_key())
    try:
        await _settle(database, count)
        id = await _started(database, vault, "canary")
        before, chunk, more = proc.own(os.getpid()), FEWEST_AT_ONCE, True
        held: list[float] = []
        began = time.perf_counter()

        async def some(store: Drawer) -> bool:
            start = time.perf_counter()
            more = await recipients.fill(store, id, chunk)
            held.append(time.perf_counter() - start)
            return more

        while more:
            more = await in_one(database, vault, NOW, some)
            chunk = next_chunk(chunk, held[-1])
        seconds = time.perf_counter() - began
        return Filled(count, seconds, 1000 * max(held), before, proc.own(os.getpid()))
    finally:
        await database.close()


async def _settle(database: Database, count: int, first: int = HEARERS) -> None:
    """People who consented, a pile at a time."""
    for pile in _piles(range(first, first + count), 20_000):
        rows = [to_row(stranger(chat, "ko", NOW)) | {"consent": 1, "consent_at": NOW} for chat in pile]
        await database.writer.transaction(lambda db, rows=rows: Bulk(people, COLUMNS).put(db, rows))  # type: ignore[misc]


def _piles(chats: range, size: int) -> Iterable[range]:
    return (chats[at : at + size] for at in range(0, len(chats), size))


async def _started(database: Database, vault: Vault, stage: str) -> UUID:
    """A broadcast that came to this stage an hour ago."""

    async def start(store: Drawer) -> UUID:
        one = await broadcasts.draft(store, new_id(), Content(words={"ko": "안내드립니다, {dong}."}))
        values = {"stage": stage, "stage_at": NOW - timedelta(hours=1)}
        await store.write(update(broadcasts_table).where(broadcasts_table.c.id == one.id).values(values))
        return one.id

    return await in_one(database, vault, NOW, start)


# --------------------------------------------------------------------------------------------------- telling people


async def _ready(url: str, keys: str, count: int) -> None:
    """Residents who write, and a broadcast to others that is paused until it is let go on."""
    await migrate.upgrade(url)
    database, vault = Database(url), Vault.of(keys)
    await _settle(database, RESIDENTS, FIRST_CHAT)
    nobody = update(people).values(reachable=False)  # of those who write, so that they are told nothing
    await database.writer.transaction(lambda db: db.execute(nobody))
    await _settle(database, count)
    id = await _started(database, vault, "running")
    while await in_one(database, vault, NOW, lambda store: recipients.fill(store, id, 20_000)):
        pass
    await in_one(database, vault, NOW, lambda store: broadcasts.pause(store, id, new_id()))
    await database.close()


async def _told(url: str, keys: str, rate: int, paid: bool, seconds: float, folder: Path) -> tuple[Told, float]:
    """What is held while residents write, and the p99 of their replies without it, in ms."""
    given = {"DATA_KEYS": keys, "BROADCAST_A_SECOND": str(rate), "PAID_BROADCASTS": str(int(paid)), "LOG_LEVEL": "INFO"}
    async with Visitors() as visitors:
        with ours("run", url, f"http://{HOST}:{visitors.port}", folder, **given) as bot:
            proc.keep_on((proc.BOT_CORE,), [bot.child.pid])
            await listening([bot])
            await bot.says('"whole": true', 300)  # of its finder, which begins once in its life
            await visitors.begin(ports([bot]))
            await visitors.write_for(WARM_UP)
            calm = await visitors.write_for(seconds / 2)
            await _go_on(url, keys)
            await until(lambda: visitors.told, 30, "the first to be told")
            await visitors.write_for(WARM_UP)
            began = time.perf_counter()
            busy = await visitors.write_for(seconds)
            held = sum(began <= at < began + seconds for at in visitors.told) / seconds
            memory = proc.own(bot.child.pid)
    found = Told(rate, held, turned_away(visitors.told, rate), percentile(busy, 0.5), percentile(busy, 0.99), memory)
    return found, percentile(calm, 0.99)


async def _go_on(url: str, keys: str) -> None:
    """From another process, as an admin's word would come where there are several."""
    database = Database(url)
    try:
        (one,) = await database.writer.transaction(broadcasts.at_work)
        await in_one(database, Vault.of(keys), NOW, lambda store: broadcasts.resume(store, one.id, new_id()))
    finally:
        await database.close()


def turned_away(times: Sequence[float], rate: float) -> int:
    """How many a server would have answered 429 that lets so many a second pass, and a second's worth at once."""
    left, last, away = rate, times[0] if times else 0.0, 0
    for at in times:
        left, last = min(rate, left + (at - last) * rate), at
        left, away = (left - 1, away) if left >= 1 else (left, away + 1)
    return away


def _loop(module: str, seconds: float, at_once: int, report: Report) -> float:
    """Messages a second of a loop of another make."""
    report.progress(f"broadcasts: {module}, {at_once} at once")

    async def run() -> int:
        async with Wire(HOST, SECRET, SLOW) as wire:
            arguments = (f"http://{HOST}:{wire.port}", str(seconds), str(at_once), str(PAID))
            child = await asyncio.create_subprocess_exec(
                PEERS, "-m", f"tests.bench.peers.{module}", *arguments, cwd=ROOT, stdout=subprocess.PIPE,
                env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
            )  # fmt: skip
            proc.keep_on((proc.BOT_CORE,), [child.pid])
            said, _ = await child.communicate()
            return int(said)

    return asyncio.run(run()) / seconds


# ------------------------------------------------------------------------------------------------------------ report


def _sheet(filled: dict[str, Filled], told: dict[str, Told], loops: dict[str, float], calm: float) -> Sheet:
    rows = [
        (f"recipients written, {name}", f"{one.people / one.seconds:,.0f}", f"{one.seconds:.1f}", f"{one.held:.1f}",
         "", "", f"{one.after:.0f}")
        for name, one in filled.items()
    ]  # fmt: skip
    rows += [
        (f"sent, {name}: {one.wanted:g} a second", f"{one.rate:,.1f}", f"{DISTRICT / one.rate:,.0f}", "",
         f"{one.p50:.1f}", f"{one.p99:.1f}", f"{one.memory:.0f}")
        for name, one in told.items()
    ]  # fmt: skip
    rows.append(("replies without a broadcast", "", "", "", "", f"{calm:.1f}", ""))
    rows += [(name, f"{rate:,.1f}", f"{DISTRICT / rate:,.0f}", "", "", "", "") for name, rate in loops.items()]
    columns = ("what", "a second", "seconds for all", "writer held ms", "replies p50 ms", "p99 ms", "own MB")
    return Sheet(f"One text for {DISTRICT:,} (SQLite unless said, Bot API of 40 ms)", columns, rows)


def _aims(filled: dict[str, Filled], told: dict[str, Told], calm: float) -> list[Aim]:
    paid = told["paid"]
    return [
        at_most("recipients of a district, SQLite", [filled["SQLite"].seconds], 3, " s"),
        at_most("recipients of a district, PostgreSQL", [filled["PostgreSQL"].seconds], 10, " s"),
        *(at_most(f"writer held, {name}", [one.held], 50, " ms") for name, one in filled.items()),
        at_least("free rate held, of 22 a second", [told["free"].rate / FREE], 0.995),
        at_least("paid rate held, of 1,000 a second", [paid.rate / PAID], 0.995),
        at_most("429 caused", [float(one.turned_away) for one in told.values()], 0),
        at_most("p99 of replies beside it", [paid.p99], 50, " ms"),
        at_most("p99 of replies, of that without", [paid.p99 / calm], 3, " x"),
    ]
