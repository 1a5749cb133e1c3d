"""By the clock: who did not open her decision is written to; what was paid is noted."""

from datetime import timedelta

from sqlalchemy import Select, select

from bot.chores import decided
from storage import cases, decisions
from storage.cases import Case
from storage.decisions import Decision
from storage.engine import Drawer
from storage.ids import new_id
from storage.tables import cases as cases_table
from tests.journey import CITY
from tests.storage.conftest import NOW, Office, office, store_db, vault
from tests.storage.test_cases import a_case
from tests.storage.test_decisions import NO

__all__ = ["office", "store_db", "vault"]

HAN = new_id()
CHASE = decided.chase(lambda: CITY)


async def closed(office: Office, number: str = "SG-1") -> tuple[Case, Decision]:
    case = a_case(number, number.encode().ljust(16), state="deciding")
    await office.do(lambda store: cases.file(store, case))
    return await office.do(lambda store: decisions.close(store, case, NO, HAN))


async def tasks(office: Office, case: Case) -> list[str]:
    """What is to be done about a case, as a person would find it."""
    found = select(cases_table.c.reason).where(cases_table.c.kind == "task", cases_table.c.person == case.person)
    return await office.do(lambda store: _read(store, found))


async def _read(store: Drawer, found: Select[tuple[str]]) -> list[str]:
    return list((await store.read(found)).scalars())


async def test_an_unopened_decision_becomes_one_task_after_three_working_days(office: Office) -> None:
    case, _ = await closed(office)
    office.now = NOW + timedelta(days=2, hours=23)
    await office.do(CHASE)
    assert await tasks(office, case) == []
    office.now = NOW + timedelta(days=3, minutes=1)
    await office.do(CHASE)
    await office.do(CHASE)
    assert await tasks(office, case) == ["post.unopened"]


async def test_a_weekend_is_no_working_day(office: Office) -> None:
    office.now = NOW + timedelta(days=4)  # a Friday
    case, _ = await closed(office)
    office.now += timedelta(days=4)
    await office.do(CHASE)
    assert await tasks(office, case) == []
    office.now += timedelta(days=1, minutes=1)
    await office.do(CHASE)
    assert await tasks(office, case) == ["post.unopened"]


async def test_who_opened_it_is_left_alone(office: Office) -> None:
    case, decision = await closed(office)
    await office.do(lambda store: decisions.opened(store, decision, new_id()))
    office.now = NOW + timedelta(days=30)
    await office.do(CHASE)
    assert await tasks(office, case) == []
