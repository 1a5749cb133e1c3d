"""How quickly appeals were answered of late: what the counter tells those who wait, from what really happened."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, select, text

from storage import settings
from storage.engine import Drawer
from storage.tables import Moment, case_pauses, cases

ANSWERED = ("accepted", "rejected")
_closed = text("cases.closed_at IS NOT NULL")  # to the letter as the partial index has it, or it is not used
_lately = (
    select(cases.c.id, cases.c.programme, cases.c.filed_at, cases.c.closed_at)
    .where(_closed, cases.c.closed_at > bindparam("since", type_=Moment), cases.c.kind == "appeal")
    .where(cases.c.state.in_(ANSWERED))
    .order_by(cases.c.closed_at.desc())
    .limit(bindparam("limit"))
)
_pauses = select(case_pauses.c.case, case_pauses.c.began_at, case_pauses.c.ended_at).where(
    case_pauses.c.case.in_(bindparam("cases", expanding=True))
)
Span = tuple[datetime, datetime]
Answered = tuple[str, datetime, datetime, tuple[Span, ...]]


async def lately(store: Drawer, since: datetime, limit: int) -> list[Answered]:
    """The latest appeals answered since then: programme, filed, closed, and the spans in which the resident acted."""
    rows = (await store.read(_lately, {"since": since, "limit": limit})).all()
    pauses: dict[UUID, list[Span]] = {row.id: [] for row in rows}
    for case, began_at, ended_at in await store.read(_pauses, {"cases": list(pauses)}) if rows else ():
        pauses[case].append((began_at, ended_at or store.now))
    return [(row.programme, row.filed_at, row.closed_at, tuple(pauses[row.id])) for row in rows]


async def put(store: Drawer, programme: str, hours: int | None) -> None:
    """Keep within how many working hours three of four appeals were answered; None: too few to tell."""
    await settings.put(store, f"pace {programme}", str(hours or ""))


async def told(store: Drawer, programme: str) -> int | None:
    """Within how many working hours three of four appeals were answered this week; None when nobody can tell."""
    kept = await settings.in_force(store.db, f"pace {programme}")
    return int(kept) if kept else None
