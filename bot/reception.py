"""Takes updates in: what is waiting goes into one transaction, committed once, and only then is anything answered.

The claim of an update lives and dies with its turn; replies are rows written in the same transaction and are handed
to the sender in memory after it. No network inside a turn, ever.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, bindparam, delete, insert, select, update
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError

from bot import mask
from bot.channels.base import Channel
from bot.letters import Parcel, Words, to_row, written
from bot.logs import log
from bot.metrics import BATCH, FAULTS, MASKED, TURNS
from bot.sender import Sender
from handlers.desk import Desk
from handlers.dialog import Inbound, Kind, Lane, Letter, Turn, t
from programmes.model import City, Lang
from storage import audit, outbox, people, sessions
from storage.bulk import Bulk, among, is_postgres, values_of
from storage.engine import AuditRow, Database, Db, Drawer
from storage.people import Person
from storage.sessions import Session
from storage.tables import claims, faults, keys, lines
from storage.tables import people as people_table
from storage.tables import sessions as sessions_table
from storage.vault import Key, Vault

BATCH_SIZE = 64
FAULTS_ALLOWED = 3
OUTAGES = ("08", "40", "53", "57", "58")  # connection, rolled back, resources, intervention, system

_claim = Bulk(claims, ("update_id", "at"), skip=("update_id",), returning=("update_id",))
_meet = Bulk(people_table, people.COLUMNS, skip=("chat",))
_new_keys = Bulk(keys, ("owner", "sealed"), skip=("owner",))


def _load(postgres: bool) -> Any:
    """People of these chats with the session of the desk each stands at, her wrapped key, and who carries her line.

    On PostgreSQL their rows are locked by a statement before: one that waited for a lock sees only the locked row as it
    is now, and what is joined to it as it was.
    """
    here = and_(sessions_table.c.chat == people_table.c.chat, sessions_table.c.desk == people_table.c.desk)
    line = and_(lines.c.chat == people_table.c.chat, lines.c.lane == Lane.REPLY.value)
    return (
        select(
            *(people_table.c[name] for name in people.COLUMNS),
            sessions_table.c.dialog,
            sessions_table.c.step,
            sessions_table.c.turn,
            sessions_table.c.updated_at,
            sessions_table.c.sealed.label("session_sealed"),
            keys.c.sealed.label("key"),
            lines.c.carrier,
        )
        .select_from(
            people_table.outerjoin(sessions_table, here)
            .outerjoin(keys, keys.c.owner == people_table.c.id)
            .outerjoin(lines, line)
        )
        .where(among(people_table.c.chat, "chats", postgres))
        .order_by(people_table.c.chat)
    )


_load_sqlite, _load_postgres = _load(False), _load(True)
_lock = select(people_table.c.chat).where(among(people_table.c.chat, "chats", True)).order_by(people_table.c.chat)
_lock = _lock.with_for_update()


@dataclass(slots=True)
class Seat:
    """One chat in a batch: who, where she stands, and what is to be written about her when the batch ends."""

    person: Person
    session: Session
    key: Key
    carrier: UUID | None
    row: dict[str, Any] | None = None  # her session as it is to be written, if she moved


@dataclass(slots=True)
class Batch:
    """What a batch lays aside until its end."""

    seats: dict[int, Seat]
    made: dict[UUID, Key]
    rows: list[dict[str, Any]] = field(default_factory=list)
    parcels: list[Parcel] = field(default_factory=list)
    audits: list[AuditRow] = field(default_factory=list)
    failed: list[Inbound] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Press:
    """A pressed button to be settled after the commit: its sign ended, its question shown with the choice."""

    chat: int
    press_id: str
    message_id: int | None
    text: str | None


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
    ) -> None:
        self._writer = database.new_writer()
        self._vault, self._city, self._desks, self._words = vault, city, desks, words
        self._clock, self._sender, self._channel = clock, sender, channel
        self._waiting: list[tuple[Inbound, asyncio.Future[bool]]] = []
        self._wake = asyncio.Event()
        self._presses: set[asyncio.Task[None]] = set()

    def receive(self, inbound: Inbound) -> asyncio.Future[bool]:
        """Queue one Inbound. The future is resolved after COMMIT: true when kept, false when it must come again."""
        kept: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.append((inbound, kept))
        self._wake.set()
        return kept

    async def run(self) -> None:
        """Settle batches for ever."""
        while True:
            while self._waiting:
                batch, self._waiting = self._waiting[:BATCH_SIZE], self._waiting[BATCH_SIZE:]
                await self._settle(batch)
            self._wake.clear()
            if not self._waiting:
                await self._wake.wait()

    async def drain(self) -> None:
        """Wait until nothing is waiting and the pressed buttons are settled."""
        while self._waiting:
            await asyncio.wait([kept for _, kept in self._waiting])
        if self._presses:
            await asyncio.wait(self._presses)

    # ------------------------------------------------------------------------------------------------------ a batch

    async def _settle(self, batch: Sequence[tuple[Inbound, asyncio.Future[bool]]]) -> None:
        carrier, marks = self._sender.me, self._sender.take_marks()
        inbounds = [inbound for inbound, _ in batch]
        presses: list[Press] = []
        try:
            done = await self._writer.transaction(lambda db: self._answer_all(db, inbounds, marks, presses))
        except Exception as error:
            self._sender.give_back(marks)
            if len(batch) > 1:  # a broken statement breaks the whole transaction: each alone then
                for one in batch:
                    await self._settle([one])
                return
            log.error("batch.failed", error=type(error).__name__, update=inbounds[0].update_id)
            _resolve(batch[0][1], not _is_outage(error) and await self._given_up(inbounds[0]))
            return
        BATCH.observe(len(batch))
        self._sender.written(marks)
        if self._sender.me == carrier:  # else its lines are another's now, who takes these from the outbox
            self._sender.hand_over(done.parcels)  # before anything is awaited: a chat's order is the order of commits
        failed = {id(inbound): await self._given_up(inbound) for inbound in done.failed}
        for inbound, kept in batch:
            again = inbound.update_id is not None and any(one.update_id == inbound.update_id for one in done.failed)
            _resolve(kept, failed.get(id(inbound), not again))
        for press in presses:
            task = asyncio.create_task(self._settle_press(press))
            self._presses.add(task)
            task.add_done_callback(self._presses.discard)

    async def _answer_all(
        self, db: Db, inbounds: Sequence[Inbound], marks: Sequence[outbox.Mark], presses: list[Press]
    ) -> Batch:
        now = self._clock()
        presses.clear()
        fresh = await self._claim(db, inbounds, now)
        made: dict[UUID, Key] = {}
        batch = Batch(await self._seats(db, fresh, now, made), made)
        for inbound in fresh:
            seat = batch.seats[inbound.chat]
            try:
                await self._turn(db, inbound, seat, batch, now, presses)
            except SQLAlchemyError:
                raise  # the transaction is broken, not this turn alone
            except Exception as bug:
                log.exception("turn.failed", error=type(bug).__name__, update=inbound.update_id)
                batch.failed.append(inbound)
        await self._write(db, batch, marks, now)
        return batch

    async def _claim(self, db: Db, inbounds: Sequence[Inbound], now: datetime) -> list[Inbound]:
        """Those not handled before: claimed by number, the numbers sorted so that two processes cannot deadlock."""
        numbers = sorted({one.update_id for one in inbounds if one.update_id is not None})
        mine = {row.update_id for row in await _claim.put(db, [{"update_id": n, "at": now} for n in numbers])}
        fresh = []
        for inbound in inbounds:
            if inbound.update_id is None or inbound.update_id in mine:
                fresh.append(inbound)
                mine.discard(inbound.update_id or 0)
        return fresh

    async def _seats(
        self, db: Db, inbounds: Sequence[Inbound], now: datetime, made: dict[UUID, Key]
    ) -> dict[int, Seat]:
        """Everybody in the batch, loaded and locked in chat order; who is new gets her row and her key first.

        Keys made here go into `made` and are the vault's only when they are read again: this may be rolled back.
        """
        chats = sorted({inbound.chat for inbound in inbounds})
        if not chats:
            return {}
        found = {row.chat: row for row in await self._loaded(db, chats)}
        strangers = [inbound for inbound in inbounds if inbound.chat not in found]
        if strangers:
            new = {one.chat: people.stranger(one.chat, _language(one), now) for one in reversed(strangers)}
            await _meet.put(db, [_person_row(new[chat]) for chat in sorted(new)])
            found = {row.chat: row for row in await self._loaded(db, chats)}
        bare = [row.id for row in found.values() if row.key is None]
        if bare:
            new_keys = {owner: self._vault.new_key(owner) for owner in bare}
            await _new_keys.put(db, [{"owner": owner, "sealed": new_keys[owner][1]} for owner in sorted(bare)])
            found = {row.chat: row for row in await self._loaded(db, chats)}
            made.update((row.id, self._vault.opened(row.id, row.key)) for row in found.values() if row.id in new_keys)
        return {chat: self._seat(row, made) for chat, row in found.items()}

    async def _loaded(self, db: Db, chats: Sequence[int]) -> list[Any]:
        given = {"chats": values_of(db, chats)}
        if not is_postgres(db):
            return list(await db.execute(_load_sqlite, given))
        await db.execute(_lock, given)
        return list(await db.execute(_load_postgres, given))

    def _seat(self, row: Any, made: Mapping[UUID, Key]) -> Seat:
        person = people.from_row(row)
        key = made.get(person.id) or self._vault.known(person.id) or self._vault.unwrap(person.id, row.key)
        session = sessions.from_row(row, key) if row.turn is not None else Session(person.chat, person.desk)
        return Seat(person, replace(session, desk=person.desk), key, row.carrier)

    # -------------------------------------------------------------------------------------------------------- a turn

    async def _turn(
        self, db: Db, inbound: Inbound, seat: Seat, batch: Batch, now: datetime, presses: list[Press]
    ) -> None:
        """Answer one Inbound at its desk; whatever it wrote or promised counts only if all of it went well."""
        store = Drawer(db, self._vault, now, made=batch.made)
        before, session = seat.person, seat.session
        expired = people.quiet_too_long(before, session.updated_at or now, now)
        turn = Turn(inbound, now, self._city, store, people.stranger_again(before) if expired else before)
        try:
            session = self._masked(turn, session, now)
            session = await self._desks[before.desk].answer(turn, session)
            session = replace(session, desk=turn.person.desk, updated_at=now)
            posted = await self._post(turn, store)
            await self._save_person(store, before, turn.person)
            if expired:
                store.audit("recognition.expired", actor=before.id, subject=before.resident)
            key = seat.key if turn.person.id == before.id else await store.key(turn.person.id)
            row = sessions.to_row(session, key)
            await store.keep()
        except BaseException:
            await store.drop()
            raise
        TURNS.labels(inbound.kind.value).inc()
        seat.person, seat.key, seat.session, seat.row = turn.person, key, session, row
        for chat in store.touched & batch.seats.keys():
            fresh = await people.by_chat(store, chat)
            if fresh is not None and chat != inbound.chat:
                batch.seats[chat].person = fresh
        for row, parcel in posted:
            batch.rows.append(row)
            batch.parcels.append(parcel)
        batch.audits.extend(store.audits)
        if inbound.press_id:
            presses.append(self._press(turn))

    def _masked(self, turn: Turn, session: Session, now: datetime) -> Session:
        """Blot out numbers that must not be here before anything is kept, also those split over two messages."""
        inbound = turn.inbound
        if inbound.kind in (Kind.PRESS, Kind.ERRAND):
            return session
        text = mask.clean(inbound.text)
        found = mask.mask(text)
        session, joined, found_text = _split_number(turn, session, now, found.text)
        upload = inbound.upload
        named = mask.Masked("", found=False)
        if upload is not None:
            named = mask.mask(mask.clean(upload.name))
            upload = replace(upload, name=named.text, ref=mask.clean(upload.ref))
        turn.inbound = replace(inbound, text=found_text, upload=upload)
        if (found.found or joined or named.found) and inbound.message_id is not None:
            MASKED.inc()
            turn.letters.append(
                Letter(t("desk.masked"), "masked", delete=inbound.message_id, otherwise=t("desk.masked_delete"))
            )
        return session

    async def _post(self, turn: Turn, store: Drawer) -> list[tuple[dict[str, Any], Parcel]]:
        """Write the turn's letters in their readers' languages, sealed with their readers' keys."""
        posted = []
        for letter in turn.letters:
            reader: Person | None = turn.person
            if letter.chat is not None and letter.chat != turn.person.chat:
                reader = await people.by_chat(store, letter.chat)
            if reader is None:
                continue
            sheet, lang = written(letter, reader, self._words)
            row = to_row(letter, sheet, reader, await store.key(reader.id), self._vault, turn.now)
            posted.append(
                (row, Parcel(0, reader.chat, letter.lane.value, letter.kind, sheet, lang, turn.now, letter.about))
            )
        return posted

    async def _save_person(self, store: Drawer, before: Person, after: Person) -> None:
        if after.id != before.id:
            await store.write(insert(people_table), _person_row(after))
            return
        changes = {
            name: getattr(after, name) for name in people.COLUMNS if getattr(after, name) != getattr(before, name)
        }
        if changes:
            await store.write(update(people_table).where(people_table.c.chat == after.chat).values(changes))

    def _press(self, turn: Turn) -> Press:
        inbound, text = turn.inbound, None
        if turn.choice is not None and inbound.shown:
            text = f"{inbound.shown}\n\n▸ {self._words(turn.choice, turn.lang)}"
        return Press(inbound.chat, inbound.press_id, inbound.message_id, text)

    # ------------------------------------------------------------------------------------------------- the batch ends

    async def _write(self, db: Db, batch: Batch, marks: Sequence[outbox.Mark], now: datetime) -> None:
        if batch.failed:
            numbers = [inbound.update_id for inbound in batch.failed]
            await db.execute(delete(claims).where(claims.c.update_id.in_(numbers)))
        await sessions.save(db, [seat.row for seat in batch.seats.values() if seat.row is not None])
        ids = await outbox.post(db, batch.rows)
        for id, parcel in zip(ids, batch.parcels, strict=True):
            parcel.id = id
        batch.parcels = await self._to_carry(db, batch)
        await audit.put(db, self._vault, batch.audits, now)
        await outbox.mark(db, self._sender.me, marks)

    async def _to_carry(self, db: Db, batch: Batch) -> list[Parcel]:
        """The replies this process may send at once: of lines it carries, or that nobody alive does.

        A line with unsent letters of another time is fetched whole by the sender, or its order would be lost.
        """
        replies = [parcel for parcel in batch.parcels if parcel.lane == Lane.REPLY.value]
        if len(replies) != len(batch.parcels):
            self._sender.wake()
        if not replies:
            return []
        me, chats = self._sender.me, {parcel.chat for parcel in replies}
        free = {chat for chat in chats if self._carries(batch.seats.get(chat))}
        others = chats - free
        waiting = await outbox.with_older_unsent(db, others, min(p.id for p in replies)) if others else set()
        if waiting:
            self._sender.wake()
        await outbox.carry(db, me, others - waiting)
        for chat in (others - waiting) & batch.seats.keys():
            batch.seats[chat].carrier = me
        return [parcel for parcel in replies if parcel.chat not in waiting]

    def _carries(self, seat: Seat | None) -> bool:
        return seat is not None and seat.carrier == self._sender.me and seat.person.chat not in self._sender.left

    # ------------------------------------------------------------------------------------------------ faults, presses

    async def _given_up(self, inbound: Inbound) -> bool:
        """Count a fault in a row of its own; after the third the person is told, and the update is let go."""
        FAULTS.inc()
        if inbound.update_id is None:
            return False
        with suppress(SQLAlchemyError, OSError):
            times = await self._writer.transaction(lambda db: _count_fault(db, inbound, self._clock()))
            if times >= FAULTS_ALLOWED:
                await self._give_up(inbound)
                return True
        return False

    async def _give_up(self, inbound: Inbound) -> None:
        """Tell the person that it is our fault and that a person has been told; keep the claim so that it ends."""

        async def apologise(db: Db) -> None:
            now = self._clock()
            await _claim.put(db, [{"update_id": inbound.update_id, "at": now}])
            seat = (await self._seats(db, [inbound], now, {}))[inbound.chat]
            letter = Letter(t("desk.fault"), "fault", Lane.NOTICE)
            sheet, _ = written(letter, seat.person, self._words)
            await outbox.post(db, [to_row(letter, sheet, seat.person, seat.key, self._vault, now)])
            row = AuditRow("update.given_up", subject=seat.person.id, detail={"update": inbound.update_id})
            await audit.put(db, self._vault, [row], now)

        await self._writer.transaction(apologise)
        self._sender.wake()
        log.error("update.given_up", update=inbound.update_id)

    async def _settle_press(self, press: Press) -> None:
        """End the waiting sign and take the buttons away; a loss here harms nobody, so nothing is kept of it."""
        try:
            await self._channel.acknowledge(press.press_id)
            if press.message_id is not None and press.text is not None:
                await self._channel.settle(press.chat, press.message_id, press.text)
        except Exception as error:
            log.info("press.unsettled", error=type(error).__name__)


