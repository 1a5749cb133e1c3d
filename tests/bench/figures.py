"""The board of a whole district: counted on a read connection of each database, and drawn beside the process."""

import asyncio
import time
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from bot.figures import work
from bot.figures.pages import PAGES, page
from bot.figures.studio import Studio
from bot.figures.view import View
from programmes.model import City, load_all
from storage import figures
from storage.engine import Database
from storage.figures import Figures
from storage.vault import Vault
from tests.bench.many import fill_postgres, fill_sqlite
from tests.bench.report import Aim, Report, Sheet, at_most
from tests.bench.town import PEOPLE, found, on_file
from tests.postgres import running as postgres
from tests.processes.bot_process import MONDAY

NOW = datetime.fromisoformat(MONDAY)


@dataclass(frozen=True, slots=True)
class Board:
    """Seconds of one database: everything counted, and once more with the files known; `drawn` the board's picture."""

    counted: list[float]
    again: list[float]
    drawn: list[float]
    people: int


def measure(report: Report, rounds: int, people: int, folder: Path) -> None:
    """Multiply the sample city to a district on each database, count and draw."""
    boards: dict[str, Board] = {}
    report.progress(f"figures: SQLite, making {people:,} people")
    small, large = folder / "small.db", folder / "large.db"
    town = found(folder, on_file(small))
    fill_sqlite(small, large, people // PEOPLE)
    report.progress("figures: SQLite, counting and drawing")
    boards["SQLite"] = asyncio.run(_measured(on_file(large), town.data_keys, rounds))
    with postgres(durable=False) as server:
        report.progress(f"figures: PostgreSQL, making {people:,} people")
        town = found(folder, server.create("small"))
        url = server.create("large", template="small")
        fill_postgres(server, "large", people // PEOPLE)
        report.progress("figures: PostgreSQL, counting and drawing")
        boards["PostgreSQL"] = asyncio.run(_measured(url, town.data_keys, rounds))
    report.add("figures", {name: asdict(one) for name, one in boards.items()}, _sheet(boards), _aims(boards))


async def _measured(url: str, data_keys: str, rounds: int) -> Board:
    database, city = Database(url), load_all()
    board = Board([], [], [], 0)
    try:
        for _ in range(rounds):
            studio = Studio(database, Vault.of(data_keys), lambda: city, lambda: NOW, _nobody)
            seconds, told = await _timed(studio.figures())
            board.counted.append(seconds)
            async with database.reading() as db:
                seconds, _ = await _timed(figures.everything(db, NOW, _none, told.claims))
            board.again.append(seconds)
            board.drawn.append(await _drawn(studio, told, city))
            board = replace(board, people=sum(one.people for one in told.claims))
    finally:
        await database.close()
    return board


async def _drawn(studio: Studio, told: Figures, city: City) -> float:
    shown = page(next(iter(PAGES)), View(told, city, "ko"))
    seconds, _ = await _timed(studio.at_work(work.picture, shown, False))
    return seconds


async def _timed(what: Any) -> tuple[float, Any]:
    began = time.perf_counter()
    done = await what
    return time.perf_counter() - began, done


def _none(*_: object) -> timedelta:
    return timedelta()


async def _nobody(_: object) -> bool:
    return True


def _sheet(boards: dict[str, Board]) -> Sheet:
    rows = [
        (name, f"{one.people:,}", f"{median(one.counted):.2f}", f"{median(one.again):.3f}", f"{median(one.drawn):.2f}")
        for name, one in boards.items()
    ]
    columns = ("database", "claims counted", "all figures s", "files known s", "picture s")
    return Sheet("The board of a whole district", columns, rows, "Nothing of it is done in a turn or by the writer.")


def _aims(boards: dict[str, Board]) -> list[Aim]:
    return [at_most(f"{name}: all figures", one.counted, 5, " s") for name, one in boards.items()]
