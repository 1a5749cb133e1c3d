"""What the sender promises: each line in order, each result by the policy of its lane, nothing sent twice by two."""

import asyncio
from collections import Counter as Tally
from dataclasses import replace
from time import monotonic
from typing import Any

import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from bot import words
from bot.channels.base import Bad, Busy, Doubt, Gone, Moved, NotSent
from bot.chores.board import EVERY
from bot.letters import from_row
from bot.pace import BUCKETS, Buckets, Pace
from handlers.dialog import END, Letter, Next, Turn, t
from storage import ledger, outbox, people
from storage.outbox import NOTICE, REPLY, SENDING, Mark
from storage.tables import budget, carriers, cases, lines
from storage.tables import outbox as outbox_table
from tests.bot.counter import KIM, LEE, QUICK, Counter, Wire, desk_of, raw
from tests.waiting import until

AGAIN = words.write(t("desk.again"), "ko")


async def once(counter: Counter, lane: str, *results: NotSent | Exception | None) -> Any:
    """Send one letter with these results; gives its row when its fate is settled."""
    counter.wire.plan[KIM] = list(results)
    [id] = await counter.posts(KIM, "words", lane=lane)
    await until(lambda: fate(counter, id), what="the letter's fate")
    return next(row for row in await counter.rows() if row.id == id)


async def fate(counter: Counter, id: int) -> bool:
    return next(row.state for row in await counter.rows() if row.id == id) not in ("waiting", "sending")


# ------------------------------------------------------------------------------------------------------------- policy

POLICY = [
    (REPLY, (Busy("no connection"), Busy("again"), None), "sent", ["words"] * 3),
    (REPLY, (Busy("429", 0.02), None), "sent", ["words"] * 2),
    (REPLY, (Doubt("?"), None), "sent", ["words"] * 2),
    (REPLY, (Doubt("?"), Doubt("?")), "failed", ["words"] * 2),
    (REPLY, (Gone("403"),), "failed", ["words"]),
    (REPLY, (Moved(5),), "failed", ["words"]),
    (REPLY, (Bad("bad"),), "failed", ["words"]),
    (REPLY, (ValueError("a fault of ours"),), "failed", ["words"]),
    (NOTICE, (Busy("429", 0.02), Busy("x"), None), "sent", ["words"] * 3),
    (NOTICE, (Doubt("?"), None), "sent", ["words", f"{AGAIN}\nwords"]),
    (NOTICE, (Doubt("?"), Busy("x"), Doubt("?"), None), "sent", ["words", *[f"{AGAIN}\nwords"] * 3]),
    (NOTICE, (Gone("403"),), "failed", ["words"]),
    (NOTICE, (Bad("bad"),), "failed", ["words"]),
]


@pytest.mark.parametrize(("lane", "results", "state", "tried"), POLICY)
async def test_the_policy_of_each_lane(
    database_url: str, lane: str, results: Any, state: str, tried: list[str]
) -> None:
    async with Counter(database_url) as counter:
        row = await once(counter, lane, *results)
        assert (row.state, [text for _, text in counter.wire.tried]) == (state, tried)
        gone = any(isinstance(result, Gone) for result in results)
        assert (await counter.person(KIM)).reachable is not gone
        task = lane == NOTICE and state == "failed"
        assert [case.kind for case in await counter.rows(cases)] == (["task"] if task else [])
        assert (row.message_id is not None) == (state == "sent")


async def test_a_reply_that_is_busy_for_longer_than_a_minute_is_dropped(database_url: str) -> None:
    async with Counter(database_url) as counter:
        row = await once(counter, REPLY, Busy("429", 61.0))
        assert (row.state, row.outcome) == ("failed", "busy")


async def test_a_notice_that_is_busy_for_seven_days_becomes_a_task(database_url: str) -> None:
    async with Counter(database_url) as counter:
        counter.wire.plan[KIM] = [Busy("no connection")] * 2
        counter.sender._stopping = True
        await counter.posts(KIM, "words", lane=NOTICE)
        counter.later(days=7)
        counter.sender._stopping = False
        await until(lambda: counter.wire.tried)
        await counter.settled()
        assert [(case.kind, case.reason) for case in await counter.rows(cases)] == [("task", "undelivered.busy")]


