"""Transactions and drawers: what is kept, what is taken back, and what is remembered of it."""

import asyncio
import shutil
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import IntegrityError, StatementError

from storage.connections import is_postgres
from storage.engine import Database, Db, Drawer
from storage.ids import new_id
from storage.tables import claims, settings
from storage.vault import Vault
from tests.storage.conftest import NOW


async def names(database: Database) -> list[str]:
    async with database.reading() as db:
        return list((await db.execute(select(settings.c.name).order_by(settings.c.name))).scalars())


async def add(store: Drawer, name: str) -> None:
    await store.write(insert(settings), {"name": name, "value": ""})


async def test_a_transaction_is_kept_whole_or_not_at_all(store_db: Database, vault: Vault) -> None:
    async def fails(db: Db) -> None:
        await add(Drawer(db, vault, NOW), "a")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        await store_db.writer.transaction(fails)
    await store_db.writer.transaction(lambda db: add(Drawer(db, vault, NOW), "b"))
    assert await names(store_db) == ["b"]


async def test_one_turn_is_taken_back_and_the_others_stay(store_db: Database, vault: Vault) -> None:
    async def batch(db: Db) -> None:
        for name, good in (("a", True), ("b", False), ("c", True)):
            store = Drawer(db, vault, NOW)
            await add(store, name)
            store.audit("said", n=1)
            await (store.keep() if good else store.drop())
            assert bool(store.audits) is good

    await store_db.writer.transaction(batch)
    assert await names(store_db) == ["a", "c"]


async def test_a_broken_statement_takes_its_transaction_back_and_the_next_one_goes(
    store_db: Database, vault: Vault
) -> None:
    async def twice(db: Db) -> None:
        for _ in range(2):
            await add(Drawer(db, vault, NOW), "a")

    with pytest.raises(IntegrityError):
        await store_db.writer.transaction(twice)
    await store_db.writer.transaction(lambda db: add(Drawer(db, vault, NOW), "b"))
    assert await names(store_db) == ["b"]


async def test_who_is_called_off_in_a_transaction_ends_and_the_next_one_goes(store_db: Database, vault: Vault) -> None:
    begun = asyncio.Event()

    async def works(db: Db) -> None:
        store = Drawer(db, vault, NOW)
        try:
            await add(store, "a")
            begun.set()
            await (db.execute(text("SELECT pg_sleep(60)")) if is_postgres(db) else asyncio.Event().wait())
        except BaseException:
            await store.drop()
            raise

    working = asyncio.create_task(store_db.writer.transaction(works))
    await begun.wait()
    working.cancel()
    with pytest.raises(asyncio.CancelledError):
        await working
    await store_db.writer.transaction(lambda db: add(Drawer(db, vault, NOW), "b"))
    assert await names(store_db) == ["b"]


async def test_transactions_of_one_writer_follow_each_other(store_db: Database) -> None:
    async def count(db: Db) -> None:
        last = (await db.execute(select(settings.c.value).where(settings.c.name == "n"))).scalar()
        if last is None:
            await db.execute(insert(settings), {"name": "n", "value": "1"})
        else:
            await db.execute(settings.update().where(settings.c.name == "n").values(value=str(int(last) + 1)))

    await asyncio.gather(*(store_db.writer.transaction(count) for _ in range(20)))
    async with store_db.reading() as db:
        assert (await db.execute(select(settings.c.value))).scalar_one() == "20"


async def test_a_key_made_in_a_turn_is_known_to_all_only_once_it_is_committed(store_db: Database, vault: Vault) -> None:
    owner = new_id()

    async def makes(db: Db) -> bytes:
        store = Drawer(db, vault, NOW)
        key = await store.key(owner)
        assert await store.key(owner) is key
        assert vault.known(owner) is None
        return key.seal(b"word", "p")

    sealed = await store_db.writer.transaction(makes)

    async def reads(db: Db) -> bytes:
        return (await Drawer(db, vault, NOW).key(owner)).open(sealed, "p")

    assert await store_db.writer.transaction(reads) == b"word"


async def test_a_key_of_a_turn_taken_back_is_made_anew(store_db: Database, vault: Vault) -> None:
    owner = new_id()

    async def makes(db: Db) -> None:
        store = Drawer(db, vault, NOW)
        first = await store.key(owner)
        await store.drop()
        assert await store.key(owner) is not first
        await store.keep()

    await store_db.writer.transaction(makes)


async def test_instants_come_back_aware_whatever_zone_they_were_written_in(store_db: Database) -> None:
    seoul = NOW.astimezone(timezone(timedelta(hours=9)))
    await store_db.writer.transaction(lambda db: db.execute(insert(claims), {"update_id": 1, "at": seoul}))
    async with store_db.reading() as db:
        assert (await db.execute(select(claims.c.at))).scalar_one() == NOW


async def test_an_instant_without_a_zone_is_refused(store_db: Database) -> None:
    naive = datetime(2025, 7, 28, tzinfo=UTC).replace(tzinfo=None)
    with pytest.raises(StatementError):
        await store_db.writer.transaction(lambda db: db.execute(insert(claims), {"update_id": 1, "at": naive}))


async def test_readers_do_not_wait_for_the_writer(store_db: Database, vault: Vault) -> None:
    async def write(db: Db) -> list[str]:
        await add(Drawer(db, vault, NOW), "a")
        return await names(store_db)

    assert await store_db.writer.transaction(write) == []
    assert await names(store_db) == ["a"]


async def test_hurried_commits_wait_for_the_disk_again_afterwards(store_db: Database) -> None:
    async def setting(db: Db) -> str:
        asked = "PRAGMA synchronous" if store_db.is_sqlite else "SHOW synchronous_commit"
        return str((await db.execute(text(asked))).scalar_one())

    async with store_db.hurried():
        assert await store_db.writer.transaction(setting) == ("1" if store_db.is_sqlite else "off")
    assert await store_db.writer.transaction(setting) == ("2" if store_db.is_sqlite else "on")


async def test_writers_that_open_what_a_kill_left_at_the_same_moment_wait_for_whoever_mends_it(tmp_path: Path) -> None:
    alive, left, together = tmp_path / "alive.db", tmp_path / "left.db", 6
    database = Database(f"sqlite+aiosqlite:///{alive}")
    await database.writer.transaction(lambda db: db.execute(text("CREATE TABLE papers (page BLOB)")))
    await database.writer.transaction(lambda db: db.execute(text("INSERT INTO papers VALUES (zeroblob(500000))")))
    for part in ("", "-wal"):
        shutil.copy(f"{alive}{part}", f"{left}{part}")
    await database.close()
    at_once = Barrier(together)

    def opens(_number: int) -> None:
        one = Database(f"sqlite+aiosqlite:///{left}")
        at_once.wait()
        one.new_writer()

    with ThreadPoolExecutor(together) as pool:
        list(pool.map(opens, range(together)))
