"""One unit of work outside the reception: a drawer over one transaction, its audit rows written with it."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TypeVar

from storage import audit
from storage.engine import Database, Db, Drawer
from storage.vault import Vault
from storage.writers import Writer

T = TypeVar("T")


async def in_one(
    database: Database,
    vault: Vault,
    now: datetime,
    work: Callable[[Drawer], Awaitable[T]],
    writer: Writer | None = None,
) -> T:
    """Run `work` and commit once, by the process's own writer or another; any exception takes all of it back."""

    async def run(db: Db) -> T:
        store = Drawer(db, vault, now)
        result = await work(store)
        await store.keep()
        await audit.put(db, vault, store.audits, now)
        return result

    return await (writer or database.writer).transaction(run)
