"""The rule of two: what one admin prepared counts when another approves it, and who that other may be.

It holds for whatever an admin cannot do alone: a broadcast, an import that changes much, the role of an admin.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from programmes.reading import KST

NEW_FOR: Final = timedelta(hours=24)
"""How long a new admin approves nothing: whoever let her in would otherwise approve her own work by her hand."""


class Hindrance(StrEnum):
    """Why somebody may not approve."""

    ONESELF = "oneself"
    NO_ADMIN = "no_admin"
    NEW = "new"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Change:
    """Somebody gave, took, suspended or unlocked somebody's rights; `by` None: at the command line."""

    by: UUID | None
    of: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class History:
    """Since when the approver is an admin at a chat of her own, None if she is none; and what was changed lately."""

    admin_since: datetime | None
    changes: tuple[Change, ...]


def hindrance(approver: UUID, drafter: UUID, history: History, now: datetime) -> Hindrance | None:
    """Why `approver` may not approve now what `drafter` prepared; None: she may.

    On a day (KST) on which one of the two changed the other's rights neither approves for the other.
    """
    if approver == drafter:
        return Hindrance.ONESELF
    if history.admin_since is None:
        return Hindrance.NO_ADMIN
    if now - history.admin_since < NEW_FOR:
        return Hindrance.NEW
    today = now.astimezone(KST).date()
    of_today = (one for one in history.changes if one.at.astimezone(KST).date() == today)
    return Hindrance.CHANGED if any({one.by, one.of} == {approver, drafter} for one in of_today) else None
