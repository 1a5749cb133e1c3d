"""Takes updates in: what is waiting goes into one transaction, committed once, and only then is anything answered.

The claim of an update lives and dies with its turn; replies are rows written in the same transaction and are handed
to the sender in memory after it. No network inside a turn, ever.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence, Set
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from time import monotonic
from uuid import UUID

from msgspec.structs import replace

from bot import presses
from bot.blotting import blotted
from bot.channels.base import Channel
from bot.floods import Floods
from bot.letters import Parcel, Posted, Words, to_row, to_send, written
from bot.logs import log
from bot.metrics import BATCH, FAULTS, turns_of
from bot.presses import Press, Presses
from bot.sender import Sender
from handlers.desk import Desk
from handlers.dialog import Cross, Inbound, Kind, Lane, Letter, Turn, t
from programmes.model import City, Lang
from storage import audit, claims, jobs, ledger, outbox, people, seats, sessions, staff
from storage.connections import together
from storage.engine import AuditRow, Database, Db, Drawer
from storage.people import RESIDENT, Person
from storage.seats import Seat
from storage.sessions import Session
from storage.vault import Key, Vault
from storage.writers import Broken, is_conflict, is_outage

BATCH_SIZE = 64
FEW = 8  # after a batch of more than these others are waited for
GATHERING = 0.02  # seconds
NOTHING_TO_DO = 0.0001  # seconds that a round of the loop takes at most when nothing was ready
FAULTS_ALLOWED = 3


@dataclass(slots=True)
class Batch:
    """What a batch lays aside until its end."""

    now: datetime
    seats: dict[int, Seat] = field(default_factory=dict)
    made: dict[UUID, Key] = field(default_factory=dict)
    posted: list[Posted] = field(default_factory=list)
    parcels: list[Parcel] = field(default_factory=list)  # those to be sent from here
    audits: list[AuditRow] = field(default_factory=list)
    presses: list[Press] = field(default_factory=list)
    ordered: set[str] = field(default_factory=set)
    failed: list[Inbound] = field(default_factory=list)
    turns: Counter[Kind] = field(default_factory=Counter)


class Reception:
    """The counter's mailbox. `receive` gives a future that is true once the update is kept for good."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        city: City,
        desks: Mapping[str, Desk],
        words: Words,
        clock: Callable[[], datetime],
        sender: Sender,
        channel: Channel,
        floods: Floods | None = None,
    ) -> None:
        self._writer, self._alone = database.new_writer(), database.is_sqlite
        self._vault, self.city, self._desks, self._words = vault, city, desks, words
        self._clock, self._sender, self._presses = clock, sender, Presses(channel)
        self._floods = floods
        self._waiting: list[tuple[Inbound, asyncio.Future[bool]]] = []
        self._wake, self._loop = asyncio.Event(), asyncio.get_running_loop()
        self.heard: Callable[[Sequence[AuditRow]], None] = lambda _audits: None  # what was recorded, once committed
        self.ordered: Callable[[Set[str]], None] = lambda _kinds: None  # which kinds of jobs were written then

    def receive(self, inbound: Inbound) -> asyncio.Future[bool]:
        """Queue one Inbound. The future is resolved after COMMIT: true when kept, false when it must come again.

        What a chat brings too much is let go at once: true, and nothing kept.
        """
        kept: asyncio.Future[bool] = self._loop.create_future()
        passed = inbound if self._floods is None else self._floods.pass_on(inbound)
        if passed is None:
            kept.set_result(True)
            return kept
        self._waiting.append((passed, kept))
        self._wake.set()
        return kept

    async def run(self) -> None:
        """Settle batches for ever."""
        many = False
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._waiting:
                if many:
                    await self._gather()
                batch, self._waiting = self._waiting[:BATCH_SIZE], self._waiting[BATCH_SIZE:]
                await self._settle(batch)
                many = len(batch) > FEW

    async def _gather(self) -> None:
        """Where many came at once more are on their way: the answers go first, and who hears them comes along.

        That is until the loop has nothing else to do, and for so long at most; it makes one commit of two.
        """
        end = monotonic() + GATHERING
        while len(self._waiting) < BATCH_SIZE and (began := monotonic()) < end:
            await asyncio.sleep(0)
            if monotonic() - began < NOTHING_TO_DO:
                return

    async def drain(self) -> None:
        """Wait until nothing is waiting and the pressed buttons are settled."""
        while self._waiting:
            await asyncio.wait([kept for _, kept in self._waiting])
        await self._presses.drain()

    # ------------------------------------------------------------------------------------------------------ a batch

    async def _settle(self, batch: Sequence[tuple[Inbound, asyncio.Future[bool]]]) -> None:
        carrier, marks = self._sender.me, self._sender.take_marks()
        inbounds = [inbound for inbound, _ in batch]
        try:
            done = await self._writer.transaction(lambda db: self._answer_all(db, inbounds, marks))
        except Exception as error:
            self._sender.give_back(marks)
            away = is_outage(error) and not is_conflict(error)
            if len(batch) > 1 and not away:  # a broken statement breaks the whole transaction: each alone then
                for one in batch:
                    await self._settle([one])
                return
            log.error("batch.failed", error=type(error).__name__, updates=[one.update_id for one in inbounds])
            for inbound, kept in batch:
                _resolve(kept, not is_outage(error) and await self._given_up(inbound))
            return
        BATCH.observe(len(batch))
        for kind, times in done.turns.items():
            turns_of(kind.value).inc(times)
        self._sender.written(marks)
        self.heard(done.audits)
        self.ordered(done.ordered)
        if self._sender.me == carrier:  # else its lines are another's now, who takes these from the outbox
            self._sender.hand_over(done.parcels)  # before anything is awaited: a chat's order is the order of commits
        given_up = {id(inbound): await self._given_up(inbound) for inbound in done.failed}
        again = {inbound.update_id for inbound in done.failed} - {None}
        for inbound, kept in batch:
            _resolve(kept, given_up.get(id(inbound), inbound.update_id not in again))
        for press in done.presses:
            self._presses.settle(press)

    async def _answer_all(self, db: Db, inbounds: Sequence[Inbound], marks: Sequence[outbox.Mark]) -> Batch:
        batch = Batch(self._clock())
        fresh = await self._fresh(db, inbounds, batch.now)
        batch.seats = await self._seats(db, fresh, batch)
        for inbound in fresh:
            try:
                await self._turn(db, inbound, batch)
            except Broken:
                raise  # the transaction is broken, not this turn alone
            except Exception as bug:
                log.exception("turn.failed", error=type(bug).__name__, update=inbound.update_id)
                batch.failed.append(inbound)
        await self._write(db, batch, marks)
        return batch

    async def _fresh(self, db: Db, inbounds: Sequence[Inbound], now: datetime) -> list[Inbound]:
        """Those not handled before, claimed; what comes from our own jobs has no number and is always fresh."""
        mine = await claims.claim(db, {one.update_id for one in inbounds if one.update_id is not None}, now)
        fresh = []
        for inbound in inbounds:
            if inbound.update_id is None or inbound.update_id in mine:
                fresh.append(inbound)
                mine.discard(inbound.update_id or 0)
        return fresh

    async def _seats(self, db: Db, inbounds: Sequence[Inbound], batch: Batch) -> dict[int, Seat]:
        first = {inbound.chat: inbound for inbound in reversed(inbounds)}

        def stranger(chat: int) -> Person:
            return people.stranger(chat, _language(first[chat]), batch.now)

        return await seats.take(db, self._vault, first, stranger, batch.made)

    # -------------------------------------------------------------------------------------------------------- a turn

    async def _turn(self, db: Db, inbound: Inbound, batch: Batch) -> None:
        """Answer one Inbound at its desk; whatever it wrote or promised counts only if all of it went well."""
        seat, now = batch.seats[inbound.chat], batch.now
        store = Drawer(db, self._vault, now, made=batch.made)
        before, session = seat.person, seat.session
        expired = people.quiet_too_long(before, session.updated_at or now, now)
        turn = Turn(inbound, now, self.city, store, people.stranger_again(before) if expired else before)
        try:
            if before.officer is not None:
                turn.officer = await staff.by_id(store, before.officer)
            if inbound.job is not None and not await jobs.finish(store, inbound.job):
                await store.drop()  # its lease ran out: whoever took it over tells
                return
            turn.imprint = partial(ledger.imprint, self._sender.house, inbound.text)
            session = await self._desks[before.desk].answer(turn, blotted(turn, session))
            if turn.cross is not None:
                session = await self._cross(turn, turn.cross, session)
            await self._stir(turn, before)
            session = replace(session, updated_at=now)
            key = seat.key if turn.person.id == before.id else await store.key(turn.person.id)
            posted = await self._post(turn, key)
            await people.save(store, before, turn.person)
            if expired:
                store.audit("recognition.expired", actor=before.id, subject=before.resident)
            await store.keep()
        except BaseException:
            await store.drop()
            raise
        batch.turns[inbound.kind] += 1
        seat.person, seat.key, seat.session, seat.moved = turn.person, key, session, True
        for chat in (store.touched & batch.seats.keys()) - {inbound.chat}:
            await self._seat_again(store, batch.seats[chat])
        batch.posted += posted
        batch.audits += store.audits
        batch.ordered |= store.ordered
        if (press := presses.of(turn, self._words)) is not None:
            batch.presses.append(press)

    async def _seat_again(self, store: Drawer, seat: Seat) -> None:
        """Another's turn changed this person, who has a turn of her own to come: she may stand at another desk now."""
        seat.person = await people.by_chat(store, seat.person.chat) or seat.person
        if seat.person.desk != seat.session.desk:
            seat.session = await sessions.at_desk(store, seat.person.chat, seat.person.desk, seat.key)
            seat.moved = False

    async def _stir(self, turn: Turn, before: Person) -> None:
        """At an open desk whatever she does keeps it open, also what was refused."""
        at_desk = RESIDENT not in (before.desk, turn.person.desk) and turn.inbound.kind is not Kind.ERRAND
        if at_desk and turn.officer is not None and turn.officer.desk_open(turn.now):
            await staff.stir(turn.store, turn.officer)

    async def _cross(self, turn: Turn, cross: Cross, session: Session) -> Session:
        """Go over to another desk; where she stood is kept for when she comes back."""
        key = await turn.store.key(turn.person.id)
        await sessions.leave(turn.store, replace(session, updated_at=turn.now), key)
        turn.person = replace(turn.person, desk=cross.desk)
        there = await sessions.at_desk(turn.store, session.chat, cross.desk, key)
        return await self._desks[cross.desk].arrive(turn, there, cross.way)

    async def _post(self, turn: Turn, hers: Key) -> list[Posted]:
        """Write the turn's letters in their readers' languages, to be sealed with their keys: mostly with `hers`."""
        posted = []
        for letter in turn.letters:
            reader, key = turn.person, hers
            if letter.chat is not None and letter.chat != turn.person.chat:
                other = await people.by_chat(turn.store, letter.chat)
                if other is None:
                    continue
                reader, key = other, await turn.store.key(other.id)
            posted.append(Posted(letter, written(letter, reader, self._words), reader, key))
        return posted

    # ------------------------------------------------------------------------------------------------- the batch ends

    async def _write(self, db: Db, batch: Batch, marks: Sequence[outbox.Mark]) -> None:
        await claims.unclaim(db, [one.update_id for one in batch.failed if one.update_id is not None])
        waiting, taken = await self._lines(db, batch)
        moved = [sessions.to_row(seat.session, seat.key) for seat in batch.seats.values() if seat.moved]
        letters = [to_row(one, self._sender.house, batch.now) for one in batch.posted]
        async with together(db) as writes:
            await sessions.save(writes, moved)
            await ledger.note(writes, [self._shown(press, batch.now) for press in batch.presses if press.text])
            await outbox.carry(writes, self._sender.me, taken)
            await audit.put(writes, self._vault, batch.audits, batch.now)
            await outbox.mark(writes, self._sender.me, marks)
            ids = await outbox.post(writes, letters)
        for chat in taken & batch.seats.keys():
            batch.seats[chat].carrier = self._sender.me
        parcels = [to_send(id, one, batch.now) for id, one in zip(ids, batch.posted, strict=True)]
        batch.parcels = [one for one in parcels if one.lane == outbox.REPLY and one.chat not in waiting]

    def _shown(self, press: Press, at: datetime) -> ledger.Line:
        """The question with the choice under it, as it will stand in the chat."""
        return ledger.Line(press.chat, ledger.said(self._sender.house, press.chat, press.text or ""), at)

    async def _lines(self, db: Db, batch: Batch) -> tuple[set[int], set[int]]:
        """Of the chats that are replied to, those whose letters wait their turn, and those whose line is taken here.

        The replies of lines this process carries, or that nobody alive does, go from here at once. A line with unsent
        letters that are not in memory here is fetched whole by the sender, or its order would be lost: another process
        may have left some to us, where there are several.
        """
        replied = {one.reader.chat for one in batch.posted if one.letter.lane is Lane.REPLY}
        if noticed := {one.reader.chat for one in batch.posted if one.letter.lane is Lane.NOTICE}:
            self._sender.expect(noticed)
        mine = {chat for chat in replied if self._carries(batch.seats.get(chat))}
        held, known = self._sender.held, {chat: seat.unsent for chat, seat in batch.seats.items()}
        waiting = {chat for chat in replied if any(id not in held for id in known.get(chat) or ())}
        looked = {chat for chat in replied - (mine if self._alone else set()) if known.get(chat) is None}
        waiting |= await outbox.with_unsent(db, looked, held) if looked else set()
        if waiting:
            self._sender.wake()
        return waiting, replied - mine - waiting

    def _carries(self, seat: Seat | None) -> bool:
        return seat is not None and seat.carrier == self._sender.me and seat.person.chat not in self._sender.left

    # --------------------------------------------------------------------------------------------------------- faults

    async def _given_up(self, inbound: Inbound) -> bool:
        """Count a fault in a row of its own; after the third the person is told, and the update is let go."""
        FAULTS.inc()
        if (number := inbound.update_id) is None:
            return False
        with suppress(Broken, OSError):
            times = await self._writer.transaction(lambda db: claims.count_fault(db, number, self._clock()))
            if times >= FAULTS_ALLOWED:
                await self._writer.transaction(lambda db: self._apologise(db, inbound, number))
                self._sender.wake()
                log.error("update.given_up", update=number)
                return True
        return False

    async def _apologise(self, db: Db, inbound: Inbound, number: int) -> None:
        """Tell the person that it is our fault and that a person has been told; keep the claim so that it ends."""
        batch = Batch(self._clock())
        await claims.claim(db, {number}, batch.now)
        seat = (await self._seats(db, [inbound], batch))[inbound.chat]
        letter = Letter(t("desk.fault"), "fault", Lane.NOTICE)
        posted = Posted(letter, written(letter, seat.person, self._words), seat.person, seat.key)
        await outbox.post(db, [to_row(posted, self._sender.house, batch.now)])
        row = AuditRow("update.given_up", subject=seat.person.id, detail={"update": number})
        await audit.put(db, self._vault, [row], batch.now)


def _resolve(kept: asyncio.Future[bool], value: bool) -> None:
    if not kept.done():
        kept.set_result(value)


def _language(inbound: Inbound) -> Lang:
    """The person's language as her app tells: Korean unless it is another one."""
    return "ko" if not inbound.language or inbound.language.startswith("ko") else "en"
