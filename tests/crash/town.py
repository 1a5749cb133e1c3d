"""Residents who walk through the counter while it is killed under them, and what must be true in the end.

Everybody walks the same way, so that whoever walked in peace says what each must have been promised.
"""

import asyncio
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any, NamedTuple

from sqlalchemy import select

from bot import words
from bot.letters import said
from handlers.dialog import t
from playground.server import Playground
from storage.engine import Database
from storage.tables import cases, claims, outbox, sessions
from storage.vault import Vault
from tests.processes.bot_process import BotProcess
from tests.waiting import until

PATIENCE = 40.0
LAST_WORDS = 20  # turns of the loop, a hundredth of a second or more each, in which a dead process's last calls come in
NUMBER = re.compile(r"\bTK-\d{6}-\d{4}-\d\b")
WALK = (
    ("start.language.ask", "language.ko"),
    ("start.consent.ask", "start.agree"),
    ("start.case_notices.ask", "start.want"),
    ("start.information.ask", "start.want_not"),
    ("start.decisions_here.ask", "start.here"),
    ("menu.ask", "menu.human"),
)  # what is heard, and which button is pressed then


def korean(key: str) -> str:
    """A sentence of the bot in Korean."""
    return words.write(t(key), "ko")


class Effect(NamedTuple):
    """What a walk leaves behind: questions asked, letters promised in order, cases open."""

    turn: int
    letters: tuple[str, ...]
    cases: int


@dataclass
class Town:
    """The playground with its residents; `kills` notes how long the ledger was whenever a process died."""

    play: Playground
    kills: list[int] = field(default_factory=list)
    walked: list[int] = field(default_factory=list)

    async def hears_more(self, letters: int) -> None:
        """Wait until so many more calls have come in."""
        wanted = len(self.play.ledger.entries) + letters
        await until(lambda: len(self.play.ledger.entries) >= wanted, PATIENCE, f"{letters} more calls")

    async def dies(self, child: BotProcess, place: str = "") -> None:
        """Wait until a process is dead and what it said last has been heard."""
        await until(lambda: not child.alive, PATIENCE, f"a death {place}")
        turns = count()
        await until(lambda: next(turns) >= LAST_WORDS)
        self.kills.append(len(self.play.ledger.entries))

    async def walk(self) -> int:
        """A new resident walks from the welcome to a filed talk case; gives her chat."""
        chat = 9001 + len(self.play.people)
        resident = self.play.person(chat, "김순자")
        await resident.starts()
        for question, button in WALK:
            heard = await resident.hears(korean(question), timeout=PATIENCE)
            await resident.presses(korean(button), on=heard, timeout=PATIENCE)
        await resident.hears(korean("human.ask"), timeout=PATIENCE)
        await resident.says("쿠폰 사용처가 궁금합니다")
        heard = await resident.hears(korean("human.more"), timeout=PATIENCE)
        await resident.presses(korean("common.done"), on=heard, timeout=PATIENCE)
        await resident.hears(korean("menu.ask"), timeout=PATIENCE)
        self.walked.append(chat)
        return chat

    async def walk_until(self, over: asyncio.Event) -> None:
        """One resident after another."""
        while not over.is_set():
            await self.walk()

    # ------------------------------------------------------------------------------------------------ in the end

    async def holds(self, url: str, vault: Vault, calm: int) -> None:
        """Wait until the outbox is empty and every update taken; then everything promised must hold.

        `calm` is the chat of the resident who walked in peace.
        """
        database = Database(url)
        try:
            await until(lambda: self._empty(database), 30, "the outbox to be empty")
            await self.play.settled(30)
            await self._each_update_once(database)
            await self._each_effect_once(database, calm)
            await self._each_receipt_is_a_case(database)
            await self._each_letter_arrived(database, vault)
        finally:
            await database.close()

    async def _empty(self, database: Database) -> bool:
        return not await rows(database, select(outbox.c.id).where(outbox.c.state.in_(("waiting", "sending"))))

    async def _each_update_once(self, database: Database) -> None:
        claimed = {row.update_id for row in await rows(database, select(claims.c.update_id))}
        assert set(self.play.delivery.acked) == claimed

    async def _each_effect_once(self, database: Database, calm: int) -> None:
        effects = await self._effects(database)
        strange = {chat: effects[chat] for chat in self.walked if effects[chat] != effects[calm]}
        assert not strange, f"not as in peace ({effects[calm]}): {strange}"

    async def _effects(self, database: Database) -> dict[int, Effect]:
        turns = {row.chat: row.turn for row in await rows(database, select(sessions.c.chat, sessions.c.turn))}
        letters = defaultdict(list)
        for row in await rows(database, select(outbox.c.chat, outbox.c.kind).order_by(outbox.c.id)):
            letters[row.chat].append(row.kind)
        filed = Counter(row.chat for row in await rows(database, select(cases.c.chat)))
        return {chat: Effect(turns[chat], tuple(letters[chat]), filed[chat]) for chat in turns}

    async def _each_receipt_is_a_case(self, database: Database) -> None:
        shown = {number for entry in self.play.ledger.accepted("send") for number in NUMBER.findall(entry.text)}
        filed = {row.number for row in await rows(database, select(cases.c.number))}
        assert shown == filed
        assert len(filed) == len(self.walked)

    async def _each_letter_arrived(self, database: Database, vault: Vault) -> None:
        """Every letter marked as sent is in the ledger; one that is there twice was in doubt when a process died."""
        found = await rows(database, select(outbox.c.chat, outbox.c.digest, outbox.c.state))
        assert {(row.chat, row.state) for row in found if row.state != "sent"} == set()
        promised = Counter((row.chat, row.digest) for row in found)
        arrived: dict[tuple[int, bytes], list[int]] = defaultdict(list)
        again = f"{korean('desk.again')}\n"
        for place, entry in enumerate(self.play.ledger.entries):
            if entry.outcome == "accepted" and entry.method.startswith("send"):
                assert entry.chat_id is not None
                arrived[entry.chat_id, said(vault, entry.chat_id, entry.text.removeprefix(again))].append(place)
        assert arrived.keys() == promised.keys()
        for letter, places in arrived.items():
            assert len(places) >= promised[letter]
            assert len(places) - promised[letter] <= self._deaths_between(places), f"a double out of doubt: {letter}"

    def _deaths_between(self, places: Sequence[int]) -> int:
        return sum(places[0] < kill <= places[-1] for kill in self.kills)


async def rows(database: Database, statement: Any) -> Sequence[Any]:
    async with database.reading() as db:
        return list(await db.execute(statement))
