"""A process that was stopped past its lease and goes on: what it writes late is not taken."""

import os
import signal
from collections import Counter as Counts
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from bot.sender import Sender
from playground.faults import Fault
from playground.server import Playground
from storage.migrate import upgrade
from storage.outbox import NOTICE, REPLY
from storage.tables import carriers
from tests.bot.counter import KEYS, Counter
from tests.misbehaviour.line import Weather
from tests.misbehaviour.test_answers import AGAIN, LANES, posted, said
from tests.processes.bot_process import Start, free_port, settings
from tests.waiting import until

pytestmark = pytest.mark.postgres
CHATS = range(7101, 7105)
LEASE, ON_ITS_WAY = 2, 300  # seconds; the latter of a playground in which a second is a hundredth


async def test_the_late_write_of_a_sender_that_was_stopped_past_its_lease_is_not_taken(
    play: Playground, start: Start, tmp_path: Path, postgres_url: str
) -> None:
    await upgrade(postgres_url)
    shared = settings(tmp_path, play.url, play.token, DATABASE_URL=postgres_url, DATA_KEYS=KEYS,
                      LEASE_SECONDS=str(LEASE), BUSY_SECONDS="2", UNASKED_A_SECOND="1000")  # fmt: skip
    play.faults = weather = Weather(lambda _chat, number: Fault("delay", ON_ITS_WAY) if number <= len(LANES) else None)
    for chat in CHATS:
        await play.person(chat, f"{chat}").starts()
    async with Counter(postgres_url, process="office", sends=False) as office:
        await posted(office, CHATS, 2)
        stopped = start("sender", shared)
        await until(lambda: all(weather.calls[chat] == len(LANES) for chat in CHATS), 60, "heads on their way")
        os.kill(stopped.child.pid, signal.SIGSTOP)
        start("sender", {**shared, "PORT": str(free_port())})
        await until(lambda: nothing_left(office), 60, "the heir to send the rest")
        os.kill(stopped.child.pid, signal.SIGCONT)
        await stopped.says("sender.began_anew")
        for chat in CHATS:
            await office.posts(chat, "later")
        await until(lambda: len(play.ledger.accepted("send")) == len(CHATS) * (4 + 2 + 1), 60, "all to arrive")
        await until(lambda: nothing_left(office), 60, "the last to be marked")
        rows = [row for row in await office.rows() if row.id <= 4 * len(CHATS)]
    heard = play.ledger.accepted("send")
    times, again = Counts(map(said, heard)), {said(entry): entry for entry in heard if entry.text.startswith(AGAIN)}
    for chat in CHATS:
        doubled = {lane: times[chat, f"{lane} 0"] for lane in LANES}
        assert doubled == {REPLY: 2, NOTICE: 2}, "only what was on its way is in doubt"
        assert [times[chat, f"{lane} 1"] for lane in LANES] == [1, 1]
        first = {row.lane: row for row in reversed([row for row in rows if row.chat == chat])}
        assert [first[lane].state for lane in LANES] == ["sent", "sent"]
        assert (first[NOTICE].message_id,) == again[chat, f"{NOTICE} 0"].message_ids, "the heir's word counts"


STOPPED = "stopped"  # a file made in the child's own folder just before


def stops_in_the_middle() -> None:
    """In the child: be stopped in the middle of the third heartbeat's transaction."""
    beat_once, beats, note = Sender._beat_once, count(1), Path(STOPPED).touch

    async def wrapped(self: Sender, *args: Any) -> bool:
        alive = await beat_once(self, *args)
        if next(beats) == 3:
            note()
            os.kill(os.getpid(), signal.SIGSTOP)
        return alive

    Sender._beat_once = wrapped  # type: ignore[method-assign, assignment]


async def test_a_process_that_is_stopped_in_the_middle_of_a_transaction_holds_nobody_up_for_long(
    play: Playground, start: Start, tmp_path: Path, postgres_url: str
) -> None:
    await upgrade(postgres_url)
    shared = settings(tmp_path, play.url, play.token, DATABASE_URL=postgres_url, DATA_KEYS=KEYS,
                      LEASE_SECONDS=str(LEASE), BUSY_SECONDS="2")  # fmt: skip
    for chat in CHATS:
        await play.person(chat, f"{chat}").starts()
    start("sender", shared, stops_in_the_middle)
    await until((tmp_path / STOPPED).exists, 60, "it to be stopped")
    async with Counter(postgres_url, process="office", sends=False) as office:
        stopped_one = {row.id for row in await office.rows(carriers) if row.process != "office"}
        start("sender", {**shared, "PORT": str(free_port())})
        await until(lambda: is_buried(office, stopped_one), 60, "the stopped one to be taken for dead")
        wanted = await posted(office, CHATS, 1, [REPLY, NOTICE])
        await until(lambda: nothing_left(office), 60, "the other to send all")
    assert Counts(map(said, play.ledger.accepted("send"))) == dict.fromkeys(wanted, 1)


async def is_buried(office: Counter, carrier: set[UUID]) -> bool:
    return not carrier & {row.id for row in await office.rows(carriers)}


async def nothing_left(office: Counter) -> bool:
    return not {"waiting", "sending"} & set(await office.states())
