"""Spans in which the resident had to act: the office's clock stood still. What lies in them is never counted."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import insert, or_, select, update

from storage.engine import Drawer
from storage.tables import case_pauses

Span = tuple[datetime, datetime]


async def begin(store: Drawer, case: UUID) -> None:
    """From now on it is the resident's turn; where it is already, or was until this instant, the same span goes on."""
    lasts = or_(case_pauses.c.ended_at.is_(None), case_pauses.c.ended_at == store.now)
    goes_on = update(case_pauses).where(case_pauses.c.case == case, lasts).values(ended_at=None)
    if (await store.write(goes_on)).rowcount == 0:
        await store.write(insert(case_pauses), {"case": case, "began_at": store.now, "reminded": 0})


async def end(store: Drawer, case: UUID) -> tuple[Span, ...]:
    """It is the office's turn again. Gives every span; the due time is counted anew by `handlers.clock.goes_on`."""
    lasting = case_pauses.c.case == case, case_pauses.c.ended_at.is_(None)
    await store.write(update(case_pauses).where(*lasting).values(ended_at=store.now))
    return await of_case(store, case)


async def of_case(store: Drawer, case: UUID) -> tuple[Span, ...]:
    """The spans of a case in order; one that lasts ends now, as `programmes.worktime` wants it."""
    spans = select(case_pauses.c.began_at, case_pauses.c.ended_at).where(case_pauses.c.case == case)
    rows = (await store.read(spans.order_by(case_pauses.c.began_at))).all()
    return tuple((row.began_at, row.ended_at or store.now) for row in rows)


async def lay_closed(store: Drawer, case: UUID, since: datetime) -> None:
    """From `since` until now the case was closed: that is not counted either, now that it is open again."""
    same = update(case_pauses).where(case_pauses.c.case == case, case_pauses.c.began_at == since)
    if (await store.write(same.values(ended_at=store.now))).rowcount == 0:
        row = {"case": case, "began_at": since, "ended_at": store.now, "reminded": 100}
        await store.write(insert(case_pauses), row)
