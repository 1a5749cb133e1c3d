"""`import roster|payments FILE` and `import undo roster|payments`: the office's files, as versions."""

import asyncio
import csv
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Annotated, TypeVar

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table

from bot import clock, config
from bot.config import BadConfig
from programmes.model import City, load_all
from storage import imports, migrate, staging
from storage.engine import Database
from storage.import_rows import BadFile, Kind
from storage.import_work import Bad
from storage.migrate import OutOfDate
from storage.staging import Staged, TooManyBad
from storage.vault import BadKeys, Vault

T = TypeVar("T")

app = typer.Typer(help="명부와 지급 파일을 들여옵니다. Bring in roster and payment files.", no_args_is_help=True)
out = Console(highlight=False)
errors = Console(stderr=True, highlight=False)

Report = Annotated[Path | None, typer.Option(help="write bad rows here: line number and reason, never a value")]
File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)]

REFUSED: Mapping[str, str] = {
    "busy": "다른 가져오기나 열쇠 교체가 진행 중입니다.\nAnother import or key change is under way.",
    "empty": "파일에 자료가 없습니다.\nThe file has no rows.",
    "encoding": "글자를 읽을 수 없습니다. UTF-8 또는 CP949로 저장하십시오.\nThe file is neither UTF-8 nor CP949.",
    "header": "첫 줄에 필요한 열이 없습니다: {columns}\nThe first line lacks these columns: {columns}",
    "doubled_columns": "첫 줄에 같은 열이 두 번 있습니다.\nThe first line has a column twice.",
    "too_many_bad": "{rows}줄 가운데 {bad}줄이 잘못되어 파일 전체를 받지 않았습니다. 지금 자료는 그대로입니다.\n"
    "{bad} of {rows} rows are bad, so the whole file was refused. What is in force stays as it is.",
    "shrunk": "지금 자료는 {before}줄인데 이 파일은 {rows}줄뿐입니다. 잘린 파일로 보여 받지 않았습니다.\n"
    "{before} rows are in force and this file has only {rows}: it looks cut off and was refused.",
    "no_roster": "먼저 명부를 들여오십시오.\nBring in a roster first.",
    "not_staged": "적용할 수 있는 버전이 아닙니다.\nThere is no such version to apply.",
    "nothing_to_undo": "되돌릴 버전이 없습니다.\nThere is nothing to undo.",
    "rotate_first": "열쇠 교체를 먼저 끝내십시오: python -m bot keys rotate\n"
    "Finish the key change first: python -m bot keys rotate",
}
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
    """Run one command; whatever is wrong with what was given is a sentence and exit code 1."""
    try:
        asyncio.run(work())  # type: ignore[arg-type]
    except BadFile as bad:
        errors.print(REFUSED[bad.reason].format_map(bad.facts), markup=False)
        raise typer.Exit(1) from None
    except (BadConfig, BadKeys, OutOfDate) as bad:
        errors.print(str(bad), markup=False)
        raise typer.Exit(1) from None


async def with_office(work: Callable[[Database, Vault, clock.Clock], Awaitable[T]]) -> T:
    """Open the database with the office's keys and its clock for one command, and close it again."""
    settings = config.load()
    config.need(settings, "data_keys")
    vault, database = Vault.of(settings.data_keys.get_secret_value()), Database(settings.database_url)
    try:
        async with database.reading() as db:
            await migrate.check(db)
        return await work(database, vault, await clock.shared(database, settings.clock))
    finally:
        await database.close()


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
