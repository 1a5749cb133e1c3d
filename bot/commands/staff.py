"""`staff invite|list|remove|unlock`: accounts of who works here, for operators; the first two admins begin here."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated, TypeVar

import typer
from rich.table import Table

from bot import clock
from bot.bringing import spellings
from bot.commands.office import errors, in_a_sentence, out, with_office
from programmes.model import load_all
from programmes.reading import KST
from programmes.roles import RIGHTS, Grant, Role
from storage import staff
from storage.engine import Database, Drawer
from storage.staff import CODE_LASTS, Officer
from storage.unit import in_one
from storage.vault import Vault

T = TypeVar("T")

app = typer.Typer(help="직원 계정. Accounts of those who work at the counter.", no_args_is_help=True)

ADMINS = 2  # invited from here; every further one is let in by two of them
SHORT = 8  # signs of an account's id, its last ones: enough to tell a district's staff apart
INVITED = "{hours}시간 안에 대화방에서 /staff 를 적고 이 번호를 보내면 등록됩니다.\n" \
    "Send /staff to the bot within {hours} hours, then this code."  # fmt: skip
WHO = "그런 직원이 없거나 여럿입니다. staff list 의 번호를 쓰십시오.\nNobody, or several: use the id of `staff list`."
DONG = "이 역할에는 동이 있어야 하거나, 없어야 합니다: {role}\nThis role needs a dong, or must not have one: {role}"
ENOUGH = "관리자가 이미 둘입니다. 다음 관리자는 두 관리자가 대화방의 /people 에서 함께 정합니다.\n" \
    "There are two admins already. They let the next one in together, with /people in their chats."  # fmt: skip
UNKNOWN = "지금 있는 동이 아닙니다: {dong}\nNot a dong of today: {dong}"

Name = Annotated[str, typer.Argument(help="name, or id as `staff list` shows it")]


class Wrong(Exception):
    """What was asked for cannot be done; says why."""


@app.command()
def invite(
    name: str,
    role: Role,
    dong: Annotated[str | None, typer.Option(help="code or name, for roles of a dong")] = None,
    until: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="last day of the contract")] = None,
) -> None:
    """Print a one-time code with which this person binds her chat."""
    last = until.date() if until else None

    async def made(store: Drawer) -> str:
        if role is Role.ADMIN and await _admins(store) >= ADMINS:
            raise Wrong(ENOUGH)
        _, code = await staff.invite(store, name, role.value, _dong(role, dong, store.now), last)
        return code

    out.print(_go(made), markup=False)
    errors.print(INVITED.format(hours=CODE_LASTS.total_seconds() // 3600), markup=False)


@app.command("list")
def list_() -> None:
    """Everybody with an account, and what was granted to her."""
    table = Table("", "이름 name", "역할 roles", "대화방 chat", box=None)
    for officer in _go(staff.all_of):
        held = ", ".join(" ".join(filter(None, (one.role, one.dong, _until(one.until)))) for one in officer.held)
        table.add_row(_short(officer), officer.name, held, "○" if officer.chat else "")
    out.print(table)


@app.command()
def remove(who: Name) -> None:
    """End an account and all it was granted, at once."""

    async def removed(store: Drawer) -> None:
        await staff.remove(store, await _one(store, who), None)

    _go(removed)


@app.command()
def unlock(who: Name) -> None:
    """Forget a PIN: a new one is chosen at the next press."""

    async def unlocked(store: Drawer) -> None:
        await staff.unlock(store, (await _one(store, who)).id, None)

    _go(unlocked)


def _go(work: Callable[[Drawer], Awaitable[T]]) -> T:
    async def inside(database: Database, vault: Vault, now: clock.Clock) -> T:
        return await in_one(database, vault, now(), work)

    with in_a_sentence(Wrong):
        return asyncio.run(with_office(inside))


def _dong(role: Role, asked: str | None, now: datetime) -> str | None:
    """The code of the dong meant. Raises `Wrong` where the role has none, needs one, or it stands no more."""
    if (asked is None) == (RIGHTS[role].hand == "dong"):
        raise Wrong(DONG.format(role=role.value))
    if asked is None:
        return None
    city = load_all()
    code = spellings(city).get(asked)
    if code is None or city.places.dong(code).valid_to < now.astimezone(KST).date():
        raise Wrong(UNKNOWN.format(dong=asked))
    return code


async def _admins(store: Drawer) -> int:
    """How many are admins today or are invited to be; none of those who are suspended."""
    day = store.now.astimezone(KST).date()
    every = [one.held for one in await staff.all_of(store) if not one.suspended]
    return sum(
        any(Grant(Role(one.role), None, one.until).holds_on(day) for one in held if one.role == Role.ADMIN)
        for held in every
    )


async def _one(store: Drawer, who: str) -> Officer:
    found = [one for one in await staff.all_of(store) if who in (one.name, _short(one))]
    if len(found) != 1:
        raise Wrong(WHO)
    return found[0]


def _short(officer: Officer) -> str:
    return officer.id.hex[-SHORT:]


def _until(day: object) -> str:
    return f"~{day}" if day else ""
