"""The drill an operator does: backup while the bot runs, the machine lost, restore into an empty place, start again."""

import asyncio
from pathlib import Path

import pytest

from bot.commands.backup import backup, restore
from playground.server import Playground
from storage.migrate import upgrade
from tests.conftest import FreshPostgres
from tests.crash.town import Town, korean
from tests.processes.bot_process import SECRET, Start, settings


async def test_a_bot_restored_elsewhere_answers_whom_it_knew(
    play: Playground, start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost, folder, safe = settings(tmp_path, play.url, play.token), tmp_path / "backup", tmp_path / "office.key"
    bot = start("run", lost)
    await bot.is_ready()
    chat = await Town(play).walk()
    for name in ("DATABASE_URL", "DATA_KEYS"):
        monkeypatch.setenv(name, lost[name])
    await asyncio.to_thread(backup, folder, safe)
    bot.kill()
    await bot.ends()

    keys = safe.read_text().strip().removeprefix("DATA_KEYS=")
    place = f"sqlite+aiosqlite:///{tmp_path}/restored.db"
    monkeypatch.setenv("DATABASE_URL", place)
    await asyncio.to_thread(restore, folder)
    resident = play.people[chat]
    heard = sum(seen.by_bot for seen in resident.transcript)
    await start("run", {**lost, "DATABASE_URL": place, "DATA_KEYS": keys}).is_ready()
    await resident.says("/menu")
    await resident.hears(korean("menu.ask"), timeout=30)
    assert sum(seen.by_bot for seen in resident.transcript) == heard + 1


async def test_run_brings_a_database_of_the_release_before_forward(
    play: Playground, start: Start, tmp_path: Path
) -> None:
    environment = settings(tmp_path, play.url, play.token)
    await upgrade(environment["DATABASE_URL"], "0001")
    await start("run", environment).is_ready()
    await Town(play).walk()


@pytest.mark.postgres
@pytest.mark.parametrize("kind", ["web", "sender"])
async def test_others_refuse_a_database_of_the_release_before(
    kind: str, start: Start, tmp_path: Path, fresh_postgres: FreshPostgres
) -> None:
    empty = fresh_postgres()
    url = {"DATABASE_URL": empty, "WEBHOOK_URL": "http://127.0.0.1:9/telegram", "WEBHOOK_SECRET": SECRET}
    await upgrade(empty, "0001")
    process = start(kind, settings(tmp_path, "http://127.0.0.1:9", "1:x", **url))
    assert await process.ends() == 2
    assert "python -m bot migrate" in process.log.read_text()
