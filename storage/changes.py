"""Whose sum a payment file in force changed, and how far they have been told of it.

What was told is remembered with its old sum, so that it is shown when she opens it, and nobody is told the same twice.
"""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, bindparam, exists, or_, select, update

from storage.bulk import Bulk
from storage.engine import Db, Drawer
from storage.imports import APPLIED, InForce
from storage.tables import cases, imports, payments, people, pointers, roster, roster_lookups, sum_changes

ALL_CASES: Final = UUID(int=2**128 - 1)
NO_CHAT: Final = -(2**63)


@dataclass(frozen=True, slots=True)
class Changed:
    """A sum of a round that a recognised person, at `chat`, was told of herself or of a minor was another, in won.

    `after` None: there is no payment any more.
    """

    chat: int
    resident: UUID
    round: str
    before: int
    after: int | None


_was, _is = payments.alias("was"), payments.alias("now_is")
_mine, _theirs = roster.alias("mine"), roster.alias("theirs")
_roster = select(pointers.c.version).where(pointers.c.kind == "roster").scalar_subquery()
_minor = and_(_mine.c.is_head, _theirs.c.birth_year > bindparam("adults"))
_concerned = (
    people.join(_mine, and_(_mine.c.resident == people.c.resident, _mine.c.version == _roster))
    .join(
        roster_lookups,
        and_(roster_lookups.c.version == _mine.c.version, roster_lookups.c.digest_hash == _mine.c.household),
    )
    .join(
        _theirs, and_(_theirs.c.version == roster_lookups.c.version, _theirs.c.resident == roster_lookups.c.resident)
    )
    .join(_was, and_(_was.c.resident == _theirs.c.resident, _was.c.version == bindparam("since")))
    .outerjoin(
        _is,
        and_(
            _is.c.resident == _was.c.resident, _is.c.round == _was.c.round, _is.c.version == bindparam("version")
        ),
    )
)  # fmt: skip
_wanting = and_(
    people.c.chat > bindparam("place"),
    people.c.consent > 0,
    people.c.case_notices,
    people.c.reachable,
    or_(_theirs.c.resident == people.c.resident, _minor),
    _was.c.amount.is_not(None),
    _was.c.amount.is_distinct_from(_is.c.amount),
)
_chats = (
    select(people.c.chat)
    .select_from(_concerned)
    .where(_wanting)
    .group_by(people.c.chat)
    .order_by(people.c.chat)
    .limit(bindparam("limit"))
)
_found = (
    select(people.c.chat, _was.c.resident, _was.c.round, _was.c.amount, _is.c.amount)
    .select_from(_concerned)
    .where(_wanting, people.c.chat <= bindparam("last"))
    .order_by(people.c.chat, _was.c.resident, _was.c.round)
)
_put = Bulk(sum_changes, ("resident", "round", "before", "after", "at"), overwrite=("resident", "round"))
_of = select(sum_changes.c.round, sum_changes.c.before, sum_changes.c.after)


async def found(db: Db, force: InForce, adults: int, limit: int) -> tuple[Changed, ...]:
    """What the next people are to be told, of themselves and the minors they apply for, from a read connection.

    `adults` is the last birth year of who is no minor.
    """
    place = NO_CHAT if force.told_to is None else force.told_to
    wanted = {"since": force.since, "version": force.version, "adults": adults, "place": place}
    chats = (await db.execute(_chats, {**wanted, "limit": limit})).scalars().all()
    if not chats:
        return ()
    return tuple(Changed(*row) for row in await db.execute(_found, {**wanted, "last": chats[-1]}))


async def told(store: Drawer, force: InForce, chat: int | None) -> bool:
    """Move the cursor to this chat, to the end for None; false when another was first, or it is in force no more."""
    values: dict[str, Any] = {"told_at": store.now} if chat is None else {"told_to": chat}
    return await _go_on(store, force, values)


async def noted(store: Drawer, force: InForce, case: UUID) -> bool:
    """The same for the cursor over open cases."""
    return await _go_on(store, force, {"noted_to": case})


async def _go_on(store: Drawer, force: InForce, values: dict[str, Any]) -> bool:
    mine = (
        imports.c.version == force.version,
        imports.c.state == APPLIED,
        imports.c.told_at.is_(None),
        imports.c.noted_to.is_not_distinct_from(force.noted_to),
        imports.c.told_to.is_not_distinct_from(force.told_to),
        _in_force(),
    )
    return (await store.write(update(imports).where(*mine).values(values))).rowcount == 1


def _in_force() -> ColumnElement[bool]:
    return exists().where(pointers.c.version == imports.c.version)


async def remember(store: Drawer, one: Changed) -> bool:
    """Keep what is told; false when she has been told just that."""
    mine = sum_changes.c.resident == one.resident, sum_changes.c.round == one.round
    row = (await store.read(_of.where(*mine))).first()
    if row is not None and row.after == one.after:
        return False
    values = {"resident": one.resident, "round": one.round, "before": one.before, "after": one.after, "at": store.now}
    await _put.put(store.db, [values])
    return True


async def of_resident(store: Drawer, resident: UUID) -> dict[str, tuple[int, int | None]]:
    """What she was told of, by round: the old sum and the new."""
    rows = await store.read(_of.where(sum_changes.c.resident == resident))
    return {row.round: (row.before, row.after) for row in rows}


async def put_first(store: Drawer, case: UUID) -> bool:
    """Let an open case go before the others of its queue; false when it has been closed meanwhile."""
    first = update(cases).where(cases.c.id == case, cases.c.open).values(place=0)
    return (await store.write(first)).rowcount == 1
