"""What is wrong with the settings is one sentence and exit code 2, before anything is touched."""

from pathlib import Path

import pytest

from tests.processes.bot_process import SECRET, Start, settings

NOWHERE = "http://127.0.0.1:9"
URL = "http://127.0.0.1:8080/telegram"


@pytest.mark.parametrize("command", ["web", "poll", "sender", "chores"])
async def test_on_sqlite_only_run_is_allowed(command: str, start: Start, tmp_path: Path) -> None:
    environment = settings(tmp_path, NOWHERE, "1:test", WEBHOOK_URL=URL, WEBHOOK_SECRET=SECRET)
    process = start(command, environment)
    assert await process.ends() == 2
    assert "PostgreSQL" in _sentence(process.log)


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"DATA_KEYS": None}, "DATA_KEYS"),
        ({"DATA_KEYS": "no-key-at-all"}, "DATA_KEYS"),
        ({"BOT_TOKEN": None}, "BOT_TOKEN"),
        ({"WEBHOOK_URL": URL}, "WEBHOOK_SECRET"),
        ({"WEBHOOK_URL": URL, "WEBHOOK_SECRET": "short"}, "WEBHOOK_SECRET"),
        ({"WEBHOOK_URL": "http://127.0.0.1:8080/", "WEBHOOK_SECRET": SECRET}, "WEBHOOK_URL"),
        ({"BOT_API_URL": None}, "CLOCK"),
        ({"CLOCK": "2025-07-28T10:00"}, "CLOCK"),
        ({"PORT": "none"}, "PORT"),
    ],
)
async def test_what_is_missing_or_wrong_is_named(
    changed: dict[str, str | None], named: str, start: Start, tmp_path: Path
) -> None:
    process = start("run", settings(tmp_path, NOWHERE, "1:test", **changed))
    assert await process.ends() == 2
    assert named in _sentence(process.log)
    assert not (tmp_path / "changgu.db").exists()


def _sentence(log: Path) -> str:
    """The one line that was said."""
    (said,) = log.read_text().splitlines()
    return said
