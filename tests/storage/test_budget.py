"""The budget of unasked letters: one rate for all processes, drawn in whole sends."""

from sqlalchemy import update

from storage import budget
from storage.engine import Drawer
from storage.tables import budget as table
from tests.storage.conftest import Office


async def drawn(office: Office, wanted: int, rate: float = 10.0, burst: float = 5.0) -> int:
    return await office.do(lambda store: budget.draw(store.db, "unasked", wanted, rate=rate, burst=burst))


async def ago(office: Office, seconds: float) -> None:
    async def shift(store: Drawer) -> None:
        await store.write(update(table).values(at=table.c.at - seconds))

    await office.do(shift)


async def test_a_fresh_budget_gives_its_burst_and_no_more(office: Office) -> None:
    assert [await drawn(office, n, rate=0.001) for n in (3, 9, 9)] == [3, 2, 0]


async def test_it_fills_by_its_rate_up_to_its_burst(office: Office) -> None:
    await drawn(office, 5, rate=1.0)
    await ago(office, 2.5)
    assert await drawn(office, 9, rate=1.0) == 2
    await ago(office, 1000)
    assert await drawn(office, 9, rate=1.0) == 5


async def test_parts_of_a_send_add_up(office: Office) -> None:
    await drawn(office, 1, rate=0.5, burst=0.5)
    given = []
    for _ in range(4):
        await ago(office, 1)
        given.append(await drawn(office, 1, rate=0.5, burst=0.5))
    assert sum(given) == 2


async def test_a_clock_that_went_back_gives_nothing_twice(office: Office) -> None:
    await drawn(office, 5, rate=0.001)
    await ago(office, -50)
    assert await drawn(office, 5, rate=0.001) == 0
