"""From the office's file to a staged version: check all of it first, then write it in the order of person digests.

Checking and sealing are done by worker processes; this process reads the former version and writes chunks, each in a
transaction of its own that holds the writer for less than 50 ms. A file that is refused writes no row.
"""

import asyncio
import gc
import os
from collections import Counter, deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import groupby
from multiprocessing import get_context
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Select, and_, bindparam, func, select

from storage import import_work as work
from storage import imports, rotation
from storage.bulk import Bulk
from storage.engine import Database, Db
from storage.import_rows import KST, BadFile, Kind, sheet
from storage.import_work import Bad, Checked, Errand, Known, Made, Task
from storage.imports import Progress, silent
from storage.tables import keys, payments, pointers, residents, roster, roster_lookups
from storage.vault import Vault

T = TypeVar("T")
Started = tuple[asyncio.Future[T], int]  # work under way, and how large it is

BLOCK = 1 << 19  # bytes checked at a time
CHUNK = 200  # rows written at a time
LOOKUPS_AT_ONCE = 1000
SMALL_FILE = 1 << 20  # bytes; not worth starting processes for
AHEAD = 4  # chunks in work at a time: bounds the memory
BAD_SHARE = 0.01
SHRUNK = 0.9  # a file with less than this share of the rows in force was cut off somewhere

_residents = Bulk(residents, ("id", "person_hash", "sealed"), overwrite=("person_hash",))
_keys = Bulk(keys, ("owner", "sealed"))
_rows = {"roster": Bulk(roster, work.ROSTER), "payments": Bulk(payments, work.PAYMENTS)}
_lookups = Bulk(roster_lookups, ("version", "digest_hash", "resident"))
_range = and_(residents.c.person_hash > bindparam("after"), residents.c.person_hash <= bindparam("upto"))
_by_index = select(  # a range is a few hundred rows, whatever PostgreSQL believes of tables that were just filled
    *(func.set_config(name, "off", True) for name in ("enable_hashjoin", "enable_mergejoin", "enable_seqscan")),
    func.set_config("join_collapse_limit", "1", True),
)
_roster_in_force = select(pointers.c.version).where(pointers.c.kind == "roster").scalar_subquery()


@dataclass(slots=True)
class Staged:
    """What a file came to. `bad` are the rows not taken; `kept` how many former rows stay in their place."""

    version: int = 0
    rows: int = 0
    new: int = 0
    gone: int = 0
    changed: int = 0
    kept: int = 0
    bad: list[Bad] = field(default_factory=list)

    @property
    def reasons(self) -> Counter[str]:
        """How often each thing was wrong."""
        return Counter(bad.reason for bad in self.bad)


class TooManyBad(BadFile):
    """Over one row in a hundred is bad: the file is refused whole; `bad` says which rows and why."""

    def __init__(self, bad: list[Bad], rows: int) -> None:
        super().__init__("too_many_bad", bad=len(bad), rows=rows)
        self.bad = bad


async def stage(
    database: Database,
    vault: Vault,
    kind: Kind,
    path: Path,
    dongs: Mapping[str, str],
    now: datetime,
    progress: Progress = silent,
) -> Staged:
    """Check a file and stage it as the next version, not yet in force. Raises `BadFile` when it is refused whole.

    `dongs` maps every accepted spelling of a dong to its code. Call it inside `imports.alone`.
    """
    async with database.reading() as db:
        if not await rotation.finished(db, vault):
            raise BadFile("rotate_first")
    errand = _errand(kind, path, dict(dongs), now, vault)
    with _workers(errand) as pool:
        staging = _Staging(database, errand, kind, pool, progress)
        await staging.check()
        await imports.prune(database, kind, progress)
        staging.done.version = await imports.begin(database, kind, now)
        await staging.write()
        await staging.write_lookups()
    done = staging.done
    done.bad.sort()
    staging.refuse_bad()
    await imports.staged(database, done.version, done.rows, len(done.bad))
    return done


def _errand(kind: Kind, path: Path, dongs: dict[str, str], now: datetime, vault: Vault) -> Errand:
    with path.open("rb") as file:
        header, sample = file.readline(), file.read(1 << 16)
    if not sample.strip():
        raise BadFile("empty")
    return Errand(path, sheet(kind, header, sample, dongs, now.astimezone(KST).date()), vault.office)


