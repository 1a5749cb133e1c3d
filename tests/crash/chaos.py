"""`make chaos SEED=1 MINUTES=20`: every point of every way, every planted bug, and storms, as long as there is time.

`ONLY="every point"` runs those whose name has these words, and they have all of the time.

Ends with a table, writes `build/chaos.json`, and exits with 1 when anything did not hold. The seed draws the order of
the ways and what falls on whom; the operating system draws the rest.
"""

import asyncio
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from itertools import count, product
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

from playground.server import Playground
from storage.migrate import upgrade
from storage.vault import new_office_key
from tests.attacks.test_fuzz import EACH
from tests.crash.campaigns import PACE, Campaign, stopped
from tests.crash.ground import Ground, settle
from tests.crash.journeys import JOURNEYS, Journey, talk, welcome, whole
from tests.crash.moments import POINTS, hurry
from tests.crash.point import Way, every_point
from tests.crash.storm import (
    Blow,
    Life,
    fall,
    flood,
    house_of,
    impatient,
    jump,
    kill,
    lock,
    nothing,
    storm,
    with_a_clock_that_jumps,
)
from tests.postgres import Postgres, running
from tests.processes.bot_process import free_port, settings, starting

PEOPLE = 3_000  # on the roster: everybody walks once
HEARERS, DEATHS = 20_000, 200  # of one broadcast
TIMES = 10  # as many examples of each as in `make test`
GROUND, MOST_GROWTH = "chaos_ground", 0.05
SHOWN = 1_000  # letters of a violation on the screen; the report has all of it
REPORT: Final = Path("build/chaos.json")


@dataclass
class Result:
    """What came of one experiment."""

    what: str
    count: int = 0
    of: str = ""
    violations: list[str] = field(default_factory=list)
    seconds: float = 0.0


@dataclass
class Place:
    """Where experiments run; `lent` gives a fresh copy of the ground on the database asked for."""

    chance: Random
    folder: Path
    sqlite: Ground
    postgres: Ground
    server: Postgres
    numbers: "count[int]" = field(default_factory=count)

    def lent(self, database: str, folder: Path) -> str:
        if database == "SQLite":
            return self.sqlite.lent(folder)
        return self.server.create(f"chaos_{next(self.numbers)}", GROUND)

    def empty(self, database: str, folder: Path) -> str:
        if database == "SQLite":
            return f"sqlite+aiosqlite:///{folder / 'changgu.db'}"
        return self.server.create(f"chaos_{next(self.numbers)}")

    def ground(self, database: str) -> Ground:
        return self.sqlite if database == "SQLite" else self.postgres


Over = Callable[[], bool]
Experiment = Callable[[Place, Result, Over], Awaitable[None]]


async def points(database: str, place: Place, result: Result, over: Over) -> None:
    """Every point of every way, in the order the seed draws."""
    ways = list(product(JOURNEYS, POINTS))
    place.chance.shuffle(ways)
    done = 0
    for journey, point in ways:
        if over():
            break
        way = Way(journey, place.ground(database), partial(place.lent, database))
        try:
            result.count += await every_point(way, point, over=over)
            done += not over()
        except (AssertionError, ExceptionGroup) as error:
            result.violations.append(f"{journey.__name__}, {point}: {error}")
    result.of = f"points; {done} of {len(ways)} ways from end to end"


