"""Carries broadcasts: to each recipient once at most, at the bot's rate, and never again by itself what is in doubt.

A round, twenty times a second while there is something to do, is one transaction: it writes what became of those in
hand, lets the clock move each broadcast (`broadcast_stages`), draws from the shared budget and takes who is next. In
between they go out, evenly; before each the stage is looked at, in a copy that is a tenth of a second old at most.
Whoever dies leaves what she had in hand in doubt: parked, and listed.
"""

import asyncio
from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from time import monotonic
from typing import Final
from uuid import UUID

import msgspec
from msgspec.structs import replace

from bot.broadcast_stages import drive, sheet_for
from bot.channels.base import Bad, Busy, Channel, Doubt, Gone, Moved, Sheet
from bot.letters import Words
from bot.logs import log
from bot.metrics import sends_of
from bot.sender import Sender
from programmes.broadcasting import TRIED, Stage, rate_after
from programmes.model import City, Lang
from storage import broadcasts, budget, ledger, recipients, signals, tallies
from storage.broadcasts import Broadcast, Content
from storage.engine import AuditRow, Database, Drawer
from storage.recipients import (
    KEPT,
    LATER,
    PARKED,
    RECALLED,
    REFUSED,
    SENT,
    UNREACHABLE,
    Recipient,
    Result,
)
from storage.unit import in_one
from storage.vault import Vault

BROADCAST: Final = "broadcast"  # the name of its budget, its sign of life and its metrics
CHUNK_SECONDS: Final = 0.03  # how long a chunk of recipients should hold the writer
FEWEST_AT_ONCE, MOST_AT_ONCE = 500, 2500  # PostgreSQL needs about ten milliseconds for either
SLICE: Final = 0.25  # seconds of the budget that a process may save up
HASTE: Final = 1.25  # those taken up go by so much faster than the budget gives, so that none is left over
SHORTEST_PAUSE: Final = 0.001  # seconds; what is less adds up


class InHand(msgspec.Struct, frozen=True):
    """Somebody who was taken up, for which broadcast and by whom of us: we may have begun anew since.

    `sheet` is what she gets, or what takes its place, and `text` the number of its words; None where it is deleted.
    """

    one: UUID
    to: Recipient
    carrier: UUID
    recall: bool = False
    sheet: Sheet | None = None
    text: int | None = None


