"""Recognising somebody as a resident: the phone she shares and her birth date, or a one-time code from the dong.

Five misses a day for each chat and each resident, ten in all and then in person, with a code. "No such person",
"wrong birth date" and "locked" give the same answer and run the same statements (house rule; domain sources 36-38).
A clock that jumps back resets nothing: misses of later days count as today's.
"""

import secrets
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Integer, bindparam, case, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from storage import people, registry
from storage.connections import is_postgres
from storage.engine import Drawer
from storage.people import Person
from storage.registry import Resident
from storage.tables import Moment, codes, misses

KST = ZoneInfo("Asia/Seoul")
A_DAY, IN_ALL = 5, 10
CODE_DIGITS = 8
CODE_LASTS = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Recognised:
    """Who was recognised, the person bound to her now, and the person whose older phone that ended, if any."""

    resident: Resident
    person: Person
    ended: Person | None


_today = func.sum(case((misses.c.day >= bindparam("day"), misses.c.times), else_=0), type_=Integer)
_counts = (
    select(misses.c.who, _today.label("today"), func.sum(misses.c.times, type_=Integer).label("in_all"))
    .where(misses.c.who.in_(bindparam("whos", expanding=True)))
    .group_by(misses.c.who)
)
_use = (
    update(codes)
    .where(codes.c.code_hash.in_(bindparam("digests", expanding=True)), codes.c.used_at.is_(None))
    .where(codes.c.expires_at > bindparam("at", type_=Moment))
    .values(used_at=bindparam("at", type_=Moment))
    .returning(codes.c.resident)
)
_forgive = delete(misses).where(misses.c.who.in_(bindparam("whos", expanding=True)))


def _miss_with(make: Any) -> Any:
    statement = make(misses).values(who=bindparam("who"), day=bindparam("day"), times=bindparam("times"))
    return statement.on_conflict_do_update(
        index_elements=["who", "day"], set_={"times": misses.c.times + statement.excluded.times}
    )


_miss_postgres, _miss_sqlite = _miss_with(postgresql.insert), _miss_with(sqlite.insert)


async def attempt(store: Drawer, person: Person, phone: str, birth_date: date) -> Recognised | None:
    """Recognise by the person's own phone (E.164) and birth date; None, for whatever reason, counts as a miss."""
    candidates = await registry.by_phone(store, phone)
    asked = [f"resident {one.id.hex}" for one in candidates] or [f"phone {store.vault.lookup('miss', phone)[:8].hex()}"]
    whos = sorted({f"chat {person.chat}", *asked})
    usable = all(today < A_DAY and in_all < IN_ALL for today, in_all in (await _misses(store, whos)).values())
    matching = [one for one in candidates if one.birth_date == birth_date]
    if usable and len(matching) == 1:
        return await _bind(store, person, matching[0], "phone")
    subject = candidates[0].id if len(candidates) == 1 else None
    await _miss(store, person, "phone", whos, usable, subject)
    return None


async def attempt_code(store: Drawer, person: Person, code: str) -> Recognised | None:
    """Recognise by a one-time code from the dong, which also forgives past misses: one came in person for it.

    Five wrong codes a day for each chat, counted apart, so that who is locked by phone may use one the same day.
    """
    who = f"code {person.chat}"
    today, _ = (await _misses(store, [who])).get(who, (0, 0))
    used = await store.write(_use, {"at": store.now, "digests": _digests(store, code if today < A_DAY else "")})
    resident = await registry.by_id(store, used_by) if (used_by := used.scalar()) else None
    if resident is not None:
        whos = [f"chat {person.chat}", who, f"resident {resident.id.hex}"]
        await store.write(_forgive, {"whos": whos})
        return await _bind(store, person, resident, "code")
    await _miss(store, person, "code", [who], usable=today < A_DAY)
    return None


async def may_try(store: Drawer, who: str) -> bool:
    """Whether `who` (a kind of code and a chat) has wrong ones left today."""
    today, _ = (await _misses(store, [who])).get(who, (0, 0))
    return today < A_DAY


async def missed(store: Drawer, person: Person, how: str, who: str) -> None:
    """Count a wrong code of another kind: `how` says which."""
    await _miss(store, person, how, [who], usable=True)


async def make_code(store: Drawer, resident: UUID) -> str:
    """A fresh code, the resident's earlier ones ending with it: 8 digits, 24 hours, one use. Only a digest is kept."""
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"
    await store.write(delete(codes).where(codes.c.resident == resident))
    row = {
        "code_hash": store.vault.lookup("code", code),
        "resident": resident,
        "made_at": store.now,
        "expires_at": store.now + CODE_LASTS,
    }
    await store.write(insert(codes), row)
    store.audit("code.made", subject=resident)
    return code


def _digests(store: Drawer, code: str) -> tuple[bytes, ...]:
    return store.vault.lookups("code", "".join(digit for digit in code if digit.isdecimal()))


async def _misses(store: Drawer, whos: list[str]) -> dict[str, tuple[int, int]]:
    """Misses of each who has any: today, and in all."""
    rows = await store.read(_counts, {"whos": whos, "day": store.now.astimezone(KST).date()})
    return {row.who: (row.today, row.in_all) for row in rows}


async def _miss(
    store: Drawer, person: Person, how: str, whos: list[str], usable: bool, subject: UUID | None = None
) -> None:
    """Count a miss; for who is locked already the same statement counts none."""
    day = store.now.astimezone(KST).date()
    statement = _miss_postgres if is_postgres(store.db) else _miss_sqlite
    await store.write(statement, [{"who": who, "day": day, "times": int(usable)} for who in whos])
    store.audit("recognition.missed", actor=person.id, subject=subject, how=how, locked=not usable)


async def _bind(store: Drawer, person: Person, resident: Resident, how: str) -> Recognised:
    bound, ended = await people.bind(store, person, resident.id)
    store.audit("recognition.way", actor=person.id, subject=resident.id, how=how)
    return Recognised(resident, bound, ended)