async def test_a_refused_reply_goes_once_more_in_its_plainest_form(database_url: str) -> None:
    async with Counter(database_url) as counter:
        counter.wire.plan[KIM] = [Bad("button data invalid")]
        await counter.writes(KIM, "hi")
        await counter.settled()
        [(_, _, sheet)] = counter.wire.pinned
        assert (sheet.text, sheet.rows) == ("home", ())


async def known(counter: Counter, text: str) -> bool:
    """Whether the ledger knows these words as said to Kim."""
    imprint = ledger.imprint(counter.sender.house, text)
    return await counter.does(lambda store: ledger.known(store, KIM, imprint)) is not None


async def test_what_goes_in_fewer_words_is_known_as_it_went(database_url: str) -> None:
    async with Counter(database_url) as counter:
        counter.wire.plan[KIM] = [Bad("too long")]
        await counter.posts(KIM, "words " * 300)
        await counter.settled()
        [(_, _, sheet)] = counter.wire.pinned
        assert len(sheet.text) == 1000
        assert await known(counter, sheet.text)
        assert not await known(counter, sheet.text + "w")


async def test_what_is_said_when_a_message_cannot_be_deleted_is_known(database_url: str) -> None:
    async def accept(turn: Turn, _answer: Any) -> Next:
        turn.letters.append(Letter(raw("deleted"), "masked", delete=77, otherwise=raw("please delete")))
        return END

    async with Counter(database_url, desk_of(accept)) as counter:
        counter.wire.undeletable = {77}
        await counter.writes(KIM, "hi")
        await counter.writes(KIM, "hi")
        await counter.settled()
        assert "please delete" in counter.all(KIM)
        assert await known(counter, "please delete")
        assert not await known(counter, "Please delete")


async def test_a_long_pause_does_not_overflow(database_url: str) -> None:
    async with Counter(database_url) as counter:
        [id] = await counter.posts(KIM, "words")
        await counter.does(lambda store: store.write(outbox_table.update().values(tries=30_000, state="waiting")))
        counter.wire.plan[KIM] = [Busy("x"), None]
        await until(lambda: fate(counter, id))


async def test_a_task_that_cannot_be_written_is_written_later(database_url: str) -> None:
    async with Counter(database_url) as counter:
        lost, left = counter.sender._lost, [1, 2]
        assert lost is not None

        async def fail_twice(*given: Any) -> None:
            if left:
                left.pop()
                raise ConnectionError
            await lost(*given)

        counter.sender._lost = fail_twice
        await once(counter, NOTICE, Gone("403"), Gone("403"), Gone("403"))
        assert len(await counter.rows(cases)) == 1


# -------------------------------------------------------------------------------------------------------------- order


async def test_a_line_is_sent_in_order_whatever_happens_to_one_letter(database_url: str) -> None:
    async with Counter(database_url) as counter:
        counter.wire.plan[KIM] = [None, Busy("x"), None, Doubt("?"), None, Busy("429", 0.02)]
        await counter.posts(KIM, *map(str, range(6)))
        await counter.settled()
        assert counter.said(KIM) == [str(n) for n in range(6)]


async def test_an_unasked_line_is_sent_in_order_too(database_url: str) -> None:
    async with Counter(database_url) as counter:
        counter.wire.plan[KIM] = [None, Busy("x"), None, Busy("429", 0.02)]
        await counter.posts(KIM, *map(str, range(5)), lane=NOTICE)
        await counter.settled()
        assert counter.said(KIM) == [str(n) for n in range(5)]


async def test_a_waiting_line_holds_up_no_other_chat_and_no_other_lane(database_url: str) -> None:
    async with Counter(database_url) as counter:
        gate = counter.wire.open_gates[KIM] = asyncio.Event()
        await counter.posts(KIM, "stuck")
        await until(lambda: counter.wire.tried)
        await counter.posts(LEE, "reply")
        await counter.posts(LEE, "notice", lane=NOTICE)
        await counter.posts(KIM, "notice to kim", lane=NOTICE)
        await until(lambda: len(counter.said(LEE)) == 2)
        await until(lambda: (KIM, "notice to kim") in counter.wire.tried)
        assert counter.said(KIM) == []
        gate.set()
        await counter.settled()


