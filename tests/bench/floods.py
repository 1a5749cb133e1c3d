"""What others feel while somebody floods: one chat with 10,000 presses in 10 s, and 1,000 chats with 20 each.

The flood is posted at its own pace whatever the answers; the others are 2,048 chats, four of them at once. The limits
on what one chat may bring are those of production.
"""

import asyncio
import os
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from statistics import median
from typing import Final

from tests.bench import proc
from tests.bench.cells import listening, ours, populate, ports
from tests.bench.crowd import Crowd
from tests.bench.report import Report, Sheet
from tests.bench.wire import FIRST_CHAT, Http, passing, percentile
from tests.processes.bot_process import HOST, SECRET
from tests.waiting import until

OTHERS: Final = 2048
AT_ONCE: Final = 4
CONNECTIONS: Final = 64
TICK: Final = 0.01  # seconds
WARM_UP: Final = 3.0


@dataclass(frozen=True, slots=True)
class Kind:
    """A flood: so many presses a second over so many chats."""

    name: str
    presses: int
    chats: int


KINDS: Final = (
    Kind("nobody floods", 0, 1),
    Kind("one chat, 1,000 presses a second", 1000, 1),
    Kind("1,000 chats, two presses a second each", 2000, 1000),
)


@dataclass(frozen=True, slots=True)
class Figures:
    """What the others felt, and how much of the flood was answered in its time."""

    rate: float
    p50: float
    p99: float
    worst: float
    posted: float
    answered: float


class Flooder(Http):
    """One of the connections a flood comes over: what is posted queues at the bot."""

    def __init__(self) -> None:
        super().__init__()
        self.answered = 0

    def on_message(self, head: bytes, body: bytes) -> None:
        self.answered += 1


def measure(report: Report, rounds: int, seconds: float, folder: Path) -> None:
    """Run every flood in every round, each on a database of its own."""
    proc.keep_on((proc.OTHER_CORE,), [os.getpid()])
    found: dict[str, list[Figures]] = {kind.name: [] for kind in KINDS}
    for number in range(rounds):
        for kind in KINDS:
            report.progress(f"floods: round {number + 1} of {rounds}, {kind.name}")
            url = f"sqlite+aiosqlite:///{folder / f'flood-{number}-{kind.presses}.db'}"
            asyncio.run(populate(url, OTHERS + 1000))
            found[kind.name].append(asyncio.run(_one(kind, url, seconds, folder)))
    told = {name: [asdict(one) for one in each] for name, each in found.items()}
    report.add("floods", {"seconds": seconds, "kinds": told}, _sheet(found, seconds))


async def _one(kind: Kind, url: str, seconds: float, folder: Path) -> Figures:
    async with Crowd(HOST, SECRET, OTHERS, AT_ONCE) as crowd:
        limits = {"TURNS_A_MINUTE": None, "TURNS_AT_ONCE": None}
        with ours("run", url, f"http://{HOST}:{crowd.port}", folder, **limits) as bot:
            proc.keep_on((proc.BOT_CORE,), [bot.child.pid])
            await listening([bot])
            await crowd.begin(ports([bot]))
            await passing(WARM_UP)
            crowd.latencies.clear()
            posted, answered = await _flood(kind, crowd, ports([bot])[0], seconds)
            latencies = list(crowd.latencies)
            assert not await crowd.end(), "a reply never came"
    return Figures(
        len(latencies) / seconds, percentile(latencies, 0.5), percentile(latencies, 0.99), percentile(latencies, 1),
        posted, answered,
    )  # fmt: skip


async def _flood(kind: Kind, crowd: Crowd, port: int, seconds: float) -> tuple[int, int]:
    """Post it, tick by tick; gives how many were posted and how many answered."""
    loop = asyncio.get_running_loop()
    made = [await loop.create_connection(Flooder, HOST, port) for _ in range(CONNECTIONS)]
    flooders = [one for _, one in made]
    began, posted = time.perf_counter(), 0
    while (passed := time.perf_counter() - began) < seconds:
        while posted < passed * kind.presses:
            chat = FIRST_CHAT + OTHERS + posted % kind.chats
            flooders[posted % CONNECTIONS].transport.write(crowd.press(chat, f"{posted}.yes"))
            posted += 1
        await passing(TICK)
    answered = sum(one.answered for one in flooders)
    await until(lambda: sum(one.answered for one in flooders) == posted, 120, "the flood to have passed")
    for one in flooders:
        one.transport.close()
    return posted, answered


def _sheet(found: Mapping[str, list[Figures]], seconds: float) -> Sheet:
    rows = []
    for name, each in found.items():
        one = Figures(**{field.name: median(getattr(every, field.name) for every in each) for field in fields(Figures)})
        spread = f"{min(every.p99 for every in each):.1f}-{max(every.p99 for every in each):.1f}"
        rows.append((
            name, f"{one.rate:,.0f}", f"{one.p50:.1f}", f"{one.p99:.1f}", spread, f"{one.worst:.0f}",
            f"{one.posted:,.0f}", f"{one.answered:,.0f}",
        ))  # fmt: skip
    columns = (
        "others, while",
        "updates/s",
        "p50 ms",
        "p99 ms",
        "rounds",
        "worst ms",
        "flood posted",
        "answered by then",
    )
    return Sheet(f"Floods of {seconds:g} s (SQLite, limits as in production)", columns, rows)
