"""A copy of everything that is remembered, in two files: the data, and apart from it the keys that open it.

A folder keeps the data files of a month and one keys file, written anew with every backup. Erasing somebody destroys
her data key; from the next backup on she is unreadable in every data file of the folder, the older ones too. The
office's own keys (DATA_KEYS), which wrap all others, are in neither file. How to come back: `storage/restore.py`.
"""

import asyncio
import hashlib
import os
import shutil
import sqlite3
import subprocess
from collections.abc import AsyncIterator, Container, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import select
from sqlalchemy.engine import URL

from storage import signals
from storage.engine import Database, Db, Drawer
from storage.tables import keys
from storage.unit import in_one
from storage.vault import Vault

KEYS: Final = "keys.db"
PART: Final = ".part"
KEPT: Final = timedelta(days=30)
AT_ONCE: Final = 20_000
STAMP: Final = "changgu-%Y%m%dT%H%M%SZ"
SUFFIXES: Final = (".db", ".dump")  # of SQLite, of PostgreSQL

KeyRow = tuple[bytes, bytes]


class BackupFailed(Exception):
    """A backup could not be made or brought back; says why and what to do."""


@dataclass(frozen=True, slots=True)
class Made:
    """The two files of a backup, and how many data keys there are."""

    data: Path
    keys: Path
    owners: int


async def make(database: Database, vault: Vault, folder: Path, now: datetime, real: datetime) -> Made:
    """Copy everything into `folder` while the bot goes on. Killed half-way it leaves the backup before as it was.

    `real` names the file. The keys are read after the data, so that no data is without its key unless it was erased.
    """
    _open_folder(folder)
    data = folder / f"{real.astimezone(UTC):{STAMP}}{SUFFIXES[not database.is_sqlite]}"
    with _part_of(data) as part:
        await asyncio.to_thread(_copy_data, database.url, part)
        with _part_of(folder / KEYS) as keys_part:
            kept = _kept(folder, real) | {data.name: await asyncio.to_thread(digest, part)}
            owners = await _write_keys(database, keys_part, kept)
            _put_in_place(part, data)
            _put_in_place(keys_part, folder / KEYS)
    _drop_all_but(folder, kept)

    async def tell(store: Drawer) -> None:
        store.audit("backup.made", file=data.name)
        await signals.beat(store.db, "backup")

    await in_one(database, vault, now, tell)
    return Made(data, folder / KEYS, owners)


def digest(path: Path) -> str:
    """The SHA-256 of a data file, by which the keys file knows it."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


# ------------------------------------------------------------------------------------------------------------- files


def _open_folder(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for left in folder.glob(f"*{PART}"):  # by one that was killed
        left.unlink()


def _drop_all_but(folder: Path, names: Container[str]) -> None:
    for file in folder.glob("changgu-*"):
        if file.name not in names:
            file.unlink()


@contextmanager
def _part_of(path: Path) -> Iterator[Path]:
    """A file for nobody else's eyes that becomes `path` only when it is whole."""
    part = path.with_name(path.name + PART)
    os.close(os.open(part, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600))
    try:
        yield part
    finally:
        part.unlink(missing_ok=True)


def _put_in_place(part: Path, path: Path) -> None:
    for place in (part, part.parent):
        number = os.open(place, os.O_RDONLY)
        os.fsync(number)
        os.close(number)
    part.replace(path)


def _kept(folder: Path, real: datetime) -> dict[str, str]:
    """The data files of the last month that the keys file before knew and that are still here."""
    oldest = f"{real.astimezone(UTC) - KEPT:{STAMP}}"
    return {name: known for name, known in copies(folder).items() if name >= oldest and (folder / name).exists()}


# -------------------------------------------------------------------------------------------------------------- data


def _copy_data(url: URL, part: Path) -> None:
    if url.get_backend_name() == "sqlite":
        _copy_sqlite(Path(url.database or ""), part)
    else:
        client("pg_dump", url, "--format=custom", "--no-owner", "--no-acl", "--exclude-table=keys", f"--file={part}")


