"""From the office's file to a staged version: check all of it first, then write it in the order of person digests.

Checking and sealing are done by worker processes; this process reads the former version and writes chunks, each in a
transaction of its own that holds the writer for less than 50 ms. A file that is refused writes no row.
"""

import asyncio
import gc
import os
from collections import Counter, deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import groupby, islice
from multiprocessing import get_context
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

from sqlalchemy import Select, and_, bindparam, func, null, select
from uuid_utils import UUID

from storage import import_work as work
from storage import imports, rotation
from storage.bulk import Bulk
from storage.engine import Database, Db
from storage.import_rows import KST, BadFile, Kind, sheet
from storage.import_work import ENTRY, LOOKUP, Bad, Checked, Errand, Known, Made, Row, Task
from storage.imports import Progress, silent
from storage.piles import Piles
from storage.tables import keys, payments, pointers, residents, roster, roster_lookups
from storage.vault import Vault

T = TypeVar("T")
Started = tuple[asyncio.Future[T], int]  # work under way, and how large it is

BLOCK = 1 << 19  # bytes checked at a time
CHUNK = 300  # rows written at a time
LOOKUPS_AT_ONCE = 2000
SMALL_FILE = 1 << 20  # bytes; not worth starting processes for
AHEAD = 4  # chunks in work at a time: bounds the memory
BAD_SHARE = 0.01
MIX_UPS = {"shifted": "columns", "truncated": "columns", "doubled": "doubled"}  # what is wrong with all of it
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
    """Over one row in a hundred is bad: the file is refused whole, by its most frequent fault; `bad` are the rows."""

    def __init__(self, bad: list[Bad], rows: int) -> None:
        why = max(reasons, key=reasons.__getitem__) if (reasons := Counter(one.reason for one in bad)) else ""
        super().__init__(MIX_UPS.get(why, "too_many_bad"), bad=len(bad), rows=rows, why=why)
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
    with path.open("rb") as file, _workers(_errand(kind, file, dict(dongs), now, vault)) as pool:
        staging = _Staging(database, file, kind, pool, progress)
        await staging.check()
        await imports.prune(database, kind, progress)
        before = staging.force.version if staging.force else None
        staging.done.version = await imports.begin(database, kind, now, before)
        await staging.write()
        await staging.write_lookups()
    done = staging.done
    done.bad.sort()
    staging.refuse_bad()
    await imports.staged(database, done.version, done.rows, len(done.bad))
    return done


def _errand(kind: Kind, file: BinaryIO, dongs: dict[str, str], now: datetime, vault: Vault) -> Errand:
    header, sample = file.readline(), file.read(1 << 16)
    if not sample.strip():
        raise BadFile("empty")
    form = sheet(kind, header, sample, dongs, now.astimezone(KST).date())
    _refuse_cut_off(file)
    return Errand(file.fileno(), form, vault)


def _refuse_cut_off(file: BinaryIO) -> None:
    """A last line that does not end may lack half of a sum as well as half of its fields."""
    file.seek(-1, os.SEEK_END)
    if file.read(1) != b"\n":
        raise BadFile("cut_off")