@contextmanager
def _workers(errand: Errand) -> Iterator[Executor | None]:
    """Worker processes set up for this file; None when it is small enough to do here."""
    work.begin(errand)
    if errand.path.stat().st_size < SMALL_FILE:
        yield None
        return
    pool = ProcessPoolExecutor(min(2, os.cpu_count() or 1), get_context("fork"), work.begin_worker, (errand,))
    gc.disable()  # millions of small rows, none in a cycle: looking for cycles would cost a third of the time
    try:
        yield pool
    finally:
        gc.enable()
        pool.shutdown(cancel_futures=True)


class _Staging:
    """One file on its way; `entries` are its good rows, brought into order after the check."""

    def __init__(
        self, database: Database, errand: Errand, kind: Kind, pool: Executor | None, progress: Progress
    ) -> None:
        self.database, self.errand, self.kind, self.pool, self.progress = database, errand, kind, pool, progress
        self.done = Staged()
        self.entries: list[bytes] = []
        self.keep: set[bytes] | None = set()
        self.force: imports.InForce | None = None
        self.buckets = [bytearray() for _ in range(256)]  # lookups by their first byte, to be sorted one by one

    # ---------------------------------------------------------------------------------------------------- checking

    async def check(self) -> None:
        """Check every line; refuse a file that is bad as a whole."""
        size, seen = self.errand.path.stat().st_size, 0
        async for checked, read in _in_order(self._blocks()):
            self._take(checked)
            seen += read
            self.progress("checking", seen, size)
        self.progress("checking", size, size)
        self._part_doubled()
        self.done.rows = len(self.entries)
        self.refuse_bad()
        await self._compare()

    async def _compare(self) -> None:
        async with self.database.reading() as db:
            self.force = await imports.in_force(db, self.kind)
            if self.kind == "payments" and await imports.in_force(db, "roster") is None:
                raise BadFile("no_roster")
            await self._refuse_shrunk(db)
            await self._find_unplaced(db)

    async def _blocks(self) -> AsyncIterator[Started[Checked]]:
        with self.errand.path.open("rb") as file:
            offset, line = len(file.readline()), 2
            while block := file.read(BLOCK):
                block += file.readline()
                yield self._start(work.check, block, offset, line), len(block)
                offset, line = offset + len(block), line + block.count(b"\n")

    def _take(self, checked: Checked) -> None:
        self.entries += checked.entries
        for bad, key in checked.bad:
            self._note(bad, key)

    def _note(self, bad: Bad, key: bytes | None) -> None:
        self.done.bad.append(bad)
        if key is None:
            self.keep = None
        elif self.keep is not None:
            self.keep.add(key)

    def _part_doubled(self) -> None:
        """Of a person who stands there twice no row is taken: nobody knows which is right."""
        self.entries.sort()
        single: list[bytes] = []
        for key, group in groupby(self.entries, key=lambda entry: entry[:17]):
            same = list(group)
            if len(same) == 1:
                single.append(same[0])
            else:
                for entry in same:
                    self._note(Bad(work.line_of(entry), "doubled"), key)
        self.entries = single

    def refuse_bad(self) -> None:
        rows, bad = self.done.rows, sorted(self.done.bad)
        if not rows or len(bad) > BAD_SHARE * (rows + len(bad)):
            raise TooManyBad(bad, rows + len(bad))

    async def _refuse_shrunk(self, db: Db) -> None:
        if self.force is None:
            return
        table = imports.TABLES[self.kind][0]
        before = (await db.execute(select(func.count()).where(table.c.version == self.force.version))).scalar_one()
        if self.done.rows < SHRUNK * before:
            raise BadFile("shrunk", rows=self.done.rows, before=before)

    async def _find_unplaced(self, db: Db) -> None:
        """A bad row with an id nobody has may be a mistyped one: then it does not tell whose it is either."""
        for part in _parts(sorted({key[:16] for key in self.keep or ()}), 500):
            found = select(func.count()).where(residents.c.person_hash.in_(part))
            if (await db.execute(found)).scalar_one() < len(part):
                self.keep = None
                return

    # ----------------------------------------------------------------------------------------------------- writing

    async def write(self) -> None:
        """Make and write the rows chunk by chunk."""
        total = len(self.entries)
        written = 0
        async for made, size in _in_order(self._tasks()):
            await self.database.writer.transaction(self._writing(made))
            for pair in made.lookups:
                self.buckets[pair[0]] += pair
            self._count(made)
            written += size
            self.progress("writing", written, total)
        self.entries.clear()

    def _writing(self, made: Made) -> Callable[[Db], Awaitable[None]]:
        async def put(db: Db) -> None:
            await _residents.put(db, made.residents)
            await _keys.put(db, made.keys)
            await _rows[self.kind].put(db, made.rows)

        return put

    def _count(self, made: Made) -> None:
        done = self.done
        done.new, done.gone, done.changed = done.new + made.new, done.gone + made.gone, done.changed + made.changed
        done.kept += made.kept
        done.rows -= len(made.bad)
        done.bad += made.bad

    async def write_lookups(self) -> None:
        """Write the digests rows are found by, in their own order."""
        version, total, written = self.done.version, sum(len(bucket) for bucket in self.buckets), 0
        if not total:  # payments have none
            return
        for bucket in self.buckets:
            raw = bytes(bucket)
            for part in _parts(sorted(raw[at : at + 32] for at in range(0, len(raw), 32)), LOOKUPS_AT_ONCE):
                columns: dict[str, list[Any]] = {
                    "version": [version] * len(part),
                    "digest_hash": [pair[:16] for pair in part],
                    "resident": [UUID(bytes=pair[16:]) for pair in part],
                }
                await self.database.writer.transaction(partial(_lookups.put_columns, columns=columns))
            written += len(bucket)
            bucket.clear()
            self.progress("indexing", written, total)

    async def _tasks(self) -> AsyncIterator[Started[Made]]:
        after = b""
        for entries, upto in _chunks(self.entries):
            yield self._start(work.make, await self._task(entries, after, upto)), len(entries)
            after = upto

    async def _task(self, entries: list[bytes], after: bytes, upto: bytes) -> Task:
        asked = {"after": after, "upto": upto, "former": self.force.version if self.force else 0}
        known: dict[bytes, Known] = {}
        former: dict[bytes, dict[str, Any]] = {}
        columns = work.ROSTER if self.kind == "roster" else work.PAYMENTS
        async with self.database.reading() as db:
            if not self.database.is_sqlite:
                await db.execute(_by_index)
            for row in await db.execute(_before[self.kind], asked):
                digest, rest = row.person_hash, tuple(row)[3:]
                known[digest] = Known(row.id, row.key)
                if rest[0] is not None:
                    before = dict(zip(columns, rest, strict=True))
                    former[digest + (before.get("round") or "\0").encode()] = before
        keep = None if self.keep is None else frozenset(key for key in self.keep if after < key[:16] <= upto)
        return Task(self.done.version, entries, known, former, keep)

    def _start(self, function: Callable[..., T], *args: Any) -> asyncio.Future[T]:
        loop = asyncio.get_running_loop()
        if self.pool is not None:
            return loop.run_in_executor(self.pool, function, *args)
        done = loop.create_future()
        done.set_result(function(*args))
        return done