def _is_outage(error: Exception) -> bool:
    """Whether the database was at fault, not the update: unreachable, shut down, full, locked, or torn by another.

    PostgreSQL's classes are those of its appendix A; SQLite calls all of these operational.
    """
    if not isinstance(error, DBAPIError):
        return isinstance(error, OSError)
    state = getattr(error.orig, "sqlstate", None) or ""
    return error.connection_invalidated or isinstance(error, OperationalError) or state[:2] in OUTAGES


def _resolve(kept: asyncio.Future[bool], value: bool) -> None:
    if not kept.done():
        kept.set_result(value)


def _language(inbound: Inbound) -> Lang:
    """The person's language as her app tells: Korean unless it is another one."""
    return "ko" if not inbound.language or inbound.language.startswith("ko") else "en"


def _person_row(person: Person) -> dict[str, Any]:
    return {name: getattr(person, name) for name in people.COLUMNS}


async def _count_fault(db: Db, inbound: Inbound, now: datetime) -> int:
    row = (await db.execute(select(faults.c.times).where(faults.c.update_id == inbound.update_id))).first()
    times = (row.times if row else 0) + 1
    if row is None:
        await db.execute(insert(faults), {"update_id": inbound.update_id, "times": 1, "at": now})
    else:
        await db.execute(
            update(faults).where(faults.c.update_id == bindparam("u")).values(times=times), {"u": inbound.update_id}
        )
    return times


def _split_number(turn: Turn, session: Session, now: datetime, text: str) -> tuple[Session, bool, str]:
    """Six digits at the end of one message and seven at the start of the next within two minutes are one number."""
    joined = False
    if session.tail is not None:
        digits, said_at, message_id = session.tail
        if (now - datetime.fromisoformat(said_at)).total_seconds() <= 120 and mask.joins(digits, text):
            joined = True
            text = mask.blot(text, mask.head(text) or "")
            if len(digits) == 6:  # eight are a birth date, which may stay where a step took it
                session = replace(session, draft=mask.blot(session.draft, digits))
            turn.letters.append(
                Letter(t("desk.masked"), "masked", delete=message_id, otherwise=t("desk.masked_delete"))
            )
    tail = None if joined else mask.tail(text)
    kept = (tail, now.isoformat(), turn.inbound.message_id or 0) if tail else None
    return replace(session, tail=kept), joined, text
