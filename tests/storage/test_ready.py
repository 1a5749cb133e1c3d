"""A statement made ready once says and hears the same as one that SQLAlchemy runs."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import String, bindparam, func, insert, select, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import IntegrityError

from storage import people
from storage.bulk import Bulk
from storage.connections import Db, Remote, together
from storage.engine import Database
from storage.ids import new_id
from storage.people import Person
from storage.ready import Ready, each_of
from storage.tables import people as table
from storage.tables import settings, signals

AT = datetime(2025, 7, 28, 1, 2, 3, 456_000, tzinfo=UTC)
KIM = Person(7, new_id(), "ko", resident=new_id(), consent=2, consent_at=AT, created_at=AT, sealed=b"\x00phone")
_add = Ready(insert(table))
_all = Ready(select(*(table.c[name] for name in people.COLUMNS)).where(table.c.chat == bindparam("chat")))
_speak = Ready(update(table).where(table.c.chat == 7, table.c.language == "ko").values(language=bindparam("spoken")))
_, _given = each_of(name=String, value=String)
_highest = Ready(select(func.max(table.c.chat)))


async def ran(database: Database, statement: Ready, **values: Any) -> list[Any]:
    return list(await database.writer.transaction(lambda db: statement.run(db, values)))


async def test_every_type_comes_back_as_it_went_in(store_db: Database) -> None:
    assert await ran(store_db, _add, **people.to_row(KIM)) == []
    [row] = await ran(store_db, _all, chat=7)
    assert people.from_row(row) == KIM
    assert (row.chat, row.consent_at) == (7, AT)


async def test_values_written_in_the_statement_itself_are_bound_too(store_db: Database) -> None:
    await ran(store_db, _add, **people.to_row(KIM))
    await ran(store_db, _speak, spoken="en")
    assert [row.language for row in await ran(store_db, _all, chat=7)] == ["en"]


async def test_a_column_without_a_name_is_read_by_its_place(store_db: Database) -> None:
    await ran(store_db, _add, **people.to_row(KIM))
    assert [tuple(row) for row in await ran(store_db, _highest)] == [(7,)]


async def test_a_reader_outside_the_writer_runs_it_too(store_db: Database) -> None:
    await ran(store_db, _add, **people.to_row(KIM))
    async with store_db.reading() as db:
        assert [people.from_row(row) for row in await _all.run(db, {"chat": 7})] == [KIM]


async def test_the_drivers_errors_are_sqlalchemys(store_db: Database) -> None:
    await ran(store_db, _add, **people.to_row(KIM))
    with pytest.raises(IntegrityError):
        await ran(store_db, _add, **people.to_row(KIM))


_put_each = Ready(
    insert(settings).values(name=bindparam("name"), value=bindparam("value")),
    postgresql.insert(settings).from_select(["name", "value"], select(_given.name, _given.value)),
)


async def test_of_a_files_connections_only_the_writer_runs_many_rows_at_once(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    async with database.reading() as db:
        with pytest.raises(TypeError, match="writer"):
            await _put_each.run_each(db, {"name": ["a"], "value": ["b"]})
    await database.close()


async def test_many_rows_that_do_not_fit_are_an_error_of_sqlalchemys(store_db: Database) -> None:
    twice = {"name": ["a", "a"], "value": ["b", "b"]}
    with pytest.raises(IntegrityError):
        await store_db.writer.transaction(lambda db: _put_each.run_each(db, twice))


class Told:
    """The driver, and how often it was told something."""

    def __init__(self, raw: Any) -> None:
        self.raw, self.times = raw, 0

    async def fetch(self, *told: Any) -> Any:
        self.times += 1
        return await self.raw.fetch(*told)


async def test_what_is_written_together_is_told_to_postgresql_at_once_and_read_afterwards(store_db: Database) -> None:
    first, second = Bulk(settings, ("name", "value")), Bulk(signals, ("name", "at"), overwrite=("name",))

    async def work(db: Db) -> tuple[int, Sequence[Any], Sequence[Any]]:
        told = Told(getattr(db, "raw", None))
        async with together(Remote(db.connection, told) if isinstance(db, Remote) else db) as writes:
            await first.put(writes, [{"name": "a", "value": "1"}])
            await second.put(writes, [{"name": "s", "at": 1.0}])
            await first.put(writes, [{"name": "b", "value": "2"}])  # the same again: what waits goes before it
            there = (await writes.execute(select(settings.c.name).order_by(settings.c.name))).scalars().all()
            await second.put(writes, [{"name": "s", "at": 2.0}])
        return told.times, there, (await db.execute(select(signals))).all()

    times, there, beats = await store_db.writer.transaction(work)
    assert there == ["a", "b"]
    assert beats == [("s", 2.0)]
    assert times == (0 if store_db.is_sqlite else 3)
