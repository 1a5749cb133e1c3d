"""Papers sent along with a case: announced in the turn, fetched by an errand, kept sealed in rows of 256 KiB.

A file belongs to a case from the start (a draft knows the id its case will have) and counts once its last row is in,
so no case ever points to a file that is not there.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import delete, func, insert, select, update

from storage import jobs
from storage.engine import Database, Db, Drawer
from storage.ids import new_id
from storage.tables import file_parts, files
from storage.vault import Key

WANTED, STORED, UNFIT, MISSING, GONE = "wanted", "stored", "unfit", "missing", "gone"
PART = 256 * 1024
FETCH, DESTROY, IMPORT = "fetch", "destroy", "import"


@dataclass(frozen=True, slots=True)
class File:
    """A paper: `ref` is the channel's handle, `state` wanted, stored, unfit or missing, `outcome` why it is unfit."""

    id: UUID
    case: UUID
    person: UUID
    paper: str | None
    state: str
    at: datetime
    kind: str | None
    size: int | None
    pages: int | None
    parts: int | None
    outcome: str | None
    ref: str
    name: str


_columns = (
    files.c.id, files.c.case, files.c.person, files.c.paper, files.c.state, files.c.at, files.c.kind, files.c.size,
    files.c.pages, files.c.parts, files.c.outcome,
)  # fmt: skip
_select = select(*_columns, files.c.sealed)


async def want(
    store: Drawer,
    case: UUID,
    person: UUID,
    chat: int,
    paper: str | None,
    ref: str,
    name: str,
    errand: str = FETCH,
) -> UUID:
    """Write down that a file is to be fetched for this case, and the errand that fetches it."""
    id = new_id()
    sealed = (await store.key(case)).seal(orjson.dumps([ref, name]), f"files|sealed|{id.hex}")
    row = {
        "id": id, "case": case, "person": person, "paper": paper, "state": WANTED, "at": store.now, "sealed": sealed
    }  # fmt: skip
    await store.write(insert(files), row)
    await jobs.add(store, errand, chat=chat, about=id)
    return id


async def by_id(store: Drawer, file: UUID) -> File | None:
    """A file, without its bytes."""
    row = (await store.read(_select.where(files.c.id == file))).first()
    return _opened(row, await store.key(row.case)) if row else None


async def of_case(store: Drawer, case: UUID, *states: str) -> tuple[File, ...]:
    """The files of a case in these states (all, when none is named), oldest first."""
    found = _select.where(files.c.case == case)
    if states:
        found = found.where(files.c.state.in_(states))
    rows = (await store.read(found.order_by(files.c.id))).all()
    if not rows:
        return ()
    key = await store.key(case)
    return tuple(_opened(row, key) for row in rows)


async def tally(store: Drawer, case: UUID) -> tuple[int, int]:
    """How many files a case has or awaits, and their bytes as far as known."""
    counted = select(func.count(), func.coalesce(func.sum(files.c.size), 0)).where(
        files.c.case == case, files.c.state.in_((WANTED, STORED))
    )
    count, size = (await store.read(counted)).one()
    return int(count), int(size)


async def keep(database: Database, key: Key, file: UUID, data: bytes) -> int:
    """Write a file's bytes, a short transaction for each 256 KiB, so that the writer is never held long.

    Gives the number of rows. The file does not count before `finish`; a fetch that died begins again from the start.
    """
    count = max(1, -(-len(data) // PART))
    for n in range(count):
        part = key.seal(data[n * PART : (n + 1) * PART], f"file_parts|sealed|{file.hex}|{n}")

        async def write(db: Db, n: int = n, part: bytes = part) -> None:
            await db.execute(delete(file_parts).where(file_parts.c.file == file, file_parts.c.n == n))
            await db.execute(insert(file_parts), {"file": file, "n": n, "sealed": part})

        await database.writer.transaction(write)
    return count


async def finish(store: Drawer, file: File, kind: str, size: int, pages: int, parts: int) -> None:
    """The last row is in: from now on the file counts."""
    changes = {"state": STORED, "kind": kind, "size": size, "pages": pages, "parts": parts}
    await store.write(update(files).where(files.c.id == file.id, files.c.state == WANTED).values(changes))
    store.audit("file.stored", actor=file.person, subject=file.person, file=str(file.id), case=str(file.case))


async def refuse(store: Drawer, file: File, state: str, outcome: str) -> None:
    """The file cannot be used (`unfit`) or could not be fetched (`missing`); nothing of it is kept."""
    await store.write(delete(file_parts).where(file_parts.c.file == file.id))
    await store.write(update(files).where(files.c.id == file.id).values(state=state, outcome=outcome))


async def read(store: Drawer, file: File) -> AsyncIterator[bytes]:
    """The bytes of a stored file, row by row. Raises `Tampered` when one was changed, moved or lost."""
    key = await store.key(file.case)
    for n in range(file.parts or 0):
        found = select(file_parts.c.sealed).where(file_parts.c.file == file.id, file_parts.c.n == n)
        sealed = (await store.read(found)).scalar()
        yield key.open(sealed or b"", f"file_parts|sealed|{file.id.hex}|{n}")


async def whole(store: Drawer, file: UUID) -> tuple[str, bytes] | None:
    """All bytes of a stored file and a name that tells nothing; None when it is not there any more."""
    found = await by_id(store, file)
    if found is None or found.state != STORED:
        return None
    return f"paper.{found.kind}", b"".join([part async for part in read(store, found)])


async def forbid(store: Drawer, file: File, outcome: str) -> None:
    """Nobody may see this file from now on; its bytes are destroyed by a job, for that takes longer than a turn may."""
    shut = update(files).where(files.c.id == file.id, files.c.state == STORED)
    await store.write(shut.values(state=UNFIT, outcome=outcome))
    await jobs.add(store, DESTROY, about=file.id)


async def destroy(database: Database, file: UUID) -> None:
    """Destroy the bytes of a file, a short transaction for each row, so that the writer is never held long."""
    last = select(func.max(file_parts.c.n)).where(file_parts.c.file == file).scalar_subquery()

    async def one(db: Db) -> bool:
        return (
            await db.execute(delete(file_parts).where(file_parts.c.file == file, file_parts.c.n == last))
        ).rowcount == 1

    while await database.writer.transaction(one):
        pass


def _opened(row: Any, key: Key) -> File:
    ref, name = "", ""
    if row.sealed is not None:
        ref, name = orjson.loads(key.open(row.sealed, f"files|sealed|{row.id.hex}"))
    return File(**{column.name: getattr(row, column.name) for column in _columns}, ref=ref, name=name)
