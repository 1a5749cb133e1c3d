"""Statements made ready once: the short way of a hot statement to SQLite, past SQLAlchemy's execution of each.

What a statement costs there is mostly its preparation, 130 µs, many times what SQLite itself needs. A few of them make
up a turn, so those go straight to the driver: compiled by SQLAlchemy once, values and rows processed by its types. On
PostgreSQL the same sentence goes the usual way, where the server dominates.
"""

import sqlite3
from collections import namedtuple
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Protocol, cast

from sqlalchemy import ClauseElement, Connection, CursorResult, Executable
from sqlalchemy.dialects.sqlite import pysqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.selectable import ReturnsRows

_SQLITE = pysqlite.dialect()
Rows = CursorResult[*tuple[Any, ...]]
Parameters = Mapping[str, Any] | Sequence[Mapping[str, Any]] | None


class Db(Protocol):
    """What a storage sentence needs of a connection."""

    async def execute(self, statement: Executable, parameters: Any = None, /) -> Rows:
        """Run one statement; a list of parameters runs it for each."""
        ...


class Inline:
    """A synchronous connection in the clothes of an asynchronous one; `raw` is the driver's own."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.raw = cast("sqlite3.Connection", connection.connection.driver_connection)

    async def execute(self, statement: Executable, parameters: Any = None, /) -> Rows:
        """Run one statement here and now."""
        return self.connection.execute(statement, parameters)


def is_postgres(db: Db) -> bool:
    """Whether this connection speaks to PostgreSQL."""
    return isinstance(db, AsyncConnection) and db.dialect.name == "postgresql"


@contextmanager
def in_our_words(sql: str) -> Iterator[None]:
    """The driver's errors as SQLAlchemy raises them."""
    try:
        yield
    except sqlite3.Error as error:
        raise DBAPIError.instance(sql, None, error, sqlite3.Error, hide_parameters=True) from error


class _Compiled:
    """A statement in SQLite's words, with what makes its values and rows ready."""

    def __init__(self, statement: ClauseElement) -> None:
        compiled = cast("SQLCompiler", statement.compile(dialect=_SQLITE))
        self.sql = str(compiled)
        bound = [compiled.binds[name] for name in compiled.positiontup or ()]
        self.fixed = {one.key: one.value for one in bound if not one.required}
        self.bound = [(one.key, one.type.dialect_impl(_SQLITE).bind_processor(_SQLITE)) for one in bound]


class Each(_Compiled):
    """One statement for many rows of values: an `executemany` made ready a column at a time."""

    def run(self, db: Db, columns: Mapping[str, Sequence[Any]], **same: Any) -> None:
        """Run it, on the writer of a SQLite file, for rows given as one list a name, all of one length.

        What is the `same` in all of them is given once.
        """
        if not isinstance(db, Inline):
            raise TypeError("only the writer of a SQLite file runs it")
        rows, same = len(next(iter(columns.values()))), {name: [value] for name, value in (self.fixed | same).items()}
        given, ready = {**columns, **same}, []
        for name, process in self.bound:
            values = list(given[name] if process is None else map(process, given[name]))
            ready.append(values * rows if name in same else values)
        with in_our_words(self.sql):
            db.raw.executemany(self.sql, zip(*ready, strict=True))


class Ready:
    """A statement whose rows, if any, come back as named tuples.

    `postgres` is what PostgreSQL runs instead, where the two differ. SQLite's other connections than the writer, and
    PostgreSQL, run it as SQLAlchemy does.
    """

    def __init__(self, sqlite: Executable, postgres: Executable | None = None) -> None:
        self._usual, self._postgres = sqlite, sqlite if postgres is None else postgres
        self._compiled = _Compiled(cast("ClauseElement", sqlite))
        columns = list(sqlite.exported_columns) if isinstance(sqlite, ReturnsRows) else []
        names = [column.key or f"column_{n}" for n, column in enumerate(columns)]
        row: Any = namedtuple("row", names, rename=True)  # type: ignore[misc]
        self._row = row._make
        kinds = [column.type.dialect_impl(_SQLITE).result_processor(_SQLITE, None) for column in columns]
        self._processes = [(n, process) for n, process in enumerate(kinds) if process is not None]

    async def run(self, db: Db, parameters: Mapping[str, Any]) -> Sequence[Any]:
        """Run it and give its rows, all of them; none for a statement that returns none."""
        if not isinstance(db, Inline):
            result = await db.execute(self._postgres if is_postgres(db) else self._usual, parameters)
            return result.all() if result.returns_rows else ()
        compiled = self._compiled
        given = {**compiled.fixed, **parameters}
        values = [given[name] if process is None else process(given[name]) for name, process in compiled.bound]
        with in_our_words(compiled.sql):
            rows = db.raw.execute(compiled.sql, values).fetchall()
        if not rows or not self._processes:
            return list(map(self._row, rows))
        columns: list[Iterable[Any]] = list(zip(*rows, strict=True))
        for n, process in self._processes:
            columns[n] = map(process, columns[n])
        return list(map(self._row, zip(*columns, strict=True)))
