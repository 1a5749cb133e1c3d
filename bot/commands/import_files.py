"""`import`: the office's files, staged as versions, shown, put in force and taken back."""

import asyncio
import csv
import os
import sys
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import orjson
import typer
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table

from bot import clock, words
from bot.bringing import Bringer
from bot.commands.office import errors, in_a_sentence, out, with_office
from handlers.admin.import_card import is_large, rows, state_of, title
from handlers.dialog import Saying, t
from programmes.model import load_all
from storage import imports, staff
from storage.engine import Database, Drawer
from storage.import_rows import BadFile, Kind
from storage.import_work import Bad
from storage.imports import Version
from storage.staging import TooManyBad
from storage.vault import Vault

app = typer.Typer(help="명부와 지급 파일을 들여옵니다. Bring in roster and payment files.", no_args_is_help=True)

Report = Annotated[Path | None, typer.Option(help="write bad rows here: line number and reason, never a value")]
File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)]
StageOnly = Annotated[bool, typer.Option("--stage", help="only show what it would change; `import apply` it later")]
Large = Annotated[bool, typer.Option("--large", help="although it changes more than the city expects")]

UNDONE = "되돌렸습니다. 지금 쓰는 버전: {version}\nUndone. Version in force: {version}"
UNDONE_ALL = "되돌렸습니다. 지금 쓰는 자료가 없습니다.\nUndone. Nothing is in force."
APPLIED = "적용했습니다. 지금 쓰는 버전: {version}\nApplied. Version in force: {version}"
WAITS = "적용을 기다립니다: import apply {version}\nIt waits: import apply {version}"
LISTED, MOST = 20, 8  # versions; dongs, faults and case numbers of one
POLITENESS = 10  # of a process that works beside those who answer people
DOING: Mapping[str, str] = {
    "checking": "확인 · checking",
    "writing": "저장 · writing",
    "indexing": "색인 · indexing",
    "clearing": "정리 · clearing old versions",
    "comparing": "비교 · comparing",
}


@app.command()
def roster(file: File, report: Report = None, stage: StageOnly = False, large: Large = False) -> None:
    """Bring in a roster, show what it changes, and put it in force."""
    _go(lambda office: _bring(office, "roster", file, report, stage=stage, large=large))


@app.command()
def payments(file: File, report: Report = None, stage: StageOnly = False, large: Large = False) -> None:
    """Bring in payments, show what they change, and put them in force."""
    _go(lambda office: _bring(office, "payments", file, report, stage=stage, large=large))


@app.command()
def apply(version: int, large: Large = False) -> None:
    """Put a staged version in force."""
    _go(lambda office: _apply(office, version, large=large))


@app.command()
def undo(kind: Annotated[str, typer.Argument(help="roster or payments")]) -> None:
    """Put the version before in force again."""
    _go(lambda office: _undo(office, _kind(kind)))


@app.command("list")
def list_versions() -> None:
    """The last versions: state, age, who, and how much they change."""
    _go(_list)


@app.command(hidden=True)
def sent(kind: str, by: str | None = None) -> None:
    """Stage what comes in by the standard input; say how far it is, and what came of it, a line of JSON each."""
    os.nice(POLITENESS)
    _go(lambda office: _sent(office, _kind(kind), UUID(by) if by else None))


def _kind(named: str) -> Kind:
    found = next((one for one in imports.KINDS if one == named), None)
    if found is None:
        raise typer.BadParameter(" | ".join(imports.KINDS))
    return found


def _go(work: Callable[[Bringer], Awaitable[None]]) -> None:
    async def go(database: Database, vault: Vault, now: clock.Clock) -> None:
        await work(Bringer(database, vault, load_all(), now))

    with in_a_sentence():
        asyncio.run(with_office(go))


async def _bring(office: Bringer, kind: Kind, file: Path, report: Path | None, *, stage: bool, large: bool) -> None:
    try:
        with _bars() as progress:
            staged = await office.stage(kind, file, progress=shown_on(progress, DOING))
    except TooManyBad as bad:
        _print_bad(bad.bad, report)
        raise
    if (version := await office.version(staged.version)) is not None:
        _print(office, version)
    _print_bad(staged.bad, report)
    if stage:
        out.print(WAITS.format(version=staged.version), markup=False)
    else:
        await _apply(office, staged.version, large=large)


async def _apply(office: Bringer, version: int, *, large: bool) -> None:
    with _bars() as progress:
        await office.apply(version, large=large, progress=shown_on(progress, DOING))
    out.print(APPLIED.format(version=version), markup=False)


async def _undo(office: Bringer, kind: Kind) -> None:
    before = await office.undo(kind)
    out.print((UNDONE if before else UNDONE_ALL).format(version=before), markup=False)


async def _list(office: Bringer) -> None:
    table = Table("버전 · version", "상태 · state", "시각 · time", "누가 · who", "새로/빠짐/바뀜 · new/gone/changed")
    async with office.database.reading() as db:
        store = Drawer(db, office.vault, office.now())
        for one in await imports.latest(store, LISTED):
            by = one.applied_by or one.staged_by
            whole = one.difference.whole if one.difference else None
            table.add_row(
                _said(title(one)),
                _said(state_of(one)),
                words.brief(one.applied_at or one.started_at, "ko"),
                (await staff.named(store, by) if by else "") or _said(t("imports.command_line")),
                f"{whole.new:,} / {whole.gone:,} / {whole.changed:,}" if whole else "",
            )
    out.print(table)


async def _sent(office: Bringer, kind: Kind, by: UUID | None) -> None:
    def doing(what: str, done: int, total: int) -> None:
        _say({"doing": what, "done": done, "total": total})

    memory = os.memfd_create("sent")  # nothing of it touches the disk
    try:
        while some := sys.stdin.buffer.read(1 << 20):
            os.write(memory, some)
        staged = await office.stage(kind, Path(f"/proc/self/fd/{memory}"), by, doing)
    except BadFile as bad:
        _say({"refused": bad.reason, "facts": bad.facts})
    else:
        _say({"version": staged.version})
    finally:
        os.close(memory)


def _say(told: Mapping[str, Any]) -> None:
    sys.stdout.buffer.write(orjson.dumps(told) + b"\n")
    sys.stdout.buffer.flush()


def _bars() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    return Progress(*columns, console=errors)


def shown_on(progress: Progress, words: Mapping[str, str]) -> imports.Progress:
    """A progress bar with one line for each thing that is being done."""
    tasks = {}

    def show(what: str, done: int, total: int) -> None:
        if what not in tasks:
            tasks[what] = progress.add_task(words.get(what, what), total=total)
        progress.update(tasks[what], completed=done, total=total)

    return show


def _print(office: Bringer, version: Version) -> None:
    table = Table(title=_said(title(version)), show_header=False)
    for what, value in rows(office.city, version, MOST):
        table.add_row(_said(what), _said(value))
    if is_large(office.city, version):
        table.add_row(_said(t("imports.state.large")), _said(t("imports.large")))
    out.print(table)


def _said(saying: Saying | str) -> str:
    """In each language, once where they are the same."""
    return "\n".join(dict.fromkeys(words.write(saying, lang) for lang in words.LANGUAGES))


def _print_bad(bad: list[Bad], report: Path | None) -> None:
    if report is not None:
        with report.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([("line", "reason"), *bad])
        return
    for one in bad[:10]:
        errors.print(f"{one.line}: {one.reason}", markup=False)
    if len(bad) > 10:
        errors.print(f"… {len(bad) - 10} more · --report FILE", markup=False)