async def test_a_429_stops_only_the_chat_it_names(database_url: str) -> None:
    async with Counter(database_url) as counter:
        counter.wire.plan[KIM] = [Busy("429", 0.3)]
        await counter.posts(KIM, "slow")
        await until(lambda: counter.wire.tried)
        await counter.posts(LEE, *map(str, range(5)))
        await until(lambda: len(counter.said(LEE)) == 5)
        assert counter.said(KIM) == []
        await counter.settled()


async def test_a_429_holds_up_the_other_lanes_of_its_chat(database_url: str) -> None:
    async with Counter(database_url) as counter:
        counter.wire.plan[KIM] = [Busy("429", 0.3)]
        await counter.posts(KIM, "reply")
        await until(lambda: counter.wire.tried)
        await counter.posts(KIM, "notice", lane=NOTICE)
        await counter.settled()
        assert sorted(counter.said(KIM)) == ["notice", "reply"]


async def test_a_reply_handed_over_comes_after_older_ones_in_the_outbox(database_url: str) -> None:
    async with Counter(database_url) as counter:
        await counter.writes(KIM, "hi")
        await counter.settled()
        await counter.does(lambda store: store.write(lines.delete()))
        await counter.posts(KIM, *map(str, range(20)))
        await counter.writes(KIM, "newest")
        await counter.settled()
        assert counter.said(KIM) == [*map(str, range(20)), "heard newest"]


async def test_a_look_at_the_outbox_that_comes_before_or_after_its_time_sends_nothing_twice(database_url: str) -> None:
    async with Counter(database_url, sends=False) as counter:
        sender, [id] = counter.sender, await counter.posts(KIM, "words")
        await counter.does(lambda store: outbox.carry(store.db, sender.me, [KIM]))
        [row] = await counter.does(lambda store: outbox.waiting_of_mine(store.db, sender.me, ()))
        parcel = from_row(row, counter.vault)
        assert parcel is not None
        sender._take_up(row)
        sender.hand_over([parcel])  # the commit is known here only after another connection has seen what it wrote
        await until(lambda: counter.wire.tried and not sender._lines)
        marks = sender.take_marks()
        await counter.does(lambda store: outbox.mark(store.db, sender.me, marks))
        sender.written(marks)
        sender._take_up(row)  # read before its result was written
        await until(lambda: not sender._lines)
        assert [mark.id for mark in marks] == [id]
        assert counter.said(KIM) == ["words"]


# ------------------------------------------------------------------------------------------------- carriers and fences


async def test_a_dead_carriers_lines_are_taken_over_in_order(database_url: str) -> None:
    async with Counter(database_url, process="dead", sends=False) as dead:
        await dead.writes(KIM, "hi")
        await asyncio.gather(*(dead.writes(KIM, str(n)) for n in range(10)))
        await dead.dies()
        dead.wire.pinned.clear()
        await dead.does(lambda store: store.write(outbox_table.update().values(state="waiting")))
        async with Counter(database_url, process="next") as heir:
            await heir.settled()
            assert heir.said(KIM) == [f"heard {n}" for n in range(10)]
            assert "dead" not in [row.process for row in await heir.rows(carriers)]


async def test_a_restart_under_the_same_name_takes_its_own_lines_at_once(database_url: str) -> None:
    slow = replace(QUICK, lease=60.0)
    async with Counter(database_url, pace=slow, sends=False) as first:
        first.wire.plan[KIM] = [Busy("429", 50.0)]
        await first.writes(KIM, "hi")
        await first.dies()
        async with Counter(database_url, pace=slow) as second:
            await second.settled()
            assert second.all(KIM) == ["home"]


async def test_a_living_carriers_lines_are_left_alone(database_url: str) -> None:
    async with Counter(database_url, process="a") as one:
        one.wire.open_gates[KIM] = asyncio.Event()
        await one.posts(KIM, "held")
        await until(lambda: one.wire.tried)
        if one.database.is_sqlite:
            taken = await one.database.writer.transaction(
                lambda db: outbox.take_lines(db, people.stranger(1, "ko", one.now).id, REPLY, one.now, 10)
            )
            assert taken == []
        else:
            async with Counter(str(database_url), process="b") as two:
                await asyncio.sleep(0)
                assert two.wire.tried == []
        one.wire.open_gates[KIM].set()
        await one.settled()


