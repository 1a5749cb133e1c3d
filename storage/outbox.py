"""What is promised and not yet said. Rows are written in the turn's own transaction and are the ledger afterwards.

A *line* is one chat's rows of one lane. It is carried by one process at a time, as a whole and in order; a carrier
lives as long as its heartbeat, and what a former carrier writes late is not taken.
"""

from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import (
    BigInteger,
    Boolean,
    Select,
    String,
    and_,
    bindparam,
    case,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from storage import ledger
from storage.bulk import Bulk, among, values_of
from storage.connections import is_postgres
from storage.engine import Db
from storage.ready import Ready, each_of
from storage.tables import Moment, carriers, keys, lines, outbox, people

WAITING, SENDING, SENT, FAILED = "waiting", "sending", "sent", "failed"
REPLY, NOTICE = "reply", "notice"

POSTED = (
    "id", "ticket", "chat", "lane", "kind", "about", "state", "due_at", "tries", "again", "digest", "created_at",
    "sealed",
)  # fmt: skip
_post_postgres = Bulk(outbox, POSTED[1:], returning=("id",))
_post_sqlite = Bulk(outbox, POSTED)
_carry = Bulk(lines, ("chat", "lane", "carrier"), overwrite=("chat", "lane"))
_last = Ready(select(func.max(outbox.c.id).label("id")))
UNSENT = text("outbox.state IN ('waiting', 'sending')")  # to the letter as the partial index has it, or it is not used
_line = and_(lines.c.chat == outbox.c.chat, lines.c.lane == outbox.c.lane)


class Row(msgspec.Struct, frozen=True):
    """One letter as it lies in the outbox; `key` is its person's wrapped data key, None when she was erased."""

    id: int
    ticket: UUID
    chat: int
    lane: str
    kind: str
    about: UUID | None
    state: str
    tries: int
    again: bool
    created_at: datetime
    sealed: bytes | None
    owner: UUID | None
    key: bytes | None


class Mark(msgspec.Struct, frozen=True):
    """What became of a letter: its new state, when a waiting one is due again, and what `else_said` in its name."""

    id: int
    state: str
    at: datetime
    message_id: int | None = None
    outcome: str | None = None
    tries: int = 1
    again: bool = False
    else_said: tuple[ledger.Line, ...] = ()


_row = (
    select(
        outbox.c.id, outbox.c.ticket, outbox.c.chat, outbox.c.lane, outbox.c.kind, outbox.c.about, outbox.c.state,
        outbox.c.tries, outbox.c.again, outbox.c.created_at, outbox.c.sealed, people.c.id.label("owner"),
        keys.c.sealed.label("key"),
    )
    .select_from(
        outbox.outerjoin(people, people.c.chat == outbox.c.chat).outerjoin(keys, keys.c.owner == people.c.id)
    )
)  # fmt: skip


def _replies_to(postgres: bool) -> Select[tuple[int, int]]:
    here = among(outbox.c.chat, "chats", postgres)
    return select(outbox.c.id, outbox.c.chat).where(here, outbox.c.lane == REPLY, UNSENT)


_unsent_of = Ready(_replies_to(False), _replies_to(True))


def place(ticket: UUID) -> str:
    """What a letter's seal is bound to."""
    return f"outbox|sealed|{ticket.hex}"


async def post(db: Db, rows: Sequence[dict[str, Any]]) -> list[int]:
    """Put letters into the outbox in this order; gives their ids, rising. The chats' sessions are locked already."""
    if not rows:
        return []
    if is_postgres(db):
        return sorted(row.id for row in await _post_postgres.put(db, rows))
    first = ((await _last.run(db, {}))[0].id or 0) + 1
    ids = list(range(first, first + len(rows)))
    await _post_sqlite.put(db, [{**row, "id": id} for id, row in zip(ids, rows, strict=True)])
    return ids


async def carry(db: Db, me: UUID, chats: Iterable[int]) -> None:
    """Make this process the carrier of the reply lines of chats whose sessions it holds locked."""
    await _carry.put(db, [{"chat": chat, "lane": REPLY, "carrier": me} for chat in sorted(chats)])


# --------------------------------------------------------------------------------------------- carriers and lines


def db_clock(db: Db) -> Any:
    """The database's own clock in seconds, one for several machines."""
    return clock_of(is_postgres(db))


@cache
def clock_of(postgres: bool) -> Any:
    """The clock of either database."""
    if postgres:
        return func.extract("epoch", func.clock_timestamp())
    return (func.julianday("now") - 2440587.5) * 86400.0


def _beat(postgres: bool) -> Any:
    mine = carriers.c.id == bindparam("me", type_=carriers.c.id.type)
    return update(carriers).where(mine).values(beat_at=clock_of(postgres)).returning(carriers.c.id)


_beat_mine = Ready(_beat(False), _beat(True))
_pulses = Ready(select(carriers.c.id, carriers.c.beat_at))


async def beat(db: Db, me: UUID) -> bool:
    """Show that this carrier lives. False when it had been given up for dead: then it must begin anew."""
    return len(await _beat_mine.run(db, {"me": me})) == 1


async def enlist(db: Db, me: UUID, process: str) -> None:
    """Begin as a carrier. A process of the same name is gone, for there is one of each name: its lines are free."""
    await db.execute(delete(carriers).where(carriers.c.process == process))
    await db.execute(insert(carriers).values(id=me, process=process, beat_at=db_clock(db)))


async def resign(db: Db, me: UUID) -> None:
    """End as a carrier; all its lines are free."""
    await db.execute(delete(carriers).where(carriers.c.id == me))


async def pulses(db: Db) -> dict[UUID, float]:
    """When the heart of each carrier last beat."""
    return {row.id: row.beat_at for row in await _pulses.run(db, {})}


async def bury(db: Db, dead: Mapping[UUID, float]) -> None:
    """Strike carriers whose heart has not beaten since."""
    for id, last in dead.items():
        await db.execute(delete(carriers).where(carriers.c.id == id, carriers.c.beat_at == last))


_abandoned = or_(lines.c.carrier.is_(None), lines.c.carrier.not_in(select(carriers.c.id)))
_free = (
    select(outbox.c.chat)
    .select_from(outbox.outerjoin(lines, _line))
    .where(UNSENT, outbox.c.lane == bindparam("lane"), _abandoned)
    .distinct()
    .limit(bindparam("limit"))
)
_free_and_due = _free.where(outbox.c.due_at <= bindparam("due", type_=Moment))
_mine = (
    select(outbox.c.id)
    .select_from(outbox.join(lines, _line))
    .where(lines.c.carrier == bindparam("me"), outbox.c.lane == REPLY, UNSENT)
)
_rows_sqlite, _rows_postgres = (
    _row.where(among(outbox.c.id, "ids", postgres)).order_by(outbox.c.id) for postgres in (False, True)
)


@cache
def _any_in(lanes: tuple[str, ...]) -> Ready:
    return Ready(select(*(exists().where(outbox.c.lane == lane, UNSENT).label(f"in_{lane}") for lane in lanes)))


async def lanes_with_letters(db: Db, lanes: Sequence[str]) -> list[str]:
    """Those of these lanes in which anything is unsent, in this order; one statement."""
    if not lanes:
        return []
    (found,) = await _any_in(tuple(lanes)).run(db, {})
    return [lane for lane, some in zip(lanes, found, strict=True) if some]


async def take_lines(db: Db, me: UUID, lane: str, due: datetime, limit: int) -> list[int]:
    """Become the carrier of up to `limit` lines that have something due and no living carrier; gives their chats.

    Replies are due from the start: a clock that went back must neither hold them up nor change their order.
    """
    statement, given = (_free, {}) if lane == REPLY else (_free_and_due, {"due": due})
    chats = sorted((await db.execute(statement, {"lane": lane, "limit": limit} | given)).scalars())
    return [chat for chat in chats if await _take(db, me, chat, lane)]


async def _take(db: Db, me: UUID, chat: int, lane: str) -> bool:
    make = postgresql.insert if is_postgres(db) else sqlite.insert
    statement = make(lines).values(chat=chat, lane=lane, carrier=me)
    taken = statement.on_conflict_do_update(
        index_elements=["chat", "lane"], set_={"carrier": me}, where=or_(_abandoned, lines.c.carrier == me)
    ).returning(lines.c.chat)
    return (await db.execute(taken)).first() is not None


async def waiting_of_mine(db: Db, me: UUID, held: Container[int]) -> list[Row]:
    """The unsent replies of the lines this process carries, in order, but for those it holds in memory already.

    All of them, for a line taken up in part would lose its order. Read them in a statement after the lock.
    """
    ids = [id for id in (await db.execute(_mine, {"me": me})).scalars() if id not in held]
    if not ids:
        return []
    found = _rows_postgres if is_postgres(db) else _rows_sqlite
    return [Row(*row) for row in await db.execute(found, {"ids": values_of(db, ids)})]


async def head_of_each_chat(db: Db, me: UUID, lane: str, due: datetime, limit: int) -> list[Row]:
    """The first unsent letter of each line this process carries, if it is due: what waits holds up its line."""
    first = (
        select(func.min(outbox.c.id))
        .select_from(outbox.join(lines, _line))
        .where(lines.c.carrier == me, outbox.c.lane == lane, UNSENT)
        .group_by(outbox.c.chat)
    )
    found = _row.where(outbox.c.id.in_(first), outbox.c.due_at <= due).order_by(outbox.c.id).limit(limit)
    return [Row(*row) for row in await db.execute(found)]


async def unsent_of(db: Db, lane: str) -> list[Row]:
    """Every unsent letter of a lane, whoever carries it, in order."""
    return [Row(*row) for row in await db.execute(_row.where(UNSENT, outbox.c.lane == lane).order_by(outbox.c.id))]


async def states_of(db: Db, chats: Sequence[int], kind: str, about: UUID) -> set[str]:
    """The states of these chats' letters of one kind about one thing."""
    found = select(outbox.c.state).where(outbox.c.chat.in_(chats), outbox.c.kind == kind, outbox.c.about == about)
    return set((await db.execute(found)).scalars())


async def begin_sending(db: Db, ids: Sequence[int], at: datetime) -> None:
    """Note that these letters are about to go, before they go: a crash from here on leaves them in doubt.

    `at` is told as the time since when they are due, so that one which is stuck on its way is seen.
    """
    chosen = among(outbox.c.id, "ids", is_postgres(db))
    await db.execute(update(outbox).where(chosen).values(state=SENDING, due_at=at), {"ids": values_of(db, ids)})


async def with_unsent(db: Db, chats: Iterable[int], held: Container[int]) -> set[int]:
    """Those of `chats` to whom replies are still to be sent, but for those `held`."""
    found = await _unsent_of.run(db, {"chats": values_of(db, chats)})
    return {row.chat for row in found if row.id not in held}


# --------------------------------------------------------------------------------------------------------- results

_of_my_line = bindparam("me", type_=lines.c.carrier.type) == (
    select(lines.c.carrier).where(lines.c.chat == outbox.c.chat, lines.c.lane == outbox.c.lane).scalar_subquery()
)
"""Asked for each letter by itself: joined, PostgreSQL may go through all lines for the few letters of a batch."""


def _marked(letter: Any) -> Any:
    return (
        update(outbox)
        .where(outbox.c.id == letter.i, _of_my_line)
        .values(
            state=letter.s,
            sent_at=case((letter.s == SENT, letter.t), else_=outbox.c.sent_at),
            due_at=case((letter.s == WAITING, letter.t), else_=outbox.c.due_at),
            message_id=letter.m,
            outcome=letter.o,
            tries=letter.n,
            again=letter.a,
        )
    )


_mark_each = Ready(
    *map(_marked, each_of(i=BigInteger, s=String, t=Moment, m=BigInteger, o=String, n=BigInteger, a=Boolean))
)


async def mark(db: Db, me: UUID, marks: Sequence[Mark]) -> None:
    """Write what became of letters, as their carrier; letters whose line another carries by now are left alone."""
    if not marks:
        return
    marks = sorted(marks, key=lambda one: one.id)
    columns: dict[str, Any] = {
        "i": [one.id for one in marks],
        "s": [one.state for one in marks],
        "t": [one.at for one in marks],
        "m": [one.message_id for one in marks],
        "o": [one.outcome for one in marks],
        "n": [one.tries for one in marks],
        "a": [one.again for one in marks],
    }
    await _mark_each.run_each(db, columns, me=me)
    await ledger.note(db, [line for one in marks for line in one.else_said])
