"""What must be provable later: who did what to whom, chained so that nobody can edit, drop or reorder it unseen.

Rows are inserted unsealed with the turn that caused them. One sealer at a time gives them their places and chains
them: each seal is an HMAC-SHA256 over the seal before it and the row with the digest of its *sealed* detail. The
chain therefore never makes turns wait for each other, and stays whole when a person's key is erased.
"""

import base64
import hashlib
import hmac
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import takewhile
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import BigInteger, LargeBinary, bindparam, delete, func, select, update

from storage.bulk import Bulk
from storage.connections import is_postgres
from storage.engine import AuditRow, Db, Drawer
from storage.ids import new_id
from storage.ready import Ready, each_of
from storage.tables import audit, keys, settings
from storage.vault import Key, Tampered, Vault

OFFICE = UUID(int=0)  # the owner of the office's own data key
SEALER_LOCK = 0x61756469
READ_AT_ONCE = 200  # rows looked at in one go, between which others have their turn
CHAIN = "settings|value|audit.secret"

_put = Bulk(audit, ("id", "at", "action", "actor", "subject", "sealed"))
_new_key = Bulk(keys, ("owner", "sealed"), skip=("owner",))
_new_setting = Bulk(settings, ("name", "value"), skip=("name",))
_set = Bulk(settings, ("name", "value"), overwrite=("name",))
_oldest = select(audit.c.place, audit.c.seal, audit.c.at).where(audit.c.place.is_not(None)).order_by(audit.c.place)
_last = select(audit.c.place, audit.c.seal).where(audit.c.place.is_not(None)).order_by(audit.c.place.desc()).limit(1)
_keys_of = select(keys.c.owner, keys.c.sealed).where(keys.c.owner.in_(bindparam("owners", expanding=True)))
_place_each = Ready(
    *(
        update(audit).where(audit.c.id == one.row).values(place=one.n, seal=one.s)
        for one in each_of(row=audit.c.id.type, n=BigInteger, s=LargeBinary)
    )
)
_links = select(audit).where(audit.c.place > bindparam("after")).order_by(audit.c.place).limit(READ_AT_ONCE)


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the chain: to be printed daily and kept elsewhere, so that a cut tail is found."""

    place: int
    seal: bytes

    def __str__(self) -> str:
        return f"{self.place}:{self.seal.hex()}"

    @classmethod
    def read(cls, printed: str) -> "Head":
        """From the form it is printed in. Raises ValueError."""
        place, _, seal = printed.strip().partition(":")
        return cls(int(place), bytes.fromhex(seal))


START = Head(0, b"")


@dataclass(frozen=True, slots=True)
class Verified:
    """How many places were looked at, and the first that is not as it was sealed, if any."""

    places: int
    first_bad: int | None


async def put(db: Db, vault: Vault, rows: Sequence[AuditRow], at: datetime) -> None:
    """Write the audit rows of a batch in one statement.

    A detail is sealed with the subject's key, else the actor's, so that it goes with the person; where neither has a
    key, with the office's own.
    """
    owners = {owner for row in rows if row.detail for owner in (row.subject, row.actor) if owner}
    known = await _keys(db, vault, owners) if owners else {}
    if any(row.detail and not _keyed(row, known) for row in rows):
        known[OFFICE] = await house_key(db, vault)
    await _put.put(db, [_row(row, at, known) for row in rows])


def _keyed(row: AuditRow, known: dict[UUID, Key]) -> UUID | None:
    return next((owner for owner in (row.subject, row.actor) if owner in known), None)


def _row(row: AuditRow, at: datetime, known: dict[UUID, Key]) -> dict[str, Any]:
    id, sealed = new_id(), None
    if row.detail:
        key = known[_keyed(row, known) or OFFICE]
        sealed = key.seal(orjson.dumps(dict(row.detail), default=str), _where(id))
    return {"id": id, "at": at, "action": row.action, "actor": row.actor, "subject": row.subject, "sealed": sealed}


def _where(id: UUID) -> str:
    return f"audit|sealed|{id.hex}"


async def _keys(db: Db, vault: Vault, owners: set[UUID]) -> dict[UUID, Key]:
    known = {owner: key for owner in owners if (key := vault.known(owner)) is not None}
    if missing := owners - known.keys():
        rows = await db.execute(_keys_of, {"owners": list(missing)})
        known |= {row.owner: vault.opened(row.owner, row.sealed) for row in rows}
    return known


async def house_key(db: Db, vault: Vault) -> Key:
    """The office's own data key, for what belongs to nobody; made on first use by whoever is first."""
    found = select(keys.c.sealed).where(keys.c.owner == OFFICE)
    sealed = (await db.execute(found)).scalar()
    if sealed is None:
        await _new_key.put(db, [{"owner": OFFICE, "sealed": vault.new_key(OFFICE)[1]}])
        sealed = (await db.execute(found)).scalar_one()  # ours, or another process's that was first
    return vault.opened(OFFICE, sealed)


