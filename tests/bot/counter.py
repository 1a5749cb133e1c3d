"""A counter with a test's own dialogs: the real reception and sender over a real database, and a wall for a wire.

async with Counter(database_url) as counter:
assert await counter.writes(KIM, "hello")
assert counter.said(KIM)[-1] == "what is your name?"
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any, Self

from sqlalchemy import Table, func, select

from bot import tasks, words
from bot.broadcaster import Broadcaster
from bot.channels.base import NotSent, Sheet
from bot.letters import Posted, to_row
from bot.pace import Pace
from bot.reception import Reception
from bot.sender import Sender
from handlers.desk import Desk
from handlers.dialog import END, TEXT, Ask, Dialog, Inbound, Kind, Letter, Lines, Next, Step, Turn, lines
from storage import outbox, people
from storage.engine import Database, Drawer
from storage.outbox import NOTICE, REPLY
from storage.people import Person
from storage.tables import outbox as outbox_table
from storage.tables import people as people_table
from storage.unit import in_one
from storage.vault import Vault, new_office_key
from tests.journey import CITY, MONDAY, Wall
from tests.waiting import until

KIM, LEE, PARK = 7001, 7002, 7003
QUICK = Pace(beat=0.05, lease=1.0, poll=0.02, flush=0.0, first_pause=0.01, longest_pause=0.02, chat_burst=10_000)
KEYS = new_office_key()
Accept = Callable[[Turn, Any], Awaitable[Next]]
_updates = count(10_001)
_messages = count(1)


def raw(text: str) -> Lines:
    """Words as they are, without a catalogue."""
    return lines(text)


async def _ask_home(_turn: Turn) -> Ask:
    return Ask(raw("home"), takes=TEXT | {Kind.UPLOAD})


async def echo(turn: Turn, answer: Any) -> Next:
    """Say what was heard."""
    turn.say(raw(f"heard {answer}"))
    return END


async def _silent(_turn: Turn) -> None:
    return None


def desk_of(accept: Accept = echo, errand: Callable[[Turn], Awaitable[None]] = _silent) -> Mapping[str, Desk]:
    """One desk with one question, `home`, which takes anything written or sent."""
    home = Dialog("home", (Step("only", _ask_home, accept, leads_to=("only",)),), command="start")
    return {"resident": Desk("resident", (home,), home="home", person="home", words=words.write, errand=errand)}


@dataclass
class Wire(Wall):
    """A wall that fails as planned: `plan[chat]` are the results of the next sends to it, None being success."""

    plan: dict[int, list[NotSent | Exception | None]] = field(default_factory=dict)
    open_gates: dict[int, asyncio.Event] = field(default_factory=dict)
    tried: list[tuple[int, str]] = field(default_factory=list)

    async def send(self, chat: int, sheet: Sheet) -> int | None:
        self.tried.append((chat, sheet.text))
        if chat in self.open_gates:
            await self.open_gates[chat].wait()
        if self.plan.get(chat) and (result := self.plan[chat].pop(0)) is not None:
            raise result
        return await super().send(chat, sheet)


class Counter:
    """Reception and sender of one process. A second one over the same `database` is another process."""

    def __init__(
        self,
        url: str,
        desks: Mapping[str, Desk] | None = None,
        *,
        wire: Wire | None = None,
        pace: Pace = QUICK,
        process: str = "here",
        sends: bool = True,
        lanes: Sequence[str] = (REPLY, NOTICE),
        broadcasts: bool = False,
    ) -> None:
        self._began, self._ahead = time.monotonic(), timedelta()
        self.database, self.vault, self.wire = Database(url), Vault.of(KEYS), wire or Wire()
        self._process, self._pace, self._sends = process, pace, sends
        self._lanes, self._broadcasts = lanes, broadcasts
        self._desks = desks or desk_of()
        self._running: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        clock = lambda: self.now  # noqa: E731
        lost = tasks.lost(self.vault, clock)
        self.sender = Sender(
            self.database,
            self.vault,
            self.wire,
            words.write,
            clock,
            process=self._process,
            lanes=self._lanes,
            pace=self._pace,
            lost=lost,
        )
        self.reception = Reception(
            self.database, self.vault, CITY, self._desks, words.write, clock, self.sender, self.wire
        )
        await self.database.writer.wait_for_disk(False)
        await self.sender.start()
        self.broadcaster = Broadcaster(
            self.database, self.vault, self.wire, lambda: CITY, words.write, clock, self.sender
        )
        self.reception.heard = self.broadcaster.heard
        works = [self.reception.run(), *([self.sender.run()] if self._sends else [])]
        works += [self.broadcaster.run()] if self._broadcasts else []
        self._running = [asyncio.create_task(work) for work in works]
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.dies()
        await self.database.close()

    async def dies(self) -> None:
        """Stop at once, as a killed process does: nothing more is written or given back."""
        works = [*self._running, *self.sender._tasks, *self.broadcaster._going]
        for task in works:
            task.cancel()
        await asyncio.gather(*works, return_exceptions=True)

    @property
    def now(self) -> datetime:
        """The counter's clock: it opened on Monday at ten."""
        return MONDAY + self._ahead + timedelta(seconds=time.monotonic() - self._began)

    def later(self, **delta: float) -> None:
        """Let time pass."""
        self._ahead += timedelta(**delta)

    # ------------------------------------------------------------------------------------------------------ doing

    def brings(self, chat: int, kind: Kind = Kind.TEXT, *, update: int | None = 0, **what: Any) -> asyncio.Future[bool]:
        """Bring one Inbound in; `update` 0 draws a new number."""
        what.setdefault("message_id", next(_messages))
        return self.reception.receive(Inbound(next(_updates) if update == 0 else update, chat, kind, **what))

    async def writes(self, chat: int, text: str, **what: Any) -> bool:
        return await self.brings(chat, text=text, **what)

    async def does(self, work: Callable[[Drawer], Awaitable[Any]]) -> Any:
        """A storage sentence in a transaction of its own."""
        return await in_one(self.database, self.vault, self.now, work)

    async def posts(self, chat: int, *texts: str, lane: str = REPLY) -> list[int]:
        """Put letters into the outbox as another process would, without handing them over."""

        async def post(store: Drawer) -> list[int]:
            person = await people.by_chat(store, chat)
            if person is None:
                person = people.stranger(chat, "ko", self.now)
                await store.write(people_table.insert(), {name: getattr(person, name) for name in people.COLUMNS})
            key = await store.key(person.id)
            posted = [Posted(Letter(raw(text), "test"), Sheet(text), person, key) for text in texts]
            rows = [to_row(one, self.sender.house, self.now) | {"lane": lane} for one in posted]
            return await outbox.post(store.db, rows)

        found: list[int] = await self.does(post)
        return found

    # ----------------------------------------------------------------------------------------------------- looking

    def said(self, chat: int) -> Sequence[str]:
        """What arrived, oldest first, without the questions."""
        return [sheet.text for to, _, sheet in self.wire.pinned if to == chat and not sheet.rows]

    def all(self, chat: int) -> Sequence[str]:
        return [sheet.text for to, _, sheet in self.wire.pinned if to == chat]

    async def person(self, chat: int) -> Person:
        found: Person | None = await self.does(lambda store: people.by_chat(store, chat))
        assert found is not None
        return found

    async def rows(self, table: Table = outbox_table) -> list[Any]:
        async with self.database.reading() as db:
            return list((await db.execute(select(table).order_by(*table.primary_key.columns))).all())

    async def count(self, table: Table) -> int:
        async with self.database.reading() as db:
            return int((await db.execute(select(func.count()).select_from(table))).scalar_one())

    async def states(self, *ids: int) -> list[str]:
        return [row.state for row in await self.rows() if not ids or row.id in ids]

    async def settled(self) -> None:
        """Wait until every letter has met its fate."""

        async def nothing_left() -> bool:
            return not {"waiting", "sending"} & set(await self.states())

        await until(nothing_left, what="the outbox to be empty", step=0.001)
