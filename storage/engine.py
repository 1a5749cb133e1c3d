"""Two databases behind one door: SQLite by default, PostgreSQL when one machine is not enough.

Storage sentences are `async def` and take a `Drawer`. On SQLite they run over one synchronous connection and never
really wait, only COMMIT goes to a thread: a statement costs a fifteenth of what it costs through aiosqlite. On
PostgreSQL they await asyncpg. Long reads go through `Database.reading`, outside the writer.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, TypeVar
from uuid import UUID

from sqlalchemy import (
    Connection,
    Executable,
    MetaData,
    String,
    bindparam,
    column,
    event,
    func,
    select,
    table,
    text,
)
from sqlalchemy.engine import URL, Engine, create_engine, make_url
from sqlalchemy.exc import DBAPIError, InternalError, OperationalError, PendingRollbackError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from storage.ready import Db as Db  # every sentence of the storage wants it from here
from storage.ready import Inline, Parameters, Ready, Rows, in_our_words
from storage.tables import keys
from storage.vault import Key, Vault

T = TypeVar("T")

BUSY_SECONDS = 30.0
BUSY_PAUSE = 0.004
BEGIN = "BEGIN IMMEDIATE"  # never a deferred transaction that turns writer: it is "locked" at once


class Writer(Protocol):
    """One connection that writes; one transaction at a time."""

    async def transaction(self, work: Callable[[Db], Awaitable[T]]) -> T:
        """Run `work` and commit once; any exception rolls all of it back."""
        ...

    async def wait_for_disk(self, waits: bool) -> None:
        """Whether each commit waits until it lies on the disk."""
        ...

    async def close(self) -> None:
        """Let go of the connection."""
        ...


class SqliteWriter:
    """The one writer of a SQLite file in this process: statements here, COMMIT (the fsync) in a thread."""

    def __init__(self, engine: Engine, busy_seconds: float) -> None:
        self._connection, self._busy_seconds = engine.connect(), busy_seconds
        self._db = Inline(self._connection)
        self._lock = asyncio.Lock()
        self._thread = ThreadPoolExecutor(1, "commit")

    async def transaction(self, work: Callable[[Db], Awaitable[T]]) -> T:
        """Run `work` and commit once; waits while another process writes."""
        async with self._lock:
            await self._begin()
            try:
                result = await work(self._db)
            except BaseException:
                self._connection.rollback()
                raise
            commit = asyncio.get_running_loop().run_in_executor(self._thread, self._commit)
            try:
                await asyncio.shield(commit)
            except asyncio.CancelledError:
                await asyncio.wait([commit])
                raise
            return result

    def _commit(self) -> None:
        try:
            self._connection.commit()
        except BaseException:
            self._connection.rollback()
            raise

    async def _begin(self) -> None:
        give_up = asyncio.get_running_loop().time() + self._busy_seconds
        while True:
            try:
                self._connection.begin()
                with in_our_words(BEGIN):
                    self._db.raw.execute(BEGIN)
                return
            except OperationalError as error:
                self._connection.rollback()
                if "locked" not in str(error.orig) or asyncio.get_running_loop().time() > give_up:
                    raise
            await asyncio.sleep(BUSY_PAUSE)

    async def wait_for_disk(self, waits: bool) -> None:
        """Between transactions: `synchronous` FULL or NORMAL."""
        async with self._lock:
            self._db.raw.execute(f"PRAGMA synchronous={'FULL' if waits else 'NORMAL'}")

    async def scrub(self) -> bool:
        """Empty the write-ahead log, in which deleted rows still stand; false while a reader keeps it from that."""
        async with self._lock:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._thread, self._empty_log)

    def _empty_log(self) -> bool:
        busy, *_ = self._db.raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return not busy

    async def close(self) -> None:
        """Let go of the connection when the transaction under way has ended."""
        async with self._lock:
            self._connection.close()
            self._thread.shutdown()


_limits = table("pg_settings", column("name", String))  # the former of the two is known from PostgreSQL 17 on
_at_most = select(func.set_config(_limits.c.name, bindparam("time", type_=String), False)).where(
    _limits.c.name.in_(("transaction_timeout", "idle_in_transaction_session_timeout"))
)


class PostgresWriter:
    """A connection kept for one purpose, so that a batch pays for no checkout and no reset."""

    def __init__(self, engine: AsyncEngine, busy_seconds: float | None) -> None:
        self._engine, self._busy_seconds = engine, busy_seconds
        self._connection: AsyncConnection | None = None
        self._lock = asyncio.Lock()

    async def transaction(self, work: Callable[[Db], Awaitable[T]]) -> T:
        """Run `work` and commit once; a connection the server broke off is opened anew next time."""
        async with self._lock:
            if self._connection is None or self._connection.closed or self._connection.invalidated:
                self._connection = await self._connect()
            try:
                async with self._connection.begin():
                    return await work(self._connection)
            except Exception as error:
                if is_outage(error) and not is_conflict(error):
                    await self._let_go(self._connection)
                raise

    async def _let_go(self, connection: AsyncConnection) -> None:
        """Of a connection that is broken, or may be."""
        self._connection = None
        with suppress(Exception):
            await connection.invalidate()
            await connection.close()

    async def _connect(self) -> AsyncConnection:
        """Raises `ConnectionError` for what the driver says in words of its own when it is broken off half-way."""
        connection = self._engine.connect()
        try:
            await connection.start()
            if self._busy_seconds is not None:
                async with connection.begin():
                    await connection.execute(_at_most, {"time": f"{self._busy_seconds * 1000:.0f}ms"})
        except Exception as error:
            await self._let_go(connection)
            if isinstance(error, SQLAlchemyError | OSError):
                raise
            raise ConnectionError(str(error)) from error
        return connection

    async def wait_for_disk(self, waits: bool) -> None:
        """For this connection's session: `synchronous_commit` on or off."""
        setting = text(f"SET synchronous_commit = {'on' if waits else 'off'}")
        await self.transaction(lambda db: db.execute(setting))

    async def close(self) -> None:
        """Let go of the connection when the transaction under way has ended."""
        async with self._lock:
            if self._connection is not None:
                await self._connection.close()


