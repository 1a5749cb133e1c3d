"""The roster and the payments that are in force: who somebody is, whose household she is of, what was paid.

Name, birth date, phone and the office's id of the household lie in one seal with the resident's own key. People are
found by keyed digests over normal forms; several digests are tried while the office's keys are being changed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import bindparam, select

from storage.engine import Drawer
from storage.forms import identity
from storage.import_rows import Kind
from storage.import_work import roster_place
from storage.tables import imports, keys, payments, pointers, residents, roster, roster_lookups


@dataclass(frozen=True, slots=True)
class Resident:
    """One person on the roster in force. `household` is a keyed digest; `premium` won a month for the household.

    What the office's file did not say is None; `phone` is E.164.
    """

    id: UUID
    name: str
    birth_date: date
    phone: str | None
    dong: str
    category: str
    household: bytes
    is_head: bool
    nationality_status: str
    insurance: str | None = None
    premium: int | None = None
    earners: int | None = None
    assets_over: bool | None = None
    insured: bool | None = None
    present_on_reference_date: bool | None = None


@dataclass(frozen=True, slots=True)
class Payment:
    """What became of the payment of one round; `amount` in won."""

    round: str
    status: str
    method: str | None
    amount: int | None
    applied_at: datetime | None
    paid_at: datetime | None


_CLEAR = tuple(Resident.__dataclass_fields__)[4:]
_version = select(pointers.c.version).where(pointers.c.kind == bindparam("kind")).scalar_subquery()
_all = (
    select(roster.c.version, roster.c.resident, roster.c.sealed, keys.c.sealed.label("key"))
    .add_columns(*(roster.c[name] for name in _CLEAR))
    .select_from(roster.join(keys, keys.c.owner == roster.c.resident))
)
_rows = _all.where(roster.c.version == _version)
_found = _rows.join(
    roster_lookups,
    (roster_lookups.c.version == roster.c.version) & (roster_lookups.c.resident == roster.c.resident),
)
_by_id = _rows.where(roster.c.resident == bindparam("resident"))
_by_digest = _found.where(
    roster_lookups.c.version == _version, roster_lookups.c.digest_hash.in_(bindparam("digests", expanding=True))
).order_by(roster.c.is_head.desc(), roster.c.birth_year, roster.c.resident)
_of_version = _all.where(
    roster.c.version == bindparam("version"), roster.c.resident.in_(bindparam("residents", expanding=True))
)
_found_in = _all.join(
    roster_lookups,
    (roster_lookups.c.version == roster.c.version) & (roster_lookups.c.resident == roster.c.resident),
).where(
    roster_lookups.c.version == bindparam("version"),
    roster_lookups.c.digest_hash.in_(bindparam("digests", expanding=True)),
)
_by_person = _rows.join(residents, residents.c.id == roster.c.resident).where(
    residents.c.person_hash.in_(bindparam("digests", expanding=True))
)
_payments = (
    select(*(payments.c[name] for name in Payment.__dataclass_fields__))
    .where(payments.c.version == _version, payments.c.resident == bindparam("resident"))
    .order_by(payments.c.round)
)
_as_of = select(imports.c.applied_at).where(imports.c.version == _version)


async def by_id(store: Drawer, resident: UUID) -> Resident | None:
    """The resident of this random id, None when the roster in force does not have her."""
    rows = await store.read(_by_id, {"kind": "roster", "resident": resident})
    return next(iter(_opened(store, rows)), None)


async def by_phone(store: Drawer, e164: str) -> tuple[Resident, ...]:
    """Everybody who left this number with the office; families share one."""
    return await _by_digests(store, store.vault.lookups("phone", e164))


async def by_identity(store: Drawer, name: str, birth_date: date) -> tuple[Resident, ...]:
    """Everybody of exactly this name and birth date, in whatever way the name is spaced and composed."""
    return await _by_digests(store, store.vault.lookups("identity", identity(name, birth_date)))


async def household_of(store: Drawer, resident: Resident) -> tuple[Resident, ...]:
    """All of the resident's household, she too: the head first, then by age."""
    return await _by_digests(store, (resident.household,))


async def of_version(store: Drawer, version: int, residents: Iterable[UUID]) -> tuple[Resident, ...]:
    """These residents as a version of the roster has them, in force or not."""
    wanted = {"version": version, "residents": list(residents)}
    return tuple(_opened(store, await store.read(_of_version, wanted))) if wanted["residents"] else ()


async def found_in(store: Drawer, version: int, digests: Iterable[bytes]) -> tuple[Resident, ...]:
    """Whom a version of the roster, in force or not, has under these digests of households, identities or phones."""
    wanted = {"version": version, "digests": list(digests)}
    return tuple(_opened(store, await store.read(_found_in, wanted))) if wanted["digests"] else ()


async def by_person_id(store: Drawer, person_id: str) -> Resident | None:
    """The resident the office knows by this id."""
    digests = store.vault.lookups("person", person_id)
    return next(iter(_opened(store, await store.read(_by_person, {"kind": "roster", "digests": digests}))), None)


async def payments_of(store: Drawer, resident: UUID) -> tuple[Payment, ...]:
    """What the payment file in force says of the resident, by round."""
    rows = await store.read(_payments, {"kind": "payments", "resident": resident})
    return tuple(Payment(*tuple(row)) for row in rows)


async def as_of(store: Drawer, kind: Kind) -> datetime | None:
    """When the file in force was applied: how old the figures are. None when there is none."""
    applied_at: datetime | None = (await store.read(_as_of, {"kind": kind})).scalar()
    return applied_at


async def _by_digests(store: Drawer, digests: tuple[bytes, ...]) -> tuple[Resident, ...]:
    return tuple(_opened(store, await store.read(_by_digest, {"kind": "roster", "digests": digests})))


def _opened(store: Drawer, rows: Iterable[Any]) -> list[Resident]:
    """Each once: while keys are being changed a row is found by its old digest and by its new one."""
    return [_resident(store, row) for row in {row.resident: row for row in rows}.values()]


def _resident(store: Drawer, row: Any) -> Resident:
    key = store.vault.known(row.resident) or store.vault.unwrap(row.resident, row.key)
    name, birth_date, phone, _ = orjson.loads(key.open(row.sealed, roster_place(row.version, row.resident)))
    told = {field: getattr(row, field) for field in _CLEAR}
    return Resident(row.resident, name, date.fromisoformat(birth_date), phone, **told)
