"""Updates a second: one dialog step each, state read and written, the reply accepted; ours beside a bare echo.

The bot has core 0; this process, which is Telegram here, and the database server share core 1. Every round runs every
cell one after the other, each in a process started anew; ratios are made within a round, figures are medians.
"""

import asyncio
import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from pathlib import Path
from statistics import median
from typing import Final

from rich.table import Table

from storage import migrate
from storage.bulk import Bulk
from storage.engine import Database
from storage.people import COLUMNS, stranger, to_row
from storage.tables import people
from tests.bench import proc
from tests.bench.report import Report
from tests.bench.wire import FIRST_CHAT, Crowd, percentile
from tests.postgres import running as postgres
from tests.processes.bot_process import HOST, MONDAY, SECRET, BotProcess, free_port, settings, spawned, webhook

BOT_CORE: Final = 0
OTHER_CORE: Final = 1
Cell = Callable[[str], AbstractContextManager[BotProcess]]  # gets the address of the Bot API, lends a running bot


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured: so many seconds a cell and round, after so many to warm up."""

    rounds: int = 3
    seconds: float = 5.0
    warm_up: float = 3.0
    chats: int = 2048
    at_once: int = 64


@dataclass(frozen=True, slots=True)
class Figures:
    """A cell in one round. `rate` a second; `cpu` µs an update; `p50` and `p99` ms; `memory` MB; `other` is the share
    of its core that the other side was busy: near 1, and it is the other side that was measured. Ratios are to the
    floor of the same round.
    """

    rate: float
    cpu: float
    p50: float
    p99: float
    memory: float
    other: float
    ratio_rate: float = 1.0
    ratio_cpu: float = 1.0


def measure(report: Report, size: Size, folder: Path) -> None:
    """Run all rounds of all cells and report them."""
    os.sched_setaffinity(0, {OTHER_CORE})
    with ExitStack() as stack:
        cells = _cells(stack, size, folder)
        rounds: dict[str, list[Figures]] = {name: [] for name in cells}
        for number in range(size.rounds):
            for name, cell in cells.items():
                report.progress(f"turns: round {number + 1} of {size.rounds}, {name}")
                found = asyncio.run(_one(cell, size))
                floor = next(iter(rounds.values()))[number] if number < len(rounds["floor"]) else found
                ratios = {"ratio_rate": found.rate / floor.rate, "ratio_cpu": floor.cpu / found.cpu}
                rounds[name].append(replace(found, **ratios))
    middle = {name: _median(found) for name, found in rounds.items()}
    told = {name: {"median": asdict(middle[name]), "rounds": [asdict(one) for one in rounds[name]]} for name in rounds}
    report.add("turns", {"size": asdict(size), "cells": told}, _table(middle, size))


def _cells(stack: ExitStack, size: Size, folder: Path) -> Mapping[str, Cell]:
    server = stack.enter_context(postgres(durable=True))
    sqlite, postgresql = f"sqlite+aiosqlite:///{folder / 'turns.db'}", server.create("turns")
    for url in (sqlite, postgresql):
        asyncio.run(_populate(url, size.chats))
    return {
        "floor": _floor(folder),
        "SQLite": _ours("run", sqlite, folder),
        "PostgreSQL": _ours("web", postgresql, folder),
    }


@contextmanager
def _pinned(process: BotProcess) -> Iterator[BotProcess]:
    """Lend a process on the bot's core; it is killed afterwards."""
    os.sched_setaffinity(process.child.pid, {BOT_CORE})
    try:
        yield process
    finally:
        process.kill()


def _floor(folder: Path) -> Cell:
    def start(api_url: str) -> AbstractContextManager[BotProcess]:
        port = str(free_port())
        return _pinned(spawned(("-m", "tests.bench.echo", port, api_url, SECRET), {"PORT": port}, folder, name="floor"))

    return start


def _ours(command: str, database_url: str, folder: Path) -> Cell:
    kept = settings(folder, "", "1:bench", DATABASE_URL=database_url, LOG_LEVEL="WARNING")

    def start(api_url: str) -> AbstractContextManager[BotProcess]:
        environment = webhook({**kept, "BOT_API_URL": api_url, "PORT": str(free_port())})
        return _pinned(spawned(("-m", "bot", command), environment, folder))

    return start


async def _populate(url: str, chats: int) -> None:
    """A migrated database with people who have consented, each of whom stands nowhere yet."""
    await migrate.upgrade(url)
    database = Database(url)
    now = datetime.fromisoformat(MONDAY)
    known = (stranger(FIRST_CHAT + n, "ko", now) for n in range(chats))
    rows = [to_row(one) | {"consent": 1, "consent_at": now} for one in known]
    await database.writer.transaction(lambda db: Bulk(people, COLUMNS).put(db, rows))
    await database.close()


async def _one(cell: Cell, size: Size) -> Figures:
    async with Crowd(HOST, SECRET, size.chats, size.at_once) as crowd:
        with cell(f"http://{HOST}:{crowd.port}") as started:
            await started.is_ready()
            await crowd.begin(int(started.environment["PORT"]))
            await _passing(size.warm_up)
            crowd.count_anew()
            pid, began = started.child.pid, time.perf_counter()
            theirs, ours = proc.busy(pid), proc.busy(os.getpid())
            await _passing(size.seconds)
            done, taken = len(crowd.latencies), time.perf_counter() - began
            theirs, ours = proc.busy(pid) - theirs, proc.busy(os.getpid()) - ours
            memory = proc.resident(pid)
            latencies = list(crowd.latencies)
            await crowd.end()
            assert not crowd.refused, (
                f"{crowd.refused} updates were not answered 200: {started.log.read_text()[-2000:]}"
            )
    return Figures(
        rate=done / taken, cpu=1e6 * theirs / done, p50=percentile(latencies, 0.5), p99=percentile(latencies, 0.99),
        memory=memory, other=ours / taken,
    )  # fmt: skip


async def _passing(seconds: float) -> None:
    """Let the crowd go on for so long."""
    await asyncio.wait([asyncio.get_running_loop().create_future()], timeout=seconds)


def _median(found: list[Figures]) -> Figures:
    return Figures(**{one.name: median(getattr(figures, one.name) for figures in found) for one in fields(Figures)})


def _table(middle: Mapping[str, Figures], size: Size) -> Table:
    table = Table(title=f"One dialog step an update, {size.at_once} at once, medians of {size.rounds} rounds")
    for name in (
        "cell",
        "updates/s",
        "of the floor",
        "CPU µs",
        "of the floor",
        "p50 ms",
        "p99 ms",
        "RSS MB",
        "other side",
    ):
        table.add_column(name, justify="left" if name == "cell" else "right")
    for name, one in middle.items():
        table.add_row(
            name, f"{one.rate:,.0f}", f"{one.ratio_rate:.2f}", f"{one.cpu:,.0f}", f"{one.ratio_cpu:.2f}",
            f"{one.p50:.1f}", f"{one.p99:.1f}", f"{one.memory:.0f}", f"{one.other:.0%}",
        )  # fmt: skip
    return table
