"""How long data lives, and its destruction: `retention.toml` says it, `sweep` does it and keeps a record of it."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Delete, Select, Table, Update, bindparam, delete, exists, select, tuple_, update

from storage import audit
from storage.engine import Drawer
from storage.tables import Moment, keys, metadata

KST = ZoneInfo("Asia/Seoul")
PROGRAMMES_END = "programmes_end"
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Line:
    """One line of `retention.toml`; its head explains the fields."""

    kind: str
    table: str
    since: str
    days: int
    reason: str
    blank: tuple[str, ...] = ()
    through: Mapping[str, str] = field(default_factory=dict)
    without: tuple[tuple[str, str], ...] = ()
    only: Mapping[str, str] = field(default_factory=dict)
    with_key: str | None = None

    def covers(self, table: str, column: str) -> bool:
        """Whether this line says how long that column lives."""
        return self.table == table and (not self.blank or column in self.blank)


@dataclass(frozen=True, slots=True)
class Swept:
    """How many rows of a kind were destroyed or blanked; as many as were allowed at once means there may be more."""

    kind: str
    table: str
    rows: int


@cache
def lines() -> tuple[Line, ...]:
    """Every line, in the order they are swept: parts before what they belong to."""
    read = tomllib.loads(files("storage").joinpath("retention.toml").read_text(encoding="utf-8"))
    lists = ("blank", "without")
    return tuple(Line(**line | {name: tuple(line.get(name, ())) for name in lists}) for line in read["keep"])


@cache
def days(kind: str) -> int:
    """For how many days a kind lives; the longest where it has several lines. KeyError for an unknown kind."""
    found = [line.days for line in lines() if line.kind == kind]
    if not found:
        raise KeyError(kind)
    return max(found)


async def sweep(
    store: Drawer, now: datetime, programmes_end: date | None = None, at_once: int = AT_ONCE
) -> Sequence[Swept]:
    """Destroy up to `at_once` rows of each line, with an audit row of what and how many, and of nobody.

    Come again while a line gave as many as that. Lines that wait for the end of the programmes do so until
    `programmes_end` (the last day of the last one) is given.
    """
    swept = []
    for line in lines():
        before = _before(line, now, programmes_end)
        if before is not None and (rows := await _sweep(store, line, before, at_once)):
            swept.append(Swept(line.kind, line.table, rows))
            store.audit("destroyed", kind=line.kind, table=line.table, rows=rows, days=line.days)
    return swept


def _before(line: Line, now: datetime, programmes_end: date | None) -> datetime | None:
    """Rows from before this time go; None when none may."""
    if line.since == "owner":
        return None
    if line.since != PROGRAMMES_END:
        return now - timedelta(days=line.days)
    due = programmes_end is not None and now.astimezone(KST).date() > programmes_end + timedelta(days=line.days)
    return now if due else None


async def _sweep(store: Drawer, line: Line, before: datetime, at_once: int) -> int:
    if line.table == "audit":
        return await audit.forget_until(store, before, at_once)
    chosen = (await store.read(_due(line), {"before": before, "limit": at_once})).all()
    if not chosen:
        return 0
    if line.with_key:
        owners = [row.owner for row in chosen]
        await store.write(delete(keys).where(keys.c.owner.in_(owners)))
        for owner in owners:
            store.forget(owner)
    table = metadata.tables[line.table]
    width = len(table.primary_key)
    await store.write(_end(line, table), {"rows": [tuple(row)[:width] for row in chosen]})
    return len(chosen)


def _end(line: Line, table: Table) -> Update | Delete:
    here = tuple_(*table.primary_key).in_(bindparam("rows", expanding=True))
    if line.blank:
        return update(table).where(here).values(dict.fromkeys(line.blank))
    return delete(table).where(here)


def _column(name: str, table: Table | None = None) -> ColumnElement[Any]:
    owner, _, column = name.rpartition(".")
    found = metadata.tables[owner] if owner else table
    if found is None:
        raise KeyError(name)
    return found.c[column]


def _due(line: Line) -> Select[Any]:
    """The primary keys of the rows of a line whose time is over, with the owner of the key that goes too."""
    table = metadata.tables[line.table]
    columns = list(table.primary_key)
    owner = [table.c[line.with_key].label("owner")] if line.with_key else []
    source: Any = table
    last = table
    for own, parent in line.through.items():
        column = _column(parent)
        source, last = source.join(column.table, last.c[own] == column), column.table
    found = select(*columns, *owner).select_from(source).limit(bindparam("limit"))
    if line.since != PROGRAMMES_END:
        found = found.where(_column(line.since, table) < bindparam("before", type_=Moment))
    for name, value in line.only.items():
        found = found.where(_column(name, table) == value)
    for name in line.blank:
        found = found.where(table.c[name].is_not(None))
    for own, other in line.without:
        found = found.where(~exists().where(_column(other) == _column(own, table)))
    return found
