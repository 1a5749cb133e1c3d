"""A town that broadcasts: its admins write, approve and watch through the real dialog, and all of it really goes.

async with broadcasting_town(tmp_path) as town:
    han, seo = await two_admins(town)
    await writes(han)
    await puts(han)
    await approves(seo)
"""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select, update

from bot import words
from bot.broadcaster import Broadcaster
from bot.chores.cards import Cards
from bot.counting import Counting
from programmes.broadcasting import MINUTE
from storage import broadcasts, registry
from storage.broadcasts import Broadcast
from storage.ids import new_id
from storage.people import Person, to_row
from storage.tables import people as people_table
from storage.tables import recipients
from tests.journey import CITY, MONDAY, Officer, Town
from tests.waiting import until

KO = "{dong} 주민께 알려 드립니다.\n9월 12일(금)까지 신청해 주십시오."
EN = "News for residents of {dong}.\nPlease apply until Friday 12 September."
FIRST = 20_000  # the first chat of those who are written to


class Broadcasting(Town):
    """A town with a broadcaster; `count` does the jobs of counting, `cards` looks at the live cards."""

    async def __aenter__(self) -> "Broadcasting":
        await super().__aenter__()
        self.sender.pace = replace(self.sender.pace, round=0.01, unasked_a_second=1e5, broadcast_a_second=1e5)
        clock = lambda: self.now  # noqa: E731
        self.broadcaster = Broadcaster(
            self.database, self.vault, self.wall, lambda: CITY, words.write, clock, self.sender
        )
        self.reception.heard = self.broadcaster.heard
        self.counting = Counting(self.database, self.vault, clock, self.reception.receive, 22.0)
        self.cards = Cards(self.database, self.vault, self.wall, lambda: CITY, words.write, clock)
        self._at_work: asyncio.Task[None] | None = None
        return self

    async def __aexit__(self, *what: object) -> None:
        if self._at_work is not None:
            self._at_work.cancel()
            await asyncio.gather(self._at_work, return_exceptions=True)
        await super().__aexit__(*what)

    def begins(self) -> None:
        """Let the broadcaster work from now on."""
        self._at_work = asyncio.create_task(self.broadcaster.run())

    async def counts(self) -> None:
        """Do what is to be counted."""
        while await self.counting.once():
            pass
        await self.settled()

    async def look(self) -> None:
        """A round of the live cards, some seconds later."""
        self.later(seconds=4)
        await self.cards.look()

    async def people(self, chats: Iterable[int], **changed: Any) -> None:
        """People at these chats who consented; every third reads English."""
        usual = {"consent": 1, "information": True, "created_at": self.now}
        found = [Person(chat, new_id(), "en" if chat % 3 == 0 else "ko", **{**usual, **changed}) for chat in chats]
        await self.within(lambda store: store.write(insert(people_table), [to_row(one) for one in found]))

    async def is_known(self, chat: int, member: str) -> None:
        """Whoever writes from this chat is this one of the sample's cast."""
        known = await self.within(lambda store: registry.by_person_id(store, member))
        this = people_table.c.chat == chat
        await self.within(lambda store: store.write(update(people_table).where(this).values(resident=known.id)))

    async def dong_of(self, member: str) -> str:
        """The name of the dong that the roster has for one of the cast."""
        known = await self.within(lambda store: registry.by_person_id(store, member))
        return CITY.places.dong(known.dong).name.ko

    async def broadcast(self, number: int = 1) -> Broadcast:
        """How one stands."""
        async with self.database.reading() as db:
            one = await broadcasts.by_number(db, number)
        assert one is not None
        return one

    async def comes_to(self, stage: str, halt: str | None = None) -> Broadcast:
        """Wait until the first one is there; its minute passes at once."""

        async def there() -> bool:
            seen = await self.broadcast()
            if seen.stage == "minute" != stage and self.now - seen.stage_at < MINUTE:
                self.later(minutes=1)  # once, or the night comes while the broadcaster is waited for
            return (seen.stage, seen.halt) == (stage, halt)

        await until(there, what=f"the broadcast to be {stage}")
        return await self.broadcast()

    async def states(self) -> dict[int, str]:
        async with self.database.reading() as db:
            return {row.chat: row.state for row in await db.execute(select(recipients.c.chat, recipients.c.state))}

    def heard(self) -> list[int]:
        """The chats of who was written to, but for the admins."""
        return sorted(chat for chat, _, _ in self.wall.pinned if chat >= FIRST)


@asynccontextmanager
async def broadcasting_town(folder: Path, url: str | None = None) -> AsyncIterator[Broadcasting]:
    async with Broadcasting(folder, url=url, now=MONDAY) as town:
        yield town


async def admin(town: Town, name: str, language: str = "ko") -> Officer:
    """An admin at home of her desk, who as a resident wants nothing."""
    one = await town.officer(name, role="admin", language=language)
    await town.within(
        lambda store: store.write(update(people_table).values(consent=0).where(people_table.c.chat == one.chat))
    )
    await one.presses("admin")
    return one


async def admins(town: Town, *names: str) -> list[Officer]:
    """Admins for more than a day, at home of their desks."""
    found = [await admin(town, name) for name in names]
    town.later(hours=24)
    for one in found:
        await one.opens()
    return found


async def writes(
    one: Officer, *, ko: str = KO, en: str | None = EN, purpose: str = "service", start: str = "now"
) -> None:
    """Write a broadcast to everybody, from the list to its card."""
    await one.writes("/broadcast")
    await one.presses("new")
    await one.presses(purpose)
    await one.writes(ko)
    await (one.presses("none") if en is None else one.writes(en))
    await one.presses("none")
    await one.presses("done")
    await one.presses(start)


async def opens(one: Officer, number: int = 1) -> None:
    """Open its card from the list."""
    await one.writes("/broadcast")
    await one.presses(str(number))


async def puts(one: Officer, number: int = 1) -> None:
    """Put it before the others, once it is counted."""
    assert isinstance(one.town, Broadcasting)
    await one.town.counts()
    await opens(one, number)
    await one.presses("put")


async def approves(one: Officer, number: int = 1) -> None:
    """Read it, and approve it."""
    await opens(one, number)
    await one.presses("look")
    await one.presses("approve")
    await one.presses("yes")
