"""Lists that leave the house: decisions, and the sums they grant. A row stands on one list, and on no second one.

What a list says is read first, outside the writer; marking the rows and writing the file are then one transaction.
`bot.commands.export` gives the file its name only after that was committed.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import and_, insert, select, update

from storage import cases, staff
from storage.awards import PAID_SO
from storage.cases import Case
from storage.engine import Drawer
from storage.import_work import resident_place
from storage.tables import awards, decisions, exports, residents


class DecisionRow(msgspec.Struct, frozen=True):
    """One decision as the office files it; no name and no words of anybody."""

    number: str
    programme: str
    round: str
    reason: str
    dong: str | None
    outcome: str
    code: str
    rule: str
    officer: str
    filed_at: datetime
    decided_at: datetime
    opened_at: datetime | None


class PaymentRow(msgspec.Struct, frozen=True):
    """One sum to be paid, in won; `person_id` is the office's own id, empty for somebody on no roster yet."""

    number: str
    person_id: str
    name: str
    birth: str
    dong: str | None
    programme: str
    round: str
    before: int | None
    amount: int
    decided_at: datetime


_listed = decisions.c.exported_at.is_not(None)
_payable = and_(awards.c.exported_at.is_(None), awards.c.revoked_at.is_(None), ~PAID_SO)


async def waiting_decisions(store: Drawer) -> Mapping[UUID, DecisionRow]:
    """Every decision that stands on no list yet, by its id, oldest first."""
    rows = (await store.read(select(decisions).where(~_listed).order_by(decisions.c.at, decisions.c.id))).all()
    return {row.id: await _decision(store, row) for row in rows}


async def _decision(store: Drawer, row: Any) -> DecisionRow:
    case = await _case(store, row.case)
    officer = await staff.named(store, row.officer) if row.officer else ""
    return DecisionRow(
        case.number, case.programme, case.round, case.reason, case.dong, row.outcome, row.code, row.rule, officer,
        case.filed_at, row.at, row.opened_at,
    )  # fmt: skip


async def waiting_payments(store: Drawer) -> Mapping[UUID, PaymentRow]:
    """Every sum that was granted and stands on no list yet, by its id, oldest first; looks through the roster once.

    What the payment file in force has paid already is not paid again.
    """
    rows = (await store.read(select(awards).where(_payable).order_by(awards.c.at, awards.c.id))).all()
    known = await _person_ids(store)
    return {row.id: await _payment(store, row, known) for row in rows}


async def _person_ids(store: Drawer) -> Mapping[UUID, str]:
    granted = select(awards.c.resident).where(_payable, awards.c.resident.is_not(None))
    wanted = select(residents.c.id, residents.c.sealed).where(residents.c.id.in_(granted))
    return {
        row.id: (await store.key(row.id)).open(row.sealed, resident_place(row.id)).decode()
        for row in (await store.read(wanted)).all()
    }


async def _payment(store: Drawer, row: Any, person_ids: Mapping[UUID, str]) -> PaymentRow:
    case = await _case(store, row.case)
    return PaymentRow(
        case.number, person_ids.get(row.resident, ""), str(case.told.get("name", "")), str(case.told.get("birth", "")),
        case.dong, row.programme, row.round, row.before, row.amount, row.at,
    )  # fmt: skip


async def _case(store: Drawer, case: UUID) -> Case:
    found = await cases.by_id(store, case)
    if found is None:
        raise LookupError(case)
    return found


async def take_decisions(store: Drawer, waiting: Collection[UUID]) -> set[UUID]:
    """Mark these as listed; gives those that no other list took first."""
    new = update(decisions).where(decisions.c.id.in_(waiting), ~_listed).values(exported_at=store.now)
    return set((await store.write(new.returning(decisions.c.id))).scalars())


async def take_payments(store: Drawer, waiting: Collection[UUID]) -> set[UUID]:
    """Mark these as listed; gives those that no other list took first and that were not taken back or paid."""
    new = update(awards).where(awards.c.id.in_(waiting), _payable).values(exported_at=store.now)
    return set((await store.write(new.returning(awards.c.id))).scalars())


async def note(store: Drawer, export: UUID, kind: str, rows: int, reason: str) -> None:
    """Record that a list is made, of how many rows, and why."""
    await store.write(insert(exports), {"id": export, "kind": kind, "at": store.now, "rows": rows})
    store.audit("export.made", export=str(export), kind=kind, rows=rows, reason=reason)


async def made(store: Drawer, candidates: Collection[UUID]) -> set[UUID]:
    """Which of these lists were committed."""
    return set((await store.read(select(exports.c.id).where(exports.c.id.in_(candidates)))).scalars())
