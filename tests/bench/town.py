"""The sample city brought in by the bot's own commands, and who lives there."""

import asyncio
import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

from bot.sample import write_sample
from storage import migrate
from storage.forms import e164
from tests.processes.bot_process import MONDAY, settings, spawned

PEOPLE = 6_390


class Resident(NamedTuple):
    """Somebody who left a phone number that nobody else left."""

    name: str
    birth_date: date
    phone: str


@dataclass(frozen=True, slots=True)
class Town:
    """A database with a roster and payments in force, and the keys it is read with."""

    url: str
    data_keys: str
    residents: tuple[Resident, ...]


def on_file(file: Path) -> str:
    """The address of a SQLite database."""
    return f"sqlite+aiosqlite:///{file}"


def found(folder: Path, url: str) -> Town:
    """Make the sample city and bring it into a database, which is made here."""
    write_sample(folder, PEOPLE, 1, datetime.fromisoformat(MONDAY), lambda _done, _all: None)
    environment = settings(folder, "http://127.0.0.1:9", "1:bench", LOG_LEVEL="WARNING", DATABASE_URL=url)
    asyncio.run(migrate.upgrade(url))
    for kind in ("roster", "payments"):
        asyncio.run(_brought_in(kind, environment, folder))
    return Town(url, environment["DATA_KEYS"], tuple(_alone_by_phone(folder / "roster.csv")))


async def _brought_in(kind: str, environment: dict[str, str], folder: Path) -> None:
    arguments = ("-m", "bot", "import", kind, str(folder / f"{kind}.csv"))
    with spawned(arguments, environment, folder, name=kind) as process:
        assert await process.ends(600) == 0, process.log.read_text()[-2000:]


def _alone_by_phone(roster: Path) -> Iterator[Resident]:
    with roster.open(encoding="utf-8", newline="") as file:
        rows = [(row, e164(row["phone"])) for row in csv.DictReader(file)]
    times = Counter(phone for _, phone in rows)
    for row, phone in rows:
        if phone and times[phone] == 1:
            yield Resident(row["name"], date.fromisoformat(row["birth_date"]), phone)
