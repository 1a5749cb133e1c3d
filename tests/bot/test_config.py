"""Settings are read, shown without secrets, and refused with a sentence that names the wrong one."""

from pathlib import Path

import pytest

from bot import config
from bot.config import BadConfig
from storage.vault import new_office_key

GOOD = {"BOT_TOKEN": "1:canary", "DATA_KEYS": new_office_key(), "WEBHOOK_SECRET": "canary" * 6}


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in config.Config.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.mark.parametrize(
    ("name", "value"),
    [("PORT", "0"), ("PORT", "many"), ("DATABASE_URL", "mysql://x"), ("LOG_LEVEL", "LOUD"),
     ("CLOCK", "2025-07-28T10:00"), ("WEBHOOK_URL", "https://x/hook"), ("UNASKED_A_SECOND", "0")],
)  # fmt: skip
def test_a_wrong_setting_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(BadConfig, match=f"^{name}: "):
        config.load()


@pytest.mark.parametrize(
    ("settings", "said"),
    [({"CLOCK": "2025-07-28T10:00+09:00"}, "CLOCK"), ({"WEBHOOK_URL": "https://x/telegram"}, "WEBHOOK_SECRET")],
)
def test_settings_that_do_not_fit_together_are_refused(
    monkeypatch: pytest.MonkeyPatch, settings: dict[str, str], said: str
) -> None:
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(BadConfig, match=said):
        config.load()


def test_settings_are_shown_without_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in GOOD.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("DATABASE_URL", "postgres://me:canary@host/db")
    monkeypatch.setenv("LOG_LEVEL", "debug")
    found = config.load()
    assert "canary" not in found.shown()
    assert GOOD["DATA_KEYS"][5:] not in found.shown()
    assert "DATABASE_URL=postgresql://…@host/db" in found.shown()
    assert (found.log_level, found.is_sqlite) == ("DEBUG", False)
    config.need(found, "bot_token", "data_keys", "webhook_secret")


def test_what_is_needed_and_not_set_is_said() -> None:
    assert "BOT_TOKEN=(not set)" in config.load().shown()
    with pytest.raises(BadConfig, match="DATA_KEYS is not set"):
        config.need(config.load(), "data_keys")
