"""Migrations: up, down, equal to the tables, and with live data, also killed half-way; on both databases."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, MetaData, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import helpers, migrate, people
from storage.engine import Database, Db
from storage.ids import new_id
from storage.people import Person
from storage.tables import cases, metadata, settings
from storage.vault import Vault
from tests.storage.conftest import Office
from tests.storage.dying import dies
from tests.storage.live import contents, fill, reads


def differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, metadata))


async def test_a_migrated_database_is_what_the_tables_say(store_db: Database) -> None:
    async with store_db.reading() as db:
        assert isinstance(db, AsyncConnection)
        assert await db.run_sync(differences) == []


async def test_numbers_given_from_outside_have_no_counter_of_their_own(store_db: Database) -> None:
    if store_db.is_sqlite:
        return
    async with store_db.reading() as db:
        from sqlalchemy import text

        sequences = (await db.execute(text("SELECT sequencename FROM pg_sequences"))).scalars().all()
    assert sequences == ["outbox_id_seq"]


async def test_down_and_up_again_leaves_an_empty_database_in_order(store_db: Database, database_url: str) -> None:
    await store_db.writer.transaction(_one_setting)
    await store_db.close()
    await migrate.downgrade(database_url, "base")
    await migrate.upgrade(database_url)
    again = Database(database_url)
    async with again.reading() as db:
        assert await migrate.wanting(db) is None
        assert (await db.execute(select(func.count()).select_from(settings))).scalar_one() == 0
    await again.close()


async def test_migrating_twice_keeps_the_data(store_db: Database, database_url: str) -> None:
    await store_db.writer.transaction(_one_setting)
    await migrate.upgrade(database_url)
    async with store_db.reading() as db:
        assert (await db.execute(select(settings.c.value))).scalars().all() == ["kept"]


async def test_an_empty_database_says_that_it_wants_migrating(empty_url: str) -> None:
    database = Database(empty_url)
    async with database.reading() as db:
        assert "python -m bot migrate" in (await migrate.wanting(db) or "")
        with pytest.raises(migrate.OutOfDate):
            await migrate.check(db)
    await database.close()


async def _one_setting(db: Db) -> None:
    await db.execute(insert(settings), {"name": "a", "value": "kept"})


# ---------------------------------------------------------------------------- an upgrade with live data of 0001


@dataclass(frozen=True, slots=True)
class First:
    """An office on the first schema, whom its live data is about, and what it held."""

    office: Office
    whom: tuple[Person, Person]
    schema: MetaData
    before: dict[str, set[Any]]

    async def now(self) -> dict[str, set[Any]]:
        """As a process sees it that begins after the upgrade: a connection from before knows the former columns."""
        await self.office.database.close()
        return await contents(self.office.database, self.schema)


@pytest.fixture
async def first(database_url: str, vault: Vault, tmp_path: Path) -> AsyncIterator[First]:
    """Written by today's sentences, then brought back to the first schema."""
    written = Office(Database(database_url), vault, tmp_path)
    whom = await fill(written)
    await written.database.close()
    await migrate.downgrade(database_url, "0001")
    schema, database = MetaData(), Database(database_url)
    async with database.reading() as db:
        assert isinstance(db, AsyncConnection)
        await db.run_sync(schema.reflect)
    schema.remove(schema.tables["alembic_version"])
    yield First(Office(database, vault, tmp_path), whom, schema, await contents(database, schema))
    await database.close()


async def test_live_data_of_the_first_schema_is_kept_and_read(first: First, database_url: str) -> None:
    await migrate.upgrade(database_url)
    assert await first.now() == first.before
    async with first.office.database.reading() as db:
        await migrate.check(db)
    await reads(first.office, *first.whom)


async def test_an_upgrade_killed_anywhere_ends_right_the_next_time(first: First, database_url: str) -> None:
    for n in count(1):
        if not await dies(n, partial(migrate.upgrade, database_url)):
            break
        assert await first.now() == first.before
    assert n > 5
    async with first.office.database.reading() as db:
        await migrate.check(db)
    assert await first.now() == first.before
    await reads(first.office, *first.whom)


async def test_a_case_filed_before_there_were_queues_stands_in_one(first: First, database_url: str) -> None:
    await migrate.upgrade(database_url)
    async with first.office.database.reading() as db:
        assert set((await db.execute(select(cases.c.office))).scalars()) == {"calls"}


async def test_who_was_on_record_as_a_helper_before_is_still_asked_for_whom(
    database_url: str, vault: Vault, tmp_path: Path
) -> None:
    office = Office(Database(database_url), vault, tmp_path)
    kim, lee = await fill(office)
    code = await office.do(lambda store: helpers.make_code(store, new_id(), helpers.CHECK, 7))
    assert await office.do(lambda store: helpers.accept(store, code, lee.id, None)) is not None
    await office.database.close()
    await migrate.downgrade(database_url, "0005")
    await migrate.upgrade(database_url)
    later = Office(Database(database_url), vault, tmp_path)
    asked = [await later.do(partial(people.by_id, person=one.id)) for one in (kim, lee)]
    assert [one is not None and one.helps for one in asked] == [False, True]
    await later.database.close()
