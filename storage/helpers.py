"""Helpers on record: who may do one thing for a resident, until a day, by a code she reads out or the office gives.

A record begins with a code and is in force once somebody has used it. It ends by a word of either side, or by itself
after its last day; what a helper filed is the resident's own from then on.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, case, exists, insert, or_, select, update

from storage import people
from storage.engine import Drawer
from storage.ids import new_id
from storage.tables import cases, helpers

KST = ZoneInfo("Asia/Seoul")
CHECK, FILE, VISIT = "check", "file", "visit"
PURPOSES: Final = (CHECK, FILE, VISIT)
HELPED = "helped"  # for whom a case is that a helper filed
CODE_DIGITS = 8
CODE_LASTS = timedelta(hours=24)
LONGEST: Final = 90  # days a record may last
NOBODY = 0  # a chat that is nobody's: what would go there is done by post or telephone


@dataclass(frozen=True, slots=True)
class Helper:
    """A record. `person` is who helps, None until the code was used; `given_by` the officer who countersigned.

    `until` is its last day; with no `given_by` the resident read the code out herself.
    """

    id: UUID
    resident: UUID
    person: UUID | None
    purpose: str
    until: date
    since: datetime
    given_by: UUID | None


_select = select(*(helpers.c[name] for name in Helper.__dataclass_fields__))


def today(store: Drawer) -> date:
    """The day it is in Korea."""
    return store.now.astimezone(KST).date()


def _in_force(store: Drawer) -> ColumnElement[bool]:
    return and_(helpers.c.ended_at.is_(None), helpers.c.until >= today(store))


async def make_code(store: Drawer, resident: UUID, purpose: str, days: int, given_by: UUID | None = None) -> str:
    """A fresh code for one purpose, earlier unused ones of hers ending with it: 8 digits, 24 hours, one use.

    Raises ValueError for a purpose that is none and for more days than may be.
    """
    if purpose not in PURPOSES or not 0 < days <= LONGEST:
        raise ValueError(purpose)
    unused = helpers.c.resident == resident, helpers.c.purpose == purpose, helpers.c.person.is_(None)
    await store.write(update(helpers).where(*unused, helpers.c.ended_at.is_(None)).values(ended_at=store.now))
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"
    row = {
        "id": new_id(), "resident": resident, "purpose": purpose, "until": today(store) + timedelta(days=days),
        "since": store.now, "code_hash": store.vault.lookup("helper", code),
        "code_expires_at": store.now + CODE_LASTS, "given_by": given_by,
    }  # fmt: skip
    await store.write(insert(helpers), row)
    store.audit("helper.code", actor=given_by, subject=resident, purpose=purpose)
    return code


async def accept(store: Drawer, code: str, person: UUID, own: UUID | None) -> Helper | None:
    """Put this person on record by a code; None for one that is unknown, used or too old, and for `own`, her own."""
    digests = store.vault.lookups("helper", "".join(digit for digit in code if digit.isdecimal()))
    unused = helpers.c.code_hash.in_(digests), helpers.c.person.is_(None), helpers.c.code_expires_at > store.now
    others = (helpers.c.resident != own,) if own else ()
    used = update(helpers).where(*unused, *others, _in_force(store)).values(person=person, code_hash=None)
    row = (await store.write(used.returning(*(helpers.c[name] for name in Helper.__dataclass_fields__)))).first()
    if row is None:
        return None
    helper = Helper(*row)
    await people.note_helper(store, person)
    store.audit("helper.began", actor=person, subject=helper.resident, purpose=helper.purpose)
    return helper


async def may(store: Drawer, person: UUID, resident: UUID, purpose: str) -> bool:
    """Whether this person may do this for the resident now; asked at each press."""
    wanted = select(helpers.c.id).where(
        helpers.c.person == person, helpers.c.resident == resident, helpers.c.purpose == purpose, _in_force(store)
    )
    return (await store.read(wanted)).first() is not None


async def helped_by(store: Drawer, person: UUID, purpose: str) -> tuple[UUID, ...]:
    """The residents for whom this person may do this now, each once, longest known first."""
    here = helpers.c.person == person, helpers.c.purpose == purpose, _in_force(store)
    return tuple(dict.fromkeys((await store.read(select(helpers.c.resident).where(*here).order_by("id"))).scalars()))


async def of(store: Drawer, person: UUID, resident: UUID | None) -> tuple[Helper, ...]:
    """The records in force on either side of somebody: whom she helps, and who helps her."""
    mine = helpers.c.person == person
    either = or_(mine, and_(helpers.c.resident == resident, helpers.c.person.is_not(None))) if resident else mine
    return tuple(Helper(*row) for row in await store.read(_select.where(either, _in_force(store)).order_by("id")))


async def end(store: Drawer, helper: Helper, actor: UUID | None) -> bool:
    """End a record, at once; false when it had ended. What was filed under it goes over to the resident."""
    open = helpers.c.id == helper.id, helpers.c.ended_at.is_(None)
    if (await store.write(update(helpers).where(*open).values(ended_at=store.now))).rowcount != 1:
        return False
    await _hand_over(store, helper)
    store.audit("helper.ended", actor=actor, subject=helper.resident, purpose=helper.purpose)
    return True


async def over(store: Drawer, limit: int) -> Sequence[Helper]:
    """Records whose last day is past and that nobody has ended yet."""
    past = _select.where(helpers.c.until < today(store), helpers.c.ended_at.is_(None)).limit(limit)
    return tuple(Helper(*row) for row in await store.read(past))


def still_hers(store: Drawer) -> ColumnElement[bool]:
    """Of cases a person filed: those for another only while she is on record for it."""
    purpose = case((cases.c.kind == VISIT, VISIT), else_=FILE)
    on_record = helpers.c.person == cases.c.person, helpers.c.resident == cases.c.resident
    return or_(
        cases.c.for_whom != HELPED,
        exists().where(*on_record, helpers.c.purpose == purpose, _in_force(store)).correlate(cases),
    )


async def _hand_over(store: Drawer, helper: Helper) -> None:
    """Letters about what the helper filed go to the resident's own chat, or by post where she has none."""
    if helper.person is None or await may(store, helper.person, helper.resident, helper.purpose):
        return
    her = await people.recognised_as(store, helper.resident)
    filed = and_(cases.c.resident == helper.resident, cases.c.person == helper.person, cases.c.for_whom == HELPED)
    kind = cases.c.kind == VISIT if helper.purpose == VISIT else cases.c.kind != VISIT
    new = {"person": her.id, "chat": her.chat} if her else {"person": helper.resident, "chat": NOBODY}
    await store.write(update(cases).where(filed, kind).values(new))
