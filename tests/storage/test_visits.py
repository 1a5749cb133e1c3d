"""Visits still to be made: read by dong, planned and ended by one hand at a time."""

from datetime import date
from uuid import UUID

import pytest

from storage import visits
from storage.cases import AlreadyOpen, Case, Moved
from storage.ids import new_id
from storage.visits import NOT_HOME, Visit
from tests.storage.conftest import NOW, Office

SEO, LIM = new_id(), new_id()
WEDNESDAY = date(2025, 7, 30)


def wish(n: int, dong: str = "yeonhui") -> Case:
    return Case(
        id=new_id(), number=f"VS-{n}", kind="visit", programme="", round="", reason="mobility", state="filed",
        identity="to_check", for_whom="self", subject_hash=n.to_bytes(16), resident=None, household=None,
        person=new_id(), chat=7000 + n, dong=dong, language="ko", filed_at=NOW, due_at=None, target_minutes=None,
        office=dong, told={"name": "김영자", "address": f"서곶로 {n}"},
    )  # fmt: skip


async def asked(office: Office, n: int = 1, dong: str = "yeonhui") -> Visit:
    case = await office.do(lambda store: visits.ask(store, wish(n, dong), None, None))
    return await now(office, case.id)


async def now(office: Office, case: UUID) -> Visit:
    found = await office.do(lambda store: visits.by_case(store, case))
    assert found is not None
    return found


async def test_each_dong_has_its_own_that_are_still_to_be_made(office: Office) -> None:
    here, there = await asked(office, 1), await asked(office, 2, "gajeong-1")
    await office.do(lambda store: visits.made(store, here, SEO))
    second = await asked(office, 3)
    assert await office.do(lambda store: visits.of_dongs(store, {"yeonhui"}, 10)) == (second,)
    both = await office.do(lambda store: visits.of_dongs(store, {"yeonhui", "gajeong-1"}, 10))
    assert both == (there, second)


async def test_one_person_has_one_open_visit(office: Office) -> None:
    await asked(office)
    with pytest.raises(AlreadyOpen):
        await asked(office)


async def test_nobody_at_home_counts_and_agrees_on_another_day(office: Office) -> None:
    visit = await asked(office)
    await office.do(lambda store: visits.plan(store, visit, WEDNESDAY, "am", SEO, NOT_HOME))
    later = await now(office, visit.case.id)
    assert (later.day, later.half, later.times, later.outcome) == (WEDNESDAY, "am", 1, NOT_HOME)
    await office.do(lambda store: visits.plan(store, later, WEDNESDAY, "pm", SEO))
    again = await now(office, visit.case.id)
    assert (again.half, again.times, again.outcome) == ("pm", 1, NOT_HOME)


async def test_of_two_officers_one_ends_it(office: Office) -> None:
    visit = await asked(office)
    await office.do(lambda store: visits.made(store, visit, SEO))
    with pytest.raises(Moved):
        await office.do(lambda store: visits.made(store, visit, LIM))
    ended = await now(office, visit.case.id)
    assert (ended.case.state, ended.case.open, ended.times, ended.outcome) == ("done", False, 1, "done")
