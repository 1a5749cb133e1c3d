"""Carries letters out: each line in order, each result by the policy of its lane, nothing inside a transaction.

Replies are handed over in memory after their commit. Everything else, and what a dead process left behind, is taken
from the outbox line by line. A process carries lines as long as its heart beats; one that was stopped past its lease
drops what it holds and begins anew under another id, so its late writes are not taken.
"""

import asyncio
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from time import monotonic
from typing import Any
from uuid import UUID

from msgspec.structs import replace

from bot.channels.base import Bad, Busy, Channel, Doubt, Gone, Moved, Sheet
from bot.letters import Parcel, Words, from_row
from bot.logs import log
from bot.metrics import IN_MEMORY, lag_of, sends_of
from bot.pace import Buckets, Hearts, Pace
from handlers.dialog import ASK, t
from programmes.model import Lang
from storage import audit, budget, files, ledger, outbox, people, signals, tallies
from storage.engine import Database, Db, Drawer
from storage.ids import new_id
from storage.outbox import FAILED, NOTICE, REPLY, SENDING, SENT, WAITING, Mark, Row
from storage.vault import Key, Tampered, Vault

PLAIN = 1000  # characters of a reply that goes once more without buttons, pictures or files

Lost = Callable[[Db, Parcel, str], Awaitable[None]]


