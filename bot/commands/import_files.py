"""`import roster|payments FILE` and `import undo roster|payments`: the office's files, as versions."""

import asyncio
import csv
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table

from bot import clock
from bot.commands.office import errors, in_a_sentence, out, with_office
from programmes.model import City, load_all
from storage import imports, staging
from storage.engine import Database
from storage.import_rows import Kind
from storage.import_work import Bad
from storage.staging import Staged, TooManyBad
from storage.vault import Vault

app = typer.Typer(help="명부와 지급 파일을 들여옵니다. Bring in roster and payment files.", no_args_is_help=True)

Report = Annotated[Path | None, typer.Option(help="write bad rows here: line number and reason, never a value")]
File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)]

UNDONE = "되돌렸습니다. 지금 쓰는 버전: {version}\nUndone. Version in force: {version}"
UNDONE_ALL = "되돌렸습니다. 지금 쓰는 자료가 없습니다.\nUndone. Nothing is in force."
DOING: Mapping[str, str] = {
    "checking": "확인 · checking",
    "writing": "저장 · writing",
    "indexing": "색인 · indexing",
    "clearing": "정리 · clearing old versions",
}


@app.command()
def roster(file: File, report: Report = None) -> None:
    """Bring in a roster and put it in force."""
    _go(lambda: _bring("roster", file, report))


@app.command()
def payments(file: File, report: Report = None) -> None:
    """Bring in payments and put them in force."""
    _go(lambda: _bring("payments", file, report))


@app.command()
def undo(kind: Annotated[str, typer.Argument(help="roster or payments")]) -> None:
    """Put the version before in force again."""
    found = next((one for one in imports.KINDS if one == kind), None)
    if found is None:
        raise typer.BadParameter(" | ".join(imports.KINDS))
    _go(lambda: _undo(found))


def _go(work: Callable[[], Awaitable[None]]) -> None:
    with in_a_sentence():
        asyncio.run(work())  # type: ignore[arg-type]


async def _bring(kind: Kind, file: Path, report: Path | None) -> None:
    async def work(database: Database, vault: Vault, now: clock.Clock) -> Staged:
        columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
        with Progress(*columns, console=errors) as progress:
            show = shown_on(progress, DOING)
            async with imports.alone(database):
                async with database.hurried():
                    staged = await staging.stage(database, vault, kind, file, spellings(load_all()), now(), show)
                await imports.apply(database, vault, staged.version, now())
                await imports.prune(database, kind, show)
        return staged

    try:
        staged = await with_office(work)
    except TooManyBad as bad:
        _print_bad(bad.bad, report)
        raise
    _print(staged)
    _print_bad(staged.bad, report)


async def _undo(kind: Kind) -> None:
    async def work(database: Database, vault: Vault, now: clock.Clock) -> None:
        async with imports.alone(database):
            before = await imports.undo(database, vault, kind, now())
        out.print((UNDONE if before else UNDONE_ALL).format(version=before), markup=False)

    await with_office(work)


def shown_on(progress: Progress, words: Mapping[str, str]) -> imports.Progress:
    """A progress bar with one line for each thing that is being done."""
    tasks = {}

    def show(what: str, done: int, total: int) -> None:
        if what not in tasks:
            tasks[what] = progress.add_task(words.get(what, what), total=total)
        progress.update(tasks[what], completed=done, total=total)

    return show


def spellings(city: City) -> Mapping[str, str]:
    """Every accepted spelling of a dong, its code too, to its code; what it is called now before what it was called."""
    dongs = city.places.dongs.values()
    found = {name: dong.code for dong in dongs for name in (dong.code, dong.name.ko, dong.name.en)}
    return {name: dong.code for dong in dongs for name in dong.former} | found


def _print(staged: Staged) -> None:
    table = Table(title=f"버전 · version {staged.version}", show_header=False)
    for name, count in (
        ("줄 · rows", staged.rows),
        ("새로 옴 · new", staged.new),
        ("빠짐 · gone", staged.gone),
        ("바뀜 · changed", staged.changed),
        ("이전 자료 유지 · kept from before", staged.kept),
        *((f"잘못된 줄 · bad: {reason}", count) for reason, count in sorted(staged.reasons.items())),
    ):
        table.add_row(name, f"{count:,}")
    out.print(table)


def _print_bad(bad: list[Bad], report: Path | None) -> None:
    if report is not None:
        with report.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([("line", "reason"), *bad])
        return
    for one in bad[:10]:
        errors.print(f"{one.line}: {one.reason}", markup=False)
    if len(bad) > 10:
        errors.print(f"… {len(bad) - 10} more · --report FILE", markup=False)
