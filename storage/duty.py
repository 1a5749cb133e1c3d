"""Half-days on which somebody works otherwise than the office does: ill, on leave, or there on a day off."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import delete, insert, select

from storage.engine import Drawer
from storage.tables import duty

Said = Mapping[tuple[UUID, date, str], bool]
"""What was said of whom, which day and which half (am, pm): whether she works. Nothing: as the office does."""


async def said(store: Drawer, officers: Sequence[UUID], first: date, last: date) -> Said:
    """What was said of these officers from the first to the last day, both included."""
    found = select(duty).where(duty.c.staff.in_(officers), duty.c.day.between(first, last))
    return {(row.staff, row.day, row.half): row.works for row in await store.read(found)}


async def say(store: Drawer, officer: UUID, day: date, halves: Mapping[str, bool], by: UUID) -> None:
    """Say of an officer's day whether she works in these halves; in the others she does as the office does."""
    await store.write(delete(duty).where(duty.c.staff == officer, duty.c.day == day))
    for half, works in halves.items():
        await store.write(insert(duty), {"staff": officer, "day": day, "half": half, "works": works})
    store.audit("duty.said", actor=by, subject=officer, day=day.isoformat(), **halves)
