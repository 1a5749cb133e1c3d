"""From a backup back into an empty place.

What was told since the backup is not known here, so nothing of its outbox goes out again: unsent replies are dropped,
unsent notices become work for a person, broadcasts that were approved or under way are cancelled. Whoever was erased
since stays so: rows whose owner has no key any more are destroyed. Case numbers go on behind a gap, so that none is
given twice.
"""

import asyncio
import shutil
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Delete, delete, exists, inspect, select, update
from sqlalchemy.engine import make_url
from sqlalchemy.sql.elements import ColumnElement

from storage import audit, broadcasts, cases, migrate, outbox, recipients, tables
from storage.backup import BackupFailed, client, copies, digest, wrapped_keys
from storage.bulk import Bulk
from storage.engine import AuditRow, Database, Db, Drawer
from storage.outbox import FAILED, NOTICE, REPLY, SENDING, WAITING, Row
from storage.vault import Tampered, Vault

KST = ZoneInfo("Asia/Seoul")
GAP: Final = 2000  # case numbers of the day that may have been given out since the backup
OUTCOME: Final = "restored"
Lost = Callable[[Db, Row], Awaitable[None]]
"""Makes work for a person of a notice that is not sent."""

_keys = Bulk(tables.keys, ("owner", "sealed"))


@dataclass(frozen=True, slots=True)
class Restored:
    """Which data file it was, and what became of its unsent letters, by lane."""

    name: str
    replies: int
    notices: int
    broadcasts: int


async def restore(url: str, vault: Vault, folder: Path, name: str | None, now: datetime, lost: Lost) -> Restored:
    """Bring a backup back: the newest, or the data file of this name. Raises `BackupFailed`, having changed nothing."""
    data = _chosen(folder, name)
    _openable(vault, folder)
    database = Database(url)
    try:
        await _refuse_full(database)
        if not database.is_sqlite:
            arguments = ("--exit-on-error", "--single-transaction", "--no-owner", "--no-acl", str(data))
            await asyncio.to_thread(client, "pg_restore", database.url, f"--dbname={database.url.database}", *arguments)
            return await _settle(database, vault, folder, data.name, now, lost)
    finally:
        await database.close()
    place = Path(database.url.database or "")
    part = place.with_name(f"{place.name}.part")
    shutil.copyfile(data, part)
    part.chmod(0o600)
    database = Database(str(make_url(url).set(database=str(part))))
    try:
        restored = await _settle(database, vault, folder, data.name, now, lost)
    finally:
        await database.close()
    part.replace(place)
    return restored


# -------------------------------------------------------------------------------------------------------- looked at


def _chosen(folder: Path, name: str | None) -> Path:
    """The data file to bring back, whole and known to the keys file."""
    known = copies(folder)
    wanted = name or max(known, default="")
    if wanted not in known or not (folder / wanted).exists():
        raise BackupFailed(
            f"백업이 없거나 온전하지 않습니다: {folder / wanted}\n"
            f"There is no whole backup here: {folder / wanted} (known: {', '.join(known) or 'none'})"
        )
    if digest(folder / wanted) != known[wanted]:
        raise BackupFailed(
            f"파일이 만들 때와 다릅니다: {folder / wanted}\nThis file is not as it was made: {folder / wanted}"
        )
    return folder / wanted


def _openable(vault: Vault, folder: Path) -> None:
    """Refuse when DATA_KEYS does not open the keys file: nothing could be read afterwards."""
    for some in wrapped_keys(folder):
        for owner, sealed in {sealed[:4]: (owner, sealed) for owner, sealed in some}.values():
            try:
                vault.opened(UUID(bytes=owner), sealed)
            except Tampered:
                raise BackupFailed(
                    f"DATA_KEYS에 이 백업의 열쇠가 없습니다: {sealed[:4].decode()}\n"
                    f"DATA_KEYS lacks the key of this backup: {sealed[:4].decode()}"
                ) from None


