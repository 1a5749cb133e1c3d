"""Migrations: up, down, and equal to the tables, on both databases."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import migrate
from storage.engine import Database, Db
from storage.tables import metadata, settings


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


async def test_an_empty_database_says_that_it_wants_migrating(database_url: str) -> None:
    database = Database(database_url)
    async with database.reading() as db:
        assert "python -m bot migrate" in (await migrate.wanting(db) or "")
        with pytest.raises(migrate.OutOfDate):
            await migrate.check(db)
    await database.close()


async def _one_setting(db: Db) -> None:
    await db.execute(insert(settings), {"name": "a", "value": "kept"})
