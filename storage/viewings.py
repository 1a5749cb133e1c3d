"""Papers shown to an officer: who looked at which, when, and that it was taken away from her chat again.

A viewing ends when she closes the case or her desk, when her hold ends, or after 47 hours (Telegram lets a bot delete
for 48); it is gone when the message is.
"""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import and_, insert, or_, select, text, update

from storage.cases import Case
from storage.engine import Drawer
from storage.files import File
from storage.ids import new_id
from storage.outbox import SENDING, WAITING
from storage.staff import QUIET
from storage.tables import cases, outbox, staff, viewings

LONGEST = timedelta(hours=47)
SHOWN = "shown"  # the kind of its letter
_there = viewings.c.gone_at.is_(None)
_of_kind = text("outbox.kind = 'shown'")  # to the letter as the partial index has it, or it is not used


async def begin(store: Drawer, case: Case, file: File, officer: UUID, chat: int) -> UUID:
    """Write down that a paper is shown to its holder; gives the ticket its letter is to have."""
    ticket = new_id()
    row = {
        "id": new_id(), "case": case.id, "file": file.id, "staff": officer, "chat": chat, "at": store.now,
        "letter": ticket,
    }  # fmt: skip
    await store.write(insert(viewings), row)
    subject = case.resident or case.person
    store.audit("paper.shown", actor=officer, subject=subject, case=str(case.id), file=str(file.id))
    return ticket


async def end(store: Drawer, officer: UUID) -> None:
    """She closes the case: whatever she was shown is to be taken away."""
    mine = and_(viewings.c.staff == officer, _there, viewings.c.ended_at.is_(None))
    await store.write(update(viewings).where(mine).values(ended_at=store.now))


async def end_of_file(store: Drawer, file: File) -> None:
    """A paper nobody may see any more is taken away from all who were shown it."""
    shown = and_(viewings.c.case == file.case, viewings.c.file == file.id, _there)
    await store.write(update(viewings).where(shown).values(ended_at=store.now))


async def end_overdue(store: Drawer) -> None:
    """End what is shown to who holds the case no longer, whose desk has closed, or for too long."""
    holds = select(cases.c.id).where(cases.c.id == viewings.c.case, cases.c.holder == viewings.c.staff).exists()
    desk = and_(staff.c.id == viewings.c.staff, staff.c.stirred_at > store.now - QUIET)
    sits = select(staff.c.id).where(desk).exists()
    over = or_(viewings.c.at < store.now - LONGEST, ~holds, ~sits)
    ended = update(viewings).where(_there, viewings.c.ended_at.is_(None), over)
    await store.write(ended.values(ended_at=store.now))


async def take_away(store: Drawer, limit: int) -> list[tuple[int, int]]:
    """Ended viewings whose letter has come to an end: gives (chat, message) of those that lie in a chat.

    They count as gone with the transaction that promises their deletion; one still on its way is left for later.
    """
    found = (
        select(viewings.c.id, viewings.c.chat, viewings.c.case, viewings.c.staff, outbox.c.state, outbox.c.message_id)
        .select_from(viewings.outerjoin(outbox, and_(outbox.c.ticket == viewings.c.letter, _of_kind)))
        .where(_there, viewings.c.ended_at.is_not(None))
        .limit(limit)
    )
    rows = [row for row in await store.read(found) if row.state not in (WAITING, SENDING)]
    for row in rows:
        await store.write(update(viewings).where(viewings.c.id == row.id).values(gone_at=store.now))
        store.audit("paper.taken_away", actor=row.staff, case=str(row.case))
    return [(row.chat, row.message_id) for row in rows if row.message_id is not None]
