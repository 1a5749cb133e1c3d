"""Who did what, read by officer and day; a month's review begun once, each part closed once and by another."""

import asyncio
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text

from programmes.reviewing import span
from storage import reviews, staff
from storage.audit import OFFICE
from storage.engine import Drawer
from storage.ids import new_id
from storage.tables import BY_OFFICERS
from tests.storage.conftest import NOW, Office

HAN, SEO, KIM = new_id(), new_id(), new_id()
MONTH, DAY = date(2025, 7, 1), timedelta(days=1)
FOUND: Mapping[str, Any] = {"counts": {"case.read": 3}, "openings": 3, "flags": ["many"]}


async def does(office: Office, *actions: str, by: UUID | None = HAN) -> None:
    async def all_of_them(store: Drawer) -> None:
        for action in actions:
            store.audit(action, actor=by, subject=KIM)

    await office.do(all_of_them)


async def counted(office: Office, by: UUID = HAN) -> Mapping[str, int]:
    return await office.do(lambda store: reviews.counted(store, by, NOW, NOW + DAY))


async def test_what_an_officer_did_on_a_day_is_counted_by_kind_and_nobody_else_s(office: Office) -> None:
    await does(office, "case.read", "case.read", "paper.shown")
    await does(office, "case.read", by=SEO)
    office.now += DAY
    await does(office, "case.read")
    assert await counted(office) == {"case.read": 2, "paper.shown": 1}


async def test_rows_come_in_order_a_page_at_a_time_and_of_one_kind_if_wanted(office: Office) -> None:
    for kind in ("case.read", "paper.shown", "case.read", "desk.opened"):
        await does(office, kind)
        office.now += timedelta(minutes=1)

    async def rows(kind: str | None, skip: int = 0) -> list[str]:
        found = await office.do(lambda store: reviews.deeds(store, HAN, NOW, NOW + DAY, kind, skip, 3))
        return [row.action for row in found]

    assert await rows(None) == ["case.read", "paper.shown", "case.read"]
    assert await rows(None, 3) == ["desk.opened"]
    assert await rows("case.read") == ["case.read", "case.read"]


async def test_every_deed_is_read_once_however_many_stand_at_one_instant(office: Office) -> None:
    await does(office, *["case.read"] * (reviews.READ_AT_ONCE + 5))
    office.now += timedelta(seconds=1)
    await does(office, *["paper.shown"] * reviews.READ_AT_ONCE)
    async with office.database.reading() as db:
        found = [row.id async for row in reviews.every_deed(db, HAN, NOW, NOW + DAY)]
    assert len(found) == len(set(found)) == 2 * reviews.READ_AT_ONCE + 5


async def test_what_an_officer_did_is_found_without_a_look_at_the_whole_record(office: Office) -> None:
    if not office.database.is_sqlite:
        return
    async with office.database.reading() as db:
        plan = await db.execute(
            text(
                "EXPLAIN QUERY PLAN SELECT action, count(*) FROM audit WHERE actor = 'a' AND at >= 'b' AND at < 'c' "
                f"AND {BY_OFFICERS} GROUP BY action"
            )
        )
        assert "ix_audit_by_officers" in str(plan.all())


async def test_accounts_of_a_month_are_those_in_force_at_some_time_of_it(office: Office) -> None:
    old, _ = await office.do(lambda store: staff.invite(store, "문가람", "calls"))
    gone = await office.do(lambda store: staff.by_id(store, old))
    assert gone is not None
    await office.do(lambda store: staff.remove(store, gone, None))
    office.now += timedelta(days=31)
    new, _ = await office.do(lambda store: staff.invite(store, "한지민", "calls"))
    async with office.database.reading() as db:
        assert await reviews.accounts(db, *span(date(2025, 6, 1))) == ()
        assert await reviews.accounts(db, *span(date(2025, 7, 1))) == (old, OFFICE)
        assert await reviews.accounts(db, *span(date(2025, 8, 1))) == (new, OFFICE)


async def test_what_nobody_s_account_did_is_the_office_s(office: Office) -> None:
    await does(office, "export.made", by=None)
    assert await counted(office, OFFICE) == {"export.made": 1}
    assert await counted(office) == {}


# ------------------------------------------------------------------------------------------------- the monthly review


async def begun(office: Office) -> bool:
    return await office.do(lambda store: reviews.begin(store, MONTH, {HAN: FOUND, SEO: FOUND}))


async def part(office: Office, officer: UUID = HAN) -> reviews.Review:
    found = await office.do(lambda store: reviews.one(store, MONTH, officer))
    assert found is not None
    return found


async def left(office: Office) -> int | None:
    async with office.database.reading() as db:
        return await reviews.wanting(db, MONTH, *span(MONTH))


async def test_a_month_is_begun_once(office: Office) -> None:
    assert await begun(office)
    assert not await begun(office)
    found = await office.do(lambda store: reviews.of_month(store, MONTH))
    assert {one.staff for one in found} == {HAN, SEO}
    assert (await part(office)).found == FOUND


async def test_a_part_is_closed_by_another_and_its_remark_kept_sealed(office: Office) -> None:
    await begun(office)
    one = await part(office)
    assert not await office.do(lambda store: reviews.close(store, one, HAN, "내 것"))
    assert await office.do(lambda store: reviews.close(store, one, SEO, "이상 없음"))
    assert not await office.do(lambda store: reviews.close(store, one, KIM, "또"))
    closed = await part(office)
    assert (closed.closed_by, closed.words, closed.closed_at) == (SEO, "이상 없음", NOW)
    async with office.database.reading() as db:
        assert "이상" not in str((await db.execute(text("SELECT * FROM reviews"))).all())


async def test_of_two_who_close_at_once_one_does(office: Office) -> None:
    await begun(office)
    one = await part(office)
    both = (lambda store: reviews.close(store, one, SEO, "가"), lambda store: reviews.close(store, one, KIM, "나"))
    assert sorted(await asyncio.gather(*(office.do(work) for work in both))) == [False, True]


async def test_what_is_wanting_of_a_month(office: Office) -> None:
    assert await left(office) == 0
    await office.do(lambda store: staff.invite(store, "한지민", "calls"))
    assert await left(office) is None
    await begun(office)
    assert await left(office) == 2
    one = await part(office)
    await office.do(lambda store: reviews.close(store, one, SEO, "이상 없음"))
    assert await left(office) == 1
