"""One prepared statement for any number of rows: array parameters instead of lists that change the SQL text.

`IN (...)` and multi-row VALUES give a new text for every batch size, which overflows a driver's cache of prepared
statements; PostgreSQL gets one array a column (`unnest`), SQLite an `executemany`.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import BigInteger, Column, ColumnElement, Integer, String, Table, Text, bindparam, cast, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.dml import Insert

from storage.connections import Db, is_postgres
from storage.ready import Ready, each_of


def among(column: ColumnElement[Any], name: str, postgres: bool) -> ColumnElement[bool]:
    """`column` is one of the values bound to `name`: whole numbers, given by `values_of`."""
    if postgres:
        return column == func.any(bindparam(name, type_=ARRAY(BigInteger)))
    each = func.json_each(bindparam(name)).table_valued("value")
    return column.in_(select(cast(each.c.value, Integer)))


def values_of(db: Db, values: Iterable[int]) -> Any:
    """Whole numbers in the shape `among` wants them bound."""
    found = list(values)
    return found if is_postgres(db) else json.dumps(found)


class Bulk:
    """An INSERT of many rows into one table, made once; conflicts are skipped or overwritten as said.

    `returning` names columns that come back from PostgreSQL, in no certain order; on SQLite whoever writes knows them
    before. Rows are dicts with every name in `columns`.
    """

    def __init__(
        self,
        table: Table,
        columns: Sequence[str],
        *,
        skip: Sequence[str] = (),
        overwrite: Sequence[str] = (),
        returning: Sequence[str] = (),
    ) -> None:
        self.table, self.columns = table, tuple(columns)
        one, many = each_of(**{name: _kind(table.c[name]) for name in self.columns})
        source = select(*(many[name] for name in self.columns)).order_by(many.place)
        of_all: Any = postgresql.insert(table).from_select(list(self.columns), source)
        of_all = of_all.returning(*(table.c[name] for name in returning)) if returning else of_all
        of_one = sqlite.insert(table).values(vars(one))
        self._statement = Ready(self._ending(of_one, skip, overwrite), self._ending(of_all, skip, overwrite))

    def _ending(self, insert: Any, skip: Sequence[str], overwrite: Sequence[str]) -> Insert:
        if overwrite:
            others = [name for name in self.columns if name not in overwrite]
            insert = insert.on_conflict_do_update(
                index_elements=list(overwrite), set_={name: insert.excluded[name] for name in others}
            )
        elif skip:
            insert = insert.on_conflict_do_nothing(index_elements=list(skip))
        return insert  # type: ignore[no-any-return]

    async def put(self, db: Db, rows: Sequence[dict[str, Any]]) -> Sequence[Any]:
        """Insert `rows`; on PostgreSQL gives what `returning` asked for."""
        if not rows:
            return ()
        return await self.put_columns(db, {name: [row[name] for row in rows] for name in self.columns})

    async def put_columns(self, db: Db, columns: Mapping[str, Sequence[Any]]) -> Sequence[Any]:
        """Insert rows given as one list a column, all of one length: half the work where there are very many."""
        return await self._statement.run_each(db, columns)


def _kind(column: Column[Any]) -> Any:
    """The type of an array's element: a cast to a text column's length would cut the end off in silence."""
    return Text() if isinstance(column.type, String) else column.type
