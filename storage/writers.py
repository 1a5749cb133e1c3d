"""Connections that write, one on each kind of database, and what is the database's own fault.

On SQLite statements run over one synchronous connection and only COMMIT goes to a thread; on PostgreSQL they await
asyncpg over a connection kept for the purpose.
"""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Protocol, TypeVar

from sqlalchemy import String, bindparam, column, func, select, table, text
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DBAPIError, InternalError, OperationalError, PendingRollbackError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from storage.connections import Db, Inline, Remote

T = TypeVar("T")

BUSY_PAUSE = 0.004
BEGIN = "BEGIN IMMEDIATE"  # never a deferred transaction that turns writer: it is "locked" at once


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
                with self._db.in_our_words(BEGIN):
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
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")  # transactions are ours
        self._busy_seconds = busy_seconds
        self._db: Remote | None = None
        self._lock = asyncio.Lock()

    async def transaction(self, work: Callable[[Db], Awaitable[T]]) -> T:
        """Run `work` and commit once; a connection the server broke off is opened anew next time."""
        async with self._lock:
            db = self._db = await self._connected()
            try:
                await db.say("BEGIN")
                result = await work(db)
                await db.say("COMMIT")
                return result
            except BaseException as error:
                await self._take_back(db, error)
                if isinstance(error, Exception) and (task := asyncio.current_task()) is not None and task.cancelling():
                    raise asyncio.CancelledError from error  # the driver has words of its own for being broken off
                raise

    async def _connected(self) -> Remote:
        if self._db is not None and not self._db.raw.is_closed():
            return self._db
        if self._db is not None:
            await self._let_go(self._db.connection)
        return await self._connect()

    async def _take_back(self, db: Remote, error: BaseException) -> None:
        """What was done in a transaction that went wrong; the connection is kept once it is known to be whole."""
        self._db = None
        with suppress(Exception):
            await db.say("ROLLBACK")
            if not isinstance(error, Exception) or not is_outage(error) or is_conflict(error):
                self._db = db
                return
        await self._let_go(db.connection)

    async def _let_go(self, connection: AsyncConnection) -> None:
        """Of a connection that is broken, or may be."""
        with suppress(Exception):
            await connection.invalidate()
            await connection.close()

    async def _connect(self) -> Remote:
        """Raises `ConnectionError` for what the driver says in words of its own when it is broken off half-way."""
        connection = self._engine.connect()
        try:
            await connection.start()
            if self._busy_seconds is not None:
                await connection.execute(_at_most, {"time": f"{self._busy_seconds * 1000:.0f}ms"})
            return Remote(connection, (await connection.get_raw_connection()).driver_connection)
        except Exception as error:
            await self._let_go(connection)
            if isinstance(error, SQLAlchemyError | OSError):
                raise
            raise ConnectionError(str(error)) from error

    async def wait_for_disk(self, waits: bool) -> None:
        """For this connection's session: `synchronous_commit` on or off."""
        setting = text(f"SET synchronous_commit = {'on' if waits else 'off'}")
        await self.transaction(lambda db: db.execute(setting))

    async def close(self) -> None:
        """Let go of the connection when the transaction under way has ended."""
        async with self._lock:
            if self._db is not None:
                await self._db.connection.close()
