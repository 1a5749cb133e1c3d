"""`broadcast draft|list|watch|pause|resume|cancel`: broadcasts for operators.

Nothing is approved or started from here: that takes two admins in their chats, who see what will go.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Annotated, Final, TypeVar
from uuid import UUID

import msgspec
import typer
from msgspec.structs import replace
from rich.live import Live
from rich.progress import BarColumn, Progress, TextColumn
from rich.table import Table

from bot import clock, words
from bot.bringing import spellings
from bot.chores.cards import Rates
from bot.commands.office import errors, in_a_sentence, out, with_office
from handlers.admin.broadcast_card import going, live, state
from handlers.admin.broadcast_letter import finding, findings
from handlers.admin.broadcast_whom import JOB
from handlers.dialog import Saying
from programmes.model import load_all
from programmes.proofreading import stops
from programmes.reading import KST
from programmes.roles import Role
from storage import broadcasts, jobs, staff
from storage.audiences import Audience, Purpose
from storage.broadcasts import Broadcast, Content
from storage.engine import Database, Drawer
from storage.people import Lang
from storage.staff import Officer
from storage.unit import in_one
from storage.vault import Vault

T = TypeVar("T")
app = typer.Typer(
    help="단체 안내. Broadcasts; approving and starting happen in two admins' chats only.", no_args_is_help=True
)
LISTED: Final = 20
EVERY: Final = 1.0  # seconds between two looks
IN_CHAT: Final = "승인과 시작은 두 관리자가 대화방의 /broadcast 에서 합니다.\n" \
    "Two admins approve and start it, with /broadcast in their chats."  # fmt: skip
NOBODY: Final = "대화방이 있는 관리자 가운데 그런 사람이 없습니다.\nNo admin with a chat has this name."
UNKNOWN: Final = "그런 번호의 단체 안내가 없습니다: {number}\nThere is no broadcast of this number: {number}"
OTHERWISE: Final = "지금 상태에서는 할 수 없습니다.\nAs it stands, this cannot be done."
STOPPED: Final = "먼저 고쳐야 할 것이 있습니다.\nSomething must be mended first."
BAD: Final = "파일을 읽지 못했습니다: {why}\nThe file cannot be read: {why}"
Number = Annotated[int, typer.Argument(help="as `broadcast list` shows it")]


class Wrong(Exception):
    """What was asked for cannot be done; says why."""


class Draft(msgspec.Struct, forbid_unknown_fields=True):
    """A file: what is said, to whom, and when; the keys of `audience` are those of `storage/audiences.py`."""

    words: dict[Lang, str]
    purpose: Purpose = "service"
    audience: dict[str, object] = {}
    starts_at: datetime | None = None


@app.command()
def draft(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
    by: Annotated[str, typer.Option(help="the admin whose draft it is, by name: another than she approves it")],
) -> None:
    """Read a draft from a TOML file and check it as in the chat; whom it reaches is told to that admin."""

    async def drafted(store: Drawer) -> Broadcast:
        officer, content = await _admin(store, by), _read(file)
        found = findings(content, load_all(), store.now)
        for one in found:
            _say(finding(one))
        if stops(found):
            raise Wrong(STOPPED)
        fresh = await broadcasts.draft(store, officer.id, content)
        await jobs.add(store, JOB, chat=officer.chat, about=fresh.id)
        return fresh

    out.print(_go(drafted).number)
    errors.print(IN_CHAT, markup=False)


@app.command("list")
def list_() -> None:
    """The last broadcasts and what became of them."""
    table = Table("", "상태 stage", "쓴 때 drafted", "대상 wanted", "받음 sent", box=None)
    for one in _go(lambda store: broadcasts.latest(store.db, LISTED)):
        at = one.created_at.astimezone(KST)
        stands = words.write(state(one), "ko")
        table.add_row(str(one.number), stands, f"{at:%Y-%m-%d %H:%M}", f"{one.wanted:,}", f"{one.sent:,}")
    out.print(table)


@app.command()
def watch(number: Number) -> None:
    """Show how far it is until it ends: a bar, the measured rate, and when the last one goes."""

    async def watched(database: Database, vault: Vault, now: clock.Clock) -> None:
        bar = Progress(
            TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f}%"), console=out
        )
        task, rates = bar.add_task(str(number), total=None), Rates()
        with Live(bar, console=out, refresh_per_second=4) as shown:
            while True:
                one = await in_one(database, vault, now(), lambda store: _one(store, number))
                bar.update(task, total=one.wanted or None, completed=one.wanted - one.left)
                text = words.write(live(one, now(), rates.measure(one, now())), "ko")
                shown.update(_beneath(bar, text))
                if not going(one):
                    return
                await asyncio.sleep(EVERY)

    with in_a_sentence(Wrong):
        asyncio.run(with_office(watched))


@app.command()
def pause(number: Number) -> None:
    """Let it stand still until somebody lets it go on."""
    _move(number, lambda store, which: broadcasts.pause(store, which, None))


@app.command()
def resume(number: Number) -> None:
    """Let one that an admin paused, or that stopped by itself, go on."""
    _move(number, lambda store, which: broadcasts.resume(store, which, None))


@app.command()
def cancel(number: Number, yes: Annotated[bool, typer.Option("--yes", help="do not ask")] = False) -> None:
    """End it: whoever has not had it will not get it."""
    if not yes:
        typer.confirm(f"{number}번을 취소할까요? Cancel no. {number}?", abort=True)
    _move(number, lambda store, which: broadcasts.cancel(store, which, None))


def _move(number: int, how: Callable[[Drawer, UUID], Awaitable[bool]]) -> None:
    async def moved(store: Drawer) -> None:
        if not await how(store, (await _one(store, number)).id):
            raise Wrong(OTHERWISE)

    _go(moved)


def _go(work: Callable[[Drawer], Awaitable[T]]) -> T:
    async def inside(database: Database, vault: Vault, now: clock.Clock) -> T:
        return await in_one(database, vault, now(), work)

    with in_a_sentence(Wrong):
        return asyncio.run(with_office(inside))


async def _one(store: Drawer, number: int) -> Broadcast:
    one = await broadcasts.by_number(store.db, number)
    if one is None:
        raise Wrong(UNKNOWN.format(number=number))
    return one


async def _admin(store: Drawer, name: str) -> Officer:
    found = [one for one in await staff.with_role(store, (Role.ADMIN.value,)) if one.name == name and one.chat]
    if len(found) != 1:
        raise Wrong(NOBODY)
    return found[0]


def _read(file: Path) -> Content:
    """What the file says; a key that nothing knows is refused, for a rule with a slip in it might reach everybody."""
    try:
        found = msgspec.toml.decode(file.read_bytes(), type=Draft)
        strange = found.audience.keys() - set(Audience.__struct_fields__)
        if strange:
            raise Wrong(BAD.format(why=", ".join(sorted(strange))))
        rule = msgspec.convert(found.audience, Audience)
        if found.starts_at is not None and found.starts_at.tzinfo is None:
            raise Wrong(BAD.format(why="starts_at: 2025-07-29T10:00:00+09:00"))
    except (msgspec.DecodeError, msgspec.ValidationError, UnicodeDecodeError) as bad:
        raise Wrong(BAD.format(why=bad)) from None
    known = spellings(load_all())
    if unknown := [dong for dong in rule.dongs if dong not in known]:
        raise Wrong(BAD.format(why=", ".join(unknown)))
    dongs = tuple(known[dong] for dong in rule.dongs)
    return Content(found.purpose, replace(rule, dongs=dongs), found.words, starts_at=found.starts_at)


def _say(saying: Saying) -> None:
    for lang in words.LANGUAGES:
        errors.print(words.write(saying, lang), markup=False)


def _beneath(bar: Progress, text: str) -> Table:
    shown = Table.grid()
    shown.add_row(bar)
    shown.add_row(text)
    return shown