class Broadcaster:
    """Shares the work with those of other processes; its heart is that of the `sender` beside it."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        channel: Channel,
        city: Callable[[], City],
        words: Words,
        clock: Callable[[], datetime],
        sender: Sender,
    ) -> None:
        self._database, self._vault, self._channel = database, vault, channel
        self._city, self._words, self._clock, self._sender = city, words, clock, sender
        self._writer, self._pace = database.new_writer(), sender.pace
        self._me = sender.me
        self._seen: dict[UUID, Broadcast] = {}  # as they stood at `_seen_at`
        self._seen_at, self._news = float("-inf"), 0
        self._queue: deque[InHand] = deque()
        self._going: set[asyncio.Task[None]] = set()
        self._results: defaultdict[UUID, list[Result]] = defaultdict(list)
        self._back: defaultdict[UUID, list[int]] = defaultdict(list)  # could not be taken back just now
        self._sheets: dict[tuple[UUID, bool, Lang, str | None], tuple[Sheet | None, int | None]] = {}
        self._woken, self._looked, self._free = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self._rounds = asyncio.Lock()
        self._not_before = self._next_at = self._settled_at = 0.0
        self._chunk = FEWEST_AT_ONCE
        self._stopping = False

    def heard(self, audits: Sequence[AuditRow]) -> None:
        """Something was committed in this process: if a broadcast was moved, nothing goes before that is looked at."""
        if any(row.action.startswith("broadcast.") for row in audits):
            self._news, self._seen_at = self._news + 1, float("-inf")
            self._woken.set()

    # ------------------------------------------------------------------------------------------------------- running

    async def run(self) -> None:
        """Look, take, send and write for ever."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._look())
            group.create_task(self._pump())
            group.create_task(self._fill())

    async def drain(self, seconds: float) -> None:
        """Take nobody up any more, give back who was not begun with, finish what is on its way."""
        self._stopping = True
        while self._queue:
            self._leave(self._queue.popleft())
        if self._going:
            await asyncio.wait(self._going, timeout=seconds)
        await self._round()

    @property
    def in_hand(self) -> int:
        """How many are waiting here, on their way, or not yet written: what a crash would leave in doubt."""
        unwritten = sum(map(len, self._results.values())) + sum(map(len, self._back.values()))
        return len(self._queue) + len(self._going) + unwritten

    async def _look(self) -> None:
        while not self._stopping:
            active = any(one.stage != Stage.APPROVED and one.halt is None for one in self._seen.values())
            with suppress(TimeoutError):
                async with asyncio.timeout(self._pace.round if active or self.in_hand else self._pace.poll):
                    await self._woken.wait()
            self._woken.clear()
            try:
                await self._round()
            except Exception as error:
                log.warning("broadcaster.round_failed", error=type(error).__name__)
                await asyncio.sleep(self._pace.first_pause)

    # ------------------------------------------------------------------------------------------------------- a round

    async def _round(self) -> None:
        """One transaction, and what it found."""
        async with self._rounds:
            await self._once()

    async def _once(self) -> None:
        if self._me != self._sender.me:
            self._begin_anew()
        me, news = self._me, self._news
        results, back = self._results, self._back
        self._results, self._back = defaultdict(list), defaultdict(list)
        try:
            seen, taken = await in_one(
                self._database, self._vault, self._clock(), lambda store: self._settle(store, me, results, back),
                self._writer,
            )  # fmt: skip
        except BaseException:
            for id, some in results.items():
                self._results[id][:0] = some
            for id, chats in back.items():
                self._back[id][:0] = chats
            self._sheets.clear()  # their numbers may not have been written
            raise
        self._seen = {one.id: one for one in seen}
        if news == self._news:  # what was locked until now was so until now
            self._seen_at = monotonic()
        self._sheets = {which: sheet for which, sheet in self._sheets.items() if which[0] in self._seen}
        self._queue.extend(taken)
        self._looked.set()

    def _begin_anew(self) -> None:
        """We were given up for dead: what we had in hand is in doubt, or another's."""
        self._me = self._sender.me
        self._queue.clear()
        self._results.clear()
        self._back.clear()

    async def _settle(
        self, store: Drawer, me: UUID, results: dict[UUID, list[Result]], back: dict[UUID, list[int]]
    ) -> tuple[Sequence[Broadcast], list[InHand]]:
        """Broadcasts are locked in their order before anything else is, so that processes wait for each other here."""
        at_work = await broadcasts.lock_all(store.db)
        for id, some in results.items():
            await recipients.mark(store, me, id, some)
        for id, chats in back.items():
            await recipients.give_back(store, me, id, chats)
        await asyncio.sleep(0)  # a round is ten milliseconds of work: whoever is served is let in between
        if monotonic() - self._settled_at > self._pace.beat:
            self._settled_at = monotonic()
            await recipients.settle_dead(store)
        if not at_work:
            return (), []
        seen = await broadcasts.at_work(store.db)
        if any([await drive(store, one, self._city(), self._words) for one in seen]):
            seen = await broadcasts.at_work(store.db)
        await asyncio.sleep(0)
        taken = [someone for one in seen for someone in await self._take(store, me, one)] if self._able else []
        if results or taken:
            await signals.beat(store.db, BROADCAST)
        return seen, taken

    @property
    def _able(self) -> bool:
        """Whether more may be taken up at all."""
        return self._sender.alive and not self._stopping and monotonic() >= self._not_before

    async def _take(self, store: Drawer, me: UUID, one: Broadcast) -> list[InHand]:
        """Who is next, as many as the budget gives; what was drawn for nobody goes back to it."""
        recall = one.recall is not None
        if one.halt is not None or not (recall or one.stage in (Stage.TRIAL, Stage.RUNNING)):
            return []
        room, pace = max(0, self._pace.in_hand - self.in_hand), self._pace
        rate = pace.broadcast_a_second
        if one.stage == Stage.RUNNING:
            rate = rate_after(store.now - one.stage_at, rate)
        given = await budget.draw(store.db, BROADCAST, room, rate=rate, burst=rate * SLICE)
        if not pace.paid and given:
            unasked = await budget.draw(store.db, "unasked", given, rate=pace.unasked_a_second,
                                        burst=pace.unasked_a_second)  # fmt: skip
            await budget.give_back(store.db, BROADCAST, given - unasked)
            given = unasked
        if not given:
            return []
        found = await self._next(store, me, one, given)
        if (rest := given - len(found)) > 0:
            await budget.give_back(store.db, BROADCAST, rest)
            if not pace.paid:
                await budget.give_back(store.db, "unasked", rest)
        return [InHand(one.id, to, me, recall, *await self._text_for(store, one, to)) for to in found]

    async def _next(self, store: Drawer, me: UUID, one: Broadcast, limit: int) -> Sequence[Recipient]:
        if one.recall is None:
            most = TRIED if one.stage == Stage.TRIAL else None
            return await recipients.take(store, me, one.id, limit, most=most)
        found = await recipients.take_to_recall(store, me, one.id, limit)
        if not found:
            await recipients.end_recall(store, one.id)
        return found

    async def _text_for(self, store: Drawer, one: Broadcast, to: Recipient) -> tuple[Sheet | None, int | None]:
        """What somebody of this language and dong gets, and the number under which the ledger knows it from now on."""
        if one.recall == "delete":
            return None, None
        recall = one.recall is not None
        which = one.id, recall, to.language, to.dong
        if which not in self._sheets:
            content = replace(one.content, words=one.correction) if recall else one.content
            sheet = self._rendered(content, to)
            number = await ledger.text_of(store, one.id, sheet.text, corrects=recall) if sheet is not None else None
            self._sheets[which] = sheet, number
        return self._sheets[which]

    def _rendered(self, content: Content, to: Recipient) -> Sheet | None:
        try:
            return sheet_for(content, to.language, to.dong, self._city(), self._words, paid=self._pace.paid)
        except Exception as bug:  # one text that cannot be written must not hold up the others
            log.exception("broadcast.unwritten", error=type(bug).__name__)
            return None

    async def _fill(self) -> None:
        """Write recipients in chunks, each as long as the last one says that it should be."""
        while not self._stopping:
            began = [
                one.id for one in self._seen.values() if one.stage == Stage.CANARY and not (one.filled or one.halt)
            ]
            try:
                more = bool(began) and await self._fill_some(began[0])
            except Exception as error:
                log.warning("broadcaster.fill_failed", error=type(error).__name__)
                more = False
            await asyncio.sleep(0 if more else self._pace.poll)

    async def _fill_some(self, id: UUID) -> bool:
        """One chunk; the next one is larger or smaller as this one took."""
        took = 0.0

        async def chunk(store: Drawer) -> bool:
            nonlocal took
            began = monotonic()
            more = await recipients.fill(store, id, self._chunk)
            took = monotonic() - began
            return more

        more = await in_one(self._database, self._vault, self._clock(), chunk, self._writer)
        self._chunk = next_chunk(self._chunk, took)
        return more

    # ------------------------------------------------------------------------------------------------------- sending

    async def _pump(self) -> None:
        """Let those in the queue go one after the other, no faster than the rate; nothing is awaited in between."""
        while not self._stopping:
            if not self._queue:
                self._looked.clear()
                await self._looked.wait()
                continue
            await self._turn_comes()
            if monotonic() - self._seen_at > self._pace.freshness:
                self._looked.clear()
                self._woken.set()
                await self._looked.wait()
            elif self._queue:
                self._let_go(self._queue.popleft())

    async def _turn_comes(self) -> None:
        pace, now = self._pace, monotonic()
        self._next_at = max(self._next_at, now - pace.round) + 1 / (pace.broadcast_a_second * HASTE)
        pause = self._next_at - now
        await asyncio.sleep(pause if pause > SHORTEST_PAUSE else 0)  # who catches up lets others in between
        while len(self._going) >= pace.broadcasts_at_once:
            self._free.clear()
            await self._free.wait()

    def _let_go(self, item: InHand) -> None:
        """Begin with somebody, unless it is stopped now."""
        if item.carrier != self._sender.me or not self._sender.alive:
            return  # whoever took us for dead has parked it
        one = self._seen.get(item.one)
        may_go = one is not None and one.halt is None and (item.recall or one.stage in (Stage.TRIAL, Stage.RUNNING))
        closed = max(self._not_before - monotonic(), self._sender.closed_for(item.to.chat))
        if one is None or not may_go or closed > 0 or self._stopping:
            self._leave(item, max(0.0, closed))
            return
        task = asyncio.create_task(self._recall(item, one) if item.recall else self._send(item, one))
        self._going.add(task)
        task.add_done_callback(self._gone)

    def _gone(self, task: asyncio.Task[None]) -> None:
        self._going.discard(task)
        self._free.set()

    async def _send(self, item: InHand, one: Broadcast) -> None:
        self._sender.count(tallies.SENDS)
        try:
            if item.sheet is None:
                raise Bad("no words")
            message = await self._channel.send(item.to.chat, item.sheet)
        except Busy as busy:
            self._leave(item, self._closed_by(item, busy))
            return
        except Doubt:
            self._settled(item, PARKED)
        except (Gone, Moved):
            self._sender.count(tallies.FORBIDDEN)
            self._settled(item, UNREACHABLE)
        except Bad as bad:
            log.error("broadcast.refused", number=one.number, reason=str(bad))
            self._settled(item, REFUSED)
        except Exception as bug:
            log.exception("broadcast.failed", number=one.number, error=type(bug).__name__)
            self._settled(item, REFUSED)
        else:
            self._settled(item, SENT, message)

    async def _recall(self, item: InHand, one: Broadcast) -> None:
        """Delete it or write over it; whatever is not certain is tried again, for that harms nobody."""
        chat, message = item.to.chat, item.to.message_id or 0
        try:
            if one.recall == "delete":
                await self._channel.remove(chat, message)
            elif item.sheet is not None:
                await self._channel.edit(chat, message, item.sheet)
            else:
                raise Bad("no words")
        except Busy as busy:
            self._closed_by(item, busy)
            self._leave(item)
        except Doubt:
            self._leave(item)
        except Exception as error:  # gone, or too late: it stays where it is
            log.info("broadcast.kept", number=one.number, error=type(error).__name__)
            self._settled(item, KEPT)
        else:
            self._settled(item, RECALLED)

    # ---------------------------------------------------------------------------------------------- what became of it

    def _closed_by(self, item: InHand, busy: Busy) -> float:
        """For how long Telegram wants to hear nothing of this kind, or the seconds until it is worth a try."""
        if busy.retry_after is None:
            return min(self._pace.longest_pause, self._pace.first_pause * 2.0 ** min(item.to.tries - 1, 30))
        self._sender.count(tallies.TOO_MANY)
        self._sender.close_for(item.to.chat, busy.retry_after)
        self._not_before = max(self._not_before, monotonic() + busy.retry_after)
        return busy.retry_after

    def _leave(self, item: InHand, pause: float = 0.0) -> None:
        """Surely not done: another time."""
        if item.recall:
            self._back[item.one].append(item.to.chat)
        else:
            self._settled(item, LATER, pause=pause)

    def _settled(self, item: InHand, state: str, message: int | None = None, pause: float = 0.0) -> None:
        sends_of(BROADCAST, state).inc()
        if item.carrier == self._me:
            at = self._clock() + timedelta(seconds=pause)
            text = None if item.recall else item.text
            self._results[item.one].append(Result(item.to.chat, state, at, message, text))


def next_chunk(chunk: int, took: float) -> int:
    """How many people to look at next, when so many took so many seconds."""
    return min(MOST_AT_ONCE, max(FEWEST_AT_ONCE, int(chunk * CHUNK_SECONDS / max(took, 1e-4))))
