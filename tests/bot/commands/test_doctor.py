"""`doctor`: a line for each check, what to do where one is not fine, and an exit code for machines."""

from pathlib import Path

import pytest
import typer
from pydantic import SecretStr
from sqlalchemy import insert

from bot import chores
from bot.advice import ADVICE
from bot.commands import doctor
from bot.config import Config
from playground.server import Playground
from storage import migrate, outbox, signals
from storage.engine import Database, Db
from storage.ids import new_id
from storage.tables import imports, pointers
from storage.vault import new_office_key
from tests.journey import MONDAY


def settings(play: Playground, url: str) -> Config:
    token, keys = SecretStr(play.token), SecretStr(new_office_key())
    return Config(bot_token=token, bot_api_url=play.url, database_url=url, data_keys=keys, clock=MONDAY)


async def healthy(db: Db) -> None:
    await outbox.enlist(db, new_id(), "run")
    for name in (*chores.NAMES, "backup"):
        await signals.beat(db, name)
    for version, kind in enumerate(("roster", "payments"), 1):
        row = {"version": version, "kind": kind, "state": "applied", "started_at": MONDAY, "applied_at": MONDAY}
        await db.execute(insert(imports), row | {"rows": 1, "bad": 0})
        await db.execute(insert(pointers), {"kind": kind, "version": version})


async def test_all_well_is_silent_about_what_to_do(sqlite_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    await migrate.upgrade(sqlite_url)
    database = Database(sqlite_url)
    await database.writer.transaction(healthy)
    await database.close()
    async with Playground() as play:
        await doctor.say(settings(play, sqlite_url))
        assert play.token not in capsys.readouterr().out


async def test_what_ails_is_a_line_with_what_to_do_in_both_languages(
    sqlite_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    await migrate.upgrade(sqlite_url)
    async with Playground() as play:
        with pytest.raises(typer.Exit) as ended:
            await doctor.say(settings(play, sqlite_url))
    said = capsys.readouterr().out
    assert ended.value.exit_code == 1
    for check in ("senders", "roster", "backup", "chore sweep"):
        assert all(sentence in said for sentence in ADVICE[check])
    assert "✗ roster" in said
    assert "✓ in doubt" in said


async def test_before_the_first_start_it_says_to_migrate(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    async with Playground() as play:
        with pytest.raises(typer.Exit):
            await doctor.say(settings(play, f"sqlite+aiosqlite:///{tmp_path}/new.db"))
    assert ADVICE["database"][1] in capsys.readouterr().out
