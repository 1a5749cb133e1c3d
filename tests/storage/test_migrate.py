"""Migrations: up, down, equal to the tables, and with live data, also killed half-way; on both databases."""

from collections.abc import AsyncIterator
from functools import partial
from itertools import count
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import migrate
from storage.engine import Database, Db
from storage.tables import metadata, settings
from storage.vault import Vault
from tests.storage.conftest import Office
from tests.storage.dying import dies
from tests.storage.live import contents, fill, reads

NEW = ("tallies",)  # tables that the first schema did not have


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


# ---------------------------------------------------------------------------- an upgrade with live data of 0001


@pytest.fixture
async def first(database_url: str, vault: Vault, tmp_path: Path) -> AsyncIterator[Office]:
    """An office on the first schema."""
    await migrate.upgrade(database_url, "0001")
    database = Database(database_url)
    yield Office(database, vault, tmp_path)
    await database.close()


async def test_live_data_of_the_first_schema_is_kept_and_read(first: Office, database_url: str) -> None:
    whom = await fill(first)
    before = await contents(first.database, NEW)
    await migrate.upgrade(database_url)
    assert await contents(first.database, NEW) == before
    async with first.database.reading() as db:
        await migrate.check(db)
    await reads(first, *whom)


async def test_an_upgrade_killed_anywhere_ends_right_the_next_time(first: Office, database_url: str) -> None:
    whom = await fill(first)
    before = await contents(first.database, NEW)
    for n in count(1):
        if not await dies(n, partial(migrate.upgrade, database_url)):
            break
        assert await contents(first.database, NEW) == before
    assert n > 5
    async with first.database.reading() as db:
        await migrate.check(db)
    assert await contents(first.database, NEW) == before
    await reads(first, *whom)
