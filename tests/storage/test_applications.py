"""Applications taken at a visit: found by whom they are about, sealed, and taken once."""

from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy import select

from storage import applications, visits
from storage.applications import Wanted
from storage.cases import Case, Moved
from storage.ids import new_id
from storage.tables import audit, case_events
from storage.visits import Visit
from tests.storage.conftest import NOW, Office
from tests.storage.test_visits import LIM, SEO, now, wish

WANTED = Wanted("AP-250728-0001-1", "coupon", "1", "eeum", "proxy", "이수진")


LAN, KIM, LEE = UUID(int=1), UUID(int=2 << 64), UUID(int=3)


def about(whom: UUID) -> Case:
    """A wish for a visit of somebody on the roster."""
    return replace(wish(1), id=new_id(), number=f"VS-{whom.int % 97}", resident=whom, subject_hash=whom.bytes)


async def visit_of(office: Office, whom: UUID) -> Visit:
    case = about(whom)
    await office.do(lambda store: visits.ask(store, case, None, None))
    return await now(office, case.id)


async def test_it_is_found_by_whom_it_is_about_and_by_nobody_else(office: Office) -> None:
    visit, _ = await visit_of(office, LAN), await visit_of(office, KIM)
    await office.do(lambda store: applications.take(store, visit, WANTED, SEO))
    (found,) = await office.do(lambda store: applications.of_resident(store, LAN))
    assert (found.wanted, found.at) == (WANTED, NOW)
    assert await office.do(lambda store: applications.of_resident(store, KIM)) == ()
    ended = await now(office, visit.case.id)
    assert (ended.outcome, ended.times, ended.case.open) == ("applied", 1, False)


async def test_what_the_head_applied_for_is_found_of_each_it_was_for(office: Office) -> None:
    visit = await visit_of(office, LAN)
    wanted = replace(WANTED, whom=(KIM, LEE))
    await office.do(lambda store: applications.take(store, visit, wanted, SEO))

    async def found(whom: UUID, *household: UUID) -> list[Wanted]:
        known = await office.do(lambda store: applications.of_resident(store, whom, household))
        return [one.wanted for one in known]

    assert await found(KIM, LAN, LEE) == await found(LEE, LEE, LAN) == [wanted]
    assert await found(LAN) == await found(KIM) == await found(KIM, LEE) == []
    async with office.database.reading() as db:
        told = (await db.execute(select(audit.c.subject).where(audit.c.action == "visit.applied"))).scalars()
    assert set(told) == {KIM, LEE}


async def test_of_two_officers_one_takes_it(office: Office) -> None:
    visit = await visit_of(office, LAN)
    await office.do(lambda store: applications.take(store, visit, WANTED, SEO))
    with pytest.raises(Moved):
        await office.do(lambda store: applications.take(store, visit, WANTED, LIM))
    assert len(await office.do(lambda store: applications.of_resident(store, LAN))) == 1


async def test_nothing_of_it_lies_in_clear(office: Office) -> None:
    visit = await visit_of(office, LAN)
    await office.do(lambda store: applications.take(store, visit, WANTED, SEO))
    async with office.database.reading() as db:
        rows = (await db.execute(case_events.select())).all()
    assert [row.kind for row in rows][-1] == "applied"
    assert "이수진".encode() not in repr(rows).encode()
    assert "proxy" not in repr(rows)
