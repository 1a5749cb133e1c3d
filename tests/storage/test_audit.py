"""The audit chain: every edit, deletion, reordering and cut is found; erasing a person leaves it whole."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from storage import audit
from storage.audit import Head, Verified
from storage.engine import AuditRow, Db, Drawer
from storage.ids import new_id
from storage.tables import audit as table
from storage.tables import keys
from tests.storage.conftest import Office

PLACES = 12


async def filled(office: Office) -> Head:
    """A chain of twelve rows, some with detail; gives its head."""
    actor = new_id()

    async def write(store: Drawer) -> None:
        await store.key(actor)
        for n in range(PLACES):
            store.audit("looked", actor=actor, subject=new_id(), **({"n": n} if n % 2 else {}))

    await office.do(write)
    await seal(office)
    async with office.database.reading() as db:
        return await audit.head(db)


async def seal(office: Office, limit: int = 5) -> None:
    while await office.do(lambda store: audit.seal_waiting(store, limit)):
        pass


async def verify(office: Office, printed: Head | None = None) -> Verified:
    return await office.do(lambda store: audit.verify(store.db, store.vault, printed))


async def tamper(office: Office, work: Callable[[Db], Awaitable[object]]) -> None:
    await office.database.writer.transaction(work)


async def test_an_untouched_chain_verifies(office: Office) -> None:
    head = await filled(office)
    assert head.place == PLACES
    assert await verify(office, head) == Verified(PLACES, None)


async def test_a_printed_head_is_read_back(office: Office) -> None:
    head = await filled(office)
    assert Head.read(f"{head}\n") == head


@pytest.mark.parametrize(
    "change", [{"action": "harmless"}, {"subject": None}, {"sealed": b"other"}, {"place": 77}, {"seal": b"x" * 32}]
)
async def test_an_edited_row_is_found(office: Office, change: dict[str, object]) -> None:
    await filled(office)
    await tamper(office, lambda db: db.execute(update(table).where(table.c.place == 6).values(change)))
    assert (await verify(office)).first_bad == 6


async def test_a_moved_time_is_found(office: Office) -> None:
    await filled(office)
    later = office.now + timedelta(microseconds=1)
    await tamper(office, lambda db: db.execute(update(table).where(table.c.place == 4).values(at=later)))
    assert (await verify(office)).first_bad == 4


@pytest.mark.parametrize("place", [1, 6])
async def test_a_deleted_row_is_found(office: Office, place: int) -> None:
    await filled(office)
    await tamper(office, lambda db: db.execute(delete(table).where(table.c.place == place)))
    assert (await verify(office)).first_bad == place


async def test_two_rows_in_each_others_place_are_found(office: Office) -> None:
    await filled(office)

    async def swap(db: Db) -> None:
        for old, new in ((3, 99), (4, 3), (99, 4)):
            await db.execute(update(table).where(table.c.place == old).values(place=new))

    await tamper(office, swap)
    assert (await verify(office)).first_bad == 3


async def test_a_cut_tail_is_found_with_yesterdays_head_even_when_new_rows_follow(office: Office) -> None:
    head = await filled(office)
    await tamper(office, lambda db: db.execute(delete(table).where(table.c.place > 8)))
    assert await verify(office) == Verified(8, None)
    assert (await verify(office, head)).first_bad == 9
    await filled(office)
    assert (await verify(office, head)).first_bad == PLACES


async def test_erasing_a_person_leaves_the_chain_whole_and_her_details_unreadable(office: Office) -> None:
    head = await filled(office)

    async def details(store: Drawer) -> list[object]:
        rows = (await store.read(select(table).order_by(table.c.place))).all()
        return [await audit.detail(store.db, store.vault, row) for row in rows]

    assert {"n": 1} in await office.do(details)
    async with office.database.reading() as db:
        actor = (await db.execute(select(table.c.actor).limit(1))).scalar_one()
    await office.do(lambda store: store.write(delete(keys).where(keys.c.owner == actor)))
    office.vault.forget(actor)
    assert set(await office.do(details)) == {None}
    assert await verify(office, head) == Verified(PLACES, None)


async def test_details_of_nobody_with_a_key_are_sealed_with_the_offices_own(office: Office) -> None:
    await office.do(lambda store: audit.put(store.db, store.vault, [AuditRow("a", detail={"secret": 1})], store.now))
    async with office.database.reading() as db:
        row = (await db.execute(select(table))).one()
        assert b"secret" not in row.sealed
        assert await audit.detail(db, office.vault, row) == {"secret": 1}


async def test_a_key_that_was_never_committed_is_not_remembered(office: Office) -> None:
    actor = new_id()

    async def fails(store: Drawer) -> None:
        await store.key(actor)
        await audit.put(store.db, store.vault, [AuditRow("a", actor, detail={"n": 1})], store.now)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        await office.do(fails)
    assert office.vault.known(actor) is None


async def test_the_oldest_rows_are_forgotten_and_the_rest_still_verifies(office: Office) -> None:
    await filled(office)
    office.now += timedelta(days=800)
    head = await filled(office)
    before = office.now - timedelta(days=730)
    assert await office.do(lambda store: audit.forget_until(store, before, 7)) == 7
    assert await office.do(lambda store: audit.forget_until(store, before, 7)) == PLACES - 7
    assert await office.do(lambda store: audit.forget_until(store, before, 7)) == 0
    assert await verify(office, head) == Verified(PLACES, None)


async def test_nobody_else_can_shorten_the_beginning(office: Office) -> None:
    await filled(office)

    async def cut(db: Db) -> None:
        from storage.tables import settings

        row = (await db.execute(select(table.c.place, table.c.seal).where(table.c.place == 3))).one()
        await db.execute(delete(table).where(table.c.place <= 3))
        value = f"{Head(row.place, row.seal)}:{'0' * 64}"
        await db.execute(settings.insert(), {"name": "audit.beginning", "value": value})

    await tamper(office, cut)
    assert (await verify(office)).first_bad == 1


async def test_two_sealers_at_once_chain_each_row_once(office: Office) -> None:
    await filled(office)
    await office.do(_look_again)
    writers = [office.database.new_writer() for _ in range(4)]

    async def chain(db: Db) -> int:
        return await audit.seal_waiting(Drawer(db, office.vault, office.now))

    assert sum(await asyncio.gather(*(writer.transaction(chain) for writer in writers))) == PLACES
    assert await verify(office) == Verified(2 * PLACES, None)


async def _look_again(store: Drawer) -> None:
    for _ in range(PLACES):
        store.audit("looked", subject=new_id())
