"""Broadcasts from the command line: drafted, watched and halted there; approved and started in two admins' chats."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from uuid import UUID

from bot.commands.office import with_office
from storage import broadcasts, people, staff
from storage.broadcasts import Broadcast
from storage.engine import Drawer
from storage.tables import people as people_table
from storage.unit import in_one
from tests.bot.commands.test_import_files import call, folder

__all__ = ["folder"]

GOOD = """
purpose = "information"
[words]
ko = "{dong} 주민께 알려 드립니다."
en = "News for residents of {dong}."
[audience]
dongs = ["검단동"]
born_by = 1960
"""


def within(work: Callable[[Drawer], Awaitable[Any]]) -> Any:
    """A storage sentence in the folder's database."""

    async def inside(database: Any, vault: Any, now: Any) -> Any:
        return await in_one(database, vault, now(), work)

    return asyncio.run(with_office(inside))


def bound(name: str, chat: int) -> UUID:
    """An admin with a chat."""

    async def bind(store: Drawer) -> UUID:
        person = people.stranger(chat, "ko", store.now)
        await store.write(people_table.insert(), people.to_row(person))
        account, code = await staff.invite(store, name, "admin")
        assert await staff.accept(store, code, chat, person.id)
        return account

    found: UUID = within(bind)
    return found


def drafted(folder: Path, text: str = GOOD, by: str = "윤서아") -> Any:
    file = folder / "draft.toml"
    file.write_text(text, "utf-8")
    return call("broadcast", "draft", str(file), "--by", by)


def broadcast(number: int = 1) -> Broadcast:
    found: Broadcast = within(lambda store: broadcasts.by_number(store.db, number))
    return found


def test_a_draft_is_read_checked_and_left_to_two_admins(folder: Path) -> None:
    call("migrate")
    account = bound("윤서아", 7001)
    done = drafted(folder)
    assert (done.exit_code, done.stdout) == (0, "1\n"), done.output
    assert "/broadcast" in done.stderr
    one = broadcast()
    assert (one.stage, one.drafter, one.content.purpose) == ("draft", account, "information")
    assert one.content.audience.dongs == ("geomdan",)
    assert "초안" in call("broadcast", "list").stdout


def test_nothing_starts_from_the_command_line(folder: Path) -> None:
    help = call("broadcast", "--help").output
    assert "approve" not in help.replace("approving", "")
    assert call("broadcast", "approve", "1").exit_code == 2
    assert call("broadcast", "start", "1").exit_code == 2


def test_what_is_wrong_with_a_file_is_said_and_nothing_drafted(folder: Path) -> None:
    call("migrate")
    bound("윤서아", 7001)
    wrong = (
        GOOD.replace("주민께 알려 드립니다", "주민은 와라"),
        GOOD.replace("born_by", "born_before"),
        GOOD.replace("검단동", "없는동"),
        GOOD.replace('"information"', '"advertising"'),
        "words = ",
        GOOD + "\nstarts_at = 2025-07-29T10:00:00\n",
    )
    for text in wrong:
        done = drafted(folder, text)
        assert (done.exit_code, done.stdout) == (1, ""), (text, done.output)
        assert done.stderr.strip()
    assert drafted(folder, by="아무개").exit_code == 1
    assert within(lambda store: broadcasts.latest(store.db, 5)) == ()


def test_it_is_paused_resumed_watched_and_cancelled(folder: Path) -> None:
    call("migrate")
    bound("윤서아", 7001)
    drafted(folder)
    assert call("broadcast", "pause", "1").exit_code == 1  # it has not started
    assert call("broadcast", "pause", "7").exit_code == 1

    async def start(store: Drawer) -> None:
        one = await broadcasts.by_number(store.db, 1)
        assert one is not None
        digest = await broadcasts.ask(store, one.id, one.drafter)
        other, _ = await staff.invite(store, "other", "admin")
        assert digest is not None
        assert await broadcasts.approve(store, one.id, other, digest)
        now = await broadcasts.by_number(store.db, 1)
        assert now is not None
        assert await broadcasts.move(store, now, "canary")

    within(start)
    assert call("broadcast", "pause", "1").exit_code == 0
    assert broadcast().halt == "person"
    assert call("broadcast", "resume", "1").exit_code == 0
    assert broadcast().halt is None
    assert call("broadcast", "cancel", "1", "--yes").exit_code == 0
    assert broadcast().stage == "cancelled"
    watched = call("broadcast", "watch", "1")
    assert watched.exit_code == 0
    assert "취소됨" in watched.stdout
