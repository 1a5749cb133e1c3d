"""What the law's clock does to cases: due times that move, and how much of the time is spent."""

from datetime import datetime

from sqlalchemy import update

from storage.cases import Case
from storage.engine import Drawer
from storage.tables import cases


async def put(store: Drawer, case: Case, due_at: datetime) -> bool:
    """Give an open case another due time; false when it has another than we knew of by now, or is closed."""
    as_known = cases.c.id == case.id, cases.c.open, cases.c.due_at == case.due_at
    return (await store.write(update(cases).where(*as_known).values(due_at=due_at))).rowcount == 1
