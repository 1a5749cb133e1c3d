"""Bringing a database to the form this release wants: alembic, from inside the package, without a settings file."""

from collections.abc import Callable
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.connections import Inline, Remote
from storage.engine import Database, Db

LOCK = 0x6D696772  # two processes of one release start at once: one migrates, the other waits


class OutOfDate(Exception):
    """The database is not in the form this release wants; says what to do."""


async def upgrade(database_url: str, revision: str = "head") -> None:
    """Bring the database forward to `revision`, in one transaction; makes a new one where there is none."""
    await run(database_url, lambda config: command.upgrade(config, revision))


async def downgrade(database_url: str, revision: str) -> None:
    """Take the database back to `revision` ("base": to nothing), in one transaction. What only it held is lost."""
    await run(database_url, lambda config: command.downgrade(config, revision))


async def check(db: Db) -> None:
    """Raises `OutOfDate` when the database wants migrating."""
    if (sentence := await wanting(db)) is not None:
        raise OutOfDate(sentence)


async def wanting(db: Db) -> str | None:
    """What is wrong with the form of the database, in a sentence; None when it is as this release wants it."""
    wanted = ScriptDirectory.from_config(_config()).get_current_head()
    found = await on_connection(db, lambda connection: MigrationContext.configure(connection).get_current_revision())
    if found == wanted:
        return None
    return f"the database is at {found or 'nothing'}, this release wants {wanted}: run `python -m bot migrate`"


async def run(database_url: str, do: Callable[[Config], object]) -> None:
    """Give an alembic command the package's own configuration and one open transaction."""
    database = Database(database_url)

    async def work(db: Db) -> None:
        if not database.is_sqlite:
            await db.execute(select(func.pg_advisory_xact_lock(LOCK)))
        await on_connection(db, lambda connection: do(_config(connection)))

    try:
        await database.writer.transaction(work)
    finally:
        await database.close()


async def upgrade_within(db: Db) -> None:
    """Bring the database forward inside a transaction that is open already."""
    await on_connection(db, lambda connection: command.upgrade(_config(connection), "head"))


async def on_connection(db: Db, work: Callable[[Connection], Any]) -> Any:
    """Do what wants SQLAlchemy's own synchronous connection, in the transaction that is open."""
    if isinstance(db, Remote | AsyncConnection):
        return await (db.connection if isinstance(db, Remote) else db).run_sync(work)
    if isinstance(db, Inline):
        return work(db.connection)
    raise TypeError(db)


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", "storage:migrations")
    config.attributes["connection"] = connection
    return config
