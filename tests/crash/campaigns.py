"""A broadcast that is on its way to many while its processes are killed, and what must be true in the end."""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from random import Random
from typing import Final
from uuid import UUID

from sqlalchemy import insert, select

from bot import broadcast_stages, wiring
from playground.server import Playground
from programmes import broadcasting
from storage import broadcasts, staff
from storage.broadcasts import Broadcast, Content
from storage.engine import Database, Drawer
from storage.ids import new_id
from storage.people import Person, to_row
from storage.tables import people, recipients
from storage.unit import in_one
from storage.vault import Vault
from tests.crash.ground import NOW
from tests.crash.journeys import PATIENCE
from tests.crash.moments import hurry
from tests.processes.bot_process import BotProcess, Start
from tests.waiting import until

ADMINS: Final = (910_001, 910_002)
FIRST: Final = 1_000_000
IN_HAND: Final = 32
PACE: Final = {"PAID_BROADCASTS": "1", "BROADCAST_A_SECOND": "500", "UNASKED_A_SECOND": "1000"}


def quickly() -> None:
    """In the child: hurry, hold few at a time, and let the minute and the slow start be tenths of a second."""
    hurry()
    wiring.Pace = partial(wiring.Pace, in_hand=IN_HAND)  # type: ignore[attr-defined, assignment]
    broadcast_stages.MINUTE = timedelta(seconds=0.2)  # type: ignore[attr-defined]
    broadcasting.SLOW_START = timedelta(seconds=0.5)  # type: ignore[misc]


@dataclass
class Campaign:
    """One broadcast to `many` people of the playground, in the database at `url`."""

    play: Playground
    url: str
    keys: str
    many: int
    kills: int = 0
    id: UUID = field(default_factory=new_id)

    async def begins(self) -> None:
        """Everybody is there, and a second admin has approved it."""
        for chat in (*ADMINS, *self._chats):
            self.play.person(chat, f"{chat}")
            self.play.world.private_chat(chat).bot = "member"
        database = Database(self.url)
        try:
            self.id = await in_one(database, Vault.of(self.keys), NOW, self._approved)
        finally:
            await database.close()

    @property
    def _chats(self) -> range:
        return range(FIRST, FIRST + self.many)

    async def _approved(self, store: Drawer) -> UUID:
        met = [
            Person(chat, new_id(), "ko", consent=int(chat >= FIRST), created_at=NOW) for chat in (*ADMINS, *self._chats)
        ]
        await store.write(insert(people), [to_row(one) for one in met])
        drafter, approver = [await self._admin(store, chat, person) for chat, person in zip(ADMINS, met, strict=False)]
        one = await broadcasts.draft(store, drafter, Content(words={"ko": "안내: {dong}"}))
        digest = await broadcasts.ask(store, one.id, drafter)
        assert digest is not None
        assert await broadcasts.approve(store, one.id, approver, digest)
        return one.id

    async def _admin(self, store: Drawer, chat: int, person: Person) -> UUID:
        _, code = await staff.invite(store, f"{chat}", "admin")
        officer = await staff.accept(store, code, chat, person.id)
        assert officer is not None
        return officer.id

    # --------------------------------------------------------------------------------------------- while it goes

    async def dies_often(
        self, start: Start, places: Sequence[tuple[str, dict[str, str]]], kills: int, chance: Random,
        over: Callable[[], bool] = lambda: False,
    ) -> list[BotProcess]:  # fmt: skip
        """Kill the processes in turn, each after some more letters; gives those that live in the end."""
        children = [start(kind, environment, quickly) for kind, environment in places]
        calls = self.play.ledger.entries
        while self.kills < kills and not over():
            victim = self.kills % len(children)
            wanted = len(calls) + chance.randint(1, max(1, self.many // kills))
            await until(lambda wanted=wanted: len(calls) >= wanted or self._heard_all(), PATIENCE, "more letters")  # type: ignore[misc]
            children[victim].kill()
            await until(lambda victim=victim: not children[victim].alive, PATIENCE, "a death")  # type: ignore[misc]
            self.kills += 1
            children[victim] = start(*places[victim], quickly)
        return children

    def _heard_all(self) -> bool:
        return len(self.play.ledger.entries) >= self.many

    # ------------------------------------------------------------------------------------------------ in the end

    async def holds(self) -> Broadcast:
        """Wait until it is done; then nobody was missed, nobody told twice, and the doubtful are few and listed."""
        await self.is_done()
        database = Database(self.url)
        try:
            async with database.reading() as db:
                end = await broadcasts.by_id(db, self.id)
                found = select(recipients.c.chat, recipients.c.state).where(recipients.c.broadcast == self.id)
                fate = {row.chat: row.state for row in await db.execute(found)}
        finally:
            await database.close()
        assert end is not None
        heard = Counter(entry.chat_id for entry in self.play.ledger.accepted("send"))
        assert [heard.pop(admin, 0) for admin in ADMINS] >= [1, 1], "the canary"
        sent, parked = ({chat for chat, state in fate.items() if state == wanted} for wanted in ("sent", "parked"))
        assert max(heard.values()) == 1, f"told twice: {[chat for chat, times in heard.items() if times > 1]}"
        assert fate.keys() == set(self._chats), "missed"
        assert sent | parked == fate.keys(), f"neither told nor in doubt: {fate.keys() - sent - parked}"
        assert sent <= heard.keys() <= sent | parked
        assert len(parked) <= IN_HAND * self.kills, f"{len(parked)} parked by {self.kills} kills"
        assert (end.sent, end.parked, end.left, end.wanted) == (len(sent), len(parked), 0, len(fate))
        return end

    async def is_done(self) -> None:
        """Wait until it is."""
        database = Database(self.url)

        async def done() -> bool:
            async with database.reading() as db:
                seen = await broadcasts.by_id(db, self.id)
            return seen is not None and seen.stage == broadcasts.DONE

        try:
            await until(done, PATIENCE, "the broadcast to be done")
        finally:
            await database.close()


async def stopped(children: Sequence[BotProcess]) -> None:
    """Every process ends when it is asked to."""
    assert await asyncio.gather(*(child.stops() for child in children)) == [0] * len(children)
