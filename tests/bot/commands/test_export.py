"""Lists that leave the house: each row once, whatever dies on the way; the reason is asked for and recorded."""

import asyncio
import csv
import os
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import pytest
from sqlalchemy import select
from typer.testing import CliRunner, Result

from bot.__main__ import app
from bot.commands.office import with_office
from storage import audit, cases, decisions, staff
from storage.engine import Drawer
from storage.tables import audit as audit_table
from storage.unit import in_one
from tests.storage.test_cases import a_case
from tests.storage.test_decisions import NO, YES

NOW = datetime(2025, 7, 28, 1, tzinfo=UTC)
T = TypeVar("T")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation with an accepted and a rejected appeal; the one accepted names a formula as her name."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite+aiosqlite:///{tmp_path / 'changgu.db'}")
    monkeypatch.setenv("DATA_KEYS", call("keys", "new").stdout.strip().partition("=")[2])
    call("migrate")
    within(decided)
    return tmp_path


def call(*words: str) -> Result:
    return CliRunner().invoke(app, words)


def within(work: Callable[[Drawer], Awaitable[T]]) -> T:
    return asyncio.run(with_office(lambda database, vault, _: in_one(database, vault, NOW, work)))


async def decided(store: Drawer) -> None:
    officer, _ = await staff.invite(store, "한지민", "decision")
    for n, ruling in enumerate((YES, NO), 1):
        told = {"name": "=1+1", "birth": "1950-03-02"}
        case = a_case(f"SG-{n}", bytes([n]) * 16, told=told, state="deciding")
        await cases.file(store, case)
        await decisions.close(store, case, ruling, officer)


async def reasons(store: Drawer) -> list[str]:
    made = (await store.read(select(audit_table).where(audit_table.c.action == "export.made"))).all()
    told = [await audit.detail(store.db, store.vault, row) for row in made]
    return [one["reason"] for one in told if one is not None]


def rows_of(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def test_decisions_are_listed_once_without_names_or_words_of_residents(folder: Path) -> None:
    first = call("export", "decisions", "--reason", "월말 보고")
    assert first.exit_code == 0, first.output
    file = Path(first.stdout.strip())
    assert [(row["number"], row["outcome"], row["officer"]) for row in rows_of(file)] == [
        ("SG-1", "accepted", "한지민"), ("SG-2", "rejected", "한지민"),
    ]  # fmt: skip
    assert "=1+1" not in file.read_text("utf-8-sig")
    assert file.stat().st_mode & 0o077 == 0
    second = call("export", "decisions", "--reason", "다시")
    assert (second.exit_code, "nothing new" in second.stdout) == (0, True)


def test_a_payment_list_has_what_was_granted_and_no_formula(folder: Path) -> None:
    made = call("export", "payment-list", "--reason", "지급")
    (row,) = rows_of(Path(made.stdout.strip()))
    assert (row["number"], row["name"], row["before"], row["amount"]) == ("SG-1", "'=1+1", "150000", "300000")
    assert "nothing new" in call("export", "payment-list", "--reason", "지급").stdout


def test_the_reason_is_asked_for_and_recorded(folder: Path) -> None:
    asked = CliRunner().invoke(app, ["export", "decisions"], input="감사 자료\n")
    assert asked.exit_code == 0, asked.output
    assert call("export", "decisions", "--reason", "  ").exit_code == 2
    assert within(reasons) == ["감사 자료"]


def test_a_file_left_by_a_crash_after_the_commit_gets_its_name(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def dies(_self: Path, _target: Path) -> Path:
        raise OSError("the machine stops")

    with monkeypatch.context() as crash:
        crash.setattr(Path, "rename", dies)
        assert call("export", "decisions", "--reason", "보고").exit_code == 1
    assert [path.suffix for path in Path("export").iterdir()] == [".part"]
    assert "nothing new" in call("export", "decisions", "--reason", "보고").stdout
    (file,) = Path("export").iterdir()
    assert (file.suffix, len(rows_of(file))) == (".csv", 2)


def test_a_file_left_by_a_crash_before_the_commit_is_destroyed_and_its_rows_come_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync = os.fsync

    def dies(handle: int) -> None:
        sync(handle)
        raise OSError("the machine stops")

    with monkeypatch.context() as crash:
        crash.setattr(os, "fsync", dies)
        assert call("export", "decisions", "--reason", "보고").exit_code == 1
    assert [path.suffix for path in Path("export").iterdir()] == [".part"]
    assert call("export", "decisions", "--reason", "보고").exit_code == 0
    (file,) = Path("export").iterdir()
    assert (file.suffix, len(rows_of(file))) == (".csv", 2)