class Sender:
    """Sends what the outbox promises. `lanes` says which lanes this process takes from the database itself."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        channel: Channel,
        words: Words,
        clock: Callable[[], datetime],
        *,
        process: str,
        lanes: Sequence[str] = (REPLY, NOTICE),
        pace: Pace | None = None,
        lost: Lost | None = None,
    ) -> None:
        self._database, self._vault, self._channel = database, vault, channel
        self._words, self._clock, self._lost = words, clock, lost
        self._process, self._lanes, self.pace = process, tuple(lanes), pace or Pace()
        self._writer = database.new_writer()
        self.me: UUID = new_id()
        self.house: Key  # by which the ledger knows our words again; there once it has begun
        self._lines: dict[tuple[int, str], deque[Parcel]] = {}
        self.held: set[int] = set()  # letters in memory here, until their result is committed
        self._settled: set[int] = (
            set()
        )  # those committed since the last look at the outbox began, which saw them waiting
        self._tasks: set[asyncio.Task[Any]] = set()
        self._places = asyncio.Semaphore(self.pace.at_once)
        self._marks: list[Mark] = []
        self._rides = 0  # how often results were taken along
        self._marked, self._woken = asyncio.Event(), asyncio.Event()
        self._counted: Counter[str] = Counter()  # what came of sends, not yet in the tallies
        self._beaten_at = 0.0
        self._hearts = Hearts(self.pace.lease, monotonic)
        self._not_before: dict[int, float] = {}
        self.left: set[int] = set()  # chats with replies of ours in the outbox that are not in memory
        self._promised: dict[int, asyncio.Event] = {}  # chats whose next question lets a notice go first
        self._buckets = Buckets(self.pace, monotonic)
        self._stopping = self._resigned = False
        IN_MEMORY.set_function(lambda: len(self.held))
        self._loop = asyncio.get_running_loop()  # asked once: each asking is a call of the system

    # ------------------------------------------------------------------------------------------- reception's side

    def hand_over(self, parcels: Sequence[Parcel]) -> None:
        """Take letters that were committed a moment ago; called without anything awaited in between."""
        for parcel in parcels:
            if not self._knows(parcel.id):  # a look at the outbox, on a connection of its own, may have come first
                self._hold(parcel)

    def wake(self) -> None:
        """Something was written that this or another process must fetch from the outbox."""
        self._woken.set()

    def expect(self, chats: Iterable[int]) -> None:
        """Notices were promised to these chats: a question lets them go first, so a receipt stands above it."""
        if NOTICE in self._lanes:
            self._promised.update((chat, asyncio.Event()) for chat in chats)
        self.wake()

    def count(self, what: str) -> None:
        """Something came of a send that the tallies tell."""
        self._counted[what] += 1

    def close_for(self, chat: int, seconds: float) -> None:
        """Telegram wants to hear nothing for this chat so long."""
        self._not_before[chat] = monotonic() + seconds

    def closed_for(self, chat: int) -> float:
        """For how many seconds more Telegram wants to hear nothing for this chat; below zero: no longer."""
        return self._not_before.get(chat, float("-inf")) - monotonic()

    def take_marks(self) -> list[Mark]:
        """The results not yet written, to ride in the next batch."""
        marks, self._marks = self._marks, []
        self._marked.clear()
        self._rides += 1
        return marks

    def written(self, marks: Sequence[Mark]) -> None:
        """Results that are committed: only now may their rows be looked at again."""
        done = [mark.id for mark in marks]
        self._settled.update(done)
        self.held.difference_update(done)

    def give_back(self, marks: Sequence[Mark]) -> None:
        """Results whose transaction failed."""
        self._marks[:0] = marks
        self._marked.set()

    # ------------------------------------------------------------------------------------------------------- running

    async def start(self) -> None:
        """Begin as a carrier; what an earlier process of the same name carried is free at once."""

        async def begin(db: Db) -> Key:
            await outbox.enlist(db, self.me, self._process)
            return await audit.house_key(db, self._vault)

        self.house = await self._writer.transaction(begin)
        self._beaten_at = monotonic()

    async def run(self) -> None:
        """Beat, flush and fetch for ever."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._beat())
            group.create_task(self._flush())
            group.create_task(self._fetch())

    async def drain(self, seconds: float) -> None:
        """Stop taking letters up, finish what is being sent, write the results and give all lines back."""
        self._stopping = True
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)
        for task in self._tasks:
            task.cancel()
        for parcel in [parcel for parcels in self._lines.values() for parcel in parcels]:
            self._leave(parcel)
        marks, self._resigned = self.take_marks(), True

        async def end(db: Db) -> None:
            await outbox.mark(db, self.me, marks)
            await outbox.resign(db, self.me)

        await self._writer.transaction(end)

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(self.pace.beat)
            began, counted = monotonic(), self._counted.copy()
            try:
                alive = await self._writer.transaction(lambda db, counted=counted: self._beat_once(db, counted))  # type: ignore[misc]
                self._counted -= counted
                if alive:
                    self._beaten_at = began
                elif not self._resigned:
                    await self._begin_anew()
            except Exception as error:
                log.warning("sender.beat_failed", error=type(error).__name__)

    async def _beat_once(self, db: Db, counted: Counter[str]) -> bool:
        await tallies.add(db, counted)
        alive = await outbox.beat(db, self.me)
        await outbox.bury(db, self._hearts.still(await outbox.pulses(db)))
        return alive

    async def _begin_anew(self) -> None:
        """We were given up for dead: what we hold is another's now."""
        log.warning("sender.began_anew")
        self._lines.clear()
        self.held.clear()
        self.left.clear()
        self._marks.clear()
        self.me = new_id()
        await self._writer.transaction(lambda db: outbox.enlist(db, self.me, self._process))
        self._beaten_at = monotonic()

    @property
    def busy(self) -> bool:
        """Whether letters are on their way, or their results not yet written."""
        return bool(self.held)

    @property
    def alive(self) -> bool:
        """Whether our lease is certain: no beat for most of a lease means that another may carry our lines."""
        return monotonic() - self._beaten_at < self.pace.lease * 0.8

    async def _flush(self) -> None:
        """Write results when no batch comes along to carry them; where one did, the next will not be far."""
        while True:
            await self._marked.wait()
            rides = self._rides
            await asyncio.sleep(self.pace.flush)
            if self._rides != rides or not (marks := self.take_marks()):
                continue
            try:
                await self._writer.transaction(lambda db, marks=marks: outbox.mark(db, self.me, marks))  # type: ignore[misc]
                self.written(marks)
            except Exception as error:
                log.warning("sender.marks_waiting", error=type(error).__name__)
                self.give_back(marks)
                await asyncio.sleep(self.pace.first_pause)

    # ------------------------------------------------------------------------------------------- from the outbox

    async def _fetch(self) -> None:
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(self.pace.poll):
                    await self._woken.wait()
            self._woken.clear()
            if self._stopping or not self.alive:
                continue
            self._settled.clear()
            try:
                for row in await self._writer.transaction(self._take_all):
                    self._take_up(row)
            except Exception as error:
                log.warning("sender.fetch_failed", error=type(error).__name__)

    async def _take_all(self, db: Db) -> list[Row]:
        """What is due in each lane of this process; most rounds find nothing and cost one statement."""
        rows: list[Row] = []
        for lane in await outbox.lanes_with_letters(db, self._lanes):
            taken = await self._take(db, lane)
            if lane == REPLY:
                self.left.difference_update(row.chat for row in taken)
            rows += taken
        return rows

    async def _take(self, db: Db, lane: str) -> list[Row]:
        """Take lines nobody alive carries, then what is due of our own.

        Unasked letters cost budget and are noted before they go; one found half-way was in a dead process's hand and
        is in doubt.
        """
        now, pace = self._clock(), self.pace
        await outbox.take_lines(db, self.me, lane, now, 200)
        if lane == REPLY:
            return await outbox.waiting_of_mine(db, self.me, self.held)
        heads = await outbox.head_of_each_chat(db, self.me, lane, now, 200)
        heads = [row for row in heads if not self._knows(row.id)]
        if not heads:
            return []
        given = await budget.draw(db, "unasked", len(heads), rate=pace.unasked_a_second, burst=pace.unasked_a_second)
        heads = heads[:given]
        await outbox.begin_sending(db, [row.id for row in heads], now)
        await signals.beat(db, lane)
        return [replace(row, again=row.again or row.state == SENDING) for row in heads]

    def _knows(self, id: int) -> bool:
        """Whether a letter is in memory here, or was when what the outbox says of it was read."""
        return id in self.held or id in self._settled

    def _take_up(self, row: Row) -> None:
        if self._knows(row.id):
            return
        try:
            parcel = from_row(row, self._vault)
        except Tampered:
            log.error("outbox.tampered", row=row.id)
            parcel = None
        if parcel is None:
            self._mark(Mark(row.id, FAILED, self._clock(), outcome="unreadable"))
        else:
            self._hold(parcel)

    # -------------------------------------------------------------------------------------------------- one line

    def _hold(self, parcel: Parcel) -> None:
        line = (parcel.chat, parcel.lane)
        self.held.add(parcel.id)
        if line in self._lines:
            self._lines[line].append(parcel)
            return
        self._lines[line] = deque([parcel])
        task = self._loop.create_task(self._carry(line))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _carry(self, line: tuple[int, str]) -> None:
        """Send one line's letters in order until none is left."""
        me, parcels = self.me, self._lines[line]
        while parcels and self.me == me:
            parcel = parcels[0]
            if parcel.lane == REPLY and parcel.kind == ASK and parcel.chat in self._promised:
                with suppress(TimeoutError):
                    async with asyncio.timeout(self.pace.receipt):
                        await self._promised[parcel.chat].wait()
                self._promised.pop(parcel.chat, None)
            if (before := self._pause_before(parcel)) > 0:
                await asyncio.sleep(before)
            async with self._places:
                if not self.alive or self.me != me:
                    break
                pause = await self._send(parcel)
            if parcel.lane == NOTICE and (waiting := self._promised.pop(parcel.chat, None)) is not None:
                waiting.set()
            if pause is None:
                parcels.popleft()
            elif self._stopping:
                break
            else:
                await asyncio.sleep(pause)
        if self.me == me:
            del self._lines[line]
            for parcel in parcels:
                self._leave(parcel)

    def _leave(self, parcel: Parcel) -> None:
        """Leave a letter in the outbox for whoever comes next; one that was noted but never went is not in doubt."""
        if parcel.lane == REPLY:
            self.left.add(parcel.chat)
        elif not parcel.begun:
            self._mark(Mark(parcel.id, WAITING, self._clock(), None, None, parcel.tries, parcel.again))
            return
        self.held.discard(parcel.id)

    def _pause_before(self, parcel: Parcel) -> float:
        return max(self._not_before.get(parcel.chat, 0.0) - monotonic(), self._buckets.wait_for(parcel.chat))

    async def _send(self, parcel: Parcel) -> float | None:
        """Send one letter. None when its fate is settled, else the seconds after which it may be tried again."""
        parcel.begun, parcel.tries = True, parcel.tries + 1
        self._counted[tallies.SENDS] += 1
        sheet = parcel.sheet
        if parcel.again and sheet.text:
            sheet = replace(sheet, text=f"{self._words(t('desk.again'), parcel.lang)}\n{sheet.text}")
        try:
            sheet = await self._with_paper(sheet, parcel.lang)
            message_id = await self._channel.send(parcel.chat, sheet)
        except Busy as busy:
            return await self._busy(parcel, busy)
        except Doubt:
            return self._doubt(parcel)
        except Gone:
            self._counted[tallies.FORBIDDEN] += 1
            return await self._end(parcel, "gone")
        except Moved:
            return await self._end(parcel, "moved")
        except Bad as bad:
            return await self._bad(parcel, str(bad))
        except Exception as bug:  # a fault of ours must not silence the line
            log.exception("send.failed", error=type(bug).__name__, row=parcel.id)
            return await self._bad(parcel, type(bug).__name__)
        lag_of(parcel.lane).observe(max(0.0, (self._clock() - parcel.created_at).total_seconds()))
        self._settle(parcel, SENT, "sent", message_id, self._else_said(parcel, sheet))
        return None

    def _else_said(self, parcel: Parcel, sheet: Sheet) -> tuple[ledger.Line, ...]:
        """What went, or may have gone, in other words than its row promises."""
        other = sheet.text if parcel.shortened or sheet.text != parcel.sheet.text else None
        if other is None and sheet.otherwise is None:
            return ()
        now, house = self._clock(), self.house
        return tuple(
            ledger.Line(parcel.chat, ledger.said(house, parcel.chat, text), now)
            for text in (other, sheet.otherwise)
            if text
        )

    async def _with_paper(self, sheet: Sheet, lang: Lang) -> Sheet:
        """The sheet with the bytes of its paper, which are in no outbox; one that is gone by now is said to be."""
        if sheet.paper is None:
            return sheet
        async with self._database.reading() as db:
            paper = await files.whole(Drawer(db, self._vault, self._clock()), UUID(sheet.paper))
        if paper is None:
            return replace(sheet, text=self._words(t("papers.gone"), lang), rows=())
        return replace(sheet, file=paper)

    # ------------------------------------------------------------------------------------- what became of a letter

    async def _busy(self, parcel: Parcel, busy: Busy) -> float | None:
        """Surely not sent: again later, a 429 holding up only the chat it names; in the end given up."""
        sends_of(parcel.lane, "busy").inc()
        pause = busy.retry_after or self._growing(parcel)
        if busy.retry_after:
            self._counted[tallies.TOO_MANY] += 1
            self._not_before[parcel.chat] = monotonic() + busy.retry_after
        age = (self._clock() - parcel.created_at).total_seconds()
        patience = self.pace.reply_patience if parcel.lane == REPLY else self.pace.notice_patience
        if age + pause > patience:
            return await self._end(parcel, "busy")
        return self._later(parcel, pause)

    def _doubt(self, parcel: Parcel) -> float | None:
        """It may have arrived: a reply once more, a notice again and marked so."""
        sends_of(parcel.lane, "doubt").inc()
        parcel.doubts += 1
        if parcel.lane == REPLY and parcel.doubts > 1:
            self._settle(parcel, FAILED, "doubt")
            return None
        parcel.again = parcel.lane == NOTICE
        return self._later(parcel, self._growing(parcel))

    async def _bad(self, parcel: Parcel, reason: str) -> float | None:
        """Our fault. A reply goes once more in its plainest form; a notice becomes a task for a person."""
        log.error("send.refused", row=parcel.id, lane=parcel.lane, reason=reason)
        plain = Sheet(parcel.sheet.text[:PLAIN])
        if parcel.lane == REPLY and parcel.sheet != plain:
            parcel.sheet, parcel.shortened = plain, True
            return 0.0
        return await self._end(parcel, "bad")

    async def _end(self, parcel: Parcel, outcome: str) -> float | None:
        """It will never arrive: who is gone is marked unreachable, and a notice becomes a task for a person."""
        mark = Mark(parcel.id, FAILED, self._clock(), outcome=outcome, tries=parcel.tries, again=parcel.again)

        async def write(db: Db) -> None:
            await outbox.mark(db, self.me, [mark])
            if outcome == "gone":
                await people.unreachable(db, parcel.chat)
            if parcel.lane == NOTICE and self._lost is not None:
                await self._lost(db, parcel, outcome)

        try:
            await self._writer.transaction(write)
        except Exception as error:
            log.error("send.end_unwritten", row=parcel.id, error=type(error).__name__)
            return self._later(parcel, self._growing(parcel))
        sends_of(parcel.lane, outcome).inc()
        self.written([mark])
        return None

    def _settle(
        self,
        parcel: Parcel,
        state: str,
        outcome: str,
        message_id: int | None = None,
        else_said: tuple[ledger.Line, ...] = (),
    ) -> None:
        sends_of(parcel.lane, outcome).inc()
        self._mark(Mark(parcel.id, state, self._clock(), message_id, outcome, parcel.tries, parcel.again, else_said))

    def _later(self, parcel: Parcel, pause: float) -> float | None:
        """Again after a pause: a reply waits here, anything else in the outbox."""
        if parcel.lane == REPLY:
            return pause
        at = self._clock() + timedelta(seconds=pause)
        self._mark(Mark(parcel.id, WAITING, at, None, "later", parcel.tries, parcel.again))
        return None

    def _growing(self, parcel: Parcel) -> float:
        return min(self.pace.longest_pause, self.pace.first_pause * 2.0 ** min(parcel.tries - 1, 30))

    def _mark(self, mark: Mark) -> None:
        self._marks.append(mark)
        self._marked.set()
