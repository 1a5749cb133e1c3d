"""Signs of life and units of work."""

import pytest

from storage import signals
from storage.engine import Drawer
from storage.tables import audit, settings
from tests.storage.conftest import Office


async def test_a_sign_of_life_is_as_old_as_its_last_beat(office: Office) -> None:
    await office.do(lambda store: signals.beat(store.db, "seal"))
    await office.do(lambda store: signals.beat(store.db, "seal"))
    async with office.database.reading() as db:
        ages = await signals.ages(db)
    assert list(ages) == ["seal"]
    assert -1 < ages["seal"] < 60


async def test_a_unit_of_work_that_fails_keeps_nothing(office: Office) -> None:
    async def work(store: Drawer) -> None:
        await store.write(settings.insert(), {"name": "x", "value": "1"})
        store.audit("x")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await office.do(work)
    async with office.database.reading() as db:
        assert (await db.execute(settings.select())).all() == []
        assert (await db.execute(audit.select())).all() == []


async def test_a_drawer_takes_back_its_own_work_alone(office: Office) -> None:
    async def work(store: Drawer) -> None:
        await store.write(settings.insert(), {"name": "kept", "value": "1"})
        await store.keep()
        await store.write(settings.insert(), {"name": "dropped", "value": "1"})
        store.audit("dropped")
        await store.drop()
        await store.drop()
        store.audit("kept")

    await office.do(work)
    async with office.database.reading() as db:
        assert [row.name for row in await db.execute(settings.select())] == ["kept"]
        assert [row.action for row in await db.execute(audit.select())] == ["kept"]
