"""Two databases behind one door: SQLite by default, PostgreSQL when one machine is not enough.

Storage sentences are `async def` and take a `Drawer`. On SQLite they run over one synchronous connection and never
really wait, only COMMIT goes to a thread: a statement costs a fifteenth of what it costs through aiosqlite. On
PostgreSQL they await asyncpg. Long reads go through `Database.reading`, outside the writer.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection, Executable, event, select, text
from sqlalchemy.engine import URL, Engine, create_engine, make_url
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from storage.connections import Db as Db  # every sentence of the storage wants it from here
from storage.connections import Parameters, Rows
from storage.ready import Ready
from storage.tables import keys
from storage.vault import Key, Vault
from storage.writers import PostgresWriter, SqliteWriter, Writer

BUSY_SECONDS = 30.0


def _prepare_sqlite(engine: Engine, *, writes: bool) -> None:
    @event.listens_for(engine, "connect")
    def set_up(raw: Any, _record: Any) -> None:
        raw.isolation_level = None  # transactions are ours
        cursor = raw.cursor()
        cursor.execute("PRAGMA busy_timeout=5000")  # also for the writer here: whoever else opens a killed one's file
        cursor.execute("PRAGMA journal_mode=WAL")  # mends it first, and nobody else has it meanwhile
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA secure_delete=ON")  # what is deleted is overwritten, erased people's keys above all
        if writes:
            cursor.execute("PRAGMA busy_timeout=0")  # it waits without holding up the loop
        cursor.close()

    if not writes:  # the writer begins by itself: whoever listens to an engine slows all its statements

        @event.listens_for(engine, "begin")
        def begin(connection: Connection) -> None:
            connection.exec_driver_sql("BEGIN")


class Database:
    """One database: a writer, further writers where it has room for them, and readers outside the writer.

    Who serves names `busy_seconds`, for which one process's transaction may hold up the others: on SQLite they wait so
    long before they give up; PostgreSQL breaks off who takes longer, a process that was stopped or a machine that is
    gone. (Before its version 17 only who is silent between two statements, and not within one.)
    """

    def __init__(self, url: str, busy_seconds: float | None = None) -> None:
        self.url: URL = make_url(url)
        self._busy_seconds = busy_seconds
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._sync: Engine | None = None
        if self.is_sqlite:
            self._sync = create_engine(
                self.url.set(drivername="sqlite"),
                poolclass=NullPool,
                connect_args={"check_same_thread": False},
                hide_parameters=True,
            )
            _prepare_sqlite(self._sync, writes=True)
            self._async = create_async_engine(self.url.set(drivername="sqlite+aiosqlite"), hide_parameters=True)
            _prepare_sqlite(self._async.sync_engine, writes=False)
        else:
            self._async = create_async_engine(
                self.url.set(drivername="postgresql+asyncpg"),
                pool_size=8,
                max_overflow=8,
                pool_pre_ping=True,
                hide_parameters=True,
            )
        self._writer: Writer | None = None
        self._writers: list[Writer] = []

    @property
    def writer(self) -> Writer:
        """The process's own writer."""
        if self._writer is None:
            self._writer = self.new_writer()
        return self._writer

    def new_writer(self) -> Writer:
        """A writer besides the first: the same one on SQLite, a connection of its own on PostgreSQL."""
        if self._sync is not None and self._writers:
            return self._writers[0]
        if self._sync is None:
            self._writers.append(PostgresWriter(self._async, self._busy_seconds))
        else:
            self._writers.append(SqliteWriter(self._sync, self._busy_seconds or BUSY_SECONDS))
        return self._writers[-1]

    async def scrub(self) -> bool:
        """See that nothing deleted is left in SQLite's files; PostgreSQL sees to its own. False: try again later."""
        return await self.writer.scrub() if isinstance(self.writer, SqliteWriter) else True

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Db]:
        """A snapshot to read from for as long as it takes; nothing written here is kept."""
        async with self._async.connect() as connection:
            yield connection

    @asynccontextmanager
    async def hurried(self) -> AsyncIterator[None]:
        """Commit without waiting for the disk, in a process whose writer serves nobody else.

        What is committed meanwhile is safe as soon as any later commit has waited, for all stand in one log: so it is
        for work that counts only by a last commit, such as staging an import before its pointer is moved.
        """
        await self.writer.wait_for_disk(False)
        try:
            yield
        finally:
            await self.writer.wait_for_disk(True)

    async def close(self) -> None:
        """Let go of every connection."""
        for writer in self._writers:
            await writer.close()
        self._writers.clear()
        await self._async.dispose()
        if self._sync is not None:
            self._sync.dispose()


