"""A fortnight at the counter on a fast clock: how long people wait, and where it breaks as officers get fewer."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any, Final

from sqlalchemy import func, select

from programmes.model import load_all
from storage.engine import Database
from storage.tables import outbox
from storage.vault import Vault, new_office_key
from tests import blank
from tests.bench.office import PROGRAMME, Fate, Office, Staffing
from tests.bench.report import Report, Sheet, at_most
from tests.bench.wire import percentile

ENOUGH: Final = Staffing(10, 4)
STAFFINGS: Final = (Staffing(12, 4), ENOUGH, Staffing(8, 3), Staffing(7, 3), Staffing(6, 3), Staffing(5, 2))
PROMISED: Final = load_all().programmes[PROGRAMME]
TARGET, LONGEST = PROMISED.target_hours, PROMISED.longest_hours  # working hours
CAPTION: Final = (
    "working hours from filing to decision; pauses not counted; a case without an answer is closed, not decided"
)


def measure(report: Report, folder: Path) -> None:
    """Let the fortnight pass once for each staffing."""
    told: dict[str, Any] = {}
    for staffing in STAFFINGS:
        report.progress(f"fortnight: {staffing.checking} check, {staffing.deciding} decide")
        fates, letters = asyncio.run(_fortnight(folder / f"{staffing.checking}.db", staffing))
        told[f"{staffing.checking}+{staffing.deciding}"] = _figures(fates, letters)
    enough = told[f"{ENOUGH.checking}+{ENOUGH.deciding}"]
    aims = (
        at_most("officers enough: median", [enough["median"]], TARGET, " h"),
        at_most("officers enough: 95 of 100", [enough["p95"]], LONGEST, " h"),
    )
    report.add("fortnight", {"staffings": told}, _sheet(told), aims)


async def _fortnight(file: Path, staffing: Staffing) -> tuple[list[Fate], Counter[str]]:
    database = Database(blank.sqlite(file))
    async with database.hurried():
        fates = await Office(database, Vault.of(new_office_key()), staffing, seed=1).work()
    async with database.reading() as db:
        kinds = await db.execute(select(outbox.c.kind, func.count().label("times")).group_by(outbox.c.kind))
        letters = Counter({row.kind: row.times for row in kinds})
    await database.close()
    return fates, letters


def _figures(fates: Sequence[Fate], letters: Counter[str]) -> dict[str, Any]:
    decided = [one.hours for one in fates if one.state == "rejected"]
    open_still = sum(one.state not in ("rejected", "lapsed") for one in fates)
    return {
        "cases": len(fates), "open": open_still, "asked": sum(one.pauses > 0 for one in fates),
        "lapsed": sum(one.state == "lapsed" for one in fates), "median": median(decided),
        "p95": percentile(decided, 0.95) / 1000, "longest": max(decided),
        "over": sum(hours > LONGEST for hours in decided), "letters": dict(letters),
    }  # fmt: skip


def _sheet(told: dict[str, Any]) -> Sheet:
    columns = (
        "check + decide", "cases", "median h", "95 of 100 h", "longest h", f"over {LONGEST} h", "asked", "no answer",
        "alerts", "moved",
    )  # fmt: skip
    rows = [
        (
            name, f"{one['cases']:,}", f"{one['median']:.1f}", f"{one['p95']:.1f}", f"{one['longest']:.1f}",
            f"{one['over']:,}", f"{one['asked']:,}", f"{one['lapsed']:,}", f"{one['letters'].get('alert', 0):,}",
            f"{one['letters'].get('moved', 0):,}",
        )
        for name, one in told.items()
    ]  # fmt: skip
    return Sheet("A fortnight at the counter, by officers (SQLite, fast clock)", columns, rows, CAPTION)
