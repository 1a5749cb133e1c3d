"""Who works at the counter: accounts, what was granted to them and when it ended, and the PIN of their desk.

An account is one person with one numeric chat id. It comes to be by an invitation, a one-time code an admin makes;
grants and removals are kept. Everything is read anew with each turn, so that a removal counts from the next press.
"""

import secrets
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import and_, bindparam, insert, or_, select, update

from storage import audit, rights
from storage.engine import Drawer
from storage.ids import new_id
from storage.tables import Moment, grants, invitations, keys, people, staff

CODE_DIGITS = 8
CODE_LASTS = timedelta(hours=72)
PIN_TRIES = 5
QUIET = timedelta(minutes=10)  # after which the desk closes by itself
ELSEWHERE = "elsewhere"  # she lives in no dong of this city


class Held(msgspec.Struct, frozen=True):
    """A role somebody has; `dong` for roles of a dong, `until` the last day of a contract that ends."""

    id: UUID
    role: str
    dong: str | None
    until: date | None


class Officer(msgspec.Struct, frozen=True):
    """An account; `talking` is the conversation she has open.

    `stirred_at` is her last press at the open desk, None while it is closed; `pin` whether she has set one. While she
    is suspended her roles stay written down and give her nothing. `lives` is the dong she said she lives in, or
    `ELSEWHERE`; None as long as she was not asked.
    """

    id: UUID
    chat: int | None
    name: str
    pin: bool
    pin_tries: int
    stirred_at: datetime | None
    talking: UUID | None
    suspended: bool
    held: tuple[Held, ...]
    lives: str | None = None

    def desk_open(self, now: datetime) -> bool:
        """Whether her desk stands open: the PIN was given, and she was not quiet for too long."""
        return self.stirred_at is not None and now - self.stirred_at < QUIET

    @property
    def locked(self) -> bool:
        """Whether the PIN was wrong too often; an admin unlocks."""
        return self.pin_tries >= PIN_TRIES


_columns = (
    staff.c.id, staff.c.chat, staff.c.pin_hash, staff.c.pin_tries, staff.c.stirred_at,
    staff.c.talking, staff.c.suspended_at, staff.c.lives, staff.c.sealed, keys.c.sealed.label("key"),
)  # fmt: skip
_grant = (
    grants.c.id.label("grant"),
    grants.c.role,
    grants.c.dong,
    grants.c.until,
)
_open_grants = and_(grants.c.staff == staff.c.id, grants.c.ended_at.is_(None))
_officers = (
    select(*_columns, *_grant)
    .select_from(staff.outerjoin(grants, _open_grants).outerjoin(keys, keys.c.owner == staff.c.id))
    .where(staff.c.ended_at.is_(None))
    .order_by(staff.c.id, grants.c.id)
)
_by_id = _officers.where(staff.c.id == bindparam("officer"))
_stir = update(staff).where(staff.c.id == bindparam("officer")).values(stirred_at=bindparam("at", type_=Moment))


# ------------------------------------------------------------------------------------------------------- who it is


async def by_id(store: Drawer, officer: UUID) -> Officer | None:
    """The account, None when it was ended."""
    found = _opened(store, await store.read(_by_id, {"officer": officer}))
    return found[0] if found else None


async def named(store: Drawer, officer: UUID) -> str:
    """The name of an account, also of one that was ended; empty for none."""
    wanted = select(staff.c.id, staff.c.sealed, keys.c.sealed.label("key")).where(staff.c.id == officer)
    row = (await store.read(wanted.join(keys, keys.c.owner == staff.c.id))).first()
    return _name(store, row) if row else ""


async def all_of(store: Drawer) -> tuple[Officer, ...]:
    """Every account in force, also those not bound yet."""
    return tuple(_opened(store, await store.read(_officers)))


async def with_role(store: Drawer, roles: tuple[str, ...], dongs: tuple[str, ...] | None = None) -> tuple[Officer, ...]:
    """Accounts with a chat that have one of these roles, for one of these dongs if any are named; none suspended.

    Contracts that have ended by themselves are among them: `programmes/roles.py` knows the days.
    """
    chosen = select(grants.c.staff).where(grants.c.ended_at.is_(None), grants.c.role.in_(roles))
    if dongs is not None:
        chosen = chosen.where(or_(grants.c.dong.is_(None), grants.c.dong.in_(dongs)))
    found = _officers.where(staff.c.id.in_(chosen), staff.c.chat.is_not(None), staff.c.suspended_at.is_(None))
    return tuple(_opened(store, await store.read(found)))


