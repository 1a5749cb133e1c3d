"""Who hears a broadcast, one row each: written in chunks, taken in the order of chats, marked with what became of it.

A row in hand (`sending`, or `recalling`) names its carrier, and only she may mark it; a dead carrier's are in doubt:
`parked`, and never again by themselves. What is `waiting` or `later` when a broadcast is cancelled is counted so as a
whole and stays as it is. So at the end sent + unreachable + refused + parked + skipped + cancelled = wanted.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import msgspec
from sqlalchemy import (
    BigInteger,
    Integer,
    Select,
    SmallInteger,
    String,
    bindparam,
    case,
    func,
    insert,
    literal,
    null,
    or_,
    select,
    text,
    update,
)

from storage import audiences, broadcasts
from storage.broadcasts import Broadcast
from storage.bulk import among, values_of
from storage.connections import is_postgres
from storage.engine import Db, Drawer
from storage.people import Lang
from storage.ready import Ready, each_of
from storage.tables import Moment, carriers, people, pointers, recipients, roster
from storage.tables import broadcasts as broadcasts_table

WAITING, LATER, SENDING, SENT, UNREACHABLE, REFUSED, PARKED, SKIPPED = (
    "waiting", "later", "sending", "sent", "unreachable", "refused", "parked", "skipped",
)  # fmt: skip
RECALLING, RECALLED, KEPT = "recalling", "recalled", "kept"
DELETABLE: Final = timedelta(hours=48)  # after which Telegram lets no bot delete
FIRST, LAST = -(2**62), 2**62


class Recipient(msgspec.Struct, frozen=True):
    """Somebody whose turn it is; `tries` counts this one."""

    chat: int
    language: Lang
    dong: str | None
    tries: int
    message_id: int | None = None


class Result(msgspec.Struct, frozen=True):
    """What became of one; `at` is when, for `later` when it is due again; `text` is the number of what she got."""

    chat: int
    state: str
    at: datetime
    message_id: int | None = None
    text: int | None = None


# --------------------------------------------------------------------------------------------------------- filling


async def fill(store: Drawer, id: UUID, chats: int) -> bool:
    """Write those of the next `chats` people whom the rule reaches; true while there may be more.

    Chunks are cut by who is looked at, not by who is found, so that a narrow rule holds the writer no longer.
    """
    one = await broadcasts.locked(store.db, id)
    if one is None or one.filled or one.stage in (*broadcasts.BEFORE, *broadcasts.OVER):
        return False
    after = FIRST if one.filled_to is None else one.filled_to
    next = select(people.c.chat).where(people.c.chat > after).order_by(people.c.chat).offset(chats - 1).limit(1)
    to = (await store.read(next)).scalar()
    on = await audiences.ground(store.db, store.now, but=id)
    source, whom, why = audiences.meant(one.content.audience, one.content.purpose, on)
    here = people.c.chat > after, people.c.chat <= (LAST if to is None else to)  # without an end PostgreSQL reads all
    row = (literal(id), people.c.chat, literal(WAITING), literal(store.now, Moment), literal(0), null(), null())
    found = select(*row).select_from(source).where(*here, whom, why.is_(None)).order_by(people.c.chat)
    written = (await store.write(insert(recipients).from_select(_COLUMNS, found))).rowcount
    reached = {"filled_to": to, "filled": to is None, "wanted": broadcasts_table.c.wanted + written}
    await store.write(update(broadcasts_table).where(broadcasts_table.c.id == id).values(reached))
    return to is not None


_COLUMNS: Final = ("broadcast", "chat", "state", "at", "tries", "carrier", "message_id")

# ---------------------------------------------------------------------------------------------------------- taking

_mine = recipients.c.broadcast == bindparam("b")
_of_roster = select(pointers.c.version).where(pointers.c.kind == "roster").scalar_subquery()
_later = text("recipients.state = 'later'")  # to the letter as the partial index has it, or it is not used
_due = Ready(
    select(recipients.c.chat)
    .where(_mine, _later, recipients.c.at <= bindparam("now", type_=Moment))
    .order_by(recipients.c.at)
    .limit(bindparam("limit", type_=Integer))
)
_next = Ready(
    select(recipients.c.chat)
    .where(_mine, recipients.c.chat > bindparam("after"))
    .order_by(recipients.c.chat)
    .limit(bindparam("limit", type_=Integer))
)


def _seen(postgres: bool) -> Select[Any]:
    """Recipients with what is needed to write to them, and whether they still may be written to."""
    information = broadcasts_table.c.purpose == "information"
    resident = ~broadcasts_table.c.audience.contains('"role":"officer"')
    refuses = or_(people.c.chat.is_(None), ~people.c.reachable, resident & (people.c.consent <= 0),
                  resident & information & ~people.c.information)  # fmt: skip
    known = (roster.c.version == _of_roster) & (roster.c.resident == people.c.resident)
    return (
        select(
            recipients.c.chat, people.c.language, roster.c.dong, recipients.c.tries, recipients.c.message_id,
            refuses.label("refuses"),
        )
        .select_from(
            recipients.join(broadcasts_table, broadcasts_table.c.id == recipients.c.broadcast)
            .outerjoin(people, people.c.chat == recipients.c.chat)
            .outerjoin(roster, known)
        )
        .where(_mine, among(recipients.c.chat, "chats", postgres))
        .order_by(recipients.c.chat)
    )  # fmt: skip


_seen_all = Ready(_seen(False), _seen(True))


def _putting(**values: Any) -> Ready:
    """What puts some recipients into a state."""
    either = [
        update(recipients).where(_mine, among(recipients.c.chat, "chats", pg)).values(values) for pg in (False, True)
    ]
    return Ready(*either)


_now, _me = bindparam("now", type_=Moment), bindparam("me", type_=recipients.c.carrier.type)
_skipped = _putting(state=SKIPPED, at=_now)
_sending = _putting(state=SENDING, at=_now, carrier=_me, tries=recipients.c.tries + 1)
_parked = _putting(state=PARKED, at=_now, carrier=None)
_recalling = _putting(state=RECALLING, carrier=_me)
_returned = _putting(state=SENT, carrier=None)
_taken = Ready(
    update(broadcasts_table)
    .where(broadcasts_table.c.id == bindparam("b"))
    .values(
        taken_to=func.coalesce(bindparam("to", type_=BigInteger), broadcasts_table.c.taken_to),
        skipped=broadcasts_table.c.skipped + bindparam("n", type_=Integer),
    )
)


async def take(store: Drawer, me: UUID, id: UUID, limit: int, *, most: int | None = None) -> tuple[Recipient, ...]:
    """Take up to `limit` whose turn it is, `most` in all of those first asked; none unless it may be sent now.

    They are noted as on their way before they go. Whoever opted out or became unreachable meanwhile is skipped.
    """
    one = await broadcasts.locked(store.db, id)
    if one is None or one.halt is not None or one.stage not in ("trial", broadcasts.RUNNING):
        return ()
    chats = [row.chat for row in await _due.run(store.db, {"b": id, "now": store.now, "limit": limit})]
    room = limit - len(chats) if most is None else min(limit - len(chats), most - await _begun(store.db, one))
    fresh = []
    if room > 0:
        after = FIRST if one.taken_to is None else one.taken_to
        fresh = [row.chat for row in await _next.run(store.db, {"b": id, "after": after, "limit": room})]
    if not chats and not fresh:
        return ()
    found = await _look_at(store.db, id, [*chats, *fresh])
    skipped = [row.chat for row in found if row.refuses]
    going = [row for row in found if not row.refuses]
    await _put(store, _skipped, id, skipped, now=store.now)
    await _put(store, _sending, id, [row.chat for row in going], now=store.now, me=me)
    await store.write_ready(_taken, {"b": id, "to": fresh[-1] if fresh else None, "n": len(skipped)})
    return tuple(Recipient(row.chat, row.language, row.dong, row.tries + 1) for row in going)


async def _look_at(db: Db, id: UUID, chats: Sequence[int]) -> Sequence[Any]:
    return await _seen_all.run(db, {"b": id, "chats": values_of(db, chats)})


async def _put(store: Drawer, statement: Ready, id: UUID, chats: Sequence[int], **given: Any) -> None:
    if chats:
        await store.write_ready(statement, {"b": id, "chats": values_of(store.db, chats), **given})


async def _begun(db: Db, one: Broadcast) -> int:
    """How many were begun with so far, but for those skipped."""
    if one.taken_to is None:
        return 0
    begun = select(func.count()).where(_mine, recipients.c.chat <= one.taken_to, recipients.c.state != SKIPPED)
    return int((await db.execute(begun, {"b": one.id})).scalar_one())


async def tried(db: Db, one: Broadcast, most: int) -> bool:
    """Whether the first `most`, or all if there are fewer, have been begun with and their fate is known."""
    after = FIRST if one.taken_to is None else one.taken_to
    more = bool(await _next.run(db, {"b": one.id, "after": after, "limit": 1}))
    whole = await _begun(db, one) >= most or (one.filled and not more)
    begun = select(func.count()).where(_mine, recipients.c.chat <= after)
    return whole and one.told == int((await db.execute(begun, {"b": one.id})).scalar_one())


# --------------------------------------------------------------------------------------------------------- marking


def _held(postgres: bool) -> Any:
    carried = recipients.c.carrier == bindparam("me", type_=recipients.c.carrier.type)
    chosen = among(recipients.c.chat, "chats", postgres)
    return select(recipients.c.chat).where(_mine, carried, chosen).order_by(recipients.c.chat).with_for_update()


def _marked(one: Any) -> Any:
    """Whoever had what is taken back keeps the time at which she had it."""
    taken_back = or_(one.s == RECALLED, one.s == KEPT)
    return (
        update(recipients)
        .where(_mine, recipients.c.chat == one.c)
        .values(
            state=one.s,
            at=case((taken_back, recipients.c.at), else_=one.t),
            message_id=func.coalesce(one.m, recipients.c.message_id),
            text=func.coalesce(one.x, recipients.c.text),
            carrier=null(),
        )
    )


_held_of = Ready(_held(False), _held(True))
_mark_each = Ready(*map(_marked, each_of(c=BigInteger, s=String, t=Moment, m=BigInteger, x=SmallInteger)))
_counting = (*broadcasts.FATES, RECALLED)
_over = broadcasts_table.c.stage == broadcasts.CANCELLED
_counted = Ready(
    update(broadcasts_table)
    .where(broadcasts_table.c.id == bindparam("b"))
    .values(
        {name: broadcasts_table.c[name] + bindparam(f"n_{name}", type_=Integer) for name in _counting}
        | {"cancelled": broadcasts_table.c.cancelled + case((_over, bindparam("n_later", type_=Integer)), else_=0)}
    )
)


async def mark(store: Drawer, me: UUID, id: UUID, results: Sequence[Result]) -> None:
    """Write what became of those in hand, and count it; what another settled meanwhile is left alone."""
    if not results:
        return
    await _note_unreachable(store, [result.chat for result in results if result.state == UNREACHABLE])
    chats = values_of(store.db, [result.chat for result in results])
    held = {row.chat for row in await _held_of.run(store.db, {"b": id, "me": me, "chats": chats})}
    done = sorted((result for result in results if result.chat in held), key=lambda result: result.chat)
    if not done:
        return
    columns: dict[str, Any] = {
        "c": [result.chat for result in done],
        "s": [result.state for result in done],
        "t": [result.at for result in done],
        "m": [result.message_id for result in done],
        "x": [result.text for result in done],
    }
    await _mark_each.run_each(store.db, columns, b=id)
    await _count(store, id, columns["s"])


async def _count(store: Drawer, id: UUID, states: Sequence[str]) -> None:
    counts = Counter(states)
    await store.write_ready(_counted, {f"n_{name}": counts[name] for name in (*_counting, LATER)} | {"b": id})


async def _note_unreachable(store: Drawer, chats: Sequence[int]) -> None:
    """People first and in their order, as a batch of the reception locks them."""
    if chats:
        chosen = among(people.c.chat, "chats", is_postgres(store.db))
        given = {"chats": values_of(store.db, chats)}
        await store.read(select(people.c.chat).where(chosen).order_by(people.c.chat).with_for_update(), given)
        await store.write(update(people).where(chosen).values(reachable=False), given)


_dead = (
    select(recipients.c.broadcast, recipients.c.chat, recipients.c.state)
    .where(recipients.c.carrier.is_not(None), recipients.c.carrier.not_in(select(carriers.c.id)))
    .order_by(recipients.c.broadcast, recipients.c.chat)
    .with_for_update(skip_locked=True)
)


async def settle_dead(store: Drawer) -> int:
    """Park what was in the hands of carriers that are no more; gives how many.

    What they were taking back is taken back once more: that harms nobody.
    """
    found: dict[tuple[UUID, str], list[int]] = {}
    for row in await store.read(_dead):
        found.setdefault((row.broadcast, row.state), []).append(row.chat)
    for (id, state), chats in found.items():
        if state == SENDING:
            await _put(store, _parked, id, chats, now=store.now)
            await _count(store, id, [PARKED] * len(chats))
        else:
            await _put(store, _returned, id, chats)
            await _go_back(store, id, min(chats))
    return sum(len(chats) for (_, state), chats in found.items() if state == SENDING)


# ------------------------------------------------------------------------------------------------ those in doubt

_in_doubt = text("recipients.state = 'parked'")


class Parked(msgspec.Struct, frozen=True):
    """Somebody who may have had it or not, and since when that is so; by her random id, for people to speak of."""

    chat: int
    person: UUID
    dong: str | None
    at: datetime


async def parked(db: Db, id: UUID, limit: int) -> tuple[Parked, ...]:
    """Those in doubt; whoever was erased since is nobody's to ask any more."""
    known = (roster.c.version == _of_roster) & (roster.c.resident == people.c.resident)
    found = (
        select(recipients.c.chat, people.c.id, roster.c.dong, recipients.c.at)
        .join_from(recipients, people, people.c.chat == recipients.c.chat)
        .outerjoin(roster, known)
        .where(_mine, _in_doubt)
        .limit(limit)
    )
    return tuple(Parked(*row) for row in await db.execute(found, {"b": id}))


