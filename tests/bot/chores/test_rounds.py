"""What is done by the clock: once round, at once while there is more, and never the end of the process."""

import asyncio
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from sqlalchemy import delete, func, insert, select

from bot import chores, words
from bot.chores import Chore
from storage import signals
from storage.engine import Drawer
from storage.tables import audit, claims
from storage.tables import signals as signs
from tests.journey import CITY, Town
from tests.waiting import until


async def count(town: Town, statement: object) -> int:
    async def read(store: Drawer) -> int:
        return int((await store.read(statement)).scalar_one())  # type: ignore[arg-type]

    return int(await town.within(read))


async def test_update_ids_are_forgotten_after_three_days(tmp_path: Path) -> None:
    async with Town(tmp_path) as town:

        async def claim(store: Drawer) -> None:
            for number, age in ((1, 4), (2, 2)):
                await store.write(insert(claims), {"update_id": number, "at": town.now - timedelta(days=age)})

        await town.within(claim)
        await town.within(chores.forget_claims)
        assert await count(town, select(func.count()).select_from(claims)) == 1


async def test_audit_rows_are_sealed_into_the_chain(tmp_path: Path) -> None:
    async with Town(tmp_path) as town:

        async def say(store: Drawer) -> None:
            store.audit("said")

        await town.within(say)
        assert await town.within(chores.seal) is False
        assert await count(town, select(func.count()).where(audit.c.place.is_(None))) == 0


async def test_a_chore_that_fails_leaves_the_others_alone_and_comes_round_again(tmp_path: Path) -> None:
    tried: list[str] = []

    async def fails(_store: Drawer) -> bool:
        tried.append("fails")
        raise RuntimeError

    async def works(_store: Drawer) -> bool:
        tried.append("works")
        return False

    async with Town(tmp_path) as town:
        wanted = (Chore("fails", 0.01, fails), Chore("works", 0.01, works))
        running = asyncio.create_task(chores.run(town.database, town.vault, lambda: town.now, wanted))
        await until(lambda: tried.count("fails") > 1 and tried.count("works") > 1)
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
        async with town.database.reading() as db:
            assert set(await signals.ages(db)) == {"works"}


async def test_a_chore_goes_on_at_once_while_there_is_more(tmp_path: Path) -> None:
    left = [True, True, False]

    async def some(_store: Drawer) -> bool:
        return left.pop(0)

    async with Town(tmp_path) as town:
        running = asyncio.create_task(
            chores.run(town.database, town.vault, lambda: town.now, (Chore("some", 3600, some),))
        )
        await until(lambda: not left)
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running


async def test_a_chore_that_waits_for_its_time_gives_signs_of_life(tmp_path: Path) -> None:
    worked: list[int] = []

    async def works(_store: Drawer) -> bool:
        worked.append(1)
        return False

    async with Town(tmp_path) as town:

        async def beaten() -> bool:
            async with town.database.reading() as db:
                return "slow" in await signals.ages(db)

        slow = (Chore("slow", 3600, works),)
        running = asyncio.create_task(chores.run(town.database, town.vault, lambda: town.now, slow, beat=0.01))
        for _ in range(3):
            await until(beaten)
            await town.within(lambda store: store.write(delete(signs)))
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
    assert worked == [1]


async def test_after_a_sweep_the_files_are_scrubbed(tmp_path: Path) -> None:
    async def works(_store: Drawer) -> bool:
        return False

    async with Town(tmp_path) as town:
        await town.resident("kim").writes("/start")
        log = tmp_path / "town.db-wal"
        assert log.stat().st_size > 0
        for task in town._running:
            task.cancel()
        chore = (Chore("sweeps", 3600, works, scrubs=True),)
        running = asyncio.create_task(chores.run(town.database, town.vault, lambda: town.now, chore))
        await until(lambda: log.stat().st_size == 0)
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running


async def test_nothing_of_the_roster_goes_before_its_time(tmp_path: Path) -> None:
    async with Town(tmp_path) as town:
        assert [chore.name for chore in chores.chores(lambda: CITY, words.write)] == list(chores.NAMES)
        assert await town.within(chores.sweep(CITY)) is False
