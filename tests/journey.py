"""A town in which a test walks: a real database, the real reception, desk, sender and words; only the wire is a wall
that letters are pinned to.

    async with Town(tmp_path) as town:
        kim = town.resident("kim", language="ko")
        await kim.writes("/start")
        await kim.presses("한국어")
        assert "창구" in kim.last
        han = await town.officer("han", role="appeals", dong="yeonhui")
        await han.presses("queue")
"""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any, Self, cast
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func, insert, select

from bot import tasks, words
from bot.channels.base import Bad, Gone, Sheet
from bot.errands import Errands, Patience
from bot.pace import Pace
from bot.reception import Reception
from bot.sender import Sender
from handlers import desks
from handlers.dialog import Contact, Inbound, Kind, Upload
from handlers.resident.guards import CONSENT_VERSION
from handlers.screen import NAVIGATION
from programmes.model import Lang, load_all
from storage import people, staff
from storage.engine import Database, Drawer
from storage.tables import outbox
from storage.tables import people as people_table
from storage.unit import in_one
from storage.vault import Vault, new_office_key
from tests import blank
from tests.waiting import until

SEOUL = ZoneInfo("Asia/Seoul")
MONDAY = datetime(2025, 7, 28, 10, 0, tzinfo=SEOUL)
QUICK = Pace(beat=0.2, lease=2.0, poll=0.1, flush=0.0, first_pause=0.02, longest_pause=0.05, chat_burst=10_000.0)
CITY = load_all()
PIN = "4827"
_update_ids = count(1_000)
_message_ids = count(1)


@dataclass
class Wall:
    """A channel that keeps every sheet; files announced by residents can be fetched from it."""

    pinned: list[tuple[int, int, Sheet]] = field(default_factory=list)
    settled: dict[int, str] = field(default_factory=dict)
    acknowledged: list[str] = field(default_factory=list)
    deleted: list[int] = field(default_factory=list)
    undeletable: set[int] = field(default_factory=set)
    gone: set[int] = field(default_factory=set)  # chats that nothing reaches any more
    edited: list[tuple[int, int, Sheet]] = field(default_factory=list)
    windows: list[str] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)

    def read(self, body: bytes) -> Inbound | None:
        raise NotImplementedError

    async def send(self, chat: int, sheet: Sheet) -> int | None:
        if chat in self.gone:
            raise Gone("blocked")
        if sheet.delete is not None:
            if sheet.delete not in self.undeletable:
                self.deleted.append(sheet.delete)
            else:
                sheet = Sheet(sheet.otherwise or sheet.text)
        if sheet.delete is not None and not sheet.text:
            return None
        message_id = next(_message_ids)
        self.pinned.append((chat, message_id, sheet))
        return message_id

    async def edit(self, chat: int, message_id: int, sheet: Sheet) -> None:
        self.edited.append((chat, message_id, sheet))

    async def remove(self, chat: int, message_id: int) -> None:
        if message_id in self.undeletable:
            raise Bad("message can't be deleted")
        self.deleted.append(message_id)

    async def acknowledge(self, press_id: str, window: str | None = None) -> None:
        self.acknowledged.append(press_id)
        if window:
            self.windows.append(window)

    async def settle(self, chat: int, message_id: int, text: str) -> None:
        self.settled[message_id] = text

    async def fetch(self, ref: str, limit: int) -> bytes:
        if ref not in self.files:
            raise Bad("wrong file_id")
        if len(self.files[ref]) > limit:
            raise Bad("file is too large")
        return self.files[ref]

    async def listen(self, offset: int | None, seconds: float) -> list[Any]:
        raise NotImplementedError

    async def open(self, webhook: str | None, secret: str | None) -> None: ...

    async def close(self) -> None: ...


class Town:
    """One installation. `now` is its clock and may be set; `url` another database than a SQLite file."""

    def __init__(self, folder: Path, *, url: str | None = None, now: datetime = MONDAY) -> None:
        self.now = now
        self.database = Database(url or blank.sqlite(folder / "town.db"))
        self.vault = Vault.of(new_office_key())
        self.wall = Wall()
        self._chats = count(7001)
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        self.sender = Sender(
            self.database, self.vault, self.wall, words.write, lambda: self.now, process="town", pace=QUICK,
            lost=tasks.lost(self.vault, lambda: self.now),
        )  # fmt: skip
        self.reception = Reception(
            self.database, self.vault, CITY, desks(words.write), words.write, lambda: self.now, self.sender, self.wall
        )
        errand = Patience(at_once=1)  # so that papers come in the order in which they were sent
        self.errands = Errands(self.database, self.vault, self.wall, lambda: self.now, self.reception.receive, errand)
        await self.database.writer.wait_for_disk(False)
        await self.sender.start()
        self._running = [asyncio.create_task(self.reception.run()), asyncio.create_task(self.sender.run())]
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        self.errands.close()
        await self.database.close()

    def resident(self, name: str, *, language: str = "ko", phone: str = "+821012345678") -> "Resident":
        """Somebody with a phone and the messenger."""
        return Resident(self, next(self._chats), name, language, phone)

    async def officer(
        self,
        name: str,
        *,
        role: str = "appeals",
        dong: str | None = None,
        until: date | None = None,
        language: str = "ko",
        lives: str | None = staff.ELSEWHERE,
    ) -> "Officer":
        """Somebody of the office, at the home of her open staff desk; her chat has consented as a resident's has.

        `lives` is where she said she lives; None: she is asked first.
        """
        officer = Officer(self, next(self._chats), name, language, "+821055550000")

        async def bound(store: Drawer) -> UUID:
            person = people.stranger(officer.chat, cast("Lang", language), store.now)
            account, code = await staff.invite(store, name, role, dong, until)
            accepted = await staff.accept(store, code, officer.chat, person.id)
            assert accepted is not None
            await staff.set_pin(store, accepted, PIN)
            if lives is not None:
                await staff.settle(store, accepted, lives)
            row = people.to_row(person) | {"consent": CONSENT_VERSION, "desk": "staff", "officer": account}
            await store.write(insert(people_table), row)
            return account

        officer.account = await self.within(bound)
        await officer.opens()
        return officer

    async def within(self, work: Any) -> Any:
        """Run a storage sentence in a transaction of its own: `town.within(lambda store: cases.by_id(store, id))`."""
        return await in_one(self.database, self.vault, self.now, work)

    def later(self, **delta: float) -> None:
        """Let time pass."""
        self.now += timedelta(**delta)

    async def fetch_files(self) -> None:
        """Let the file errands run until none is left."""
        while await self.errands.once():
            pass
        await self.settled()

    async def settled(self) -> None:
        """Wait until everything promised is pinned to the wall."""

        async def nothing_left() -> bool:
            if self.sender.busy:
                return False
            async with self.database.reading() as db:
                unsent = select(func.count()).where(outbox.c.state.in_(("waiting", "sending")))
                return int((await db.execute(unsent)).scalar_one()) == 0

        await until(nothing_left, what="the outbox to be empty", step=0.001)


