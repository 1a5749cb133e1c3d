"""The office's command line: files in, back again, keys, codes; every refusal is a sentence and exit code 1."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.__main__ import app
from bot.sample import write_sample

NOW = datetime(2025, 7, 28, 1, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty installation with keys and a small sample city."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite+aiosqlite:///{tmp_path / 'changgu.db'}")
    monkeypatch.setenv("DATA_KEYS", call("keys", "new").stdout.strip().partition("=")[2])
    write_sample(tmp_path, 300, 1, NOW, lambda _done, _total: None)
    return tmp_path


def call(*words: str) -> Result:
    return CliRunner().invoke(app, words)


def test_from_an_empty_database_to_a_code_in_the_hand(folder: Path) -> None:
    early = call("import", "roster", "roster.csv")
    assert (early.exit_code, "bot migrate" in early.stderr) == (1, True)
    assert call("migrate").exit_code == 0
    roster = call("import", "roster", "roster.csv")
    assert (roster.exit_code, "300" in roster.stdout) == (0, True), roster.output
    assert call("import", "payments", "payments.csv").exit_code == 0
    person = Path("roster.csv").read_text(encoding="utf-8").splitlines()[1].partition(",")[0]
    code = call("dong-code", person).stdout.strip()
    assert (len(code), code.isdigit()) == (8, True)
    nobody = call("dong-code", "nobody")
    assert (nobody.exit_code, nobody.stdout) == (1, "")


def test_a_refused_file_is_a_sentence_in_both_languages_and_a_report_without_values(folder: Path) -> None:
    call("migrate")
    lines = Path("roster.csv").read_text(encoding="utf-8").splitlines()
    bad = [lines[0], *(line.replace("korean", "martian") for line in lines[1:])]
    Path("bad.csv").write_text("\n".join(bad), encoding="utf-8")
    refused = call("import", "roster", "bad.csv", "--report", "report.csv")
    assert refused.exit_code == 1
    assert "받지 않았습니다" in refused.stderr
    assert "refused" in refused.stderr
    assert "Traceback" not in refused.output
    report = Path("report.csv").read_text(encoding="utf-8").splitlines()
    assert report[0] == "line,reason"
    assert {line.partition(",")[2] for line in report[1:]} == {"nationality_status"}


def test_undo_until_nothing_is_left(folder: Path) -> None:
    call("migrate")
    call("import", "roster", "roster.csv")
    call("import", "roster", "roster.csv")
    assert [call("import", "undo", "roster").exit_code for _ in range(3)] == [0, 0, 1]


def test_keys_are_changed_and_the_old_one_taken_out(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    call("migrate")
    call("import", "roster", "roster.csv")
    new = call("keys", "new").stdout.strip().partition("=")[2]
    monkeypatch.setenv("DATA_KEYS", f"{new},{os.environ['DATA_KEYS']}")
    waiting = call("import", "roster", "roster.csv")
    assert (waiting.exit_code, "keys rotate" in waiting.stderr) == (1, True)
    assert call("keys", "rotate").exit_code == 0
    monkeypatch.setenv("DATA_KEYS", new)
    again = call("import", "roster", "roster.csv")
    assert again.exit_code == 0, again.output


def test_missing_keys_are_a_sentence(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATA_KEYS", "")
    missing = call("dong-code", "P1")
    assert missing.exit_code == 1
    assert "DATA_KEYS" in missing.stderr
