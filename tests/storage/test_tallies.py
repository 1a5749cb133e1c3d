"""Counts of what came of sends: added up across processes, and only of late."""

from sqlalchemy import update

from storage import tallies
from storage.engine import Drawer
from storage.tables import tallies as table
from tests.storage.conftest import Office


async def recent(office: Office) -> dict[str, int]:
    return dict(await office.do(lambda store: tallies.recent(store.db)))


async def test_what_several_processes_counted_is_added_up(office: Office) -> None:
    for counted in ({"sends": 3, "429": 1}, {"sends": 2}, {}):
        await office.do(lambda store, counted=counted: tallies.add(store.db, counted))  # type: ignore[misc]
    assert await recent(office) == {"sends": 5, "429": 1}


async def test_what_is_some_minutes_old_counts_no_more_and_goes_after_a_day(office: Office) -> None:
    async def age(store: Drawer, slots: int) -> None:
        await store.write(update(table).values(slot=table.c.slot - slots))

    await office.do(lambda store: tallies.add(store.db, {"sends": 3}))
    await office.do(lambda store: age(store, 3))
    assert await recent(office) == {}
    await office.do(lambda store: age(store, tallies.KEPT))
    await office.do(lambda store: tallies.add(store.db, {"sends": 1}))
    async with office.database.reading() as db:
        assert [row.times for row in await db.execute(table.select())] == [1]