async def settle(store: Drawer, id: UUID, chat: int, officer: UUID, *, arrived: bool) -> bool:
    """Write down by hand whether it had arrived; who had it not is told by other means, and counted as skipped."""
    state = SENT if arrived else SKIPPED
    one = update(recipients).where(_mine, recipients.c.chat == bindparam("c"), _in_doubt).values(state=state)
    if (await store.write(one, {"b": id, "c": chat})).rowcount == 0:
        return False
    await _count(store, id, [state])
    fewer = update(broadcasts_table).where(broadcasts_table.c.id == id).values(parked=broadcasts_table.c.parked - 1)
    await store.write(fewer)
    store.audit("broadcast.settled", actor=officer, broadcast=str(id), arrived=arrived)
    return True


# -------------------------------------------------------------------------------------------------- taking it back

_had = (
    select(recipients.c.chat)
    .where(_mine, recipients.c.chat > bindparam("after"), recipients.c.state == SENT)
    .where(recipients.c.at > bindparam("since", type_=Moment))
    .order_by(recipients.c.chat)
    .limit(bindparam("limit"))
)


async def take_to_recall(store: Drawer, me: UUID, id: UUID, limit: int) -> tuple[Recipient, ...]:
    """Take up to `limit` of those who had it, from whom it can still be taken back."""
    one = await broadcasts.locked(store.db, id)
    if one is None or one.recall is None or one.recall_ended_at is not None:
        return ()
    if one.taken_to is None and await broadcasts.in_hand(store.db, id):
        return ()  # some are still on their way
    after = FIRST if one.taken_to is None else one.taken_to
    given = {"b": id, "after": after, "since": store.now - DELETABLE, "limit": limit}
    chats = list((await store.read(_had, given)).scalars())
    if not chats:
        return ()
    found = await _look_at(store.db, id, chats)
    await _put(store, _recalling, id, chats, me=me)
    await store.write(update(broadcasts_table).where(broadcasts_table.c.id == id).values(taken_to=chats[-1]))
    return tuple(Recipient(row.chat, row.language or "ko", row.dong, row.tries, row.message_id) for row in found)


async def give_back(store: Drawer, me: UUID, id: UUID, chats: Sequence[int]) -> None:
    """Take these up once more: from them it could not be taken back just now."""
    given = {"b": id, "me": me, "chats": values_of(store.db, chats)}
    if held := [row.chat for row in await _held_of.run(store.db, given)]:
        await _put(store, _returned, id, held)
        await _go_back(store, id, held[0])


async def _go_back(store: Drawer, id: UUID, chat: int) -> None:
    before = case((broadcasts_table.c.taken_to >= chat, chat - 1), else_=broadcasts_table.c.taken_to)
    await store.write(update(broadcasts_table).where(broadcasts_table.c.id == id).values(taken_to=before))


async def end_recall(store: Drawer, id: UUID) -> bool:
    """It is over once nobody is left from whom it can be taken back, and nobody is in hand."""
    one = await broadcasts.locked(store.db, id)
    if one is None or one.recall is None:
        return False
    after = FIRST if one.taken_to is None else one.taken_to
    given = {"b": id, "after": after, "since": store.now - DELETABLE, "limit": 1}
    if (await store.read(_had, given)).first() or await broadcasts.in_hand(store.db, id):
        return False
    return await broadcasts.taken_back(store, id)
