"""Changing the office's keys: data keys are wrapped anew and lookups computed anew, in chunks, while the bot runs.

DATA_KEYS first gets the new key in front of the old one, and all processes are started again: they write with the
newest and read with all. Then `rotate` goes through everything; killed half-way, it goes on where it stopped. Only
then may the old key go.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Final
from uuid import UUID

import orjson
from sqlalchemy import LargeBinary, Select, and_, bindparam, delete, func, literal, select, tuple_, update

from storage import audit
from storage.bulk import Bulk
from storage.engine import AuditRow, Database, Db
from storage.import_work import HOUSEHOLD, found_by, person_hash, resident_place, roster_place
from storage.imports import Progress, silent
from storage.tables import (
    board_codes,
    cases,
    codes,
    helpers,
    invitations,
    keys,
    pointers,
    residents,
    roster,
    roster_lookups,
    settings,
)
from storage.vault import Key, Vault

AT_ONCE: Final = 250
ONE_TIME: Final = (  # codes that were handed out, only their digest kept: until when they hold, and what use fills in
    (codes.c.expires_at, codes.c.used_at),
    (invitations.c.expires_at, invitations.c.used_at),
    (board_codes.c.expires_at, board_codes.c.used_at),
    (helpers.c.code_expires_at, helpers.c.person),
)
MARK: Final = "rotation"  # the setting that remembers how far it went
LOOKUP_KEY: Final = "lookup_key"  # the setting with the key all lookups are under

_set = Bulk(settings, ("name", "value"), overwrite=("name",))
_add_lookups = Bulk(roster_lookups, ("version", "digest_hash", "resident"), skip=("version", "digest_hash", "resident"))
_drop_lookup = delete(roster_lookups).where(
    roster_lookups.c.version == bindparam("v"),
    roster_lookups.c.digest_hash == bindparam("d"),
    roster_lookups.c.resident == bindparam("r"),
)
_rewrap = update(keys).where(keys.c.owner == bindparam("o")).values(sealed=bindparam("s"))
_rehash = update(residents).where(residents.c.person_hash == bindparam("old")).values(person_hash=bindparam("new"))
_rehouse = (
    update(roster)
    .where(roster.c.version == bindparam("v"), roster.c.resident == bindparam("r"))
    .values(household=bindparam("h"))
)
_in_force = select(pointers.c.version).where(pointers.c.kind == "roster").scalar_subquery()
_kept = (  # the household a case was filed for, found by its old digest, which stands beside the new one until the end
    select(roster.c.household)
    .join(
        roster_lookups,
        and_(roster_lookups.c.version == roster.c.version, roster_lookups.c.resident == roster.c.resident),
    )
    .where(roster_lookups.c.version == _in_force, roster_lookups.c.digest_hash == cases.c.household)
    .limit(1)
).scalar_subquery()
_hers = (  # where nobody is left in that one, the household of whom it is about
    select(roster.c.household).where(roster.c.version == _in_force, roster.c.resident == cases.c.resident)
).scalar_subquery()

_keys = select(keys.c.owner, keys.c.sealed).order_by(keys.c.owner)
_residents = (
    select(residents.c.id, residents.c.person_hash, residents.c.sealed, keys.c.sealed.label("key"))
    .join(keys, keys.c.owner == residents.c.id)
    .order_by(residents.c.person_hash)
)
_roster = (
    select(roster.c.version, roster.c.resident, roster.c.sealed, keys.c.sealed.label("key"))
    .join(keys, keys.c.owner == roster.c.resident)
    .order_by(roster.c.version, roster.c.resident)
)
_cases = select(cases.c.id).where(cases.c.household.is_not(None)).order_by(cases.c.id)

_READ: Final[Mapping[type, Callable[[str], Any]]] = {bytes: bytes.fromhex}
Place = tuple[Any, ...]  # how far a stage has come: the primary key of the last row


@dataclass(frozen=True, slots=True)
class Rotated:
    """What was done. The old keys may go at `free_at`: one-time codes made under them live until then."""

    rows: int
    free_at: datetime


@dataclass(frozen=True, slots=True)
class _Stage:
    """One table to go through: the rows after a place, how to do some of them, and which columns are their place."""

    name: str
    rows: Select[Any]
    place: tuple[Any, ...]
    do: Callable[[Db, Vault, Sequence[Any]], Awaitable[None]]


async def finished(db: Db, vault: Vault) -> bool:
    """Whether all lookups are under the newest key: an import before that would not find whom it knows."""
    under = (await db.execute(select(settings.c.value).where(settings.c.name == LOOKUP_KEY))).scalar()
    return under == vault.office[0].id.decode() or (under is None and len(vault.office) == 1)


async def rotate(database: Database, vault: Vault, now: datetime, progress: Progress = silent) -> Rotated:
    """Bring everything under the newest key. Call it inside `imports.alone`; call it again after a crash."""
    newest = vault.office[0].id.decode()
    begun = await _read_mark(database, newest)
    done = 0
    for stage in STAGES:
        if begun is None or stage.name == begun[0]:
            done += await _go_through(database, vault, stage, begun[1] if begun else None, progress)
            begun = None
    while await _left(database, vault):  # keys made meanwhile by a process that was not started again
        done += await _go_through(database, vault, STAGES[0], None, progress)
    return Rotated(done, await database.writer.transaction(lambda db: _finish(db, vault, now, done)))


async def _go_through(database: Database, vault: Vault, stage: _Stage, after: Place | None, progress: Progress) -> int:
    table = stage.place[0].table
    async with database.reading() as db:
        total = (await db.execute(select(func.count()).select_from(table))).scalar_one()
    done = 0
    while True:
        after, count = await database.writer.transaction(partial(_some, vault=vault, stage=stage, after=after))
        if not count:
            return done
        done += count
        progress(stage.name, min(done, total), total)


async def _some(db: Db, vault: Vault, stage: _Stage, after: Place | None) -> tuple[Place | None, int]:
    """The next rows of a stage, with the mark how far it went in the same transaction."""
    rows = (await db.execute(_after(stage, after).limit(AT_ONCE))).all()
    if rows:
        await stage.do(db, vault, rows)
        after = tuple(getattr(rows[-1], column.name) for column in stage.place)
    mark = {
        "key": vault.office[0].id.decode(),
        "stage": stage.name,
        "after": after and [part.hex() if isinstance(part, bytes) else str(part) for part in after],
    }
    await _set.put(db, [{"name": MARK, "value": orjson.dumps(mark).decode()}])
    return after, len(rows)


def _after(stage: _Stage, after: Place | None) -> Select[Any]:
    return stage.rows if after is None else stage.rows.where(tuple_(*stage.place) > tuple_(*after))


async def _left(database: Database, vault: Vault) -> bool:
    newest = vault.office[0].id
    old = (
        select(keys.c.owner).where(func.substr(keys.c.sealed, 1, len(newest)) != literal(newest, LargeBinary)).limit(1)
    )
    async with database.reading() as db:
        return (await db.execute(old)).first() is not None


async def _read_mark(database: Database, newest: str) -> tuple[str, Place | None] | None:
    async with database.reading() as db:
        written = (await db.execute(select(settings.c.value).where(settings.c.name == MARK))).scalar()
    mark = orjson.loads(written) if written else {}
    if mark.get("key") != newest:
        return None
    stage = next(stage for stage in STAGES if stage.name == mark["stage"])
    kinds = [_READ.get(column.type.python_type, column.type.python_type) for column in stage.place]
    after = mark["after"] and tuple(kind(part) for kind, part in zip(kinds, mark["after"], strict=True))
    return stage.name, after


async def _finish(db: Db, vault: Vault, now: datetime, done: int) -> datetime:
    newest = vault.office[0].id
    await db.execute(delete(settings).where(settings.c.name == MARK))
    await _set.put(db, [{"name": LOOKUP_KEY, "value": newest.decode()}])
    await audit.put(db, vault, [AuditRow("keys.rotated", detail={"key": newest.decode(), "rows": done})], now)
    last: list[datetime | None] = [
        (await db.execute(select(func.max(until)).where(used.is_(None)))).scalar() for until, used in ONE_TIME
    ]
    return max([now, *filter(None, last)])


# ------------------------------------------------------------------------------------------------------ the stages


async def _rewrap_keys(db: Db, vault: Vault, rows: Sequence[Any]) -> None:
    wrapped = [{"o": row.owner, "s": vault.rewrap(row.owner, row.sealed)} for row in rows]
    await _many(db, _rewrap, [one for one in wrapped if one["s"] is not None])


async def _rehash_residents(db: Db, vault: Vault, rows: Sequence[Any]) -> None:
    """Rows move in their own order and may be met again further on, where they change no more."""
    found = []
    for row in rows:
        person_id = _key(vault, row.id, row).open(row.sealed, resident_place(row.id)).decode()
        found.append({"old": row.person_hash, "new": person_hash(vault, person_id)})
    await _many(db, _rehash, [one for one in found if one["old"] != one["new"]])


async def _add_new(db: Db, vault: Vault, rows: Sequence[Any]) -> None:
    fresh = [
        {"version": row.version, "digest_hash": vault.lookup(kind, value), "resident": row.resident}
        for row in rows
        for kind, value in _found_by(vault, row)
    ]
    await _add_lookups.put(db, fresh)


async def _rehouse_roster(db: Db, vault: Vault, rows: Sequence[Any]) -> None:
    """Only when every row has its new lookups, for members of one household are changed at different times."""
    found = [(row, value) for row in rows for kind, value in _found_by(vault, row) if kind == HOUSEHOLD]
    moved = [{"v": row.version, "r": row.resident, "h": vault.lookup(HOUSEHOLD, value)} for row, value in found]
    await _many(db, _rehouse, moved)


async def _drop_old(db: Db, vault: Vault, rows: Sequence[Any]) -> None:
    stale = [
        {"v": row.version, "d": old, "r": row.resident}
        for row in rows
        for kind, value in _found_by(vault, row)
        for old in vault.lookups(kind, value)[1:]
    ]
    await _many(db, _drop_lookup, stale)


def _found_by(vault: Vault, row: Any) -> list[tuple[str, str]]:
    return found_by(_key(vault, row.resident, row).open(row.sealed, roster_place(row.version, row.resident)))


async def _rehouse_cases(db: Db, _vault: Vault, rows: Sequence[Any]) -> None:
    chosen = cases.c.id.in_([row.id for row in rows])
    await db.execute(update(cases).where(chosen).values(household=func.coalesce(_kept, _hers, cases.c.household)))


async def _many(db: Db, statement: Any, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        await db.execute(statement, rows)


def _key(vault: Vault, owner: UUID, row: Any) -> Key:
    return vault.known(owner) or vault.unwrap(owner, row.key)


_ROSTER_PLACE = (roster.c.version, roster.c.resident)
STAGES: Final = (
    _Stage("keys", _keys, (keys.c.owner,), _rewrap_keys),
    _Stage("residents", _residents, (residents.c.person_hash,), _rehash_residents),
    _Stage("lookups", _roster, _ROSTER_PLACE, _add_new),
    _Stage("households", _roster, _ROSTER_PLACE, _rehouse_roster),
    _Stage("cases", _cases, (cases.c.id,), _rehouse_cases),
    _Stage("old_lookups", _roster, _ROSTER_PLACE, _drop_old),
)
