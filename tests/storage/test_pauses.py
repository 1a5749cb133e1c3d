"""Spans in which the resident had to act."""

from dataclasses import replace
from datetime import timedelta

from storage import cases, deadlines, pauses
from storage.ids import new_id
from tests.storage.conftest import NOW, Office
from tests.storage.test_cases import a_case

HOUR = timedelta(hours=1)


async def test_a_span_lasts_until_it_is_ended(office: Office) -> None:
    case = new_id()
    await office.do(lambda store: pauses.begin(store, case))
    office.now += HOUR
    assert await office.do(lambda store: pauses.of_case(store, case)) == ((NOW, NOW + HOUR),)
    assert await office.do(lambda store: pauses.end(store, case)) == ((NOW, NOW + HOUR),)
    office.now += HOUR
    assert await office.do(lambda store: pauses.of_case(store, case)) == ((NOW, NOW + HOUR),)


async def test_a_second_beginning_changes_nothing(office: Office) -> None:
    case = new_id()
    await office.do(lambda store: pauses.begin(store, case))
    office.now += HOUR
    await office.do(lambda store: pauses.begin(store, case))
    assert await office.do(lambda store: pauses.of_case(store, case)) == ((NOW, NOW + HOUR),)


async def test_a_span_ended_and_begun_at_the_same_instant_is_one(office: Office) -> None:
    case = new_id()
    for work in (pauses.begin, pauses.end, pauses.begin):
        await office.do(lambda store, work=work: work(store, case))  # type: ignore[misc]
    office.now += HOUR
    assert await office.do(lambda store: pauses.end(store, case)) == ((NOW, NOW + HOUR),)


async def test_spans_of_a_case_are_its_own_and_in_order(office: Office) -> None:
    case, other = new_id(), new_id()
    for _ in range(2):
        await office.do(lambda store: pauses.begin(store, case))
        office.now += HOUR
        await office.do(lambda store: pauses.end(store, case))
        office.now += HOUR
    await office.do(lambda store: pauses.begin(store, other))
    spans = await office.do(lambda store: pauses.of_case(store, case))
    assert spans == ((NOW, NOW + HOUR), (NOW + 2 * HOUR, NOW + 3 * HOUR))


async def test_a_due_time_is_moved_only_by_who_knows_it(office: Office) -> None:
    case = a_case()
    await office.do(lambda store: cases.file(store, case))
    assert await office.do(lambda store: deadlines.put(store, case.id, NOW, NOW + HOUR))
    assert not await office.do(lambda store: deadlines.put(store, case.id, NOW, NOW + 2 * HOUR))
    found = await office.do(lambda store: cases.by_id(store, case.id))
    assert found == replace(case, due_at=NOW + HOUR)


async def test_the_time_a_case_lay_closed_is_a_pause_also_where_one_began_at_that_instant(office: Office) -> None:
    case = new_id()
    await office.do(lambda store: pauses.begin(store, case))
    await office.do(lambda store: pauses.end(store, case))
    office.now = NOW + timedelta(hours=5)
    await office.do(lambda store: pauses.lay_closed(store, case, NOW))
    await office.do(lambda store: pauses.lay_closed(store, case, NOW + timedelta(hours=5)))
    spans = await office.do(lambda store: pauses.of_case(store, case))
    assert spans[0] == (NOW, NOW + timedelta(hours=5))
