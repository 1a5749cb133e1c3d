"""Databases in the form of this release, made once in a process and copied: making one takes longer than most tests."""

import asyncio
import atexit
import shutil
import tempfile
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

from storage import migrate
from tests.postgres import Postgres

TEMPLATE = "blank"


def sqlite(file: Path) -> str:
    """A SQLite database of that name, ready for use; gives its URL. One that is there already is left alone."""
    if not file.exists():
        shutil.copyfile(_sqlite_template(), file)
    return _url(file)


@cache
def postgres(server: Postgres) -> str:
    """The template for databases of this server; gives its name."""
    _migrated(server.create(TEMPLATE))
    return TEMPLATE


@cache
def _sqlite_template() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="changgu-blank-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    _migrated(_url(folder / "blank.db"))
    return folder / "blank.db"


def _url(file: Path) -> str:
    return f"sqlite+aiosqlite:///{file}"


def _migrated(url: str) -> None:
    """In a thread, for whoever asks may be in a loop of her own."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, migrate.upgrade(url)).result()