async def test_marks_of_a_former_carrier_are_not_taken(database_url: str) -> None:
    async with Counter(database_url, sends=False) as counter:
        [id] = await counter.posts(KIM, "words")
        other = people.stranger(1, "ko", counter.now).id
        me = counter.sender.me
        await counter.does(lambda store: outbox.carry(store.db, other, [KIM]))
        mark = Mark(id, "sent", counter.now, message_id=5)
        await counter.does(lambda store: outbox.mark(store.db, me, [mark]))
        assert await counter.states() == ["waiting"]
        await counter.does(lambda store: outbox.mark(store.db, other, [mark]))
        assert await counter.states() == ["sent"]


async def test_a_process_stopped_past_its_lease_begins_anew_and_its_late_write_is_not_taken(database_url: str) -> None:
    async with Counter(database_url, pace=replace(QUICK, lease=30)) as counter:
        before = counter.sender.me
        gate = counter.wire.open_gates[KIM] = asyncio.Event()
        counter.wire.plan[KIM] = [Doubt("?"), None]
        await counter.posts(KIM, "words")
        await until(lambda: counter.wire.tried)
        await counter.does(lambda store: store.write(carriers.delete()))
        await until(lambda: counter.sender.me != before)
        await until(lambda: len(counter.wire.tried) == 2)  # as the new carrier, behind the send of the former
        gate.set()
        await counter.settled()
        assert counter.said(KIM) == ["words"]
        assert [row.id for row in await counter.rows(carriers)] == [counter.sender.me]


async def test_a_sender_without_a_heartbeat_sends_nothing(database_url: str) -> None:
    async with Counter(database_url, sends=False) as counter:
        counter.sender._beaten_at -= 100
        assert not counter.sender.alive
        await counter.writes(KIM, "hi")
        await until(lambda: not counter.sender._lines)
        assert counter.wire.tried == []
        assert counter.sender.left == {KIM}
        counter.sender._beaten_at += 100
        await counter.writes(KIM, "more")
        assert counter.wire.tried == []


@pytest.mark.postgres
async def test_two_senders_send_a_thousand_letters_once_each_and_in_order(postgres_url: str) -> None:
    wire, fast = Wire(), replace(QUICK, unasked_a_second=100_000)
    async with Counter(postgres_url, process="a", wire=wire, sends=False) as office:
        for chat in range(1, 51):
            await office.posts(chat, *(str(n) for n in range(10)))
            await office.posts(chat, *(f"n{n}" for n in range(10)), lane=NOTICE)
        async with (
            Counter(postgres_url, process="b", wire=wire, pace=fast) as one,
            Counter(postgres_url, process="c", wire=wire, pace=fast),
        ):
            await until(lambda: len(wire.pinned) >= 1000, seconds=60)
            await one.settled()
        assert max(Tally((chat, sheet.text) for chat, _, sheet in wire.pinned).values()) == 1
        for chat in range(1, 51):
            assert [text for text in office.said(chat) if text[0] != "n"] == [str(n) for n in range(10)]
            assert [text for text in office.said(chat) if text[0] == "n"] == [f"n{n}" for n in range(10)]


# ------------------------------------------------------------------------------------------- unasked letters and crash


async def test_a_notice_found_half_way_is_sent_again_and_says_so(database_url: str) -> None:
    async with Counter(database_url, sends=False) as dead:
        await dead.posts(KIM, "words", lane=NOTICE)
        await dead.does(lambda store: store.write(outbox_table.update().values(state=SENDING)))
    async with Counter(database_url) as counter:
        await counter.settled()
        assert counter.said(KIM) == [f"{AGAIN}\nwords"]