async def lock_role(store: Drawer, role: str) -> frozenset[UUID]:
    """Accounts with a chat that have this role, which nobody else changes before this turn is over; none suspended."""
    bound = select(staff.c.id).where(
        staff.c.chat.is_not(None), staff.c.ended_at.is_(None), staff.c.suspended_at.is_(None)
    )
    held = select(grants.c.staff).where(grants.c.ended_at.is_(None), grants.c.role == role, grants.c.staff.in_(bound))
    return frozenset((await store.read(held.order_by(grants.c.id).with_for_update(of=grants))).scalars())


def _opened(store: Drawer, rows: Any) -> list[Officer]:
    found: dict[UUID, list[Any]] = {}
    for row in rows:
        found.setdefault(row.id, []).append(row)
    return [_officer(store, rows) for rows in found.values()]


def _officer(store: Drawer, rows: list[Any]) -> Officer:
    first = rows[0]
    held = tuple(Held(row.grant, row.role, row.dong, row.until) for row in rows if row.grant is not None)
    return Officer(
        first.id, first.chat, _name(store, first), first.pin_hash is not None, first.pin_tries,
        first.stirred_at, first.talking, first.suspended_at is not None, held, first.lives,
    )  # fmt: skip


def _name(store: Drawer, row: Any) -> str:
    """Empty when it was erased."""
    if row.sealed is None or row.key is None:
        return ""
    key = store.vault.known(row.id) or store.vault.unwrap(row.id, row.key)
    return key.open(row.sealed, _place(row.id)).decode()


def _place(officer: UUID) -> str:
    return f"staff|sealed|{officer.hex}"


# ---------------------------------------------------------------------------------------------- coming and going


async def enrol(store: Drawer, name: str) -> UUID:
    """Make an account that may do nothing yet."""
    officer = new_id()
    sealed = (await store.key(officer)).seal(name.encode(), _place(officer))
    await store.write(insert(staff), {"id": officer, "since": store.now, "pin_tries": 0, "sealed": sealed})
    return officer


async def invite(
    store: Drawer, name: str, role: str, dong: str | None = None, until: date | None = None, by: UUID | None = None
) -> tuple[UUID, str]:
    """Make an account with a role for somebody, and the one-time code she binds her chat with."""
    officer = await enrol(store, name)
    await grant(store, officer, role, dong, until, by)
    return officer, await code_for(store, officer, by)


async def code_for(store: Drawer, officer: UUID, by: UUID | None = None) -> str:
    """A fresh code for an account without a chat, the earlier ones ending with it: 8 digits, 72 hours, one use."""
    await _end_codes(store, officer)
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"
    row = {
        "code_hash": store.vault.lookup("invitation", code), "staff": officer, "made_by": by, "made_at": store.now,
        "expires_at": store.now + CODE_LASTS,
    }  # fmt: skip
    await store.write(insert(invitations), row)
    await rights.changed(store, "invited", officer, by)
    return code


async def _end_codes(store: Drawer, officer: UUID) -> None:
    unused = and_(invitations.c.staff == officer, invitations.c.used_at.is_(None), invitations.c.expires_at > store.now)
    await store.write(update(invitations).where(unused).values(expires_at=store.now))


async def accept(store: Drawer, code: str, chat: int, person: UUID) -> Officer | None:
    """Bind this chat by an invitation's code; None for a code that is unknown, used, too old or not for this chat.

    One person one account: who has one already must have the new role granted to it instead.
    """
    digests = store.vault.lookups("invitation", "".join(digit for digit in code if digit.isdecimal()))
    taken = select(staff.c.id).where(staff.c.chat == chat, staff.c.ended_at.is_(None)).exists()
    valid = and_(
        invitations.c.code_hash.in_(digests),
        invitations.c.used_at.is_(None),
        invitations.c.expires_at > store.now,
        ~taken,
    )
    used = update(invitations).where(valid).values(used_at=store.now).returning(invitations.c.staff)
    account: UUID | None = (await store.write(used)).scalar()
    if account is None:
        return None
    await store.write(update(staff).where(staff.c.id == account).values(chat=chat))
    store.audit("staff.bound", actor=person, subject=account)
    return await by_id(store, account)


async def grant(store: Drawer, officer: UUID, role: str, dong: str | None, until: date | None, by: UUID | None) -> None:
    """Give an account a role."""
    row = {
        "id": new_id(), "staff": officer, "role": role, "dong": dong, "until": until, "since": store.now,
        "given_by": by,
    }  # fmt: skip
    await store.write(insert(grants), row)
    await rights.changed(store, "granted", officer, by, role=role, dong=dong or "")


async def revoke(store: Drawer, held: UUID, by: UUID | None) -> bool:
    """Take a role away; false when it was gone already."""
    ended = update(grants).where(grants.c.id == held, grants.c.ended_at.is_(None))
    row = (await store.write(ended.values(ended_at=store.now, ended_by=by).returning(grants.c.staff))).first()
    if row is not None:
        await rights.changed(store, "revoked", row.staff, by)
    return row is not None


