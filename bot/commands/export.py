"""`export decisions` and `export payment-list`: what leaves the house, each row once, with the reason recorded.

Rows are marked and the file is written and on the disk before one commit; only then does the file get its name. One
that a crash left unnamed gets it at the next export if it was committed, and is destroyed if it was not.
"""

import asyncio
import csv
import os
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Final
from uuid import UUID

import msgspec
import typer

from bot import clock
from bot.commands import export_answers
from bot.commands.office import in_a_sentence, out, with_office
from programmes.reading import KST
from storage import exports, imports
from storage.engine import Database, Drawer
from storage.ids import new_id
from storage.unit import in_one
from storage.vault import Vault

app = typer.Typer(help="결정과 지급 목록을 내보냅니다. Hand out decisions and payment lists.", no_args_is_help=True)

app.command("answers")(export_answers.answers)

Rows = Sequence[msgspec.Struct]
Waiting = Callable[[Drawer], Awaitable[Mapping[UUID, msgspec.Struct]]]
Take = Callable[[Drawer, Collection[UUID]], Awaitable[set[UUID]]]
Folder = Annotated[Path, typer.Option("--out", help="folder to write into", file_okay=False)]
Reason = Annotated[str, typer.Option(prompt="내보내는 까닭 · Why is this exported?", help="recorded with the export")]

DECISIONS, PAYMENTS = "decisions", "payment-list"
PART: Final = ".part"
HERE = Path("export")


@app.command(DECISIONS)
def decisions(reason: Reason, folder: Folder = HERE) -> None:
    """Every decision that stood on no list before."""
    _go(DECISIONS, exports.waiting_decisions, exports.take_decisions, folder, reason)


@app.command(PAYMENTS)
def payment_list(reason: Reason, folder: Folder = HERE) -> None:
    """Every sum granted by an accepted appeal that stood on no list before."""
    _go(PAYMENTS, exports.waiting_payments, exports.take_payments, folder, reason)


def _go(kind: str, waiting: Waiting, take: Take, folder: Path, reason: str) -> None:
    if not reason.strip():
        raise typer.BadParameter("까닭을 적어 주십시오. · Please give a reason.")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    async def work(database: Database, vault: Vault, now: clock.Clock) -> Path | None:
        async with imports.alone(database):
            return await write(database, vault, now(), kind, waiting, take, folder, reason.strip())

    with in_a_sentence():
        file = asyncio.run(with_office(work))
    out.print(str(file) if file else "새로 내보낼 것이 없습니다. · There is nothing new.", markup=False, soft_wrap=True)


async def write(
    database: Database,
    vault: Vault,
    now: datetime,
    kind: str,
    waiting: Waiting,
    take: Take,
    folder: Path,
    reason: str,
) -> Path | None:
    """Make one list; None when there is nothing new."""
    await name_those_left(database, vault, now, folder)
    async with database.reading() as db:
        new = await waiting(Drawer(db, vault, now))
    export = new_id()
    part = folder / f"{kind}-{now.astimezone(KST):%Y%m%d-%H%M}-{export}{PART}"

    async def made(store: Drawer) -> int:
        taken = await take(store, new.keys())
        rows = [row for id, row in new.items() if id in taken]
        if rows:
            await exports.note(store, export, kind, len(rows), reason)
            _put(part, rows)
        return len(rows)

    return part.rename(part.with_suffix(".csv")) if await in_one(database, vault, now, made) else None


async def name_those_left(database: Database, vault: Vault, now: datetime, folder: Path) -> None:
    """Files a crash left without their name: those of a committed list get it, the others are destroyed."""
    left = _left(folder)
    made = await in_one(database, vault, now, lambda store: exports.made(store, left)) if left else set()
    for export, part in left.items():
        if export in made:
            part.rename(part.with_suffix(".csv"))
        else:
            part.unlink()


def _left(folder: Path) -> dict[UUID, Path]:
    return {UUID(part.stem[-36:]): part for part in folder.glob(f"*{PART}")}


def _put(path: Path, rows: Rows) -> None:
    """Write a file nobody else may read, and wait until it and its name are on the disk."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(rows[0].__struct_fields__)
        writer.writerows([_cell(value) for value in msgspec.structs.astuple(row)] for row in rows)
        file.flush()
        os.fsync(file.fileno())
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _cell(value: Any) -> Any:
    """A value as a table shows it; nothing that a spreadsheet would take for a formula."""
    if isinstance(value, datetime):
        return value.astimezone(KST).isoformat(timespec="minutes")
    if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")):
        return f"'{value}"
    return value
