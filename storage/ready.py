"""Statements made ready once: the short way of a hot statement to the driver, past SQLAlchemy's execution of each.

What a statement costs there is mostly its preparation, 130 µs, many times what SQLite itself needs and about as much as
PostgreSQL does. A few of them make up a turn, so on connections that write those go straight to the driver: compiled by
SQLAlchemy once for each kind of database, values and rows processed by its types.
"""

from collections import namedtuple
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from types import SimpleNamespace
from typing import Any, cast

from sqlalchemy import ClauseElement, Dialect, Executable, bindparam, func
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.selectable import ReturnsRows

from storage.connections import POSTGRES, SQLITE, Db, Inline, Remote, is_postgres

_FLOAT8 = 701  # of PostgreSQL's types the one that wants nothing done to it, whichever a column of numbers has


class _Compiled:
    """A statement in one database's words, with what makes its values and rows ready."""

    def __init__(self, statement: Executable, dialect: Dialect) -> None:
        compiled = cast("SQLCompiler", cast("ClauseElement", statement).compile(dialect=dialect))
        self.sql = str(compiled)
        bound = [compiled.binds[name] for name in compiled.positiontup or ()]
        self._fixed = {one.key: one.value for one in bound if not one.required}
        self._bound = [(one.key, one.type.dialect_impl(dialect).bind_processor(dialect)) for one in bound]
        columns = list(statement.exported_columns) if isinstance(statement, ReturnsRows) else []
        self.gives_rows = bool(columns)
        names = [column.key or f"column_{n}" for n, column in enumerate(columns)]
        row: Any = namedtuple("row", names, rename=True)  # type: ignore[misc]
        self._row = row._make
        kinds = [column.type.dialect_impl(dialect).result_processor(dialect, _FLOAT8) for column in columns]
        self._processes = [(n, process) for n, process in enumerate(kinds) if process is not None]

    def values(self, parameters: Mapping[str, Any]) -> list[Any]:
        """What the driver is given for one run."""
        given = {**self._fixed, **parameters}
        return [given[name] if process is None else process(given[name]) for name, process in self._bound]

    def many_values(self, columns: Mapping[str, Sequence[Any]], same: Mapping[str, Any]) -> Iterable[tuple[Any, ...]]:
        """The same for many, made ready a column at a time; what is the `same` in all of them is given once."""
        once = {name: [value] for name, value in {**self._fixed, **same}.items()}
        rows, given, ready = len(next(iter(columns.values()))), {**columns, **once}, []
        for name, process in self._bound:
            values = list(given[name] if process is None else map(process, given[name]))
            ready.append(values * rows if name in once else values)
        return zip(*ready, strict=True)

    def rows(self, found: Sequence[Any]) -> list[Any]:
        """The driver's rows as named tuples of our types, made a column at a time."""
        if not found or not self._processes:
            return list(map(self._row, found))
        columns: list[Iterable[Any]] = list(zip(*found, strict=True))
        for n, process in self._processes:
            columns[n] = map(process, columns[n])
        return list(map(self._row, zip(*columns, strict=True)))


class Ready:
    """A statement whose rows, if any, come back as named tuples.

    `postgres` is what PostgreSQL runs instead, where the two differ. A process speaks to one of them: what it wants is
    compiled when it is first wanted. Connections that only read run it as SQLAlchemy does.
    """

    def __init__(self, sqlite: Executable, postgres: Executable | None = None) -> None:
        self._for_sqlite, self._for_postgres = sqlite, sqlite if postgres is None else postgres

    @cached_property
    def _sqlite(self) -> _Compiled:
        return _Compiled(self._for_sqlite, SQLITE)

    @cached_property
    def _postgres(self) -> _Compiled:
        return _Compiled(self._for_postgres, POSTGRES)

    async def run(self, db: Db, parameters: Mapping[str, Any]) -> Sequence[Any]:
        """Run it and give its rows, all of them; none for a statement that returns none."""
        if isinstance(db, Inline):
            made = self._sqlite
            with db.in_our_words(made.sql):
                return made.rows(db.raw.execute(made.sql, made.values(parameters)).fetchall())
        if isinstance(db, Remote):
            made = self._postgres
            return made.rows(await db.fetch(made.sql, made.values(parameters)))
        result = await db.execute(self._for_postgres if is_postgres(db) else self._for_sqlite, parameters)
        return result.all() if result.returns_rows else ()

    async def run_each(self, db: Db, columns: Mapping[str, Sequence[Any]], **same: Any) -> Sequence[Any]:
        """Run it for many rows of values given as one list a name, all of one length.

        It is made of `each_of`: on SQLite said of one row and run for each, on PostgreSQL said of all and run once, and
        only there it gives rows. What is the `same` in all of them is given once.
        """
        if isinstance(db, Remote):
            made, values = self._postgres, self._postgres.values({**columns, **same})
            return made.rows(await db.write(made.sql, values, gives_rows=made.gives_rows))
        if is_postgres(db):
            return await self.run(db, {**columns, **same})
        if not isinstance(db, Inline):
            raise TypeError("only the writer of a SQLite file runs it")
        made = self._sqlite
        with db.in_our_words(made.sql):
            db.raw.executemany(made.sql, made.many_values(columns, same))
        return ()


def each_of(**kinds: Any) -> tuple[Any, Any]:
    """The columns `run_each` binds, by name: of one row on SQLite; on PostgreSQL of them all, with their `place`."""
    one = SimpleNamespace(**{name: bindparam(name, type_=kind) for name, kind in kinds.items()})
    arrays = func.unnest(*(bindparam(name, type_=ARRAY(kind)) for name, kind in kinds.items()))
    return one, arrays.table_valued(*kinds, with_ordinality="place", name="given").render_derived().c
