"""The office's command line: files in, back again, keys, codes; every refusal is a sentence and exit code 1."""

import json
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
    monkeypatch.setattr(os, "nice", lambda _more: 0)  # or all tests that come later stand behind everybody
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
    Path("bad.csv").write_text("\n".join(bad) + "\n", encoding="utf-8")
    refused = call("import", "roster", "bad.csv", "--report", "report.csv")
    assert refused.exit_code == 1
    assert "받지 않았습니다" in refused.stderr
    assert "refused" in refused.stderr
    assert "Traceback" not in refused.output
    report = Path("report.csv").read_text(encoding="utf-8").splitlines()
    assert report[0] == "line,reason"
    assert {line.partition(",")[2] for line in report[1:]} == {"nationality_status"}


def test_a_staged_file_shows_what_it_changes_and_waits(folder: Path) -> None:
    call("migrate")
    call("import", "roster", "roster.csv")
    lines = Path("roster.csv").read_text(encoding="utf-8").splitlines()
    Path("next.csv").write_text("\n".join([*lines[:4], *lines[5:]]) + "\n", encoding="utf-8")
    staged = call("import", "roster", "next.csv", "--stage")
    assert (staged.exit_code, "빠짐 1" in staged.stdout, "1 gone" in staged.stdout) == (0, True, True), staged.output
    listed = call("import", "list")
    assert ("적용 대기" in listed.stdout, "사용 중" in listed.stdout) == (True, True), listed.stdout
    assert call("import", "apply", "2").exit_code == 0
    again = call("import", "apply", "2")
    assert (again.exit_code, "적용할 수 있는 버전이 아닙니다" in again.stderr) == (1, True)
    assert call("import", "undo", "roster").exit_code == 0


def test_what_changes_much_is_put_in_force_only_when_two_have_looked(folder: Path) -> None:
    call("migrate")
    call("import", "roster", "roster.csv")
    lines = Path("roster.csv").read_text(encoding="utf-8").splitlines()
    Path("next.csv").write_text("\n".join([lines[0], *lines[21:]]) + "\n", encoding="utf-8")
    refused = call("import", "roster", "next.csv")
    assert (refused.exit_code, "--large" in refused.stderr, "많이 바뀜" in refused.stdout) == (1, True, True)
    assert call("import", "apply", "2").exit_code == 1
    applied = call("import", "apply", "2", "--large")
    assert (applied.exit_code, "2" in applied.stdout) == (0, True), applied.output


def test_what_was_sent_to_the_desk_is_staged_from_the_standard_input(folder: Path) -> None:
    call("migrate")
    data = Path("roster.csv").read_bytes()
    sent = CliRunner().invoke(app, ["import", "sent", "roster"], input=data)
    *doing, last = [json.loads(line) for line in sent.stdout.splitlines()]
    assert (last, {"checking", "writing"} <= {one["doing"] for one in doing}) == ({"version": 1}, True)
    cut = CliRunner().invoke(app, ["import", "sent", "roster"], input=data[:-9])
    assert json.loads(cut.stdout.splitlines()[-1]) == {"refused": "cut_off", "facts": {}}


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
