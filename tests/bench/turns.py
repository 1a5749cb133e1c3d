"""Updates a second: one dialog step each, state read and written, the reply accepted; ours beside bots of other makes.

The bot has core 0; this process, which is Telegram here, and the database server share core 1, unless a cell says that
all share both. Every round runs every cell one after the other, each in processes started anew on a database of its
own; ratios are made within a round, figures are medians, and nothing is dropped.
"""

import asyncio
import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from statistics import median
from typing import Final

from tests.bench import proc
from tests.bench.cells import Bots, Cell, all_cells, listening, ports
from tests.bench.crowd import Crowd
from tests.bench.proc import BOT_CORE, OTHER_CORE
from tests.bench.report import Aim, Report, Sheet, at_least, at_most
from tests.bench.wire import passing, percentile
from tests.postgres import Postgres
from tests.postgres import running as postgres
from tests.processes.bot_process import HOST, SECRET
from tests.waiting import until

BOTH: Final = (BOT_CORE, OTHER_CORE)


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured: so many seconds a cell and round, after so many to warm up."""

    rounds: int = 3
    seconds: float = 5.0
    warm_up: float = 3.0
    chats: int = 2048


@dataclass(frozen=True, slots=True)
class Figures:
    """A cell in one round. `rate` a second; `cpu` µs an update, and `server` that of the database server beside it;
    `p50` and `p99` ms; `memory` MB; `other` is how much of a core the other side was busy: near 1, and it is the
    other side that was measured; `lost` updates were never answered or never replied to. Ratios are to the floor of
    the same round.
    """

    rate: float
    cpu: float
    server: float
    p50: float
    p99: float
    memory: float
    other: float
    lost: int = 0
    ratio_rate: float = 1.0
    ratio_cpu: float = 1.0


Rounds = Mapping[str, list[Figures]]


def measure(report: Report, size: Size, folder: Path) -> None:
    """Run all rounds of all cells and report them."""
    with postgres(durable=True) as server:
        cells = all_cells(folder, server, size.chats)
        rounds: Rounds = {cell.name: [] for cell in cells}
        for number in range(size.rounds):
            floors: dict[int, Figures] = {}  # by how many updates are under way
            for cell in cells:
                report.progress(f"turns: round {number + 1} of {size.rounds}, {cell.name}")
                found = asyncio.run(_one(cell, size, server))
                floor = floors.setdefault(cell.at_once, found)
                of_floor = found.rate / floor.rate, floor.cpu / found.cpu
                rounds[cell.name].append(replace(found, ratio_rate=of_floor[0], ratio_cpu=of_floor[1]))
    middle = {name: _median(found) for name, found in rounds.items()}
    told = {name: {"median": asdict(middle[name]), "rounds": [asdict(one) for one in rounds[name]]} for name in rounds}
    report.add("turns", {"size": asdict(size), "cells": told}, _sheet(rounds, middle, size), _aims(rounds))


async def _one(cell: Cell, size: Size, server: Postgres) -> Figures:
    async with Crowd(HOST, SECRET, size.chats, cell.at_once, script=cell.script, delay=cell.delay) as crowd:
        with cell.start(f"http://{HOST}:{crowd.port}") as bots:
            _place(cell, bots, server)
            await listening(bots)
            await crowd.begin(ports(bots))
            await passing(size.warm_up)
            await until(lambda: len(crowd.latencies) >= crowd.opening, 600, "everybody to be beyond the opening")
            found = await _figures(crowd, bots, server, size.seconds)
            lost = await crowd.end()
            words = bots[0].log.read_text()[-2000:]
            assert not crowd.refused, f"{crowd.refused} updates were not answered 200: {words}"
    return replace(found, lost=lost)


def _place(cell: Cell, bots: Bots, server: Postgres) -> None:
    """Put everybody on the cores they may use."""
    others = [os.getpid(), *proc.family(_postmaster(server))]
    proc.keep_on(BOTH if cell.both_cores else (OTHER_CORE,), others)
    proc.keep_on(BOTH if cell.both_cores else (BOT_CORE,), (one.child.pid for one in bots))


def _postmaster(server: Postgres) -> int:
    data = next(path for path in (server.socket / "data", server.socket) if (path / "postmaster.pid").exists())
    return int((data / "postmaster.pid").read_text().split()[0])


async def _figures(crowd: Crowd, bots: Bots, server: Postgres, seconds: float) -> Figures:
    parties = ([one.child.pid for one in bots], [os.getpid()], list(proc.family(_postmaster(server))))
    crowd.latencies.clear()
    began, before = time.perf_counter(), [proc.busy(pids) for pids in parties]
    await passing(seconds)
    taken, latencies = time.perf_counter() - began, list(crowd.latencies)
    theirs, ours, servers = (proc.busy(pids) - spent for pids, spent in zip(parties, before, strict=True))
    done = len(latencies)
    assert done, "nothing was answered while it was measured"
    return Figures(
        rate=done / taken, cpu=1e6 * theirs / done, server=1e6 * servers / done, other=ours / taken,
        p50=percentile(latencies, 0.5), p99=percentile(latencies, 0.99),
        memory=sum(proc.resident(one.child.pid) for one in bots),
    )  # fmt: skip


def _median(found: Sequence[Figures]) -> Figures:
    return Figures(**{one.name: median(getattr(figures, one.name) for figures in found) for one in fields(Figures)})


def _aims(rounds: Rounds) -> list[Aim]:
    """What the bench was promised of turns."""

    def over(one: str, other: str, field: str) -> list[float]:
        pairs = zip(rounds[one], rounds[other], strict=True)
        return [getattr(ours, field) / getattr(theirs, field) for ours, theirs in pairs]

    def p99(name: str) -> list[float]:
        return [one.p99 for one in rounds[name]]

    one, two = "PostgreSQL, one web, both cores", "PostgreSQL, two web, both cores"
    return [
        at_least("SQLite: rate, of the floor", over("SQLite", "floor", "rate"), 0.6, " x"),
        at_least("SQLite: rate, of the floor (stretch)", over("SQLite", "floor", "rate"), 0.9, " x"),
        at_least("SQLite: rate, of ConversationHandler", over("SQLite", "ConversationHandler", "rate"), 4, " x"),
        at_least(
            "SQLite: rate, of ConversationHandler, Bot API of 40 ms",
            over("SQLite, 40 ms", "ConversationHandler, 40 ms", "rate"), 30, " x",
        ),
        at_least("SQLite: rate, of PTB + ORM", over("SQLite", "PTB + ORM", "rate"), 8, " x"),
        at_most("PostgreSQL: CPU an update, of SQLite", over("PostgreSQL", "SQLite", "cpu"), 1.25, " x"),
        at_least("PostgreSQL: rate of two web, of one", over(two, one, "rate"), 1.4, " x"),
        *(
            at_most(f"{name}: p99 at 64 at once", p99(name), 150, " ms")
            for name in ("SQLite", "SQLite, audited", "PostgreSQL")
        ),
        at_most("SQLite: p99 at 1 at a time", p99("SQLite, 1 at a time"), 10, " ms"),
    ]  # fmt: skip


def _sheet(rounds: Rounds, middle: Mapping[str, Figures], size: Size) -> Sheet:
    columns = (
        "cell", "updates/s", "rounds", "of the floor", "CPU µs", "of the floor", "server µs", "p50 ms", "p99 ms",
        "RSS MB", "other side", "lost",
    )  # fmt: skip
    rows = []
    for name, one in middle.items():
        rates = [each.rate for each in rounds[name]]
        rows.append((
            name, f"{one.rate:,.0f}", f"{min(rates):,.0f}-{max(rates):,.0f}", f"{one.ratio_rate:.2f}",
            f"{one.cpu:,.0f}", f"{one.ratio_cpu:.2f}", f"{one.server:,.0f}" if one.server >= 1 else "",
            f"{one.p50:.1f}", f"{one.p99:.1f}", f"{one.memory:.0f}", f"{one.other:.0%}",
            f"{sum(each.lost for each in rounds[name]) or ''}",
        ))  # fmt: skip
    title = f"One dialog step an update, 64 at once unless said, medians of {size.rounds} rounds of {size.seconds:g} s"
    return Sheet(title, columns, rows)