async def tested(result: Result, *arguments: str, **environment: str) -> int:
    """Run some of the tests; gives how many passed, the others are violations."""
    run = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "pytest", "-q", "-n0", *arguments],
        capture_output=True, text=True, check=False, env=os.environ | environment,
    )  # fmt: skip
    result.violations += [line for line in run.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
    assert run.returncode == 0 or result.violations, run.stdout[-500:]
    passed = re.search(r"(\d+) passed", run.stdout)
    return int(passed[1]) if passed else 0


async def plants(_place: Place, result: Result, _over: Over) -> None:
    """Every planted bug, by the tests that must see it."""
    result.count, result.of = await tested(result, "tests/crash/test_plants.py"), "planted bugs seen"


async def fuzz(place: Place, result: Result, over: Over) -> None:
    """Updates and files that nobody would send, drawn anew until there is no time left."""
    while not over():
        seed = place.chance.randrange(2**32)
        await tested(result, "tests/attacks/test_fuzz.py", f"--hypothesis-seed={seed}", FUZZ=f"{TIMES}")
        result.count += TIMES * sum(EACH.values())
    result.of = "updates, lines and files, read or refused"


async def blows(
    database: str, kinds: Sequence[str], blow: Blow, life: Life, ways: Sequence[Journey],
    place: Place, result: Result, over: Over,
) -> None:  # fmt: skip
    """A storm of one kind of blow until there is no time left."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        url, ground = place.lent(database, folder), place.ground(database)
        async with house_of(kinds, ground, url, folder, place.chance, life) as house:
            house.server = place.server
            result.count = await storm(house, blow, lambda done: done > 0 and over(), ways)
            result.of = (
                f"{blow.__name__}s, {len(house.town.walked)} residents, {len(house.town.play.ledger.entries)} calls"
            )
            if blow is nothing:
                result.violations += grown(house.resident)
                result.of += f", {house.resident[0] >> 20} MB at first, {house.resident[-1] >> 20} MB at last"


def grown(resident: Sequence[int]) -> list[str]:
    """A complaint when the last quarter of the samples is much higher than the third; caches fill before that."""
    quarter = max(1, len(resident) // 4)
    before, after = max(resident[2 * quarter : 3 * quarter] or resident), max(resident[-quarter:])
    return [f"grew from {before >> 20} to {after >> 20} MB"] if after > before * (1 + MOST_GROWTH) else []


async def campaign(database: str, kinds: Sequence[str], place: Place, result: Result, over: Over) -> None:
    """A broadcast to twenty thousand whose processes die until it is done, or there is no time left."""
    with TemporaryDirectory() as name, starting(folder := Path(name)) as start:
        async with Playground(time_scale=0.01) as play:
            one = Campaign(play, place.empty(database, folder), new_office_key(), HEARERS)
            await upgrade(one.url)
            await one.begins()
            common = settings(folder, play.url, play.token, DATABASE_URL=one.url, DATA_KEYS=one.keys, **PACE)
            places = [(kind, {**common, "PORT": str(free_port())}) for kind in kinds]
            children = await one.dies_often(start, places, DEATHS, place.chance, over)
            end = await one.holds()
            await stopped(children)
    result.count, result.of = one.kills, f"kills, {end.sent} told once, {end.parked} in doubt, of {end.wanted}"


WAYS, SHORT = (whole, talk), (talk, welcome)
EXPERIMENTS: Final[dict[str, tuple[float, Experiment]]] = {  # with its share of the time
    "every point, SQLite": (0.2, partial(points, "SQLite")),
    "every point, PostgreSQL": (0.13, partial(points, "PostgreSQL")),
    "planted bugs": (0.07, plants),
    "fuzz": (0.03, fuzz),
    "run on SQLite dies": (0.08, partial(blows, "SQLite", ["run"], kill, hurry, WAYS)),
    "two web and two sender die": (0.08, partial(blows, "PostgreSQL", ["web", "sender"] * 2, kill, hurry, WAYS)),
    "four web and a sender die": (0.08, partial(blows, "PostgreSQL", ["web"] * 4 + ["sender"], kill, hurry, WAYS)),
    "run on SQLite broadcasts": (0.04, partial(campaign, "SQLite", ["run"])),
    "a sender broadcasts": (0.04, partial(campaign, "PostgreSQL", ["sender"])),
    "two senders broadcast": (0.04, partial(campaign, "PostgreSQL", ["sender"] * 2)),
    "PostgreSQL falls": (0.06, partial(blows, "PostgreSQL", ["web", "sender"], fall, partial(hurry, 5.0), WAYS)),
    "SQLite is locked": (0.04, partial(blows, "SQLite", ["run"], lock, impatient, WAYS)),
    "the clock jumps": (0.04, partial(blows, "SQLite", ["run"], jump, with_a_clock_that_jumps, SHORT)),
    "one chat floods": (0.04, partial(blows, "SQLite", ["run"], flood, hurry, WAYS)),
    "a long day": (0.06, partial(blows, "SQLite", ["run"], nothing, hurry, WAYS)),
}


async def experiment(name: str, work: Experiment, place: Place, seconds: float) -> Result:
    """Run one for so long, and a little more until it has come to its end."""
    result, began = Result(name), time.monotonic()
    try:
        await work(place, result, lambda: time.monotonic() - began > seconds)
    except* Exception as errors:
        result.violations += [f"{type(error).__name__}: {error}" for error in errors.exceptions]
    result.seconds = round(time.monotonic() - began, 1)
    return result


async def all_of(seed: int, minutes: float, only: str, shown: Progress) -> list[Result]:
    """Every experiment, one after the other."""
    results, chance = [], Random(seed)
    wanted = {what: one for what, one in EXPERIMENTS.items() if only in what}
    whole = sum(share for share, _ in wanted.values())
    with TemporaryDirectory() as name, running(durable=True) as server:
        folder = Path(name)
        for database in ("sqlite", "postgres"):
            (folder / database).mkdir()
        sqlite = await settle(f"sqlite+aiosqlite:///{folder / 'sqlite' / 'changgu.db'}", folder / "sqlite", PEOPLE)
        postgres = await settle(server.create(GROUND), folder / "postgres", PEOPLE)
        place = Place(chance, folder, sqlite, postgres, server)
        task = shown.add_task("", total=whole)
        for what, (share, work) in wanted.items():
            shown.update(task, description=what)
            results.append(await experiment(what, work, place, share / whole * minutes * 60))
            shown.advance(task, share)
            for violation in results[-1].violations:
                shown.console.print(what, violation[:SHOWN], style="red", markup=False, highlight=False)
        server.control("stop")
    return results


def main(
    seed: int = 1,
    minutes: float = 20.0,
    only: Annotated[str, typer.Option(help="words in the name of an experiment")] = "",
) -> None:
    """Look for anything that does not hold."""
    if not any(only in what for what in EXPERIMENTS):
        raise typer.BadParameter(f"none of these: {', '.join(EXPERIMENTS)}", param_hint="--only")
    console = Console()
    columns = (TextColumn("{task.description:28}"), BarColumn(), TimeElapsedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console) as shown:
        results = asyncio.run(all_of(seed, minutes, only, shown))
    table = Table("experiment", "how many", "of what", "violations", "seconds", title=f"chaos, seed {seed}")
    for one in results:
        table.add_row(one.what, str(one.count), one.of, str(len(one.violations)), f"{one.seconds:.0f}")
    console.print(table)
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_text(
        json.dumps({"seed": seed, "minutes": minutes, "experiments": [asdict(one) for one in results]}, indent=2)
    )
    raise typer.Exit(int(any(one.violations for one in results)))