async def _refuse_full(database: Database) -> None:
    """A place where anything is already is not overwritten."""
    if database.is_sqlite:
        full = bool(_tables_of(Path(database.url.database or "")))
    else:
        async with database.reading() as db:
            full = bool(await migrate.on_connection(db, lambda connection: inspect(connection).get_table_names()))
    if full:
        raise BackupFailed(
            "비어 있는 곳에만 복원합니다. DATABASE_URL을 새 곳으로 정하십시오.\n"
            "A backup is brought back into an empty place only: let DATABASE_URL name a new one."
        )


def _tables_of(place: Path) -> list[Any]:
    if not place.exists():
        return []
    with closing(sqlite3.connect(place)) as file:
        return file.execute("SELECT name FROM sqlite_master").fetchall()


# ---------------------------------------------------------------------------------------------------------- settled


async def _settle(database: Database, vault: Vault, folder: Path, name: str, now: datetime, lost: Lost) -> Restored:
    """In one transaction, without which there are no keys and no bot can start: nothing is sent before it is over."""

    async def settle(db: Db) -> Restored:
        await migrate.on_connection(db, tables.keys.create)
        for some in wrapped_keys(folder):
            await _keys.put(db, [{"owner": UUID(bytes=owner), "sealed": sealed} for owner, sealed in some])
        await migrate.upgrade_within(db)
        for statement in _keyless():
            await db.execute(statement)
        await db.execute(delete(tables.carriers))
        await db.execute(delete(tables.signals))
        store = Drawer(db, vault, now)
        restored = Restored(name, await _hold(db, REPLY, lost), await _hold(db, NOTICE, lost), await _stop(store))
        await _leave_a_gap(store, now.astimezone(KST).date())
        await audit.put(db, vault, [AuditRow("backup.restored", detail={"file": name}), *store.audits], now)
        return restored

    return await database.writer.transaction(settle)


async def _hold(db: Db, lane: str, lost: Lost) -> int:
    """Keep the unsent letters of a lane from going out."""
    unsent = (tables.outbox.c.lane == lane, tables.outbox.c.state.in_((WAITING, SENDING)))
    if lane == NOTICE:
        for row in await outbox.unsent_of(db, lane):
            await lost(db, row)
    return (await db.execute(update(tables.outbox).where(*unsent).values(state=FAILED, outcome=OUTCOME))).rowcount


async def _stop(store: Drawer) -> int:
    """Cancel what was approved or under way: since the backup it may have gone to others, or to all."""
    await recipients.settle_dead(store)
    found = [one for one in await broadcasts.at_work(store.db) if one.stage not in broadcasts.OVER]
    return sum([await broadcasts.cancel(store, one.id, None) for one in found])


async def _leave_a_gap(store: Drawer, day: date) -> None:
    last = await cases.count_of_day(store, day)
    await store.write(update(tables.case_days).where(tables.case_days.c.day == day).values(last=last + GAP))
    await store.keep()


def _keyless() -> list[Delete]:
    """What belonged to people, cases and residents who were erased or destroyed since the backup."""
    people, sessions, files, parts = tables.people, tables.sessions, tables.files, tables.file_parts
    gone = select(people.c.chat).where(_no_key(people.c.id))
    found = [delete(sessions).where(sessions.c.chat.in_(gone)), delete(people).where(_no_key(people.c.id))]
    found.append(delete(parts).where(parts.c.file.in_(select(files.c.id).where(_no_key(files.c.case)))))
    owned = (files.c.case, tables.case_events.c.case, tables.cases.c.id)
    listed = (tables.roster_lookups, tables.roster, tables.payments, tables.codes)
    columns = (*owned, *(table.c.resident for table in listed), tables.residents.c.id)
    return found + [delete(column.table).where(_no_key(column)) for column in columns]


def _no_key(owner: ColumnElement[Any]) -> ColumnElement[bool]:
    return ~exists().where(tables.keys.c.owner == owner)
