"""The list of who has not claimed, made of a whole district beside the residents' traffic, and taken down again."""

import asyncio
import time
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select

from bot.chores import outreach
from programmes.model import load_all
from storage.engine import Database
from storage.tables import outreach as rows
from storage.vault import Vault
from tests.bench.importing import watching
from tests.bench.many import fill_sqlite
from tests.bench.report import Aim, Report, Sheet, at_most
from tests.bench.town import PEOPLE, on_file
from tests.bench.town import found as found_town
from tests.processes.bot_process import MONDAY

ROUND_OVER = timedelta(days=50)  # after the Monday: the first round has closed, the second has not opened


@dataclass(frozen=True, slots=True)
class Figures:
    """One making of the list. `held`: longest hold of the writer, ms; `middle`: the median of all holds."""

    people: int
    seconds: float
    held: float
    middle: float


def measure(report: Report, people: int, folder: Path) -> None:
    """Multiply the sample city to a district on SQLite, make the list, and let the round end."""
    report.progress(f"outreach: making {people:,} people")
    small, large = folder / "small.db", folder / "large.db"
    town = found_town(folder, on_file(small))
    fill_sqlite(small, large, people // PEOPLE)
    report.progress("outreach: making the list")
    found = asyncio.run(_made(on_file(large), Vault.of(town.data_keys)))
    figures = {"people": people, "lists": {name: asdict(one) for name, one in found.items()}}
    report.add("outreach", figures, _sheet(people, found), _aims(found))


async def _made(url: str, vault: Vault) -> dict[str, Figures]:
    database, monday = Database(url), datetime.fromisoformat(MONDAY)
    try:
        return {
            "made": await _once(database, vault, monday),
            "taken down": await _once(database, vault, monday + ROUND_OVER),
        }
    finally:
        await database.close()


async def _once(database: Database, vault: Vault, now: datetime) -> Figures:
    before = await _count(database)
    with watching() as held:
        began = time.perf_counter()
        await outreach.make(database, vault, load_all(), lambda: now)
        seconds = time.perf_counter() - began
    moved = abs(await _count(database) - before)
    return Figures(moved, seconds, max(held), sorted(held)[len(held) // 2])


async def _count(database: Database) -> int:
    async with database.reading() as db:
        return int((await db.execute(select(func.count()).select_from(rows))).scalar_one())


def _sheet(people: int, found: dict[str, Figures]) -> Sheet:
    told = [
        (name, f"{one.people:,}", f"{one.seconds:.1f}", f"{one.held:.1f}", f"{one.middle:.1f}")
        for name, one in found.items()
    ]
    columns = ("list", "people on it", "seconds", "writer held ms, longest", "median")
    return Sheet(f"Who has not claimed, among {people:,} (SQLite)", columns, told)


def _aims(found: dict[str, Figures]) -> list[Aim]:
    return [at_most(f"{name}: writer held", [one.held], 50, " ms") for name, one in found.items()]
