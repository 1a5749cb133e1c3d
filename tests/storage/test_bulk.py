"""Many rows in one statement: any number, conflicts skipped or overwritten, values in their own columns."""

from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from storage.bulk import Bulk, among, values_of
from storage.claims import claim
from storage.connections import is_postgres
from storage.engine import Database, Db
from storage.ids import new_id
from storage.tables import claims, keys, residents, settings, signals
from tests.storage.conftest import NOW

HUNDREDS = 700


async def put(database: Database, bulk: Bulk, rows: list[dict[str, Any]]) -> Sequence[Any]:
    return await database.writer.transaction(lambda db: bulk.put(db, rows))


async def kept(database: Database) -> dict[str, str]:
    async with database.reading() as db:
        return {row.name: row.value for row in await db.execute(select(settings))}


@pytest.mark.parametrize("count", [0, 1, HUNDREDS])
async def test_any_number_of_rows_goes_in(store_db: Database, count: int) -> None:
    await put(store_db, Bulk(settings, ("name", "value")), [{"name": str(n), "value": "x"} for n in range(count)])
    assert len(await kept(store_db)) == count


async def test_a_word_too_long_for_its_column_is_refused_and_not_cut(store_db: Database) -> None:
    if store_db.is_sqlite:  # it keeps to no length
        return
    with pytest.raises(DBAPIError):
        await put(store_db, Bulk(settings, ("name", "value")), [{"name": "n" * 41, "value": "x"}])


async def test_what_is_there_is_skipped_or_overwritten_as_said(store_db: Database) -> None:
    await put(store_db, Bulk(settings, ("name", "value")), [{"name": "a", "value": "1"}])
    both = [{"name": "a", "value": "2"}, {"name": "b", "value": "2"}]
    await put(store_db, Bulk(settings, ("name", "value"), skip=("name",)), both)
    assert await kept(store_db) == {"a": "1", "b": "2"}
    both = [{"name": "a", "value": "3"}, {"name": "c", "value": "3"}]
    await put(store_db, Bulk(settings, ("name", "value"), overwrite=("name",)), both)
    assert await kept(store_db) == {"a": "3", "b": "2", "c": "3"}


async def test_what_was_not_claimed_before_is_claimed(store_db: Database) -> None:
    async def claimed(*numbers: int) -> set[int]:
        return await store_db.writer.transaction(lambda db: claim(db, numbers, NOW))

    assert [await claimed(1, 2), await claimed(2, 3), await claimed()] == [{1, 2}, {3}, set()]


async def test_columns_may_be_named_in_any_order(store_db: Database) -> None:
    id = new_id()
    bulk = Bulk(residents, ("sealed", "id", "person_hash"))
    await put(store_db, bulk, [{"id": id, "person_hash": b"h" * 16, "sealed": b"s"}])
    async with store_db.reading() as db:
        row = (await db.execute(select(residents))).one()
    assert (row.id, row.person_hash, row.sealed) == (id, b"h" * 16, b"s")


async def test_every_kind_of_value_survives(store_db: Database) -> None:
    owner = new_id()
    await put(store_db, Bulk(keys, ("owner", "sealed")), [{"owner": owner, "sealed": b"\0\xff"}])
    await put(store_db, Bulk(claims, ("update_id", "at")), [{"update_id": 2**40, "at": NOW}])
    await put(store_db, Bulk(signals, ("name", "at")), [{"name": "ㅎ", "at": 1.5}])
    async with store_db.reading() as db:
        assert (await db.execute(select(keys))).one() == (owner, b"\0\xff")
        assert (await db.execute(select(claims))).one() == (2**40, NOW)
        assert (await db.execute(select(signals))).one() == ("ㅎ", 1.5)


async def test_a_row_is_among_the_values_given(store_db: Database) -> None:
    await put(store_db, Bulk(claims, ("update_id", "at")), [{"update_id": n, "at": NOW} for n in range(9)])

    async def find(db: Db) -> list[int]:
        found = select(claims.c.update_id).where(among(claims.c.update_id, "ids", is_postgres(db)))
        return sorted((await db.execute(found, {"ids": values_of(db, [3, 5, 77])})).scalars())

    assert await store_db.writer.transaction(find) == [3, 5]
