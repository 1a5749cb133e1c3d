"""Everybody in a batch, in one statement: who she is, where she stands, her key, and who carries her replies."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import and_, func, select

from storage import sessions as sessions_of
from storage.bulk import Bulk, among, values_of
from storage.connections import is_postgres
from storage.engine import Db
from storage.outbox import REPLY, UNSENT
from storage.people import COLUMNS, Person, from_row, to_row
from storage.ready import Ready
from storage.sessions import Session
from storage.tables import keys, lines, outbox, people, sessions
from storage.vault import Key, Vault

_meet = Bulk(people, COLUMNS, skip=("chat",))
_new_keys = Bulk(keys, ("owner", "sealed"), skip=("owner",))


def _load(postgres: bool) -> Any:
    """People of these chats with the session of the desk each stands at, her wrapped key, and who carries her line.

    On PostgreSQL their rows are locked by a statement before: one that waited for a lock sees only the locked row as it
    is now, and what is joined to it as it was. There it tells too what is unsent to each, for others may have left it.
    """
    here = and_(sessions.c.chat == people.c.chat, sessions.c.desk == people.c.desk)
    carrier = select(lines.c.carrier).where(lines.c.chat == people.c.chat, lines.c.lane == REPLY).scalar_subquery()
    replies = (outbox.c.chat == people.c.chat, outbox.c.lane == REPLY, UNSENT)
    unsent = select(func.array_agg(outbox.c.id)).where(*replies).scalar_subquery()
    return (
        select(
            *(people.c[name] for name in COLUMNS),
            sessions.c.dialog,
            sessions.c.step,
            sessions.c.turn,
            sessions.c.updated_at,
            sessions.c.sealed.label("session_sealed"),
            keys.c.sealed.label("key"),
            carrier.label("carrier"),  # of each by herself: joined, PostgreSQL may read all lines for a few people
            *([unsent.label("unsent")] if postgres else ()),
        )
        .select_from(people.outerjoin(sessions, here).outerjoin(keys, keys.c.owner == people.c.id))
        .where(among(people.c.chat, "chats", postgres))
        .order_by(people.c.chat)
    )


_load_all = Ready(_load(False), _load(True))
_lock = Ready(
    select(people.c.chat).where(among(people.c.chat, "chats", True)).order_by(people.c.chat).with_for_update()
)


class Seat(msgspec.Struct):
    """One chat in a batch; her session is written once she has `moved`. `unsent` replies are known on PostgreSQL."""

    person: Person
    session: Session
    key: Key
    carrier: UUID | None
    unsent: Sequence[int] | None = None
    moved: bool = False


async def take(
    db: Db, vault: Vault, chats: Iterable[int], stranger: Callable[[int], Person], made: dict[UUID, Key]
) -> dict[int, Seat]:
    """Load and lock these chats in their order; who is new gets her row and her key first.

    Keys made here go into `made` and are the vault's only when they are read again: this may be rolled back.
    """
    wanted = sorted(set(chats))
    if not wanted:
        return {}
    found = await _loaded(db, wanted)
    if new := [chat for chat in wanted if chat not in found]:
        await _meet.put(db, [to_row(stranger(chat)) for chat in new])
        found = await _loaded(db, wanted)
    if bare := sorted(row.id for row in found.values() if row.key is None):
        fresh = {owner: vault.new_key(owner)[1] for owner in bare}
        await _new_keys.put(db, [{"owner": owner, "sealed": sealed} for owner, sealed in fresh.items()])
        found = await _loaded(db, wanted)
        made.update((row.id, vault.opened(row.id, row.key)) for row in found.values() if row.id in fresh)
    return {chat: _seat(row, vault, made, is_postgres(db)) for chat, row in found.items()}


async def _loaded(db: Db, chats: Sequence[int]) -> dict[int, Any]:
    given = {"chats": values_of(db, chats)}
    if is_postgres(db):
        await _lock.run(db, given)
    return {row.chat: row for row in await _load_all.run(db, given)}


def _seat(row: Any, vault: Vault, made: Mapping[UUID, Key], postgres: bool) -> Seat:
    person = from_row(row)
    key = made.get(person.id) or vault.known(person.id) or vault.unwrap(person.id, row.key)
    session = sessions_of.from_row(row, key) if row.turn is not None else Session(person.chat, person.desk)
    return Seat(person, session, key, row.carrier, (row.unsent or ()) if postgres else None)
