"""Bugs planted into the running code, each with the smallest test of this suite that must go red.

The product has no switches: a plant takes the place of one sentence of it for the length of a test.
"""

import asyncio
import hmac
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import pytest
from sqlalchemy import func, select, update

from bot import broadcaster, reception
from bot.letters import Parcel
from bot.reception import Reception
from bot.sender import Sender
from handlers.dialog import Chosen, Inbound
from handlers.screen import Screen
from playground.server import Playground
from storage import claims, jobs, outbox, recipients, seats, tables
from storage.bulk import among
from storage.engine import Database, Db, Drawer
from storage.outbox import Mark
from storage.vault import FORMAT, NONCE, Key
from tests.bot import test_broadcaster, test_errands, test_reception, test_sender, test_web
from tests.bot.counter import KIM, Counter, desk_of
from tests.crash.ground import Ground
from tests.crash.journeys import NEW, PATIENCE
from tests.crash.moments import Moment, hurry
from tests.crash.town import Town
from tests.handlers import test_desk
from tests.processes.bot_process import Start, settings, webhook
from tests.storage import test_vault

Plant = Callable[[pytest.MonkeyPatch], None]


# ------------------------------------------------------------------------------------------------------------ plants


def acknowledged_before_the_commit(patch: pytest.MonkeyPatch) -> None:
    """What came in is said to be kept as soon as it is in memory."""
    receive = Reception.receive

    def at_once(self: Reception, inbound: Inbound) -> asyncio.Future[bool]:
        receive(self, inbound)
        kept: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        kept.set_result(True)
        return kept

    patch.setattr(Reception, "receive", at_once)


def claim_kept_when_the_turn_rolled_back(patch: pytest.MonkeyPatch) -> None:
    async def unclaim(_db: Db, _numbers: Any) -> None: ...

    patch.setattr(claims, "unclaim", unclaim)


def greater_than_the_last(patch: pytest.MonkeyPatch) -> None:
    """Known is what is not greater than the greatest number so far, instead of what is in the set."""
    claim = claims.claim

    async def greater(db: Db, numbers: Iterable[int], now: datetime) -> set[int]:
        last = (await db.execute(select(func.max(tables.claims.c.update_id)))).scalar() or 0
        return await claim(db, [number for number in numbers if number > last], now)

    patch.setattr(claims, "claim", greater)


def lines_taken_from_the_living(patch: pytest.MonkeyPatch) -> None:
    """Nobody looks whether a line has a carrier that lives."""

    async def take_lines(db: Db, me: UUID, lane: str, _due: datetime, _limit: int) -> list[int]:
        unsent = select(tables.outbox.c.chat).where(
            tables.outbox.c.lane == lane, tables.outbox.c.state.in_(("waiting", "sending"))
        )
        chats = sorted(set((await db.execute(unsent.distinct())).scalars()))
        await outbox.carry(db, me, chats)
        return chats

    patch.setattr(outbox, "take_lines", take_lines)


def parked_goes_again(patch: pytest.MonkeyPatch) -> None:
    """A recipient in doubt is due once more."""
    patch.setattr(broadcaster, "PARKED", "later")


def the_dead_hands_go_again(patch: pytest.MonkeyPatch) -> None:
    """What a carrier held when it died is due once more."""
    patch.setattr(recipients, "_parked", recipients._putting(state=recipients.LATER, carrier=None))


def seals_without_a_place(patch: pytest.MonkeyPatch) -> None:
    """Sealed values are bound to no row: no associated data."""

    def seal(self: Key, data: bytes, _place: str) -> bytes:
        nonce = bytes(NONCE)
        return FORMAT + nonce + self._cipher.encrypt(nonce, data, None)

    def open(self: Key, sealed: bytes, _place: str) -> bytes:
        return self._cipher.decrypt(sealed[1 : NONCE + 1], sealed[NONCE + 1 :], None)

    patch.setattr(Key, "seal", seal)
    patch.setattr(Key, "open", open)


def pressed_is_believed(patch: pytest.MonkeyPatch) -> None:
    """Whatever a button's data says is taken for an answer, offered or not."""

    def pressed(_self: Screen, turn: Any, _session: Any, _ask: Any) -> Chosen:
        return Chosen(turn.inbound.press.partition(".")[2])

    patch.setattr(Screen, "_pressed", pressed)


def refused_writes_kept(patch: pytest.MonkeyPatch) -> None:
    """A refusal takes back nothing that its turn wrote."""
    patch.setattr(Drawer, "drop", Drawer.keep)


def sessions_not_locked(patch: pytest.MonkeyPatch) -> None:
    """On PostgreSQL two processes may hold one chat at once."""
    people = tables.people
    patch.setattr(seats, "_lock", select(people.c.chat).where(among(people.c.chat, "chats", True)))


def a_task_for_each_letter(patch: pytest.MonkeyPatch) -> None:
    """The letters of a line go side by side."""

    def hold(self: Sender, parcel: Parcel) -> None:
        line = (parcel.chat, f"{parcel.lane} {parcel.id}")
        self.held.add(parcel.id)
        self._lines[line] = deque([parcel])
        task = asyncio.create_task(self._carry(line))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    patch.setattr(Sender, "_hold", hold)