async def test_draining_gives_back_what_was_noted_and_never_went(database_url: str) -> None:
    async with Counter(database_url, pace=replace(QUICK, at_once=1)) as counter:
        counter.wire.open_gates[KIM] = asyncio.Event()
        await counter.posts(KIM, "in the air")
        await until(lambda: counter.wire.tried)
        await counter.posts(LEE, "noted", lane=NOTICE)
        await until(lambda: _noted(counter))
        await counter.sender.drain(0.05)
        assert await counter.states() == ["waiting", "waiting"]
        assert await counter.rows(carriers) == []


async def _noted(counter: Counter) -> bool:
    return (await counter.states())[-1] == "sending"


async def test_a_reply_turned_away_while_draining_is_left_to_whoever_comes_next(database_url: str) -> None:
    async with Counter(database_url) as counter:
        counter.wire.open_gates[KIM] = asyncio.Event()
        counter.wire.plan[KIM] = [Busy("no connection")]
        await counter.posts(KIM, "words")
        await until(lambda: counter.wire.tried)
        draining = asyncio.create_task(counter.sender.drain(20))
        await until(lambda: counter.sender._stopping)
        counter.wire.open_gates[KIM].set()
        await draining
        assert (await counter.states(), len(counter.wire.tried)) == (["waiting"], 1)


async def test_a_notice_still_on_its_way_when_draining_ends_is_in_doubt(database_url: str) -> None:
    async with Counter(database_url) as counter:
        counter.wire.open_gates[KIM] = asyncio.Event()
        await counter.posts(KIM, "words", lane=NOTICE)
        await until(lambda: counter.wire.tried)
        await counter.sender.drain(0.05)
        assert await counter.states() == ["sending"]


async def test_results_that_cannot_be_written_now_are_written_later(database_url: str) -> None:
    async with Counter(database_url) as counter:
        counter.wire.open_gates[KIM] = asyncio.Event()
        await counter.posts(KIM, "words")
        await until(lambda: counter.wire.tried)
        with capture_logs() as logs:
            await _renamed(counter, "lines", "away")
            counter.wire.open_gates[KIM].set()
            await until(lambda: any(line["event"] == "sender.marks_waiting" for line in logs))
            await _renamed(counter, "away", "lines")
        await counter.settled()
        assert (await counter.states(), counter.said(KIM)) == (["sent"], ["words"])


async def _renamed(counter: Counter, table: str, name: str) -> None:
    await counter.database.writer.transaction(lambda db: db.execute(text(f"ALTER TABLE {table} RENAME TO {name}")))


async def test_draining_finishes_what_is_in_hand(database_url: str) -> None:
    async with Counter(database_url) as counter:
        await counter.posts(KIM, *map(str, range(5)))
        await until(lambda: counter.wire.tried)
        await counter.sender.drain(5)
        assert await counter.states() == ["sent"] * 5


async def test_the_letters_of_an_erased_person_fail_as_unreadable(database_url: str) -> None:
    async with Counter(database_url, sends=False) as office:
        await office.posts(KIM, "reply")
        await office.posts(KIM, "notice", lane=NOTICE)
        person = await office.person(KIM)
        await office.does(lambda store: people.erase(store, person))
        await office.writes(KIM, "a stranger again")
        await office.dies()
        office.wire.pinned.clear()
    async with Counter(database_url) as counter:
        await counter.settled()
        first, second = (await counter.rows())[:2]
        assert [(row.state, row.outcome) for row in (first, second)] == [("failed", "unreadable")] * 2
        assert not {"reply", "notice"} & set(counter.said(KIM))


async def test_unasked_letters_keep_within_the_budget(database_url: str) -> None:
    slow = replace(QUICK, unasked_a_second=5.0)
    async with Counter(database_url, pace=slow) as counter:
        began = counter.now
        for chat in range(1, 20):
            await counter.posts(chat, "n", lane=NOTICE)
        await until(lambda: len(counter.wire.tried) >= 8)
        sent, passed = len(counter.wire.tried), (counter.now - began).total_seconds()
        assert sent <= slow.unasked_a_second * (1 + passed)
        assert {row.name for row in await counter.rows(budget)} == {"unasked"}


async def test_a_slow_rate_adds_up_to_whole_sends(database_url: str) -> None:
    async with Counter(database_url, pace=replace(QUICK, unasked_a_second=4.0)) as counter:
        await counter.posts(KIM, *map(str, range(6)), lane=NOTICE)
        await counter.settled()
        assert counter.said(KIM) == [str(n) for n in range(6)]


