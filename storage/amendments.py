"""What the counter learns while it runs: proposed by one officer, confirmed by another, in force at once everywhere.

An amendment lies over the files of a programme, or of the city, until these say the same. Who may propose and confirm
is asked at the desk; that it takes two is held here too.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec
import orjson
from sqlalchemy import and_, insert, select, text, update

from storage import audit, bundles
from storage.engine import Db, Drawer
from storage.ids import new_id
from storage.tables import amendments
from storage.vault import Key, Vault

ANSWER, PHRASINGS, ELSEWHERE = "answer", "phrasings", "elsewhere"
MOST: Final = 40  # that wait are listed

_waiting = text("amendments.settled_at IS NULL")  # to the letter as the partial indexes have it
_in_force = text("amendments.settled_at IS NOT NULL AND amendments.retired_at IS NULL")


class Amendment(msgspec.Struct, frozen=True):
    """One change. `words` by language: of an ANSWER the text, else the questions that are to be known.

    `programme` is empty where it is the city's (ELSEWHERE); `bundle` are the questions it comes from.
    """

    id: UUID
    kind: str
    programme: str
    code: str
    bundle: UUID | None
    proposed_by: UUID
    proposed_at: datetime
    words: Mapping[str, Any]


_columns = [amendments.c[name] for name in Amendment.__struct_fields__ if name != "words"]


def _place(id: UUID) -> str:
    return f"amendments|sealed|{id.hex}"


async def _read(db: Db, vault: Vault, *which: Any, limit: int | None = None) -> tuple[Amendment, ...]:
    found = select(*_columns, amendments.c.sealed).where(*which).order_by(amendments.c.id).limit(limit)
    rows = (await db.execute(found)).mappings().all()
    if not rows:
        return ()
    key = await audit.house_key(db, vault)
    return tuple(_made(row, key) for row in rows)


def _made(row: Any, key: Key) -> Amendment:
    plain = {column.name: row[column.name] for column in _columns}
    return Amendment(**plain, words=orjson.loads(key.open(row["sealed"], _place(row["id"]))))


async def waiting(store: Drawer) -> tuple[Amendment, ...]:
    """Those that nobody settled yet, the oldest first."""
    return await _read(store.db, store.vault, _waiting, limit=MOST)


async def waits_of(store: Drawer, by: UUID, since: datetime) -> bool:
    """Whether one waits that somebody proposed since then."""
    hers = amendments.c.proposed_by == by, amendments.c.proposed_at >= since
    return (await store.read(select(amendments.c.id).where(_waiting, *hers).limit(1))).first() is not None


async def by_id(store: Drawer, id: UUID) -> Amendment | None:
    """The amendment, while it waits."""
    found = await _read(store.db, store.vault, amendments.c.id == id, _waiting)
    return found[0] if found else None


async def in_force(db: Db, vault: Vault) -> tuple[Amendment, ...]:
    """Those that count and that the files do not say yet, in the order in which they were proposed."""
    return await _read(db, vault, _in_force)


# --------------------------------------------------------------------------------------------------- proposed, settled


async def propose(
    store: Drawer,
    kind: str,
    programme: str,
    code: str,
    words: Mapping[str, Any],
    by: UUID,
    bundle: UUID | None = None,
) -> bool:
    """Put it before a second person; false when somebody was first with that bundle."""
    if bundle is not None and not await bundles.move(store, bundle, bundles.OPEN, bundles.PROPOSED):
        return False
    id = new_id()
    sealed = (await audit.house_key(store.db, store.vault)).seal(orjson.dumps(words), _place(id))
    row = {"id": id, "kind": kind, "programme": programme, "code": code, "bundle": bundle, "sealed": sealed}
    await store.write(insert(amendments), row | {"proposed_by": by, "proposed_at": store.now})
    store.audit("answers.proposed", actor=by, kind=kind, code=code, id=str(id))
    return True


async def confirm(store: Drawer, one: Amendment, by: UUID) -> bool:
    """Let it count; false for who proposed it, and when it was settled meanwhile. It replaces an answer before it."""
    mine = and_(amendments.c.id == one.id, _waiting, amendments.c.proposed_by != by)
    settled = {"settled_at": store.now, "settled_by": by}
    if (await store.write(update(amendments).where(mine).values(settled))).rowcount != 1:
        return False
    if one.kind == ANSWER:
        same = amendments.c.kind == ANSWER, amendments.c.programme == one.programme, amendments.c.code == one.code
        former = and_(_in_force, amendments.c.id != one.id, *same)
        await store.write(update(amendments).where(former).values(retired_at=store.now))
    if one.bundle is not None:
        await bundles.settle(store, one.bundle, one.code if one.kind == PHRASINGS else None)
    store.audit("answers.confirmed", actor=by, kind=one.kind, code=one.code, id=str(one.id))
    return True


async def decline(store: Drawer, one: Amendment, by: UUID) -> bool:
    """It shall not count, or is taken back; its questions wait again. False when it was settled meanwhile."""
    mine = and_(amendments.c.id == one.id, _waiting)
    settled = {"settled_at": store.now, "settled_by": by, "retired_at": store.now}
    if (await store.write(update(amendments).where(mine).values(settled))).rowcount != 1:
        return False
    if one.bundle is not None:
        await bundles.move(store, one.bundle, bundles.PROPOSED, bundles.OPEN)
    store.audit("answers.declined", actor=by, kind=one.kind, code=one.code, id=str(one.id))
    return True


async def retire(store: Drawer, ids: Collection[UUID]) -> tuple[UUID, ...]:
    """The files say the same by now; gives those that still were in force."""
    said = and_(_in_force, amendments.c.id.in_(ids))
    done = update(amendments).where(said).values(retired_at=store.now).returning(amendments.c.id)
    found = tuple((await store.write(done)).scalars()) if ids else ()
    for id in found:
        store.audit("answers.retired", id=str(id))
    return found
