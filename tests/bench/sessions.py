"""What 100,000 stored sessions cost: memory of the bot, and how long anything keeps its loop from answering.

Two bots do the same number of updates: one has 2,048 sessions, the other all of them, each of which writes once. So
what they differ by is the sessions. The loop is asked for /healthz every millisecond, with nobody writing and with one
update at a time in turn, once the finder stands, which is loaded half a minute after the start.
"""

import asyncio
import os
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from statistics import median
from typing import Final

from storage import migrate, sessions
from storage.bulk import Bulk
from storage.engine import Database, Db
from storage.people import COLUMNS, stranger, to_row
from storage.sessions import Session
from storage.tables import keys, people
from storage.vault import Vault, new_office_key
from tests.bench import proc
from tests.bench.cells import listening, ours, ports
from tests.bench.crowd import Crowd
from tests.bench.proc import BOT_CORE, OTHER_CORE
from tests.bench.report import Aim, Report, Sheet, at_most
from tests.bench.wire import FIRST_CHAT, Http, passing, percentile
from tests.processes.bot_process import HOST, MONDAY, SECRET, free_port, spawned
from tests.waiting import until

FEW: Final = 2048
AT_ONCE: Final = 64
A_STEP: Final = 0.001  # seconds
CHUNK: Final = 5000
WITHOUT_GARBAGE: Final = "import gc, runpy; gc.disable(); runpy.run_module('tests.bench.echo', run_name='__main__')"
DRAFT: Final = {
    "programme": "livelihood-coupon-2025", "round": "first", "reason": "newborn", "whom": "self",
    "statement": "7월에 아이가 태어났는데 명단에 없다고 합니다. 출생신고는 7월 3일에 했습니다. 확인을 부탁드립니다.",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Waits:
    """How long the loop let itself be waited for, ms."""

    p99: float
    longest: float


@dataclass(frozen=True, slots=True)
class Figures:
    """One bot. Memory in MB: its own, and all that is resident, after few updates and after all; waits a round."""

    sessions: int
    own: float
    own_after: float
    resident: float
    resident_after: float
    idle: list[Waits]
    busy: list[Waits]


class Probe(Http):
    """Asks whether the loop is there, once at a time, and notes how long the answer took."""

    def __init__(self) -> None:
        super().__init__()
        self._answered: asyncio.Future[None]

    async def ask(self, seconds: float) -> Waits:
        """Ask for so long, a millisecond after each answer."""
        waits: list[float] = []
        end = time.perf_counter() + seconds
        with proc.first():
            while (began := time.perf_counter()) < end:
                self._answered = asyncio.get_running_loop().create_future()
                self.transport.write(f"GET /healthz HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode())
                await self._answered
                waits.append(time.perf_counter() - began)
                await passing(A_STEP)
        return Waits(percentile(waits, 0.99), percentile(waits, 1))

    def on_message(self, head: bytes, body: bytes) -> None:
        self._answered.set_result(None)


def measure(report: Report, stored: int, rounds: int, seconds: float, folder: Path) -> None:
    """Store so many, and compare with few."""
    proc.keep_on((OTHER_CORE,), [os.getpid()])
    found = []
    for chats in (FEW, stored):
        report.progress(f"sessions: {chats:,} of them, {stored:,} updates")
        url, data_keys = f"sqlite+aiosqlite:///{folder / f'sessions-{chats}.db'}", new_office_key()
        asyncio.run(_store(url, data_keys, chats))
        found.append(asyncio.run(_one(url, data_keys, chats, stored, rounds, seconds, folder)))
    report.progress("sessions: a bare echo, idle")
    (few, many), idle = found, asyncio.run(_echo(rounds, seconds, folder))
    told = {"few": asdict(few), "many": asdict(many), "echo": [asdict(one) for one in idle]}
    report.add("sessions", told, _sheet(few, many, idle), _aims(few, many))


async def _store(url: str, data_keys: str, chats: int) -> None:
    """People in the middle of an appeal, each with a key of her own."""
    await migrate.upgrade(url)
    database, vault, now = Database(url), Vault.of(data_keys), datetime.fromisoformat(MONDAY)

    async def chunk(first: int, db: Db) -> None:
        known = [stranger(chat, "ko", now) for chat in range(first, min(first + CHUNK, FIRST_CHAT + chats))]
        made = [vault.new_key(one.id) for one in known]
        wrapped = [{"owner": one.id, "sealed": sealed} for one, (_, sealed) in zip(known, made, strict=True)]
        drafts = [
            sessions.to_row(
                Session(one.chat, "resident", "appeal", "papers", 7, now, DRAFT, ("reason", "statement")), key
            )
            for one, (key, _) in zip(known, made, strict=True)
        ]
        await Bulk(people, COLUMNS).put(db, [to_row(one) | {"consent": 1, "consent_at": now} for one in known])
        await Bulk(keys, ("owner", "sealed")).put(db, wrapped)
        await sessions.save(db, drafts)

    for first in range(FIRST_CHAT, FIRST_CHAT + chats, CHUNK):
        await database.writer.transaction(partial(chunk, first))
    await database.close()


async def _one(
    url: str, data_keys: str, chats: int, updates: int, rounds: int, seconds: float, folder: Path
) -> Figures:
    async with Crowd(HOST, SECRET, chats, AT_ONCE) as crowd:
        with ours("run", url, f"http://{HOST}:{crowd.port}", folder, DATA_KEYS=data_keys, LOG_LEVEL="INFO") as bot:
            pid, port = bot.child.pid, ports([bot])[0]
            proc.keep_on((BOT_CORE,), [pid])
            await listening([bot])
            _, probe = await asyncio.get_running_loop().create_connection(Probe, HOST, port)
            await crowd.begin([port])
            await until(lambda: len(crowd.latencies) >= FEW, 600, "a few to have written")
            own, resident = proc.own(pid), proc.resident(pid)
            await until(lambda: len(crowd.latencies) >= updates, 3600, "everybody to have written")
            assert not await crowd.end(), "a reply never came"
            own_after, resident_after = proc.own(pid), proc.resident(pid)
            await bot.says('"whole": true', 300)  # of its finder
            idle, busy = [], []
            for _ in range(rounds):
                idle.append(await probe.ask(seconds))
                await crowd.begin([port], at_once=1)
                busy.append(await probe.ask(seconds))
                assert not await crowd.end(), "a reply never came"
    return Figures(chats, own, own_after, resident, resident_after, idle, busy)


async def _echo(rounds: int, seconds: float, folder: Path) -> list[Waits]:
    """How long an idle echo on the bot's core, which collects no garbage, lets the probe wait: that is the machine."""
    port = str(free_port())
    with spawned(("-c", WITHOUT_GARBAGE, port, "http://nobody", SECRET), {"PORT": port}, folder, name="echo") as bot:
        proc.keep_on((BOT_CORE,), [bot.child.pid])
        await listening([bot])
        _, probe = await asyncio.get_running_loop().create_connection(Probe, HOST, int(port))
        return [await probe.ask(seconds) for _ in range(rounds)]


def _aims(few: Figures, many: Figures) -> list[Aim]:
    return [
        at_most("sessions that exist: own memory more", [many.own - few.own], 10, " MB"),
        at_most("sessions that wrote once: own memory more", [many.own_after - few.own_after], 10, " MB"),
        at_most("the same, pages of the file counted", [many.resident_after - few.resident_after], 10, " MB"),
        at_most("longest wait for the loop, nobody writing", [one.longest for one in many.idle], 5, " ms"),
        at_most("longest wait for the loop, one writing", [one.longest for one in many.busy], 5, " ms"),
    ]


def _sheet(few: Figures, many: Figures, echo: list[Waits]) -> Sheet:
    words: Mapping[str, str] = {
        "own": f"own memory after {FEW:,} updates, MB",
        "own_after": "own memory after all updates, MB",
        "resident": f"resident after {FEW:,} updates, MB",
        "resident_after": "resident after all updates, MB",
    }
    pairs = [(said, getattr(few, name), getattr(many, name)) for name, said in words.items()]
    for who, name in (("nobody", "idle"), ("one", "busy")):
        one, other = _median(getattr(few, name)), _median(getattr(many, name))
        pairs += [
            (f"wait for the loop, {who} writing, p99 ms", one.p99, other.p99),
            ("the same, longest", one.longest, other.longest),
        ]
    rows = [(said, f"{one:.1f}", f"{other:.1f}", f"{other - one:.1f}") for said, one, other in pairs]
    columns = ("sessions stored", f"{few.sessions:,}", f"{many.sessions:,}", "more")
    machine = _median(echo)
    waits = f"p99 {machine.p99:.1f} ms, longest {machine.longest:.1f} ms"
    return Sheet("What stored sessions cost (SQLite)", columns, rows, f"a bare echo with nothing to do: {waits}")


def _median(rounds: list[Waits]) -> Waits:
    return Waits(median(one.p99 for one in rounds), median(one.longest for one in rounds))
