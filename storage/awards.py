"""What accepted appeals grant: it lies over the roster and the payment file, until a payment file says the same."""

from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec
from sqlalchemy import exists, insert, select, update

from storage.cases import Case
from storage.engine import Drawer
from storage.ids import new_id
from storage.tables import awards, payments, pointers

PAID = "paid"


class Award(msgspec.Struct, frozen=True):
    """What one round pays to somebody by a decision: `amount` in won, `before` what was said until then, if anything.

    `confirmed_at` is when a payment file in force said the same.
    """

    id: UUID
    case: UUID
    programme: str
    round: str
    amount: int
    before: int | None
    at: datetime
    confirmed_at: datetime | None


_columns = tuple(awards.c[name] for name in Award.__struct_fields__)
_in_force = awards.c.revoked_at.is_(None)
PAID_SO: Final = exists().where(
    payments.c.version == select(pointers.c.version).where(pointers.c.kind == "payments").scalar_subquery(),
    payments.c.resident == awards.c.resident,
    payments.c.round == awards.c.round,
    payments.c.status == PAID,
    payments.c.amount == awards.c.amount,
)


async def grant(store: Drawer, case: Case, amount: int, before: int | None) -> None:
    """Grant a sum with the decision that accepts a case."""
    row = {
        "id": new_id(), "case": case.id, "resident": case.resident, "programme": case.programme, "round": case.round,
        "amount": amount, "before": before, "at": store.now,
    }  # fmt: skip
    await store.write(insert(awards), row)


async def revoke(store: Drawer, case: UUID) -> None:
    """Its case is open again: what it granted no longer counts."""
    await store.write(update(awards).where(awards.c.case == case, _in_force).values(revoked_at=store.now))


async def of_case(store: Drawer, case: UUID) -> Award | None:
    """What the last decision of a case grants."""
    row = (await store.read(select(*_columns).where(awards.c.case == case, _in_force))).first()
    return Award(*row) if row else None


async def of_resident(store: Drawer, resident: UUID, programme: str) -> dict[str, Award]:
    """What is granted to a resident, by round; the last where there are several."""
    mine = select(*_columns).where(awards.c.resident == resident, awards.c.programme == programme, _in_force)
    return {row.round: Award(*row) for row in await store.read(mine.order_by(awards.c.at))}


async def confirm(store: Drawer) -> int:
    """Note which awards the payment file in force has paid; gives how many were new."""
    confirmed = update(awards).where(awards.c.confirmed_at.is_(None), _in_force, PAID_SO)
    return (await store.write(confirmed.values(confirmed_at=store.now))).rowcount
