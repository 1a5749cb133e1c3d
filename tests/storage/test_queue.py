"""The queue: the order in which cases are taken, one winner each time, and how a case goes from hand to hand."""

import asyncio
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import cases, migrate, queue
from storage.bulk import Bulk
from storage.cases import Case, Moved
from storage.engine import Database, Drawer
from storage.ids import new_id
from storage.tables import cases as cases_table
from storage.unit import in_one
from storage.vault import Vault
from tests.storage.conftest import NOW, Office
from tests.storage.test_cases import a_case

HAN, SEO = new_id(), new_id()
HOUR = timedelta(hours=1)
_numbers = count(1)


async def filed(at: Office, **more: object) -> Case:
    n = next(_numbers)
    case = a_case(f"SG-{n}", n.to_bytes(16), **more)
    return await at.do(lambda store: cases.file(store, case))


async def fresh(office: Office, case: Case) -> Case:
    found = await office.do(lambda store: cases.by_id(store, case.id))
    assert found is not None
    return found


async def taken(office: Office, case: Case, by: UUID = HAN) -> Case:
    return await office.do(lambda store: queue.take(store, case, "checking", by))


async def numbers(office: Office, *offices: str, limit: int = 40) -> list[str]:
    return [one.number for one in await office.do(lambda store: queue.waiting(store, offices, limit))]


async def test_who_came_back_goes_first_then_who_is_due_then_who_came_first(office: Office) -> None:
    late = await filed(office, due_at=NOW + 9 * HOUR)
    soon = await filed(office, due_at=NOW + HOUR, filed_at=NOW - HOUR)
    sooner = await filed(office, due_at=NOW + HOUR, filed_at=NOW - 2 * HOUR)
    held = await taken(office, late)
    await office.do(lambda store: queue.give_back(store, held, "filed"))
    assert await numbers(office, "gajeong-1") == [late.number, sooner.number, soon.number]
    assert await numbers(office, "gajeong-1", limit=2) == [late.number, sooner.number]


async def test_a_queue_shows_what_nobody_holds_and_only_its_own(office: Office) -> None:
    held, free = await filed(office), await filed(office)
    other = await filed(office, dong="sinhyeon", office="sinhyeon")
    await filed(office, kind="talk")
    await taken(office, held)
    assert await numbers(office, "gajeong-1") == [free.number]
    assert set(await numbers(office, "gajeong-1", "sinhyeon")) == {free.number, other.number}
    assert [one.number for one in await office.do(lambda store: queue.mine(store, HAN))] == [held.number]
    assert not await office.do(lambda store: queue.mine(store, SEO))


async def test_taking_names_the_holder_and_a_second_hand_is_told(office: Office) -> None:
    case = await filed(office)
    held = await taken(office, case)
    assert (held.holder, held.held_at, held.state) == (HAN, NOW, "checking")
    for seen in (case, held):
        with pytest.raises(Moved):
            await taken(office, seen, SEO)
    assert await fresh(office, case) == held


async def claims(houses: list[Database], vault: Vault, case: Case) -> list[object]:
    async def claim(n: int) -> Case:
        async def work(store: Drawer) -> Case:
            seen = await cases.by_id(store, case.id)
            assert seen is not None
            return await queue.take(store, seen, "checking", new_id())

        return await in_one(houses[n % len(houses)], vault, NOW, work)

    return list(await asyncio.gather(*(claim(n) for n in range(200)), return_exceptions=True))


async def test_of_two_hundred_claims_one_wins(office: Office) -> None:
    case = await filed(office)
    found = await claims([office.database], office.vault, case)
    assert sorted(type(one).__name__ for one in found) == ["Case"] + ["Moved"] * 199


@pytest.mark.postgres
async def test_of_two_hundred_claims_at_the_same_instant_one_wins(postgres_url: str, vault: Vault) -> None:
    await migrate.upgrade(postgres_url)
    houses = [Database(postgres_url) for _ in range(8)]
    case = a_case()
    await in_one(houses[0], vault, NOW, lambda store: cases.file(store, case))
    found = await claims(houses, vault, case)
    assert sorted(type(one).__name__ for one in found) == ["Case"] + ["Moved"] * 199
    for house in houses:
        await house.close()


async def test_a_case_put_back_stands_where_it_stood(office: Office) -> None:
    first, second = await filed(office), await filed(office, due_at=NOW + HOUR)
    held = await taken(office, second)
    await office.do(lambda store: queue.release(store, held, "filed", HAN))
    assert await numbers(office, "gajeong-1") == [first.number, second.number]


