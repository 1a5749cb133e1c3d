"""Whether the three refusals of recognition can be told apart by their time: no such person, wrong, locked.

The answers are the same words after the same statements; here their latencies are compared, one update at a time, in
shuffled order, each attempt from a chat of its own and, where somebody is meant, at a resident of her own.
"""

import asyncio
import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from datetime import timedelta
from itertools import combinations, count
from math import sqrt
from pathlib import Path
from random import Random
from statistics import mean, median, variance
from typing import Final, NamedTuple

from tests.bench import proc
from tests.bench.cells import listening, ours, populate, ports
from tests.bench.report import Report, Sheet
from tests.bench.talk import Talk
from tests.bench.town import Resident, Town, found, on_file
from tests.bench.wire import FIRST_CHAT, percentile, text
from tests.processes.bot_process import HOST, SECRET

KINDS: Final = ("no such person", "wrong birth date", "locked")
ON_MONDAY: Final = "2025-07-28"
CAPTION: Final = "|t| under 4.5 is what tests for leaks take for no difference"


class Attempt(NamedTuple):
    """What one chat brings: a phone number and a birth date."""

    chat: int
    kind: str
    phone: str
    birth: str


def measure(report: Report, attempts: int, folder: Path) -> None:
    """Let so many be refused for each reason."""
    report.progress(f"refusals: {3 * attempts:,} chats and a city to be refused by")
    file = folder / "refusals.db"
    town = found(folder, on_file(file))
    asyncio.run(populate(town.url, 3 * attempts))
    planned = list(_plan(town, attempts))
    _lock(file, [one.chat for one in planned if one.kind == "locked"])
    report.progress(f"refusals: {len(planned):,} attempts")
    latencies = asyncio.run(_refused(town, planned, folder))
    _check(file, attempts)
    figures = {kind: {"median": 1000 * median(each), "mean": 1000 * mean(each)} for kind, each in latencies.items()}
    pairs = {(a, b): welch(latencies[a], latencies[b]) for a, b in combinations(KINDS, 2)}
    told = {"attempts": attempts, "kinds": figures, "welch": {" / ".join(pair): t for pair, t in pairs.items()}}
    report.add("refusals", told, _sheet(latencies, pairs))


def _plan(town: Town, attempts: int) -> Iterator[Attempt]:
    """As many of each kind, shuffled."""
    dice, chats = Random("refusals"), count(FIRST_CHAT)
    residents = dice.sample(town.residents, 3 * attempts)
    kinds = [kind for kind in KINDS for _ in range(attempts)]
    dice.shuffle(kinds)
    known = {one.phone for one in town.residents}
    unknown = (phone for n in count(10_000_000) if (phone := f"+8210{n}") not in known)
    for kind, resident in zip(kinds, residents, strict=True):
        yield _attempt(next(chats), kind, resident, next(unknown))


def _attempt(chat: int, kind: str, resident: Resident, unknown: str) -> Attempt:
    phone = unknown if kind == "no such person" else resident.phone
    born = resident.birth_date - timedelta(days=1 if kind == "wrong birth date" else 0)
    return Attempt(chat, kind, phone, born.isoformat())


def _lock(file: Path, chats: Sequence[int]) -> None:
    """Five misses today for each of these chats."""
    with closing(sqlite3.connect(file)) as raw, raw:
        rows = [(f"chat {chat}", ON_MONDAY, 5) for chat in chats]
        raw.executemany("INSERT INTO misses (who, day, times) VALUES (?, ?, ?)", rows)


async def _refused(town: Town, planned: Sequence[Attempt], folder: Path) -> Mapping[str, list[float]]:
    latencies: dict[str, list[float]] = {kind: [] for kind in KINDS}
    proc.keep_on((proc.OTHER_CORE,), [os.getpid()])
    async with Talk(HOST, SECRET) as talk:
        with ours("run", town.url, f"http://{HOST}:{talk.port}", folder, DATA_KEYS=town.data_keys) as bot:
            proc.keep_on((proc.BOT_CORE,), [bot.child.pid])
            await listening([bot])
            await talk.begin(ports([bot])[0])
            for one in planned:
                await talk.tell(one.chat, text("/payment"))
                await talk.tell(one.chat, _contact(one))
                latencies[one.kind].append(await talk.tell(one.chat, text(one.birth)))
    return latencies


def _contact(one: Attempt) -> str:
    return f'"contact":{{"phone_number":"{one.phone}","first_name":"순자","user_id":{one.chat}}}'


def _check(file: Path, attempts: int) -> None:
    """Every attempt was refused as it was meant to be."""
    with closing(sqlite3.connect(file)) as raw:
        wheres = {"no such person": "subject IS NULL", "anybody": "true"}
        counted = {
            name: raw.execute(f"SELECT count(*) FROM audit WHERE action = 'recognition.missed' AND {where}").fetchone()[
                0
            ]
            for name, where in wheres.items()
        }
    assert counted == {"no such person": attempts, "anybody": 3 * attempts}, counted


def welch(one: Sequence[float], other: Sequence[float]) -> float:
    """Welch's t of two samples."""
    return (mean(one) - mean(other)) / sqrt(variance(one) / len(one) + variance(other) / len(other))


def _sheet(latencies: Mapping[str, list[float]], pairs: Mapping[tuple[str, str], float]) -> Sheet:
    rows = []
    for kind, each in latencies.items():
        others = [f"{abs(t):.2f}" for pair, t in pairs.items() if kind in pair]
        shown = f"{1000 * median(each):.3f}", f"{1000 * mean(each):.3f}", f"{percentile(each, 0.99):.1f}"
        rows.append((kind, f"{len(each):,}", *shown, ", ".join(others)))
    columns = ("refused because", "attempts", "median ms", "mean ms", "p99 ms", "|t| against the other two")
    return Sheet("Recognition refused, one update at a time (SQLite)", columns, rows, CAPTION)
