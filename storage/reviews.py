"""Who did what: the audit read by officer and day; and its monthly review, one row an officer, closed by another."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
import orjson
from sqlalchemy import ColumnElement, and_, func, insert, or_, select, text, update

from storage.audit import OFFICE
from storage.engine import Db, Drawer
from storage.tables import BY_OFFICERS, audit, keys, reviews, staff

READ_AT_ONCE = 200
_by_officers = text(BY_OFFICERS)


def _hers(officer: UUID, since: datetime, until: datetime) -> ColumnElement[bool]:
    """Of an account; of the office itself what nobody's account did: the command line and the clock."""
    by = audit.c.actor.is_(None) if officer == OFFICE else audit.c.actor == officer
    return and_(by, audit.c.at >= since, audit.c.at < until, _by_officers)


# ------------------------------------------------------------------------------------------------------- who did what


async def counted(store: Drawer, officer: UUID, since: datetime, until: datetime) -> Mapping[str, int]:
    """How often an account did each kind of thing in a span, by kind."""
    found = (
        select(audit.c.action, func.count().label("times")).where(_hers(officer, since, until)).group_by(audit.c.action)
    )
    return {row.action: row.times for row in await store.read(found.order_by(audit.c.action))}


async def deeds(
    store: Drawer, officer: UUID, since: datetime, until: datetime, kind: str | None, skip: int, limit: int
) -> Sequence[Any]:
    """Rows of the audit, the earliest first: what an account did in a span, of one kind or of all."""
    mine = select(audit).where(_hers(officer, since, until), audit.c.action == kind if kind else text("1 = 1"))
    return (await store.read(mine.order_by(audit.c.at, audit.c.id).offset(skip).limit(limit))).all()


async def every_deed(db: Db, officer: UUID, since: datetime, until: datetime) -> AsyncIterator[Any]:
    """All an account did in a span, read in pieces: time, kind, whose record."""
    after: tuple[datetime, UUID] | None = None
    while True:
        piece = select(audit.c.at, audit.c.action, audit.c.subject, audit.c.id).where(_hers(officer, since, until))
        if after is not None:
            later = and_(audit.c.at == after[0], audit.c.id > after[1])
            piece = piece.where(audit.c.at >= after[0], or_(audit.c.at > after[0], later))
        rows = (await db.execute(piece.order_by(audit.c.at, audit.c.id).limit(READ_AT_ONCE))).all()
        for row in rows:
            yield row
        if len(rows) < READ_AT_ONCE:
            return
        after = rows[-1].at, rows[-1].id


async def accounts(db: Db, since: datetime, until: datetime) -> tuple[UUID, ...]:
    """Accounts that were in force at some time of a span, and the office itself; none where nobody was."""
    there = and_(staff.c.since < until, or_(staff.c.ended_at.is_(None), staff.c.ended_at >= since))
    found = (await db.execute(select(staff.c.id).where(there).order_by(staff.c.id))).scalars().all()
    return (*found, OFFICE) if found else ()


# ------------------------------------------------------------------------------------------------- the monthly review


class Review(msgspec.Struct, frozen=True):
    """One officer's month; `found` is what was counted, `words` the remark of who closed it."""

    month: date
    staff: UUID
    made_at: datetime
    found: Mapping[str, Any]
    closed_at: datetime | None
    closed_by: UUID | None
    words: str


async def begin(store: Drawer, month: date, found: Mapping[UUID, Mapping[str, Any]]) -> bool:
    """Write down what was counted of each; false when the month's review was begun by another hand."""
    if await of_month(store, month):
        return False
    for officer, one in found.items():
        row = {"month": month, "staff": officer, "made_at": store.now, "found": orjson.dumps(one).decode()}
        await store.write(insert(reviews), row)
    store.audit("review.begun", month=month.isoformat())
    return True


async def of_month(store: Drawer, month: date) -> tuple[Review, ...]:
    """The review of a month, one row an officer; none before it was begun."""
    return await _read(store, reviews.c.month == month)


async def one(store: Drawer, month: date, officer: UUID) -> Review | None:
    """One officer's part of it."""
    found = await _read(store, and_(reviews.c.month == month, reviews.c.staff == officer))
    return found[0] if found else None


async def _read(store: Drawer, which: ColumnElement[bool]) -> tuple[Review, ...]:
    wanted = select(reviews, keys.c.sealed.label("key")).where(which).order_by(reviews.c.staff)
    rows = await store.read(wanted.outerjoin(keys, keys.c.owner == reviews.c.staff))
    return tuple(
        Review(
            row.month, row.staff, row.made_at, orjson.loads(row.found), row.closed_at, row.closed_by, _words(store, row)
        )
        for row in rows
    )


def _words(store: Drawer, row: Any) -> str:
    if row.sealed is None or row.key is None:
        return ""
    key = store.vault.known(row.staff) or store.vault.unwrap(row.staff, row.key)
    return key.open(row.sealed, _place(row.month, row.staff)).decode()


def _place(month: date, officer: UUID) -> str:
    return f"reviews|sealed|{month.isoformat()}|{officer.hex}"


async def close(store: Drawer, review: Review, by: UUID, words: str) -> bool:
    """End one officer's part with a remark; false for her own, and when another closed it first."""
    sealed = (await store.key(review.staff)).seal(words.encode(), _place(review.month, review.staff))
    open_still = and_(
        reviews.c.month == review.month,
        reviews.c.staff == review.staff,
        reviews.c.staff != by,
        reviews.c.closed_at.is_(None),
    )
    closed = {"closed_at": store.now, "closed_by": by, "sealed": sealed}
    done: bool = (await store.write(update(reviews).where(open_still).values(closed))).rowcount == 1
    if done:
        store.audit("review.closed", actor=by, subject=review.staff, month=review.month.isoformat())
    return done


async def wanting(db: Db, month: date, since: datetime, until: datetime) -> int | None:
    """How many parts of a month's review are not closed yet; None when it was not even begun though somebody worked."""
    parts = select(func.count(), func.count(reviews.c.closed_at)).where(reviews.c.month == month)
    begun, closed = (await db.execute(parts)).one()
    if begun == 0 and await accounts(db, since, until):
        return None
    return int(begun - closed)
