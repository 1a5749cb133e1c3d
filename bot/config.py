"""Settings from the environment and `.env`: printed without secrets, the first wrong one refused with a sentence."""

from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from storage.vault import BadKeys, read_office_keys

TELEGRAM = "https://api.telegram.org"
SECRET_LENGTH = 32


class BadConfig(ValueError):
    """A setting is missing or wrong; says which and what to do."""


class Config(BaseSettings):
    """Everything an operator may set."""

    model_config = SettingsConfigDict(env_file=".env", env_file_encoding="utf-8", extra="ignore")

    bot_token: SecretStr = Field(default=SecretStr(""), description="the bot's token")
    bot_api_url: str = Field(default=TELEGRAM, description="Telegram's address, or a local Bot API server's")
    webhook_url: str | None = Field(default=None, description="our full address, ending in /telegram; absent: polling")
    webhook_secret: SecretStr = Field(default=SecretStr(""), description="at least 32 characters")
    host: str = Field(default="0.0.0.0", description="address to listen on")  # noqa: S104
    port: int = Field(default=8080, ge=1, le=65535)
    database_url: str = "sqlite+aiosqlite:///changgu.db"
    data_keys: SecretStr = Field(default=SecretStr(""), description="`python -m bot keys new` makes them")
    clock: datetime | None = Field(default=None, description="an instant to start the bot's clock at; tours and tests")
    log_level: str = "INFO"
    turns_a_minute: float = Field(default=20.0, gt=0, description="what one chat may bring for long")
    turns_at_once: int = Field(default=10, gt=0, description="and at once")
    busy_seconds: float = Field(default=10.0, gt=0, description="how long a transaction may hold up other processes")
    lease_seconds: float = Field(default=5.0, gt=0, description="a process silent for so long is taken for dead")
    unasked_a_second: float = Field(default=30.0, gt=0, le=1000)
    broadcast_a_second: float = Field(default=22.0, gt=0, le=1000)
    paid_broadcasts: bool = Field(default=False, description="broadcasts are paid for, up to BROADCAST_A_SECOND")

    finder_deep: bool = Field(default=True, description="find answers by meaning too: 300 MB, and far fewer misses")
    finder_folder: Path = Field(default=Path("var/finder"), description="where what was learned is kept")
    llm_url: str | None = Field(default=None, description="an OpenAI-compatible endpoint that may choose among topics")
    llm_key: SecretStr = Field(default=SecretStr(""), description="its key")
    llm_model: str = Field(default="", description="the model to ask for there")
    llm_seconds: float = Field(default=3.0, gt=0, le=30, description="how long it may take; then ours stands")

    @field_validator("log_level")
    @classmethod
    def _known_level(cls, value: str) -> str:
        if value.upper() not in ("DEBUG", "INFO", "WARNING", "ERROR"):
            raise ValueError("one of DEBUG, INFO, WARNING, ERROR")
        return value.upper()

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        if value.startswith("postgres://"):
            value = "postgresql://" + value.removeprefix("postgres://")
        if not value.startswith(("sqlite", "postgresql")):
            raise ValueError("begins with sqlite+aiosqlite:/// or postgresql://")
        return value

    @field_validator("webhook_url")
    @classmethod
    def _whole_address(cls, value: str | None) -> str | None:
        if value and not urlsplit(value).path.endswith("/telegram"):
            raise ValueError("the full address, ending in /telegram")
        return value or None

    @field_validator("llm_url")
    @classmethod
    def _known_scheme(cls, value: str | None) -> str | None:
        if value and urlsplit(value).scheme not in ("http", "https"):
            raise ValueError("begins with http:// or https://, and ends before /chat/completions")
        return value or None

    @field_validator("data_keys")
    @classmethod
    def _whole_keys(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value():
            try:
                read_office_keys(value.get_secret_value())
            except BadKeys as bad:
                raise ValueError(str(bad).removeprefix("DATA_KEYS: ")) from None
        return value

    @field_validator("clock")
    @classmethod
    def _aware(cls, value: datetime | None) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("an instant with its time zone, such as 2025-07-28T10:00+09:00")
        return value

    @model_validator(mode="after")
    def _fits_together(self) -> "Config":
        if self.clock is not None and self.bot_api_url.rstrip("/") == TELEGRAM:
            raise ValueError("CLOCK is for tours and tests: it is refused with Telegram's own address")
        if self.webhook_url and len(self.webhook_secret.get_secret_value()) < SECRET_LENGTH:
            raise ValueError(f"WEBHOOK_URL wants a WEBHOOK_SECRET of at least {SECRET_LENGTH} characters")
        return self

    def shown(self) -> str:
        """The settings in force, without secrets, a line each."""
        return "\n".join(f"{name.upper()}={self._harmless(name)}" for name in type(self).model_fields)

    def _harmless(self, name: str) -> str:
        value = getattr(self, name)
        if isinstance(value, SecretStr):
            return "(set)" if value.get_secret_value() else "(not set)"
        if name == "database_url" and "@" in str(value):
            return f"{str(value).partition('://')[0]}://…@{str(value).rpartition('@')[2]}"
        return "(not set)" if value is None else str(value)

    @property
    def is_sqlite(self) -> bool:
        """Whether all is in one file, so that one process must do everything."""
        return self.database_url.startswith("sqlite")


def load() -> Config:
    """Read the settings. Raises `BadConfig` with a sentence naming the first wrong one."""
    try:
        return Config()
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]).upper() if first["loc"] else ""
        reason = str(first["msg"]).removeprefix("Value error, ")
        raise BadConfig(f"{name}: {reason}" if name else reason) from None


def need(config: Config, *names: str) -> None:
    """Refuse to go on without these secrets. Raises `BadConfig`."""
    how = {
        "bot_token": "the token BotFather gave",
        "data_keys": "make them with `python -m bot keys new` and keep a copy elsewhere",
        "webhook_secret": f"at least {SECRET_LENGTH} random characters",
    }
    for name in names:
        if not getattr(config, name).get_secret_value():
            raise BadConfig(f"{name.upper()} is not set: {how[name]}")