def _copy_sqlite(live: Path, part: Path) -> None:
    """A snapshot that holds up nobody; the table of keys is taken out of it and overwritten."""
    with closing(sqlite3.connect(live, timeout=30)) as source:
        source.execute("VACUUM INTO ?", (str(part),))
    with closing(sqlite3.connect(part)) as copy:
        for setting in ("journal_mode=DELETE", "journal_mode=OFF", "secure_delete=ON"):
            copy.execute(f"PRAGMA {setting}")
        copy.execute("DROP TABLE keys")
        copy.commit()


def client(tool: str, url: URL, *arguments: str) -> None:
    """Run one of PostgreSQL's own tools on this database; the password is not on its command line."""
    found = shutil.which(tool)
    if found is None:
        raise BackupFailed(
            f"{tool}이 없습니다. 설치하십시오: apt install postgresql-client\n"
            f"{tool} is missing: apt install postgresql-client (of the server's version or newer)"
        )
    done = subprocess.run([found, *arguments], env=_environment(url), check=False, capture_output=True, text=True)  # noqa: S603
    if done.returncode:
        raise BackupFailed(f"{tool}: {done.stderr.strip()[-500:]}")


def _environment(url: URL) -> dict[str, str]:
    """The address as PostgreSQL's tools read it."""
    query = {name: str(value) for name, value in url.query.items()}
    wanted = {
        "PGHOST": url.host or query.get("host"),
        "PGPORT": str(url.port) if url.port else query.get("port"),
        "PGUSER": url.username,
        "PGPASSWORD": str(url.password) if url.password else None,
        "PGDATABASE": url.database,
        "PGSSLMODE": query.get("ssl") or query.get("sslmode"),
    }
    return dict(os.environ) | {name: value for name, value in wanted.items() if value}


# -------------------------------------------------------------------------------------------------------------- keys


async def _write_keys(database: Database, part: Path, kept: Mapping[str, str]) -> int:
    """Every wrapped data key, and the data files of this folder with their digests."""
    with closing(sqlite3.connect(part)) as file:
        file.execute("CREATE TABLE keys (owner BLOB PRIMARY KEY, sealed BLOB NOT NULL) WITHOUT ROWID")
        file.execute("CREATE TABLE copies (name TEXT PRIMARY KEY, digest TEXT NOT NULL)")
        file.executemany("INSERT INTO copies VALUES (?, ?)", kept.items())
        async with database.reading() as db:
            async for some in _all_keys(db):
                file.executemany("INSERT INTO keys VALUES (?, ?)", some)
        file.commit()
        return int(file.execute("SELECT count(*) FROM keys").fetchone()[0])


async def _all_keys(db: Db) -> AsyncIterator[list[KeyRow]]:
    found = select(keys.c.owner, keys.c.sealed).order_by(keys.c.owner).limit(AT_ONCE)
    rows = (await db.execute(found)).all()
    while rows:
        yield [(row.owner.bytes, row.sealed) for row in rows]
        rows = (await db.execute(found.where(keys.c.owner > rows[-1].owner))).all()


def copies(folder: Path) -> dict[str, str]:
    """The data files that the keys file of this folder belongs to, with their digests, oldest first."""
    path = folder / KEYS
    if not path.exists():
        return {}
    with closing(sqlite3.connect(path)) as file:
        return dict(file.execute("SELECT name, digest FROM copies ORDER BY name").fetchall())


def wrapped_keys(folder: Path) -> Iterator[list[KeyRow]]:
    """The wrapped data keys of the keys file, some at a time."""
    with closing(sqlite3.connect(folder / KEYS)) as file:
        found = file.execute("SELECT owner, sealed FROM keys ORDER BY owner")
        while some := found.fetchmany(AT_ONCE):
            yield some
