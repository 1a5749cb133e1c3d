"""Looking residents and payments up among 6,390 people and among a thousand times as many.

Each look-up is the sentence the dialogs use, of somebody looked up for the first time by this process: by phone
(recognition), by name and birth date (the dong), and payments.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from random import Random
from statistics import median
from typing import Any, Final
from uuid import UUID

from storage import registry
from storage.engine import Database, Db, Drawer
from storage.vault import Vault
from tests.bench.many import fill_postgres, fill_sqlite
from tests.bench.report import Aim, Report, Sheet, at_most
from tests.bench.town import PEOPLE, Resident, Town, found, on_file
from tests.postgres import Postgres
from tests.postgres import running as postgres
from tests.processes.bot_process import MONDAY

LOOKUPS: Final = 2000
KINDS: Final = ("by phone", "by name and birth date", "payments")

Pair = tuple[float, float]  # µs in the small office, and in the large one
Medians = Mapping[str, Pair]  # by kind of look-up
Rounds = Mapping[str, list[Medians]]  # by database


@dataclass(frozen=True, slots=True)
class Offices:
    """The same town alone, and in the midst of many people more."""

    town: Town
    large: str


def measure(report: Report, rounds: int, times: int, folder: Path) -> None:
    """Fill a database of each kind, and look up in both offices in turn."""
    found: dict[str, list[Medians]] = {}
    with postgres(durable=False) as server:
        for name, open_offices in (("SQLite", _on_sqlite), ("PostgreSQL", _on_postgres)):
            report.progress(f"lookups: {name}, making {PEOPLE * times:,} people")
            offices = open_offices(times, folder, server)
            report.progress(f"lookups: {name}, looking up")
            found[name] = [_round(offices, number) for number in range(rounds)]
    report.add("lookups", {"people": PEOPLE, "times": times, "found": found}, _sheet(found, times), _aims(found))


def _on_sqlite(times: int, folder: Path, _server: Postgres) -> Offices:
    small, large = folder / "small.db", folder / "large.db"
    town = found(folder, on_file(small))
    fill_sqlite(small, large, times)
    return Offices(town, on_file(large))


def _on_postgres(times: int, folder: Path, server: Postgres) -> Offices:
    town = found(folder, server.create("small"))
    large = server.create("large", template="small")
    fill_postgres(server, "large", times)
    return Offices(town, large)


def _round(offices: Offices, number: int) -> Medians:
    """One round, of other people each time."""
    wanted = Random(number).sample(offices.town.residents, 2 * LOOKUPS)
    return asyncio.run(_medians(offices, wanted))


async def _medians(offices: Offices, wanted: Sequence[Resident]) -> Medians:
    """One half is looked up by phone and then for payments, the other by name and birth date."""
    called, named = wanted[:LOOKUPS], wanted[LOOKUPS:]
    ids: list[UUID] = []

    async def by_phone(store: Drawer, one: Resident) -> None:
        (resident,) = await registry.by_phone(store, one.phone)
        ids.append(resident.id)

    async def by_identity(store: Drawer, one: Resident) -> None:
        assert await registry.by_identity(store, one.name, one.birth_date)

    async def payments(store: Drawer, id: UUID) -> None:
        await registry.payments_of(store, id)

    async with _opened(offices.town, offices.town.url) as small, _opened(offices.town, offices.large) as large:
        taken = (
            await _taken(by_phone, small, large, called),
            await _taken(by_identity, small, large, named),
            await _taken(payments, small, large, ids[::2]),  # each was found twice
        )
    return dict(zip(KINDS, taken, strict=True))


@asynccontextmanager
async def _opened(town: Town, url: str) -> AsyncIterator[Drawer]:
    """One office, with a vault that knows no key yet, in a transaction that lasts; nothing is written."""
    database, done = Database(url), asyncio.Event()
    opened: asyncio.Future[Db] = asyncio.get_running_loop().create_future()

    async def work(db: Db) -> None:
        opened.set_result(db)
        await done.wait()

    held = asyncio.ensure_future(database.writer.transaction(work))
    try:
        yield Drawer(await opened, Vault.of(town.data_keys), datetime.fromisoformat(MONDAY))
    finally:
        done.set()
        await held
        await database.close()


async def _taken(
    look_up: Callable[[Drawer, Any], Awaitable[None]], small: Drawer, large: Drawer, wanted: Sequence[Any]
) -> Pair:
    """The medians of what looking each of these up takes, in µs; one in the small office, one in the large in turn."""
    taken: tuple[list[float], list[float]] = ([], [])
    for one in wanted:
        for store, times in zip((small, large), taken, strict=True):
            began = time.perf_counter()
            await look_up(store, one)
            times.append(1e6 * (time.perf_counter() - began))
    return median(taken[0]), median(taken[1])


def _aims(found: Rounds) -> list[Aim]:
    return [
        at_most(f"{name}: {kind}, of the small office", [one[kind][1] / one[kind][0] for one in each], 1.25, " x")
        for name, each in found.items()
        for kind in KINDS
    ]


def _sheet(found: Rounds, times: int) -> Sheet:
    rows = []
    for name, each in found.items():
        for kind in KINDS:
            small, large = (median(one[kind][n] for one in each) for n in (0, 1))
            rows.append((f"{name}, {kind}", f"{small:.0f}", f"{large:.0f}", f"{large / small:.2f}"))
    columns = ("look-up", f"µs among {PEOPLE:,}", f"µs among {PEOPLE * times:,}", "times")
    return Sheet(f"Look-ups, medians of {LOOKUPS:,} and of {len(next(iter(found.values())))} rounds", columns, rows)
