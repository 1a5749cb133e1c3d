"""A migrated database with a vault, and a small office around it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import pytest

from storage import imports, staging
from storage.engine import Database, Drawer
from storage.import_rows import Kind
from storage.staging import Staged
from storage.unit import in_one
from storage.vault import Vault, new_office_key

T = TypeVar("T")

NOW = datetime(2025, 7, 28, 1, tzinfo=UTC)
DONGS = {"가정1동": "gajeong-1", "신현동": "sinhyeon", "sinhyeon": "sinhyeon"}
ROSTER_HEADER = "person_id,name,birth_date,phone,dong,category,household_id,is_head,nationality_status,premium"
PAYMENTS_HEADER = "person_id,round,status,method,amount,applied_at,paid_at"


def people(count: int, first: int = 1) -> list[str]:
    """Roster lines P1, P2, ...: households of two, the odd ones heads, everybody with a phone of her own."""
    return [
        f"P{n},홍길동{chr(0xAC00 + n)},1950-03-{n % 28 + 1:02},010-2000-{n:04},가정1동,general,"
        f"H{(n + 1) // 2},{n % 2},korean,90000"
        for n in range(first, first + count)
    ]


@dataclass(slots=True)
class Office:
    """A database and the vault it is opened with, at one instant."""

    database: Database
    vault: Vault
    folder: Path
    now: datetime = NOW

    async def do(self, work: Callable[[Drawer], Awaitable[T]]) -> T:
        """One unit of work, committed."""
        return await in_one(self.database, self.vault, self.now, work)

    def file(self, lines: list[str], header: str = ROSTER_HEADER, encoding: str = "utf-8") -> Path:
        path = self.folder / f"file-{len(list(self.folder.iterdir()))}.csv"
        path.write_text("\n".join([header, *lines]) + "\n", encoding=encoding)
        return path

    async def stage(self, path: Path, kind: Kind = "roster") -> Staged:
        async with imports.alone(self.database):
            return await staging.stage(self.database, self.vault, kind, path, DONGS, self.now)

    async def bring(self, lines: list[str], kind: Kind = "roster", encoding: str = "utf-8") -> Staged:
        """Stage and apply."""
        header = ROSTER_HEADER if kind == "roster" else PAYMENTS_HEADER
        staged = await self.stage(self.file(lines, header, encoding), kind)
        await imports.apply(self.database, self.vault, staged.version, self.now)
        return staged


@pytest.fixture
async def store_db(database_url: str) -> AsyncIterator[Database]:
    """A database ready for use; it never waits for the disk."""
    database = Database(database_url)
    await database.writer.wait_for_disk(False)
    yield database
    await database.close()


@pytest.fixture
def vault() -> Vault:
    return Vault.of(new_office_key())


@pytest.fixture
def office(store_db: Database, vault: Vault, tmp_path: Path) -> Office:
    folder = tmp_path / "files"
    folder.mkdir()
    return Office(store_db, vault, folder)
