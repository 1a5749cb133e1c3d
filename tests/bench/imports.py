"""A whole district's roster and payments brought in, by the bot's own command, and `run` with that district."""

import asyncio
import csv
import time
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from bot.sample import write_sample
from storage import migrate
from tests.bench import proc
from tests.bench.crowd import Crowd
from tests.bench.report import Aim, Report, Sheet, at_least, at_most
from tests.processes.bot_process import HOST, MONDAY, SECRET, settings, spawned, webhook
from tests.waiting import until

LOOK_EVERY = 0.5  # seconds; the kernel counts every page to tell what is shared


@dataclass(frozen=True, slots=True)
class Figures:
    """One file. `memory`: peak, MB, of the command with its workers, but for pages of files.

    `held`: longest hold of the writer, ms; `compared`: seconds of all in which it was compared with the one in force.
    """

    rows: int
    seconds: float
    memory: float
    held: float
    compared: float

    @property
    def rate(self) -> float:
        """Rows compared a second; 0 where nothing was in force."""
        return self.rows / self.compared if self.compared > NOTHING_TO_DO else 0.0


NOTHING_TO_DO = 0.1  # seconds
OTHERWISE = "roster, every row otherwise"


def measure(report: Report, people: int, folder: Path) -> None:
    """Make the sample district, bring it in twice (a first time and over itself), and start `run` on it.

    Then another is staged in which every premium is another, so that everybody is judged anew.
    """
    report.progress(f"imports: making {people:,} people")
    write_sample(folder, people, 1, datetime.fromisoformat(MONDAY), lambda _done, _all: None)
    environment = settings(folder, "http://127.0.0.1:9", "1:bench", LOG_LEVEL="WARNING")
    asyncio.run(migrate.upgrade(environment["DATABASE_URL"]))
    found: dict[str, Figures] = {}
    for name, kind in (("roster", "roster"), ("payments", "payments"), ("roster again", "roster")):
        report.progress(f"imports: {name}")
        found[name] = asyncio.run(_bring(folder / f"{kind}.csv", environment, folder, kind))
    report.progress(f"imports: {OTHERWISE}")
    otherwise = _otherwise(folder / "roster.csv")
    found[OTHERWISE] = asyncio.run(_bring(otherwise, environment, folder, "roster", "--stage"))
    memory = asyncio.run(_run(environment, folder))
    figures = {"people": people, "files": {name: asdict(one) for name, one in found.items()}, "run_memory": memory}
    report.add("imports", figures, _sheet(found, memory), _aims(people, found, memory))


def _otherwise(roster: Path) -> Path:
    """The same roster with every premium a little higher."""
    file = roster.with_name("otherwise.csv")
    with roster.open(encoding="utf-8", newline="") as source, file.open("w", encoding="utf-8", newline="") as target:
        rows = csv.DictReader(source)
        written = csv.DictWriter(target, rows.fieldnames or (), lineterminator="\n")
        written.writeheader()
        written.writerows(row | {"premium": str(int(row["premium"] or 0) + 10_000)} for row in rows)
    return file


async def _bring(file: Path, environment: dict[str, str], folder: Path, kind: str, *options: str) -> Figures:
    out = folder / "held"
    with file.open("rb") as lines:
        rows = sum(1 for _ in lines) - 1
    began = time.perf_counter()
    arguments = ("-m", "tests.bench.importing", str(out), kind, str(file), *options)
    process = spawned(arguments, environment, folder, name=kind)
    peak, next_look = 0.0, 0.0

    def ended() -> bool:
        nonlocal peak, next_look
        if time.perf_counter() > next_look:
            peak, next_look = max(peak, proc.share(process.child.pid, "Pss_Anon")), time.perf_counter() + LOOK_EVERY
        return not process.alive

    await until(ended, 1200, f"the import of {file.name}")
    seconds = time.perf_counter() - began
    assert process.child.poll() == 0, process.log.read_text()[-2000:]
    held, compared = map(float, out.read_text().split())
    return Figures(rows, seconds, peak, held, compared)


async def _run(environment: dict[str, str], folder: Path) -> tuple[float, float]:
    """Memory of `run` on that district after people have talked to it for a while, MB: its own, and all resident."""
    async with Crowd(HOST, SECRET, chats=256, at_once=16) as crowd:
        process = spawned(
            ("-m", "bot", "run"), webhook({**environment, "BOT_API_URL": f"http://{HOST}:{crowd.port}"}), folder
        )
        try:
            await process.is_ready()
            await crowd.begin([int(environment["PORT"])])
            await until(lambda: len(crowd.latencies) > 2000, 120, "people to have talked")
            assert not await crowd.end(), "a reply never came"
            return proc.own(process.child.pid), proc.resident(process.child.pid)
        finally:
            process.kill()


def _sheet(found: dict[str, Figures], memory: tuple[float, float]) -> Sheet:
    rows = [
        (name, f"{one.rows:,}", f"{one.seconds:.1f}", f"{one.compared:.1f}", f"{one.rate:,.0f}" if one.rate else "",
         f"{one.memory:.0f}",
         f"{one.held:.0f}")
        for name, one in found.items()
    ]  # fmt: skip
    columns = ("file", "rows", "seconds", "of it comparing", "rows compared a second", "peak own MB", "writer held ms")
    own, resident = memory
    note = f"`run` with it: {own:.0f} MB of its own; {resident:.0f} MB resident with pages of the database's file"
    return Sheet("A district brought in (SQLite)", columns, rows, note)


def _aims(people: int, found: dict[str, Figures], memory: tuple[float, float]) -> list[Aim]:
    """What was promised of a district."""
    return [
        at_most(f"`run` with {people:,} people, resident", [memory[1]], 200, " MB"),
        *(at_most(f"{name}: time", [one.seconds], 60, " s") for name, one in found.items() if name != OTHERWISE),
        at_least(f"{OTHERWISE}: compared", [found[OTHERWISE].rate], 4_000, " rows/s"),
        *(at_most(f"{name}: peak memory", [one.memory], 300, " MB") for name, one in found.items()),
        *(at_most(f"{name}: writer held", [one.held], 50, " ms") for name, one in found.items()),
    ]