# ----------------------------------------------------------------------------------------------------- small mechanics


def test_a_chat_has_a_short_burst_and_then_one_a_second() -> None:
    time = [0.0]
    buckets = Buckets(Pace(), lambda: time[0])
    assert [buckets.wait_for(KIM) for _ in range(20)] == [0.0] * 20
    assert buckets.wait_for(KIM) == pytest.approx(1.0)
    time[0] = 100.0
    assert buckets.wait_for(KIM) == 0.0


def test_a_group_has_eight_a_minute_beside_its_card() -> None:
    time = [0.0]
    buckets = Buckets(Pace(), lambda: time[0])
    for _ in range(8):
        buckets.wait_for(-100)
    assert buckets.wait_for(-100) == pytest.approx(7.5)
    assert 60 / EVERY + Pace().group_burst <= 20


def test_of_very_many_chats_the_longest_silent_are_forgotten_and_the_busy_still_wait() -> None:
    buckets = Buckets(Pace(), lambda: 0.0)
    for chat in range(1, 2 * BUCKETS):
        buckets.wait_for(chat)
        if chat <= 21:
            buckets.wait_for(KIM)
        elif chat % 1_000 == 0:
            assert buckets.wait_for(KIM) > 0
    assert len(buckets._levels) == BUCKETS


async def test_marks_that_cannot_be_written_wait(sqlite_url: str) -> None:
    async with Counter(sqlite_url) as counter:
        writer, failing = counter.sender._writer, [1, 2]

        class Failing:
            async def transaction(self, work: Any) -> Any:
                if failing:
                    failing.pop()
                    raise ConnectionError
                return await writer.transaction(work)

            async def wait_for_disk(self, waits: bool) -> None: ...

            async def close(self) -> None: ...

        await counter.posts(KIM, "words")
        await until(lambda: counter.wire.tried)
        counter.sender._writer = Failing()
        await counter.settled()
        assert await counter.states() == ["sent"]
        assert len(await counter.rows(lines)) == 1


@pytest.mark.parametrize("ticks", range(5))
async def test_a_wake_at_the_moment_of_the_end_does_not_keep_it_running(sqlite_url: str, ticks: int) -> None:
    async with Counter(sqlite_url) as counter:
        running = asyncio.create_task(counter.sender.run())
        for _ in range(10):
            await asyncio.sleep(0)
        counter.sender.wake()
        for _ in range(ticks):
            await asyncio.sleep(0)
        running.cancel()
        done, _ = await asyncio.wait([running], timeout=5)
        assert done


async def test_a_process_without_notices_waits_for_none(database_url: str) -> None:
    async with Counter(database_url, lanes=(REPLY,)) as counter:
        counter.sender.expect([KIM])
        assert await counter.writes(KIM, "hello")
        await counter.settled()
        assert counter.all(KIM) == ["home"]


async def test_a_process_of_no_lane_looks_for_nothing(database_url: str) -> None:
    async with Counter(database_url) as counter:
        assert await counter.database.writer.transaction(lambda db: outbox.lanes_with_letters(db, ())) == []


@pytest.mark.parametrize("lane", [REPLY, NOTICE])
async def test_draining_leaves_a_letter_that_must_wait_to_whoever_comes_next(database_url: str, lane: str) -> None:
    async with Counter(database_url, pace=replace(QUICK, first_pause=30, longest_pause=30)) as counter:
        counter.wire.plan[KIM] = [Busy("no connection")]
        await counter.posts(KIM, "words", lane=lane)
        await until(lambda: counter.wire.tried)
        await counter.sender.drain(0.05)
        assert await counter.states() == ["waiting"]


async def test_a_resigned_carrier_is_not_missed_by_its_own_heart(database_url: str) -> None:
    async with Counter(database_url) as counter:
        me = counter.sender.me
        await counter.sender.drain(0.05)
        await until(lambda: monotonic() - counter.sender._beaten_at > 3 * QUICK.beat)
        assert counter.sender.me == me
        assert await counter.rows(carriers) == []