def _former(kind: Kind) -> Select[Any]:
    """Residents of a range of digests with their former rows; of payments only those who stand on the roster."""
    table, columns = imports.TABLES[kind][0], work.ROSTER if kind == "roster" else work.PAYMENTS
    here = and_(table.c.resident == residents.c.id, table.c.version == bindparam("former"))
    on_roster = and_(roster.c.resident == residents.c.id, roster.c.version == _roster_in_force)
    whom = residents.join(roster, on_roster) if kind == "payments" else residents
    source = whom.outerjoin(keys, keys.c.owner == residents.c.id).outerjoin(table, here)
    chosen = (residents.c.id, residents.c.person_hash, keys.c.sealed.label("key"), *(table.c[name] for name in columns))
    return select(*chosen).select_from(source).where(_range)


_before = {kind: _former(kind) for kind in imports.KINDS}


def _chunks(entries: list[bytes]) -> Iterator[tuple[list[bytes], bytes]]:
    """Entries some at a time, a person's all together, with the last digest of the range each chunk stands for."""
    at = 0
    while at < len(entries):
        end = min(at + CHUNK, len(entries))
        while end < len(entries) and entries[end][:16] == entries[end - 1][:16]:
            end += 1
        yield entries[at:end], entries[end - 1][:16] if end < len(entries) else b"\xff" * 16
        at = end


async def _in_order(started: AsyncIterator[Started[T]]) -> AsyncIterator[tuple[T, int]]:
    waiting: deque[Started[T]] = deque()
    async for one in started:
        waiting.append(one)
        if len(waiting) > AHEAD:
            result, size = waiting.popleft()
            yield await result, size
    for result, size in waiting:
        yield await result, size


def _parts(items: list[T], size: int) -> Iterator[list[T]]:
    for at in range(0, len(items), size):
        yield items[at : at + size]
