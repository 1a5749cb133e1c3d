"""Residents who walk through the counter while it is killed under them, and what must be true in the end.

All who walk the same way must have been promised the same, so that whoever walked in peace says what.
"""

import asyncio
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import and_, func, select

from bot.sample import CAST
from playground.server import Playground
from storage import audit, decisions, files
from storage.engine import Database, Drawer
from storage.ledger import said
from storage.outbox import NOTICE
from storage.tables import (
    awards,
    case_events,
    case_pauses,
    cases,
    claims,
    consents,
    file_parts,
    jobs,
    outbox,
    people,
    questions,
    sessions,
)
from storage.tables import decisions as records
from storage.tables import files as file_table
from storage.unit import in_one
from storage.vault import Vault
from tests.crash.ground import NOW, Ground
from tests.crash.journeys import MET, NEW, PATIENCE, Journey, Walker, korean, question, talk
from tests.processes.bot_process import BotProcess
from tests.waiting import until

__all__ = ["NUMBER", "Effect", "Town", "korean", "rows"]

LET_GO: Final = (
    *("release", "give_back", "transfer", "propose", "send_back", "finish", "withdraw", "lapse"),
    *decisions.MOVES.values(),
)
"""What ends a hold."""
LAST_WORDS = 10  # turns of the loop, a hundredth of a second or more each, in which a dead process's last calls come in
NUMBER = re.compile(r"\b(?:TK|SG)-\d{6}-\d{4}-\d\b")


class Effect(NamedTuple):
    """What a walk leaves behind: questions asked, letters promised in order, and how many of the rest, by kind."""

    turn: int
    letters: tuple[str, ...]
    rest: tuple[tuple[str, int], ...]


