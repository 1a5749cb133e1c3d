"""A counter that broadcasts: two admins, people to write to, and a broadcast on its way to them.

async with broadcasting(database_url) as counter:
one = await approved(counter, people=30)
await comes_to(counter, one, "done")
"""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select

from bot.pace import Pace
from programmes.broadcasting import MINUTE
from storage import broadcasts, people, staff
from storage.broadcasts import Broadcast, Content
from storage.engine import Drawer
from storage.ids import new_id
from storage.people import Person, to_row
from storage.tables import people as people_table
from storage.tables import recipients
from tests.bot.counter import QUICK, Counter, Wire
from tests.waiting import until

HAN, SEO = 6001, 6002  # the admins: who drafts and who approves
FIRST = 20_000  # the first chat of those who are written to
WORDS = {"ko": "안내드립니다, {dong}.", "en": "News, {dong}."}
FAST = replace(QUICK, round=0.01, unasked_a_second=1e5, broadcast_a_second=1e5, in_hand=150)


@asynccontextmanager
async def broadcasting(
    url: str, *, wire: Wire | None = None, pace: Pace = FAST, process: str = "here"
) -> AsyncIterator[Counter]:
    async with Counter(url, wire=wire, pace=pace, process=process, broadcasts=True) as counter:
        yield counter


async def settle(counter: Counter, chats: Iterable[int], **changed: Any) -> None:
    """People at these chats; every third reads English."""
    usual = {"consent": 1, "information": True, "created_at": counter.now}
    found = [Person(chat, new_id(), "en" if chat % 3 == 0 else "ko", **{**usual, **changed}) for chat in chats]
    await counter.does(lambda store: store.write(insert(people_table), [to_row(one) for one in found]))


async def admins(counter: Counter) -> tuple[UUID, UUID]:
    """Who drafts and who approves; made when they are first asked for."""
    found = {one.chat: one.id for one in await counter.does(staff.all_of)}
    if not found:
        for chat in (HAN, SEO):
            await settle(counter, [chat], consent=0)
            found[chat] = await counter.does(partial(_joins, chat=chat))
    return found[HAN], found[SEO]


async def _joins(store: Drawer, chat: int) -> UUID:
    person = await people.by_chat(store, chat)
    assert person is not None
    _, code = await staff.invite(store, f"{chat}", "admin")
    officer = await staff.accept(store, code, chat, person.id)
    assert officer is not None
    return officer.id


async def approved(counter: Counter, people: int = 0, **content: Any) -> Broadcast:
    """A broadcast that starts now, and so many more people to hear it."""
    han, seo = await admins(counter)
    if people:
        await settle(counter, range(FIRST, FIRST + people))

    async def begin(store: Drawer) -> Broadcast | None:
        one = await broadcasts.draft(store, han, Content(**{"words": WORDS, **content}))
        digest = await broadcasts.ask(store, one.id, han)
        assert digest is not None
        assert await broadcasts.approve(store, one.id, seo, digest)
        return await broadcasts.by_id(store.db, one.id)

    found: Broadcast = await counter.does(begin)
    return found


async def fresh(counter: Counter, one: Broadcast) -> Broadcast:
    async with counter.database.reading() as db:
        found = await broadcasts.by_id(db, one.id)
    assert found is not None
    return found


async def comes_to(counter: Counter, one: Broadcast, stage: str, halt: str | None = None) -> Broadcast:
    """Wait until it is there; the minute passes at once."""

    async def there() -> bool:
        seen = await fresh(counter, one)
        if seen.stage == "minute" != stage and counter.now - seen.stage_at < MINUTE:
            counter.later(minutes=1)  # once, or the night comes while the broadcaster is waited for
        return (seen.stage, seen.halt) == (stage, halt)

    await until(there, 40, f"the broadcast to be {stage}")
    return await fresh(counter, one)


async def none_left(counter: Counter, one: Broadcast) -> Broadcast:
    """Wait until nobody of it waits any more."""

    async def there() -> bool:
        return (await fresh(counter, one)).left == 0

    await until(there, 40, "nobody to be left")
    return await fresh(counter, one)


async def states(counter: Counter, one: Broadcast) -> dict[int, str]:
    found = select(recipients.c.chat, recipients.c.state).where(recipients.c.broadcast == one.id)
    async with counter.database.reading() as db:
        return {row.chat: row.state for row in await db.execute(found)}


def heard(counter: Counter) -> list[int]:
    """The chats of who was written to, in this order, but for the admins."""
    return [chat for chat, _, _ in counter.wire.pinned if chat >= FIRST]
