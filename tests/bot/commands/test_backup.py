"""`backup` and `restore` as an operator sees them: sentences, exit codes, and where the office's key may lie."""

import asyncio
from pathlib import Path

import pytest
import typer
from sqlalchemy import select

from bot import words
from bot.commands.backup import backup, restore
from bot.letters import Posted, to_row, written
from handlers.dialog import Lane, Letter, t
from storage import audit, migrate, outbox, people
from storage.engine import Database, Drawer
from storage.tables import cases
from storage.tables import people as people_table
from storage.unit import in_one
from storage.vault import Vault, new_office_key
from tests.journey import MONDAY

Environment = pytest.MonkeyPatch


@pytest.fixture
def keys(sqlite_url: str, tmp_path: Path, monkeypatch: Environment) -> str:
    """A migrated database with the environment that names it; gives its DATA_KEYS."""
    monkeypatch.chdir(tmp_path)
    asyncio.run(migrate.upgrade(sqlite_url))
    keys = new_office_key()
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    monkeypatch.setenv("DATA_KEYS", keys)
    return keys


def refused(capsys: pytest.CaptureFixture[str], *arguments: Path | str | None) -> str:
    command, *others = arguments
    with pytest.raises(typer.Exit) as ended:
        (backup if command == "backup" else restore)(*others)  # type: ignore[arg-type]
    assert ended.value.exit_code == 1
    return capsys.readouterr().err


def test_the_offices_key_lies_apart_and_for_its_owners_eyes(
    keys: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, safe = tmp_path / "backup", tmp_path / "office.key"
    assert "another place" in refused(capsys, "backup", folder, folder / "office.key")
    assert not folder.exists()
    backup(folder, safe)
    backup(folder, safe)
    assert safe.read_text() == f"DATA_KEYS={keys}\n"
    assert safe.stat().st_mode & 0o777 == 0o400
    backup(folder)
    assert "DATA_KEYS is not in this backup" in capsys.readouterr().out


def test_another_key_is_never_written_over(
    keys: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: Environment
) -> None:
    safe = tmp_path / "office.key"
    backup(tmp_path / "backup", safe)
    monkeypatch.setenv("DATA_KEYS", f"{new_office_key()},{keys}")
    assert "Another key" in refused(capsys, "backup", tmp_path / "backup", safe)
    assert keys in safe.read_text()


def test_an_unsent_notice_becomes_work_for_a_person(
    keys: str, sqlite_url: str, tmp_path: Path, monkeypatch: Environment, capsys: pytest.CaptureFixture[str]
) -> None:
    asyncio.run(_promise(sqlite_url, Vault.of(keys)))
    backup(tmp_path / "backup")
    empty = f"sqlite+aiosqlite:///{tmp_path}/restored.db"
    monkeypatch.setenv("DATABASE_URL", empty)
    restore(tmp_path / "backup")
    assert "1 notices" in capsys.readouterr().out
    assert asyncio.run(_tasks(empty)) == ["undelivered.restored"]
    assert "empty place" in refused(capsys, "restore", tmp_path / "backup")


async def _promise(url: str, vault: Vault) -> None:
    database = Database(url)

    async def write(store: Drawer) -> None:
        kim = people.stranger(7001, "ko", MONDAY)
        await store.write(people_table.insert(), people.to_row(kim))
        letter = Letter(t("desk.fault"), "fault", Lane.NOTICE)
        posted = Posted(letter, written(letter, kim, words.write), kim, await store.key(kim.id))
        house = await audit.house_key(store.db, store.vault)
        await outbox.post(store.db, [to_row(posted, house, MONDAY)])

    await in_one(database, vault, MONDAY, write)
    await database.close()


async def _tasks(url: str) -> list[str]:
    database = Database(url)
    async with database.reading() as db:
        found = [row.reason for row in await db.execute(select(cases.c.reason).where(cases.c.kind == "task"))]
    await database.close()
    return found