@dataclass
class Town:
    """The playground with its residents; `kills` notes how long the ledger was whenever a process died."""

    play: Playground
    ground: Ground | None = None
    kills: list[int] = field(default_factory=list)
    walked: dict[int, Journey] = field(default_factory=dict)
    _chats: "count[int]" = field(default_factory=lambda: count(NEW))

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

    async def walk(self, journey: Journey = talk, chat: int = 0) -> int:
        """A resident walks this way, from a new chat unless one is named; gives her chat."""
        chat = chat or next(self._chats)
        member, code = (self.ground.member(chat), self.ground.code) if self.ground else (CAST[0], "")
        phone = self.play.person(chat, member.name, phone=member.phone)
        met = [Walker(self.play.person(one, CAST[0].name), member) for one in MET.get(journey, ())]
        await journey(Walker(phone, member, code, met))
        self.walked[chat] = journey
        return chat

    async def walk_until(self, over: asyncio.Event, *journeys: Journey) -> None:
        """One resident after another."""
        while not over.is_set():
            for journey in journeys or (talk,):
                await self.walk(journey)

    # ------------------------------------------------------------------------------------------------ in the end

    async def holds(
        self, url: str, vault: Vault, *calm: int, known: Mapping[Journey, Effect] | None = None
    ) -> Mapping[Journey, Effect]:
        """Wait until every queue is empty and every update taken; then everything promised must hold.

        `calm` are chats that walked in peace, `known` what others who did had of it. Gives what each way leaves behind.
        """
        database = Database(url)
        try:
            await self.play.settled(PATIENCE)
            await until(lambda: self._drained(database), PATIENCE, "every queue to be empty")
            await self._each_update_once(database)
            expected = await self._each_effect_once(database, calm, known or {})
            await self._each_letter_was_sent(database)
            await self._each_receipt_is_a_case(database)
            await self._each_question_once(database)
            await self._each_decision_once(database)
            await self._each_case_in_one_hand(database)
            await self._each_paper_is_whole(database, vault)
            await self._each_letter_arrived(database, vault)
        finally:
            await database.close()
        return expected

    async def _drained(self, database: Database) -> bool:
        unsent = select(outbox.c.id).where(outbox.c.state.in_(("waiting", "sending")))
        return not await rows(database, unsent) and not await rows(database, select(jobs).where(jobs.c.state != "done"))

    async def _each_update_once(self, database: Database) -> None:
        claimed, acked = (
            {row.update_id for row in await rows(database, select(claims.c.update_id))},
            set(self.play.delivery.acked),
        )
        assert acked == claimed, f"taken and lost: {acked - claimed}; kept, never taken: {claimed - acked}"

    async def _each_effect_once(
        self, database: Database, calm: Sequence[int], known: Mapping[Journey, Effect]
    ) -> Mapping[Journey, Effect]:
        effects = {chat: await self._effect(database, chat) for chat in self.walked}
        expected = {**known, **{self.walked[chat]: effects[chat] for chat in calm}}
        strange = [
            f"{self.walked[chat].__name__} of {chat}: {effect}, in peace {expected[self.walked[chat]]}"
            for chat, effect in effects.items()
            if effect != expected[self.walked[chat]]
        ]
        assert not strange, "\n".join(strange)
        return expected

    async def _effect(self, database: Database, chat: int) -> Effect:
        mine = select(people.c.id).where(people.c.chat == chat).scalar_subquery()
        own = select(cases.c.id).where(cases.c.chat == chat)
        here = partial(_told_in, (chat, *MET.get(self.walked[chat], ())))
        counted = {
            "cases": select(func.count()).select_from(cases).where(cases.c.chat == chat),
            "open": select(func.count()).select_from(cases).where(cases.c.chat == chat, cases.c.open),
            "events": select(func.count()).select_from(case_events).where(case_events.c.case.in_(own)),
            "pauses": select(func.count()).select_from(case_pauses).where(case_pauses.c.case.in_(own)),
            "awards": select(func.count()).select_from(awards).where(awards.c.case.in_(own)),
            "papers": select(func.count()).select_from(file_table).where(file_table.c.case.in_(own)),
            "consents": select(func.count()).select_from(consents).where(consents.c.person == mine),
            "recognised": select(func.count()).where(people.c.chat == chat, people.c.resident.is_not(None)),
        }
        rest = [(name, int((await rows(database, statement))[0][0])) for name, statement in counted.items()]
        in_order = (outbox.c.chat, outbox.c.id)
        letters = await rows(database, select(outbox.c.kind).where(here(outbox)).order_by(*in_order))
        turns = await rows(database, select(func.max(sessions.c.turn)).where(here(sessions)).group_by(sessions.c.chat))
        return Effect(sum(row[0] for row in turns), tuple(row.kind for row in letters), tuple(rest))

    async def _each_letter_was_sent(self, database: Database) -> None:
        told = (outbox.c.id, outbox.c.chat, outbox.c.kind, outbox.c.state, outbox.c.outcome, outbox.c.tries)
        hers = outbox.c.outcome == "unreadable"  # went with the key of somebody who had herself erased
        here = {*self.walked, *(one for journey in self.walked.values() for one in MET.get(journey, ()))}
        absent = and_(outbox.c.outcome == "gone", outbox.c.chat.not_in(here))  # an officer who never came to her desk
        unsent = select(*told).where(outbox.c.state != "sent", hers.is_not(True), absent.is_not(True))
        found = await rows(database, unsent)
        assert not found, f"promised, never sent: {found}"

    async def _each_receipt_is_a_case(self, database: Database) -> None:
        shown = {number for entry in self.play.ledger.accepted("send") for number in NUMBER.findall(entry.text)}
        held = await rows(database, select(cases.c.number, cases.c.filed_at))
        filed, now = {row.number for row in held}, {row.number for row in held if row.filed_at > NOW}
        assert now <= shown <= filed, f"shown, not there: {shown - filed}; there, never shown: {now - shown}"

    async def _each_question_once(self, database: Database) -> None:
        """What was asked was answered once, and said once not to have helped."""
        asked = list(self.walked.values()).count(question)
        noted = [(row.topic, row.helped) for row in await rows(database, select(questions))]
        assert noted == [("use_where", False)] * asked, f"{asked} asked: {noted}"

    async def _each_decision_once(self, database: Database) -> None:
        """No appeal closed by an officer without its one record and its one letter, none of these without it."""
        ended = select(cases.c.id, cases.c.state).where(cases.c.open.is_(False), cases.c.state.in_(decisions.MOVES))
        closed = {(row.id, row.state) for row in await rows(database, ended)}
        made = [tuple(row) for row in await rows(database, select(records.c.case, records.c.outcome))]
        assert sorted(made) == sorted(closed), f"closed {closed}, decided {made}"
        notices = select(outbox.c.about).where(outbox.c.kind == "decision", outbox.c.lane == NOTICE)
        told = Counter(row.about for row in await rows(database, notices))
        assert told == Counter(case for case, _ in closed), f"closed {closed}, told {told}"

    async def _each_case_in_one_hand(self, database: Database) -> None:
        """Nobody took what another had; what is closed is in nobody's hand."""
        happened = select(case_events).order_by(case_events.c.case, case_events.c.at, case_events.c.id)
        hands: dict[UUID, UUID | None] = {}
        for event in await rows(database, happened):
            if event.kind == "take":
                assert hands.get(event.case) is None, f"{event.case} was taken twice"
                hands[event.case] = event.actor
            elif event.kind in LET_GO:
                hands[event.case] = None
        holding = select(cases.c.id, cases.c.holder).where(cases.c.holder.is_not(None))
        held = {row.id: row.holder for row in await rows(database, holding)}
        assert held == {case: hand for case, hand in hands.items() if hand is not None}

    async def _each_paper_is_whole(self, database: Database, vault: Vault) -> None:
        """No case without its papers' bytes, no bytes without their paper, no paper without its case."""
        filed = {row.id for row in await rows(database, select(cases.c.id))}
        held = await rows(database, select(file_table.c.id, file_table.c.case, file_table.c.state))
        assert {(row.state, row.case in filed) for row in held} <= {("stored", True)}, held
        parts = {row.file for row in await rows(database, select(file_parts.c.file))}
        assert parts == {row.id for row in held}

        async def sizes(store: Drawer) -> list[tuple[int | None, int]]:
            found = [file for row in held if (file := await files.by_id(store, row.id)) is not None]
            return [(file.size, sum([len(part) async for part in files.read(store, file)])) for file in found]

        assert all(told == there for told, there in await in_one(database, vault, NOW, sizes))

    async def _each_letter_arrived(self, database: Database, vault: Vault) -> None:
        """Every letter is in the ledger; one that is there twice was in doubt when a process died, a notice says so."""
        found = await rows(database, select(outbox.c.chat, outbox.c.digest, outbox.c.lane))
        notices = {(row.chat, row.digest) for row in found if row.lane == NOTICE}
        promised = Counter((row.chat, row.digest) for row in found)
        arrived: dict[tuple[int, bytes], list[int]] = defaultdict(list)
        again = f"{korean('desk.again')}\n"
        house = await in_one(database, vault, NOW, lambda store: audit.house_key(store.db, vault))
        for place, entry in enumerate(self.play.ledger.entries):
            if entry.outcome == "accepted" and entry.method.startswith("send"):
                assert entry.chat_id is not None
                arrived[entry.chat_id, said(house, entry.chat_id, entry.text.removeprefix(again))].append(place)
        assert arrived.keys() == promised.keys(), "what was promised is not what arrived"
        for letter, places in arrived.items():
            assert len(places) >= promised[letter]
            doubles, deaths = len(places) - promised[letter], self._deaths_between(places)
            told = self.play.ledger.entries[places[0]].text
            if letter in notices:
                unmarked = [place for place in places if not self.play.ledger.entries[place].text.startswith(again)]
                assert len(unmarked) <= promised[letter], f"sent again without a mark: {told!r}"
            assert doubles <= deaths, f"{doubles} doubles, {deaths} deaths (at {self.kills}), at {places}: {told!r}"

    def _deaths_between(self, places: Sequence[int]) -> int:
        return sum(places[0] < kill <= places[-1] for kill in self.kills)


def _told_in(chats: Sequence[int], table: Any) -> Any:
    return table.c.chat.in_(chats)


async def rows(database: Database, statement: Any) -> Sequence[Any]:
    async with database.reading() as db:
        return list(await db.execute(statement))
