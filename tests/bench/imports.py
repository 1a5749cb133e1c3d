"""A whole district's roster and payments brought in, by the bot's own command, and `run` with that district."""

import asyncio
import time
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from bot.sample import write_sample
from storage import migrate
from tests.bench import proc
from tests.bench.crowd import Crowd
from tests.bench.report import Aim, Report, Sheet, at_most
from tests.processes.bot_process import HOST, MONDAY, SECRET, settings, spawned, webhook
from tests.waiting import until

LOOK_EVERY = 0.5  # seconds; the kernel counts every page to tell what is shared


@dataclass(frozen=True, slots=True)
class Figures:
    """One file. `memory`: peak PSS, MB, of the command with its workers; `held`: longest hold of the writer, ms."""

    rows: int
    seconds: float
    memory: float
    held: float


def measure(report: Report, people: int, folder: Path) -> None:
    """Make the sample district, bring it in twice (a first time and over itself), and start `run` on it."""
    report.progress(f"imports: making {people:,} people")
    write_sample(folder, people, 1, datetime.fromisoformat(MONDAY), lambda _done, _all: None)
    environment = settings(folder, "http://127.0.0.1:9", "1:bench", LOG_LEVEL="WARNING")
    asyncio.run(migrate.upgrade(environment["DATABASE_URL"]))
    found: dict[str, Figures] = {}
    for name, kind in (("roster", "roster"), ("payments", "payments"), ("roster again", "roster")):
        report.progress(f"imports: {name}")
        found[name] = asyncio.run(_bring(kind, environment, folder))
    memory = asyncio.run(_run(environment, folder))
    figures = {"people": people, "files": {name: asdict(one) for name, one in found.items()}, "run_memory": memory}
    report.add("imports", figures, _sheet(found, memory), _aims(people, found, memory))


async def _bring(kind: str, environment: dict[str, str], folder: Path) -> Figures:
    file, out = folder / f"{kind}.csv", folder / "held"
    with file.open("rb") as lines:
        rows = sum(1 for _ in lines) - 1
    began = time.perf_counter()
    process = spawned(("-m", "tests.bench.importing", str(out), kind, str(file)), environment, folder, name=kind)
    peak, next_look = 0.0, 0.0

    def ended() -> bool:
        nonlocal peak, next_look
        if time.perf_counter() > next_look:
            peak, next_look = max(peak, proc.share(process.child.pid)), time.perf_counter() + LOOK_EVERY
        return not process.alive

    await until(ended, 1200, f"the import of {file.name}")
    seconds = time.perf_counter() - began
    assert process.child.poll() == 0, process.log.read_text()[-2000:]
    return Figures(rows, seconds, peak, float(out.read_text()))


async def _run(environment: dict[str, str], folder: Path) -> float:
    """Resident memory, MB, of `run` on that district after people have talked to it for a while."""
    async with Crowd(HOST, SECRET, chats=256, at_once=16) as crowd:
        process = spawned(
            ("-m", "bot", "run"), webhook({**environment, "BOT_API_URL": f"http://{HOST}:{crowd.port}"}), folder
        )
        try:
            await process.is_ready()
            await crowd.begin([int(environment["PORT"])])
            await until(lambda: len(crowd.latencies) > 2000, 120, "people to have talked")
            assert not await crowd.end(), "a reply never came"
            return proc.resident(process.child.pid)
        finally:
            process.kill()


def _sheet(found: dict[str, Figures], memory: float) -> Sheet:
    rows = [
        (name, f"{one.rows:,}", f"{one.seconds:.1f}", f"{one.memory:.0f}", f"{one.held:.0f}")
        for name, one in found.items()
    ]
    columns = ("file", "rows", "seconds", "peak PSS MB", "writer held ms")
    return Sheet("A district brought in (SQLite)", columns, rows, f"`run` with it: {memory:.0f} MB resident")


def _aims(people: int, found: dict[str, Figures], memory: float) -> list[Aim]:
    """What was promised of a district."""
    return [
        at_most(f"`run` with {people:,} people, resident", [memory], 200, " MB"),
        *(at_most(f"{name}: time", [one.seconds], 60, " s") for name, one in found.items()),
        *(at_most(f"{name}: peak memory", [one.memory], 300, " MB") for name, one in found.items()),
        *(at_most(f"{name}: writer held", [one.held], 50, " ms") for name, one in found.items()),
    ]