async def lapse(store: Drawer, day: date) -> bool:
    """End what was granted until a day before this one; nobody did it, and each end is recorded once."""
    past = update(grants).where(grants.c.ended_at.is_(None), grants.c.until < day).values(ended_at=store.now)
    ended = (await store.write(past.returning(grants.c.staff, grants.c.role))).all()
    for one in ended:
        await rights.changed(store, "lapsed", one.staff, None, role=one.role)
    return bool(ended)


async def remove(store: Drawer, officer: Officer, by: UUID | None) -> None:
    """End an account and all it was granted, in one step; it counts from her next press."""
    mine = grants.c.staff == officer.id
    await store.write(update(grants).where(mine, grants.c.ended_at.is_(None)).values(ended_at=store.now, ended_by=by))
    closed = {"ended_at": store.now, "stirred_at": None, "talking": None}
    await store.write(update(staff).where(staff.c.id == officer.id).values(closed))
    await _end_codes(store, officer.id)
    if officer.chat is not None:
        await store.write(update(people).where(people.c.chat == officer.chat).values(officer=None, desk="resident"))
        store.touched.add(officer.chat)
    await rights.changed(store, "removed", officer.id, by)


async def suspend(store: Drawer, officer: Officer, by: UUID | None) -> bool:
    """Let an account do nothing from its next press on, until it is lifted; false when it was so already."""
    standing = and_(staff.c.id == officer.id, staff.c.ended_at.is_(None), staff.c.suspended_at.is_(None))
    closed = {"suspended_at": store.now, "stirred_at": None, "talking": None}
    done: bool = (await store.write(update(staff).where(standing).values(closed))).rowcount == 1
    if done:
        await rights.changed(store, "suspended", officer.id, by)
    return done


async def lift(store: Drawer, officer: Officer, by: UUID | None) -> bool:
    """End a suspension; false when there is none any more."""
    suspended = and_(staff.c.id == officer.id, staff.c.ended_at.is_(None), staff.c.suspended_at.is_not(None))
    done: bool = (await store.write(update(staff).where(suspended).values(suspended_at=None))).rowcount == 1
    if done:
        await rights.changed(store, "lifted", officer.id, by)
    return done


# --------------------------------------------------------------------------------------------------------- the desk


async def _pin(store: Drawer, officer: UUID, pin: str) -> bytes:
    """Its digest under the house's own key: without that a stolen database tells no PIN, however short."""
    return (await audit.house_key(store.db, store.vault)).digest("pin", f"{officer.hex}|{pin}")


async def set_pin(store: Drawer, officer: Officer, pin: str) -> None:
    """Give the desk a PIN, and open it."""
    values = {"pin_hash": await _pin(store, officer.id, pin), "pin_tries": 0, "stirred_at": store.now}
    await store.write(update(staff).where(staff.c.id == officer.id).values(values))
    store.audit("desk.pin_set", actor=officer.id)


async def settle(store: Drawer, officer: Officer, lives: str) -> Officer:
    """Keep where she says she lives."""
    await store.write(update(staff).where(staff.c.id == officer.id).values(lives=lives))
    store.audit("staff.lives", actor=officer.id, lives=lives)
    return msgspec.structs.replace(officer, lives=lives)


async def open_desk(store: Drawer, officer: Officer, pin: str) -> bool:
    """Open the desk with its PIN; a wrong one is counted, the fifth locks."""
    right = and_(
        staff.c.id == officer.id,
        staff.c.pin_hash == await _pin(store, officer.id, pin),
        staff.c.pin_tries < PIN_TRIES,
    )
    opened = await store.write(update(staff).where(right).values(pin_tries=0, stirred_at=store.now))
    if opened.rowcount == 1:
        store.audit("desk.opened", actor=officer.id)
        return True
    await store.write(update(staff).where(staff.c.id == officer.id).values(pin_tries=staff.c.pin_tries + 1))
    store.audit("desk.refused", actor=officer.id)
    return False


async def stir(store: Drawer, officer: Officer) -> None:
    """She pressed something: her desk stays open."""
    await store.write(_stir, {"officer": officer.id, "at": store.now})


async def close_desk(store: Drawer, officer: Officer) -> None:
    """Close the desk until the PIN is given again."""
    await store.write(_stir, {"officer": officer.id, "at": None})


async def unlock(store: Drawer, officer: UUID, by: UUID | None) -> None:
    """Forget a PIN and its wrong tries: a new one is chosen at the next press."""
    await store.write(update(staff).where(staff.c.id == officer).values(pin_hash=None, pin_tries=0, stirred_at=None))
    await rights.changed(store, "unlocked", officer, by)
