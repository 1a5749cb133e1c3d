"""The doctor sees what ails, and says nothing where nothing does."""

from datetime import timedelta
from pathlib import Path

from sqlalchemy import update

from bot import doctor
from storage import migrate
from storage.engine import Db, Drawer
from storage.outbox import PARKED
from storage.tables import outbox
from tests.journey import Town


async def findings(town: Town) -> dict[str, doctor.Finding]:
    return {one.name: one for one in await doctor.examine(town.database, town.vault, town.now)}


async def test_a_fresh_installation_wants_migrating_and_a_roster(tmp_path: Path) -> None:
    async with Town(tmp_path) as town:
        found = await findings(town)
    assert not found["schema"].fine
    assert "migrate" in found["schema"].seen
    assert not found["import roster"].fine
    assert found["carriers"].fine
    assert found["outbox reply"].fine


async def test_a_migrated_database_is_up_to_date(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/town.db"
    await migrate.upgrade(url)
    async with Town(tmp_path, url=url) as town:
        assert (await findings(town))["schema"].fine


async def test_a_letter_that_waits_too_long_and_one_in_doubt_are_seen(tmp_path: Path) -> None:
    async with Town(tmp_path) as town:
        kim = town.resident("kim")
        await kim.writes("/start")
        await town.sender.drain(1)

        async def stuck(db: Db) -> None:
            await db.execute(update(outbox).values(state="waiting", due_at=town.now - timedelta(minutes=5)))

        await town.database.writer.transaction(stuck)
        found = await findings(town)
        assert not found["outbox reply"].fine
        assert "300 s" in found["outbox reply"].seen
        assert not found["carriers"].fine

        async def park(store: Drawer) -> None:
            await store.write(update(outbox).values(state=PARKED))

        await town.within(park)
        assert not (await findings(town))["in doubt"].fine