def masked_after_it_is_kept(patch: pytest.MonkeyPatch) -> None:
    """Identity numbers reach the desk, and with it the draft and the letters."""
    patch.setattr(reception, "blotted", lambda _turn, session: session)


def secret_compared_by_its_beginning(patch: pytest.MonkeyPatch) -> None:
    """The comparison ends with the shorter of the two."""
    patch.setattr(hmac, "compare_digest", lambda given, expected: expected.startswith(given))


def late_marks_taken(patch: pytest.MonkeyPatch) -> None:
    """What a former carrier writes late is believed."""

    async def unfenced(db: Db, _me: UUID, marks: Sequence[Mark]) -> None:
        for mark in marks:
            await db.execute(update(tables.outbox).where(tables.outbox.c.id == mark.id).values(state=mark.state))

    patch.setattr(outbox, "mark", unfenced)


def told_apart_from_its_end(patch: pytest.MonkeyPatch) -> None:
    """The turn that tells of an errand does not end its job."""

    async def finish(_store: Drawer, _job: Any) -> bool:
        return True

    patch.setattr(jobs, "finish", finish)


# --------------------------------------------------------------------------------------------- what each must turn red


@dataclass(frozen=True, slots=True)
class Bench:
    """Where a scenario runs: fresh databases of its own, and a way to start processes."""

    sqlite_url: str
    postgres_url: str
    folder: Path
    start: Start
    ground: Ground
    plant: Plant | None


Scenario = Callable[[Bench], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Planted:
    """A plant in a child that is about to die at a certain moment."""

    plant: Plant | None
    moment: Moment

    def __call__(self) -> None:
        if self.plant is not None:
            self.plant(pytest.MonkeyPatch())
        self.moment()


async def _dies_before_the_commit(bench: Bench) -> None:
    """One message, one death before its commit, one restart: what was acknowledged is claimed."""
    async with Playground(time_scale=0.01) as play:
        town, url = Town(play, bench.ground), bench.ground.lent(bench.folder)
        keys = bench.ground.keys
        environment = webhook(settings(bench.folder, play.url, play.token, DATABASE_URL=url, DATA_KEYS=keys))
        child = bench.start("run", environment, Planted(bench.plant, Moment("before the commit", 1)))
        await play.person(NEW, "김순자").starts()
        await town.dies(child)
        bench.start("run", environment, hurry)
        await play.settled(PATIENCE)
        database = Database(url)
        try:
            await town._each_update_once(database)
        finally:
            await database.close()


async def _forged(_bench: Bench) -> None:
    visitor = test_desk.Visitor()
    await visitor.writes("안녕하세요")
    await test_desk.test_a_forged_button_is_refused_and_the_question_repeated(visitor, "banana")


async def _knocked(bench: Bench) -> None:
    async with Counter(bench.sqlite_url) as counter:
        await test_web.test_no_wrong_or_doubled_secret_is_refused_before_the_body_is_read(counter, ("",))


async def _told(bench: Bench) -> None:
    told: list[Any] = []

    async def hear(turn: Any) -> None:
        told.append(turn.inbound.errand)

    async with Counter(bench.sqlite_url, desk_of(errand=hear), wire=test_errands.Cellar()) as counter:
        await counter.writes(KIM, "hi")
        await test_errands.test_an_errand_is_told_in_the_transaction_that_ends_it(test_errands.Runner(counter, told))


async def _sealed(_bench: Bench) -> None:
    test_vault.test_a_seal_moved_cut_or_changed_does_not_open()


def _on_sqlite(test: Callable[[str], Awaitable[None]]) -> Scenario:
    return lambda bench: test(bench.sqlite_url)


PLANTS: Final[dict[Plant, Scenario]] = {
    acknowledged_before_the_commit: _dies_before_the_commit,
    claim_kept_when_the_turn_rolled_back: _on_sqlite(
        test_reception.test_a_claim_goes_with_its_turn_so_that_the_update_is_handled_when_it_comes_again
    ),
    greater_than_the_last: _on_sqlite(test_reception.test_a_lower_update_number_than_before_is_taken),
    lines_taken_from_the_living: _on_sqlite(test_sender.test_a_living_carriers_lines_are_left_alone),
    parked_goes_again: _on_sqlite(test_broadcaster.test_a_broadcast_in_doubt_is_parked_and_never_sent_again),
    the_dead_hands_go_again: _on_sqlite(
        test_broadcaster.test_what_a_dead_process_had_in_hand_is_parked_and_everybody_else_is_told_once
    ),
    seals_without_a_place: _sealed,
    pressed_is_believed: _forged,
    refused_writes_kept: _on_sqlite(test_desk.test_a_refusal_keeps_nothing_that_accept_did_and_asks_again),
    sessions_not_locked: lambda bench: test_reception.test_turns_of_one_chat_in_two_receptions_see_each_other(
        bench.postgres_url
    ),
    a_task_for_each_letter: _on_sqlite(test_sender.test_a_line_is_sent_in_order_whatever_happens_to_one_letter),
    masked_after_it_is_kept: lambda bench: test_reception.test_a_number_is_blotted_out_before_anything_is_kept(
        bench.sqlite_url, bench.folder, test_reception.NUMBER
    ),
    secret_compared_by_its_beginning: _knocked,
    late_marks_taken: _on_sqlite(test_sender.test_marks_of_a_former_carrier_are_not_taken),
    told_apart_from_its_end: _told,
}