async def test_a_transfer_keeps_the_clock_and_gives_the_other_dong_its_rights(office: Office) -> None:
    held = await taken(office, await filed(office))
    moved = await office.do(
        lambda store: queue.pass_on(store, held, "filed", "sinhyeon", HAN, kind="transfer", dong="sinhyeon")
    )
    assert (moved.office, moved.dong, moved.holder, moved.due_at) == ("sinhyeon", "sinhyeon", None, held.due_at)
    assert await numbers(office, "sinhyeon") == [moved.number]
    *_, told = await office.do(lambda store: cases.story(store, moved.id))
    assert (told.kind, told.actor, dict(told.detail)) == ("transfer", HAN, {"office": "sinhyeon"})


async def test_a_hold_is_quiet_until_its_own_holder_stirs(office: Office) -> None:
    held = await taken(office, await filed(office))
    asked = await taken(office, await filed(office))
    await office.do(lambda store: cases.move(store, asked, "supplement", open=True, actor=HAN, kind="ask"))
    office.now = NOW + HOUR

    async def quiet() -> list[str]:
        return [one.number for one in await office.do(lambda store: queue.quiet(store, NOW + HOUR / 2, 10))]

    assert await quiet() == [held.number]
    await office.do(lambda store: queue.stir(store, held.id, SEO))
    assert await quiet() == [held.number]
    await office.do(lambda store: queue.stir(store, held.id, HAN))
    assert await quiet() == []


async def test_the_place_counts_who_will_be_taken_before(office: Office) -> None:
    back = await filed(office, due_at=NOW + 9 * HOUR)
    soon, same = await filed(office, due_at=NOW + HOUR), await filed(office, due_at=NOW + 2 * HOUR)
    mine = await filed(office, due_at=NOW + 2 * HOUR, filed_at=NOW + HOUR)
    await filed(office, dong="sinhyeon", office="sinhyeon")
    await filed(office, due_at=NOW + 3 * HOUR)
    held = await taken(office, back)

    async def before(case: Case) -> int:
        return await office.do(lambda store: queue.before(store, case))

    assert [await before(case) for case in (soon, same, mine, held)] == [0, 1, 2, 0]
    returned = await office.do(lambda store: queue.give_back(store, held, "filed"))
    assert [await before(case) for case in (returned, mine)] == [0, 3]
    assert await before(replace(mine, state="supplement")) == 0


# ------------------------------------------------------------------------------------------------- ten thousand open

OFFICES = ("gajeong-1", *(f"office-{n}" for n in range(1, 24)))
SCANNED = re.compile(r"Seq Scan on cases|SCAN cases")


async def ten_thousand(office: Office) -> Case:
    """So many open cases in two dozen offices, one of 500 in Han's hand; gives the one that is due last."""
    last = await filed(office, due_at=NOW + 20_000 * HOUR)

    async def file(store: Drawer) -> None:
        row = dict((await store.read(select(cases_table).where(cases_table.c.id == last.id))).mappings().one())
        in_hand = {"holder": HAN, "held_at": NOW, "state": "checking"}
        rows = [
            row | {"id": new_id(), "number": f"X{n}", "subject_hash": (100_000 + n).to_bytes(16), "sealed": None,
                   "due_at": NOW + n * HOUR, "office": OFFICES[n % len(OFFICES)], **(in_hand if n % 500 == 1 else {})}
            for n in range(1, 10_001)
        ]  # fmt: skip
        await Bulk(cases_table, [name for name in row if name != "place"]).put(store.db, rows)
        await store.db.execute(text("ANALYZE cases"))

    await office.do(file)
    return last


@contextmanager
def statements(office: Office) -> Iterator[dict[str, Any]]:
    """Every statement that is read, with the last values it was given."""
    seen: dict[str, Any] = {}

    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool) -> None:
        if statement.startswith("SELECT"):
            seen[statement] = parameters

    engine = office.database._async.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)


async def plan(db: AsyncConnection, statement: str, parameters: Any) -> str:
    """How the database goes about it; PostgreSQL whatever the values are, as when it has prepared the statement."""
    how = "EXPLAIN (GENERIC_PLAN)" if db.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN"
    rows = await db.exec_driver_sql(f"{how} {statement}", parameters)
    return "\n".join(str(row[-1]) for row in rows)


async def test_no_look_at_a_queue_of_ten_thousand_reads_them_all(office: Office) -> None:
    last = await ten_thousand(office)
    async with office.database.reading() as db:
        assert isinstance(db, AsyncConnection)
        store = Drawer(db, office.vault, NOW)
        with statements(office) as seen:
            assert len(await queue.waiting(store, OFFICES[:2], 40)) == 40
            assert len(await queue.mine(store, HAN)) == 20
            assert len(await queue.quiet(store, NOW, 10)) == 10
            assert await queue.before(store, last) == 10_000 // len(OFFICES)
        assert len(seen) == 4
        for statement, parameters in seen.items():
            found = await plan(db, statement, parameters)
            assert "ix_cases_" in found
            assert not SCANNED.search(found), f"{statement}\n{found}"
