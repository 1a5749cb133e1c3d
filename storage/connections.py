"""What the storage's sentences are run over: the writers of the two databases, each with its driver's own connection.

SQLAlchemy raises its own errors; what goes straight to a driver is raised in the same words (`in_our_words`).
"""

import re
import sqlite3
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from functools import lru_cache
from typing import Any, Protocol, cast

import asyncpg
from sqlalchemy import Connection, CursorResult, Dialect, Executable
from sqlalchemy.dialects.postgresql import asyncpg as asyncpg_of
from sqlalchemy.dialects.sqlite import pysqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

Rows = CursorResult[*tuple[Any, ...]]
Parameters = Mapping[str, Any] | Sequence[Mapping[str, Any]] | None

_VALUE = re.compile(r"\$(\d+)")
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

    async def fetch(self, sql: str, values: Sequence[Any]) -> Sequence[Any]:
        """The driver's rows of a statement in the driver's words."""
        with self.in_our_words(sql):
            return await self.raw.fetch(sql, *values)  # type: ignore[no-any-return]

    async def write(self, sql: str, values: Sequence[Any], *, gives_rows: bool) -> Sequence[Any]:  # noqa: ARG002
        """The same, of a statement that writes and reads nothing that was written a moment ago."""
        return await self.fetch(sql, values)

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


class Together(Remote):
    """PostgreSQL's writer, told of several writes in one breath: what gives no rows waits for the next that does.

    They go as one statement, of which no part sees what another wrote: they may not touch the same rows.
    """

    def __init__(self, db: Remote) -> None:
        super().__init__(db.connection, db.raw)
        self._waiting: dict[str, Sequence[Any]] = {}

    async def execute(self, statement: Executable, parameters: Any = None, /) -> Rows:
        """Run one statement as SQLAlchemy does, after what waits."""
        await self.flush()
        return await super().execute(statement, parameters)

    async def fetch(self, sql: str, values: Sequence[Any]) -> Sequence[Any]:
        """The driver's rows of a statement, run after what waits."""
        await self.flush()
        return await super().fetch(sql, values)

    async def write(self, sql: str, values: Sequence[Any], *, gives_rows: bool) -> Sequence[Any]:
        """Run a statement with what waits, or let it wait too."""
        if sql in self._waiting:
            await self.flush()
        if not gives_rows:
            self._waiting[sql] = values
            return ()
        return await self._run_with(sql, values)

    async def flush(self) -> None:
        """Run what waits."""
        if self._waiting:
            await self._run_with(*self._waiting.popitem())

    async def _run_with(self, last: str, values: Sequence[Any]) -> Sequence[Any]:
        waiting, self._waiting = self._waiting, {}
        all_values = [value for some in (*waiting.values(), values) for value in some]
        return await super().fetch(_in_one((*waiting, last)), all_values)


@lru_cache
def _in_one(statements: tuple[str, ...]) -> str:
    """One statement that does them all, its values numbered through, and gives the rows of the last."""
    numbered, before = [], 0
    for sql in statements:
        numbered.append(_VALUE.sub(lambda found, by=before: f"${int(found[1]) + by}", sql))  # type: ignore[misc]
        before += len({*_VALUE.findall(sql)})
    *others, last = numbered
    parts = ", ".join(f"part_{n} AS ({sql})" for n, sql in enumerate(others))
    return f"WITH {parts} {last}" if others else last


@asynccontextmanager
async def together(db: Db) -> AsyncIterator[Db]:
    """What is written over it goes to PostgreSQL in one round trip, where it gives no rows or comes last."""
    if isinstance(db, Remote):
        one = Together(db)
        yield one
        await one.flush()
    else:
        yield db


def is_postgres(db: Db) -> bool:
    """Whether this connection speaks to PostgreSQL."""
    return isinstance(db, Remote) or (isinstance(db, AsyncConnection) and db.dialect.name == "postgresql")