@dataclass
class Resident:
    """Three verbs and two eyes: she writes, presses, shares; she reads the last message and its buttons."""

    town: Town
    chat: int
    name: str
    language: str
    phone: str

    async def _does(self, kind: Kind, **what: Any) -> bool:
        what.setdefault("message_id", next(_message_ids))
        inbound = Inbound(next(_update_ids), self.chat, kind, language=self.language, **what)
        kept: bool = await self.town.reception.receive(inbound)
        await self.town.settled()
        return kept

    async def writes(self, text: str) -> bool:
        """Write a message; gives whether it was kept."""
        return await self._does(Kind.TEXT, text=text)

    async def presses(self, wanted: str) -> bool:
        """Press a button of the last question by its label or its code."""
        message_id, data = self._button(wanted)
        return await self._does(
            Kind.PRESS, press=data, press_id=f"p{message_id}", shown=self.question, message_id=message_id
        )

    async def presses_data(self, data: str) -> bool:
        """Press with any callback data: stale, forged, somebody else's."""
        return await self._does(Kind.PRESS, press=data, press_id="px")

    async def shares_contact(self, phone: str | None = None, *, own: bool = True) -> bool:
        return await self._does(Kind.CONTACT, contact=Contact(phone or self.phone, own))

    async def sends_photo(
        self, data: bytes = b"", *, name: str = "photo.jpg", album: str | None = None, caption: str = ""
    ) -> bool:
        """Send a photo or document with these bytes; it is fetched by `town.fetch_files()`."""
        ref = f"file-{next(_message_ids)}"
        self.town.wall.files[ref] = data
        return await self._does(Kind.UPLOAD, upload=Upload(ref, name, len(data) or None, album), text=caption)

    async def does(self, kind: Kind, **what: Any) -> bool:
        """Anything else that people do."""
        return await self._does(kind, **what)

    @property
    def sheets(self) -> Sequence[Sheet]:
        return [sheet for chat, _, sheet in self.town.wall.pinned if chat == self.chat]

    @property
    def all(self) -> Sequence[str]:
        """Everything she was told, oldest first."""
        return [sheet.text for sheet in self.sheets]

    @property
    def last(self) -> str:
        return self.all[-1]

    @property
    def question(self) -> str:
        """The last message that has buttons."""
        return next(sheet.text for sheet in reversed(self.sheets) if sheet.rows or sheet.contact)

    @property
    def buttons(self) -> Sequence[str]:
        """The labels of the last question, without back, start over and a person."""
        return [label for _, label in self._offered()]

    @property
    def codes(self) -> Sequence[str]:
        """The codes of the last question's options."""
        return [data.partition(".")[2] for data, _ in self._offered()]

    def _offered(self) -> Sequence[tuple[str, str]]:
        rows = next(sheet.rows for sheet in reversed(self.sheets) if sheet.rows)
        return [(data, label) for row in rows for data, label in row if data.partition(".")[2] not in NAVIGATION]

    def _button(self, wanted: str) -> tuple[int, str]:
        for chat, message_id, sheet in reversed(self.town.wall.pinned):
            if chat == self.chat and sheet.rows:
                for row in sheet.rows:
                    for data, label in row:
                        if wanted in (label, data, data.partition(".")[2]):
                            return message_id, data
                raise AssertionError(f"no button {wanted!r} among {[label for row in sheet.rows for _, label in row]}")
        raise AssertionError("no question was asked")


@dataclass
class Officer(Resident):
    """Somebody who works at the counter, and is a resident of the town besides."""

    account: UUID | None = None

    async def opens(self) -> None:
        """Stand at home of the staff desk; the PIN is given if the desk has closed."""
        await self.writes("/menu")
        if self.codes == ["leave"]:  # the door
            await self.writes(PIN)
