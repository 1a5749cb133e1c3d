"""What the storage's sentences are run over: the writers of the two databases, each with its driver's own connection.

SQLAlchemy raises its own errors; what goes straight to a driver is raised in the same words (`in_our_words`).
"""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Protocol, cast

import asyncpg
from sqlalchemy import Connection, CursorResult, Dialect, Executable
from sqlalchemy.dialects.postgresql import asyncpg as asyncpg_of
from sqlalchemy.dialects.sqlite import pysqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

Rows = CursorResult[*tuple[Any, ...]]
Parameters = Mapping[str, Any] | Sequence[Mapping[str, Any]] | None

SQLITE, POSTGRES = pysqlite.dialect(), cast("Dialect", cast("Any", asyncpg_of.dialect)())
POSTGRES.dbapi_exception_translation_map = {  # asyncpg's own errors, not those SQLAlchemy has its driver raise
    "IntegrityConstraintViolationError": "IntegrityError",
    "InternalClientError": "InternalError",
}


class Db(Protocol):
    """What a storage sentence needs of a connection."""

    async def execute(self, statement: Executable, parameters: Any = None, /) -> Rows:
        """Run one statement; a list of parameters runs it for each."""
        ...


class Inline:
    """SQLite's writer, a synchronous connection in the clothes of an asynchronous one; `raw` is the driver's own."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.raw = cast("sqlite3.Connection", connection.connection.driver_connection)

    async def execute(self, statement: Executable, parameters: Any = None, /) -> Rows:
        """Run one statement here and now."""
        return self.connection.execute(statement, parameters)

    @contextmanager
    def in_our_words(self, sql: str) -> Iterator[None]:
        """The driver's errors as SQLAlchemy raises them."""
        try:
            yield
        except sqlite3.Error as error:
            raise DBAPIError.instance(sql, None, error, sqlite3.Error, hide_parameters=True) from error


class Remote:
    """One of PostgreSQL's writers; `raw` is the driver's own connection."""

    def __init__(self, connection: AsyncConnection, raw: "asyncpg.Connection[asyncpg.Record]") -> None:
        self.connection, self.raw = connection, raw

    async def execute(self, statement: Executable, parameters: Any = None, /) -> Rows:
        """Run one statement as SQLAlchemy does."""
        return await self.connection.execute(statement, parameters)

    async def say(self, word: str) -> None:
        """A word that takes no values and gives no rows."""
        with self.in_our_words(word):
            await self.raw.execute(word)

    @contextmanager
    def in_our_words(self, sql: str) -> Iterator[None]:
        """The driver's errors as SQLAlchemy raises them."""
        try:
            yield
        except (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError) as error:
            lost = self.raw.is_closed()
            raise DBAPIError.instance(
                sql, None, error, Exception, hide_parameters=True, connection_invalidated=lost, dialect=POSTGRES
            ) from error


def is_postgres(db: Db) -> bool:
    """Whether this connection speaks to PostgreSQL."""
    return isinstance(db, Remote) or (isinstance(db, AsyncConnection) and db.dialect.name == "postgresql")