@dataclass(frozen=True, slots=True)
class AuditRow:
    """Something that must be provable later: who did what to whom. People are named by random id only."""

    action: str
    actor: UUID | None = None
    subject: UUID | None = None
    detail: Mapping[str, Any] | None = None


SAVEPOINT, RELEASE, ROLLBACK = (
    Ready(text(words)) for words in ("SAVEPOINT turn", "RELEASE SAVEPOINT turn", "ROLLBACK TO turn")
)


class Drawer(msgspec.Struct):
    """One turn's hold on the transaction: what it reads and writes, and what it lays aside to be written in bulk.

    The first `write` sets a savepoint, so that a refusal or a fault can take back this turn's work alone; turns that
    only read pay nothing for it.
    """

    db: Db
    vault: Vault
    now: datetime
    audits: list[AuditRow] = msgspec.field(default_factory=list)
    touched: set[int] = msgspec.field(default_factory=set)  # chats of other people whose row was changed
    ordered: set[str] = msgspec.field(default_factory=set)  # kinds of jobs written: who does them may be woken
    made: dict[UUID, Key] = msgspec.field(default_factory=dict)  # keys made in this transaction: not yet the vault's
    _fresh: dict[UUID, Key] = msgspec.field(default_factory=dict)  # those of this turn
    _saved: bool = False

    async def read(self, statement: Executable, parameters: Parameters = None) -> Rows:
        """Run a statement that changes nothing."""
        return await self.db.execute(statement, parameters)

    async def write(self, statement: Executable, parameters: Parameters = None) -> Rows:
        """Run a statement that changes something, so that `drop` can take it back."""
        await self._save()
        return await self.db.execute(statement, parameters)

    async def write_ready(self, statement: Ready, parameters: Mapping[str, Any]) -> Sequence[Any]:
        """The same for a statement made ready once; gives its rows."""
        await self._save()
        return await statement.run(self.db, parameters)

    async def _save(self) -> None:
        if not self._saved:
            await SAVEPOINT.run(self.db, {})
            self._saved = True

    def audit(self, action: str, *, actor: UUID | None = None, subject: UUID | None = None, **detail: Any) -> None:
        """Lay an audit row aside; it is written with the transaction."""
        self.audits.append(AuditRow(action, actor, subject, detail or None))

    async def keep(self) -> None:
        """Make this turn's writes part of the transaction."""
        self.made.update(self._fresh)
        self._fresh.clear()
        if self._saved:
            await RELEASE.run(self.db, {})
            self._saved = False

    async def drop(self) -> None:
        """Take back everything this turn wrote or laid aside."""
        self.audits.clear()
        self.touched.clear()
        self.ordered.clear()
        self._fresh.clear()
        if self._saved:
            await ROLLBACK.run(self.db, {})
            await RELEASE.run(self.db, {})
            self._saved = False

    def forget(self, owner: UUID) -> None:
        """Drop an erased owner's key from memory."""
        self._fresh.pop(owner, None)
        self.made.pop(owner, None)
        self.vault.forget(owner)

    async def key(self, owner: UUID) -> Key:
        """The data key of a person, resident or case; made on first use."""
        if (known := self._fresh.get(owner) or self.made.get(owner) or self.vault.known(owner)) is not None:
            return known
        row = (await self.read(select(keys.c.sealed).where(keys.c.owner == owner))).first()
        if row is not None:
            return self.vault.unwrap(owner, row.sealed)
        self._fresh[owner], sealed = self.vault.new_key(owner)
        await self.write(keys.insert(), {"owner": owner, "sealed": sealed})
        return self._fresh[owner]
