"""What tables are made of: the list of all of them, and columns that both databases understand alike."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, LargeBinary, MetaData, String, TypeDecorator, text

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Moment(TypeDecorator[datetime]):
    """An instant: aware outside, UTC inside, because SQLite forgets time zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], Any]:
        """Into UTC; on SQLite as text, which has no zone. A batch has few instants: each is written once."""
        return _moment_as_text if dialect.name == "sqlite" else _moment_in_utc

    def result_processor(self, dialect: Dialect, coltype: Any) -> Callable[[Any], datetime | None] | None:  # noqa: ARG002
        """Aware again."""
        return _moment_of_text if dialect.name == "sqlite" else None


def _moment_in_utc(value: datetime | None) -> datetime | None:
    if value is None:
        return None
    if value.tzinfo is None:
        raise ValueError("a moment wants a time zone")
    return value.astimezone(UTC)


@lru_cache(1024)
def _moment_as_text(value: datetime | None) -> str | None:
    moment = _moment_in_utc(value)
    return None if moment is None else moment.replace(tzinfo=None).isoformat(" ", "microseconds")


@lru_cache(1024)
def _moment_of_text(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value).replace(tzinfo=UTC)


Serial = BigInteger().with_variant(Integer, "sqlite")
HASH = LargeBinary(16)
DONG = String(12).with_variant(String(24), "postgresql")  # a code of `dongs.toml`; SQLite keeps to no length


def where(condition: str, sqlite: str | None = None) -> dict[str, Any]:
    """For an `Index` of only those rows of which this holds; SQLite has numbers for truth."""
    return {"sqlite_where": text(sqlite or condition), "postgresql_where": text(condition)}
