"""The broadcasts of the matrix, one for each way they may stand; all but the first two are a colleague's."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from msgspec.structs import replace
from sqlalchemy import insert, update

from storage import broadcasts
from storage.audiences import Audience, Count
from storage.broadcasts import Content, Counted
from storage.engine import Drawer
from storage.people import Lang
from storage.tables import broadcasts as broadcasts_table
from storage.tables import recipients
from tests.journey import MONDAY

WRITTEN, COUNTED, ASKED, APPROVED, PAUSED, RUNNING, DONE = range(1, 8)  # by their numbers
WORDS: Final[Mapping[Lang, str]] = {"ko": "알려 드립니다.", "en": "News."}
CONTENT: Final = Content(words=WORDS, picture="photo", starts_at=MONDAY.replace(day=31))
CORRECTED: Final[Mapping[Lang, str]] = {"ko": "바로잡습니다.", "en": "We correct this."}


async def lay_out(store: Drawer, admin: UUID, colleague: UUID, chat: int) -> None:
    """Write them all; that person has had the last one, or not: nobody knows."""
    count = Counted("service", Audience(), store.now, Count(1, {}, {"ko": 1}, {}), {"ko": ()}, 22.0)
    stands: Mapping[int, Mapping[str, Any]] = {
        PAUSED: {"stage": "running", "halt": "person"},
        RUNNING: {"stage": "running"},
        DONE: {"stage": "done", "ended_at": store.now, "sent": 1, "parked": 1, "wanted": 2},
    }
    for number in range(WRITTEN, DONE + 1):
        drafter = admin if number in (WRITTEN, COUNTED) else colleague
        one = await broadcasts.draft(store, drafter, replace(CONTENT, starts_at=CONTENT.starts_at))
        if number != WRITTEN:
            await broadcasts.keep_count(store, one.id, count)
        if number >= ASKED:
            digest = await broadcasts.ask(store, one.id, drafter)
            assert digest is not None
            assert number == ASKED or await broadcasts.approve(store, one.id, admin, digest)
        if number in stands:
            this = broadcasts_table.c.id == one.id
            await store.write(update(broadcasts_table).where(this).values(**stands[number]))
    done = await broadcasts.by_number(store.db, DONE)
    assert done is not None
    row = {"broadcast": done.id, "chat": chat, "state": "parked", "at": store.now, "tries": 1}
    await store.write(insert(recipients), row)
    assert await broadcasts.correct(store, done.id, colleague, CORRECTED)