@contextmanager
def _workers(errand: Errand) -> Iterator[Executor | None]:
    """Worker processes set up for this file; None when it is small enough to do here."""
    work.begin(errand)
    if os.fstat(errand.file).st_size < SMALL_FILE:
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
    """One file on its way; `entries` are its good rows, one after another in order after the check."""

    def __init__(
        self, database: Database, file: BinaryIO, kind: Kind, pool: Executor | None, progress: Progress
    ) -> None:
        self.database, self.file, self.kind, self.pool, self.progress = database, file, kind, pool, progress
        self.done = Staged()
        self.checked, self.lookups = Piles(ENTRY.size), Piles(LOOKUP)
        self.entries = bytearray()
        self.keep: set[bytes] | None = set()
        self.force: imports.InForce | None = None
        self.known = False  # whether anybody ever stood on a roster

    # ---------------------------------------------------------------------------------------------------- checking

    async def check(self) -> None:
        """Check every line; refuse a file that is bad as a whole."""
        size, seen = os.fstat(self.file.fileno()).st_size, 0
        async for checked, read in _in_order(self._blocks()):
            self._take(checked)
            seen += read
            self.progress("checking", seen, size)
        self.progress("checking", size, size)
        self._part_doubled()
        self.done.rows = len(self.entries) // ENTRY.size
        self.refuse_bad()
        await self._compare()

    async def _compare(self) -> None:
        async with self.database.reading() as db:
            self.force = await imports.in_force(db, self.kind)
            if self.kind == "payments" and await imports.in_force(db, "roster") is None:
                raise BadFile("no_roster")
            await self._refuse_shrunk(db)
            await self._find_unplaced(db)
            self.known = (await db.execute(select(residents.c.id).limit(1))).first() is not None

    async def _blocks(self) -> AsyncIterator[Started[Checked]]:
        self.file.seek(0)
        offset, line = len(self.file.readline()), 2
        while block := self.file.read(BLOCK):
            block += self.file.readline()
            yield self._start(work.check, block, offset, line), len(block)
            offset, line = offset + len(block), line + block.count(b"\n")

    def _take(self, checked: Checked) -> None:
        self.checked.add(checked.entries)
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
        for key, group in groupby(self.checked.drain(), key=lambda entry: entry[:17]):
            first, *others = group
            if not others:
                self.entries += first
                continue
            for _, line, *_ in map(ENTRY.unpack, (first, *others)):
                self._note(Bad(line, "doubled"), key)

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
        total, written = self.done.rows, 0
        async for made, size in _in_order(self._tasks()):
            await self.database.writer.transaction(self._writing(made))
            self.lookups.add(made.lookups)
            self._count(made)
            written += size
            self.progress("writing", written, total)
        self.entries.clear()

    def _writing(self, made: Made) -> Callable[[Db], Awaitable[None]]:
        async def put(db: Db) -> None:
            await _put(_residents, db, made.residents)
            await _put(_keys, db, made.keys)
            await _put(_rows[self.kind], db, made.rows)

        return put

    def _count(self, made: Made) -> None:
        done = self.done
        done.new, done.gone, done.changed = done.new + made.new, done.gone + made.gone, done.changed + made.changed
        done.kept += made.kept
        done.rows -= len(made.bad)
        done.bad += made.bad

    async def write_lookups(self) -> None:
        """Write the digests rows are found by, in their own order."""
        total, written = len(self.lookups), 0
        for part in _parts(self.lookups.drain(), LOOKUPS_AT_ONCE):
            columns: dict[str, list[Any]] = {
                "version": [self.done.version] * len(part),
                "digest_hash": [lookup[:16] for lookup in part],
                "resident": [UUID(bytes=lookup[16:]) for lookup in part],  # this one is made in a fifth of the time
            }
            await self.database.writer.transaction(partial(_lookups.put_columns, columns=columns))
            written += len(part)
            self.progress("indexing", written, total)

    async def _tasks(self) -> AsyncIterator[Started[Made]]:
        after = b""
        for entries, upto in _chunks(self.entries):
            yield self._start(work.make, await self._task(entries, after, upto)), len(entries) // ENTRY.size
            after = upto

    async def _task(self, entries: bytes, after: bytes, upto: bytes) -> Task:
        known: dict[bytes, Known] = {}
        former: dict[bytes, Row] = {}
        if self.known:
            await self._read(known, former, after, upto)
        keep = None if self.keep is None else frozenset(key for key in self.keep if after < key[:16] <= upto)
        return Task(self.done.version, entries, known, former, keep)

    async def _read(self, known: dict[bytes, Known], former: dict[bytes, Row], after: bytes, upto: bytes) -> None:
        version = self.force.version if self.force else 0
        async with self.database.reading() as db:
            if not self.database.is_sqlite:
                await db.execute(_by_index)
            found = await db.execute(_before[self.kind], {"after": after, "upto": upto, "former": version})
            for resident, digest, key, first, *rest in found:
                known[digest] = Known(resident, key)
                if first is not None:
                    round_ = first.encode() if self.kind == "payments" else b"\0"
                    former[digest + round_] = (version, resident, first, *rest)

    def _start(self, function: Callable[..., T], *args: Any) -> asyncio.Future[T]:
        loop = asyncio.get_running_loop()
        if self.pool is not None:
            return loop.run_in_executor(self.pool, function, *args)
        done = loop.create_future()
        done.set_result(function(*args))
        return done


def _former(kind: Kind) -> Select[Any]:
    """Residents of a range of digests with their former rows; for payments only those who stand on the roster.

    Of the former row come the columns after version and resident. Payments are not sealed: no key is read.
    """
    table, columns = imports.TABLES[kind][0], work.ROSTER if kind == "roster" else work.PAYMENTS
    here = and_(table.c.resident == residents.c.id, table.c.version == bindparam("former"))
    on_roster = and_(roster.c.resident == residents.c.id, roster.c.version == _roster_in_force)
    key = keys.c.sealed.label("key") if kind == "roster" else null().label("key")
    whom = (
        residents.join(roster, on_roster)
        if kind == "payments"
        else residents.outerjoin(keys, keys.c.owner == residents.c.id)
    )
    chosen = (residents.c.id, residents.c.person_hash, key, *(table.c[name] for name in columns[2:]))
    return select(*chosen).select_from(whom.outerjoin(table, here)).where(_range)


_before = {kind: _former(kind) for kind in imports.KINDS}


async def _put(bulk: Bulk, db: Db, rows: Sequence[Row]) -> None:
    if rows:
        await bulk.put_columns(db, dict(zip(bulk.columns, zip(*rows, strict=True), strict=True)))


def _chunks(entries: bytearray) -> Iterator[tuple[bytes, bytes]]:
    """Entries some at a time, a person's all together, with the last digest of the range each chunk stands for."""
    at, step = 0, ENTRY.size
    while at < len(entries):
        end = min(at + CHUNK * step, len(entries))
        while entries[end : end + 16] == entries[end - step : end - step + 16]:
            end += step
        chunk = bytes(entries[at:end])
        yield chunk, chunk[-step:][:16] if end < len(entries) else b"\xff" * 16
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


def _parts(items: Iterable[T], size: int) -> Iterator[list[T]]:
    left = iter(items)
    while part := list(islice(left, size)):
        yield part