def _prepare_sqlite(engine: Engine, *, writes: bool) -> None:
    @event.listens_for(engine, "connect")
    def set_up(raw: Any, _record: Any) -> None:
        raw.isolation_level = None  # transactions are ours
        cursor = raw.cursor()
        cursor.execute("PRAGMA busy_timeout=0" if writes else "PRAGMA busy_timeout=5000")
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA secure_delete=ON")  # what is deleted is overwritten, erased people's keys above all
        cursor.execute("PRAGMA cache_size=-16000")
        cursor.execute("PRAGMA mmap_size=1073741824")
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

    async def make(self, metadata: MetaData) -> None:
        """Make all tables at once, without migrations: for tests and benchmarks."""
        if self._sync is not None:
            with self._sync.begin() as connection:
                metadata.create_all(connection)
        else:
            async with self._async.begin() as connection:
                await connection.run_sync(metadata.create_all)

    async def close(self) -> None:
        """Let go of every connection."""
        for writer in self._writers:
            await writer.close()
        self._writers.clear()
        await self._async.dispose()
        if self._sync is not None:
            self._sync.dispose()


Broken = SQLAlchemyError
"""What the database raises: the statement or the whole transaction is broken."""

OUTAGES = ("08", "25P03", "25P04", "40", "53", "57", "58")  # connection, took too long, conflict, resources, operator
CONFLICT = "40"


def is_outage(error: Exception) -> bool:
    """Whether the database was at fault, not what was asked of it: unreachable, shut down, full, locked, torn.

    PostgreSQL's classes are those of its appendix A, and its driver has none where it lost its own thread; of SQLite's
    primary result codes 1 is a wrong statement.
    """
    if not isinstance(error, DBAPIError):
        return isinstance(error, OSError | PendingRollbackError)  # the latter: asked again after it was broken off
    state = getattr(error.orig, "sqlstate", None) or ""
    code = getattr(error.orig, "sqlite_errorcode", 1) & 0xFF
    lost = error.connection_invalidated or (isinstance(error, InternalError) and not state)
    return lost or state.startswith(OUTAGES) or (isinstance(error, OperationalError) and code != 1)


def is_conflict(error: Exception) -> bool:
    """Whether two transactions stood in each other's way, so that it may go well at once when tried again."""
    state = getattr(error.orig, "sqlstate", None) if isinstance(error, DBAPIError) else None
    return (state or "").startswith(CONFLICT)


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


@dataclass(slots=True)
class Drawer:
    """One turn's hold on the transaction: what it reads and writes, and what it lays aside to be written in bulk.

    The first `write` sets a savepoint, so that a refusal or a fault can take back this turn's work alone; turns that
    only read pay nothing for it.
    """

    db: Db
    vault: Vault
    now: datetime
    audits: list[AuditRow] = field(default_factory=list)
    touched: set[int] = field(default_factory=set)  # chats of other people whose row was changed
    made: dict[UUID, Key] = field(default_factory=dict)  # keys made in this transaction: not the vault's before it ends
    _fresh: dict[UUID, Key] = field(default_factory=dict)  # those of this turn
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
