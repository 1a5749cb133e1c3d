"""What was answered of late, on both databases, and the figure that is kept of it."""

from datetime import timedelta

from sqlalchemy import insert, update

from storage import pace
from storage.cases import Case
from storage.engine import Drawer
from storage.tables import case_pauses
from storage.tables import cases as rows
from tests.storage.conftest import NOW, Office
from tests.storage.test_queue import filed

DAY = timedelta(days=1)


async def closed(office: Office, state: str, ago: timedelta, **more: object) -> Case:
    case = await filed(office, filed_at=NOW - 10 * DAY, **more)
    values = {"state": state, "open": False, "closed_at": NOW - ago}
    await office.do(lambda store: store.write(update(rows).where(rows.c.id == case.id).values(values)))
    return case


async def test_appeals_answered_lately_come_newest_first_with_their_pauses(office: Office) -> None:
    await closed(office, "accepted", 8 * DAY)
    await closed(office, "withdrawn", DAY)
    await closed(office, "accepted", DAY, kind="task")
    older, newer = await closed(office, "rejected", 2 * DAY), await closed(office, "accepted", DAY)

    async def paused(store: Drawer) -> None:
        for began, ended in ((9, 8), (7, 6)):
            row = {"case": older.id, "began_at": NOW - began * DAY, "ended_at": NOW - ended * DAY, "reminded": 0}
            await store.write(insert(case_pauses), row)

    await office.do(paused)
    found = await office.do(lambda store: pace.lately(store, NOW - 7 * DAY, 10))
    assert [one[:3] for one in found] == [
        ("p", newer.filed_at, NOW - DAY), ("p", older.filed_at, NOW - 2 * DAY),
    ]  # fmt: skip
    assert sorted(found[1][3]) == [(NOW - 9 * DAY, NOW - 8 * DAY), (NOW - 7 * DAY, NOW - 6 * DAY)]
    assert len(await office.do(lambda store: pace.lately(store, NOW - 7 * DAY, 1))) == 1


async def test_the_pace_is_kept_for_each_programme_until_it_changes(office: Office) -> None:
    async def told(programme: str = "p") -> int | None:
        return await office.do(lambda store: pace.told(store, programme))

    assert await told() is None
    for hours in (12, 9, None):
        await office.do(lambda store, hours=hours: pace.put(store, "p", hours))  # type: ignore[misc]
        assert await told() == hours
    assert await told("q") is None