async def detail(db: Db, vault: Vault, row: Any) -> dict[str, Any] | None:
    """The opened detail of an audit row; None when it has none or its person's key was erased."""
    if row.sealed is None:
        return None
    known = await _keys(db, vault, {owner for owner in (row.subject, row.actor, OFFICE) if owner})
    for key in known.values():
        try:
            return dict(orjson.loads(key.open(row.sealed, _where(row.id))))
        except Tampered:
            continue
    return None


# ------------------------------------------------------------------------------------------------------- the chain


async def seal_waiting(store: Drawer, limit: int = 1000) -> int:
    """Chain up to `limit` rows that wait; gives how many. Nothing is done while another sealer is at it."""
    db = store.db
    if is_postgres(db) and not (await db.execute(select(func.pg_try_advisory_xact_lock(SEALER_LOCK)))).scalar():
        return 0
    waiting = (await db.execute(select(audit).where(audit.c.place.is_(None)).order_by(audit.c.id).limit(limit))).all()
    if not waiting:
        return 0
    secret = await _secret(db, store.vault)
    end = await _end(db, secret)
    places, seals, seal = range(end.place + 1, end.place + 1 + len(waiting)), [], end.seal
    for place, row in zip(places, waiting, strict=True):
        seal = _seal(secret, seal, place, row)
        seals.append(seal)
    await _place_each.run_each(db, {"row": [row.id for row in waiting], "n": places, "s": seals})
    return len(waiting)


async def head(db: Db) -> Head:
    """The end of the chain as it stands in the table."""
    row = (await db.execute(_last)).first()
    return Head(row.place, row.seal) if row else START


async def verify(db: Db, vault: Vault, printed: Head | None = None) -> Verified:
    """Walk the whole chain; writes nothing. With a head printed earlier, a tail cut off since then is found too."""
    if await _setting(db, "audit.secret") is None:  # nothing was ever sealed, or all of it is gone
        lost = await head(db) != START or printed is not None
        return Verified(0, 1 if lost else None)
    secret = await _secret(db, vault)
    start = await _beginning(db, secret)
    place, seal = start.place, start.seal
    while rows := (await db.execute(_links, {"after": place})).all():
        for row in rows:
            right = _seal(secret, seal, place + 1, row)
            if row.place != place + 1 or not hmac.compare_digest(right, row.seal or b""):
                return Verified(place - start.place, place + 1)
            place, seal = row.place, row.seal
            if printed is not None and printed.place == place and printed.seal != seal:
                return Verified(place - start.place, place)
    if printed is not None and printed.place > place:
        return Verified(place - start.place, place + 1)
    return Verified(place - start.place, None)


def _seal(secret: bytes, before: bytes, place: int, row: Any) -> bytes:
    told = (
        place,
        row.id.hex,
        row.at.astimezone(UTC).isoformat(),
        row.action,
        row.actor and row.actor.hex,
        row.subject and row.subject.hex,
        hashlib.sha256(row.sealed).hexdigest() if row.sealed is not None else None,
    )
    return hmac.digest(secret, before + orjson.dumps(told), "sha256")


async def _secret(db: Db, vault: Vault) -> bytes:
    """The key of the chain: of its own, so that changing the office's keys leaves old seals as they are."""
    key = await house_key(db, vault)
    kept = await _setting(db, "audit.secret")
    if kept is None:
        sealed = base64.b64encode(key.seal(os.urandom(32), CHAIN)).decode()
        await _new_setting.put(db, [{"name": "audit.secret", "value": sealed}])
        return await _secret(db, vault)  # ours, or another process's that was first
    return key.open(base64.b64decode(kept), CHAIN)


# ---------------------------------------------------------------------------------------- forgetting the beginning


async def forget_until(store: Drawer, before: datetime, limit: int) -> int:
    """Remove up to `limit` of the oldest chained rows from before this time; the chain then begins after them.

    Where it begins is signed, so that only the office can shorten the chain.
    """
    db, secret = store.db, await _secret(store.db, store.vault)
    rows = (await db.execute(_oldest.limit(limit))).all()
    old = list(takewhile(lambda row: row.at < before, rows))
    if old:
        last = Head(old[-1].place, old[-1].seal)
        await db.execute(delete(audit).where(audit.c.place <= last.place))
        await _set.put(db, [{"name": "audit.beginning", "value": f"{last}:{_signed(secret, last)}"}])
    return len(old)


async def _beginning(db: Db, secret: bytes) -> Head:
    kept = await _setting(db, "audit.beginning")
    if kept is None:
        return START
    at, _, signature = kept.rpartition(":")
    head = Head.read(at)
    return head if hmac.compare_digest(_signed(secret, head), signature) else START


async def _end(db: Db, secret: bytes) -> Head:
    end = await head(db)
    return end if end.place else await _beginning(db, secret)


def _signed(secret: bytes, head: Head) -> str:
    return hmac.digest(secret, f"beginning|{head}".encode(), "sha256").hex()


async def _setting(db: Db, name: str) -> str | None:
    return (await db.execute(select(settings.c.value).where(settings.c.name == name))).scalar()
