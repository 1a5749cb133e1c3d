"""A broadcast on its way: everybody once, nothing against a person's word, what is in doubt parked and left alone."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace as changed
from sqlalchemy import update

from bot.channels.base import Bad, Busy, Doubt, Gone, Moved
from bot.words import UnknownWords, write
from handlers.dialog import Saying
from programmes.broadcasting import TRIED
from storage import broadcasts, staff
from storage.audiences import Audience
from storage.broadcasts import Broadcast
from storage.engine import AuditRow, Drawer
from storage.outbox import NOTICE
from storage.people import Lang
from storage.tables import broadcasts as broadcasts_table
from storage.tables import budget
from tests.bot.campaign import (
    FAST,
    FIRST,
    HAN,
    SEO,
    admins,
    approved,
    broadcasting,
    comes_to,
    fresh,
    heard,
    none_left,
    settle,
    states,
)
from tests.bot.counter import KIM, Counter, Wire
from tests.waiting import until

KO, EN = "안내드립니다, 우리 동.", "News, your dong."


async def test_first_the_admins_then_ten_then_after_a_minute_everybody_once(database_url: str) -> None:
    async with broadcasting(database_url) as counter:
        one = await approved(counter, people=60)
        minute = await comes_to(counter, one, "minute")
        assert sorted((chat, sheet.text) for chat, _, sheet in counter.wire.pinned[:4]) == sorted(
            (chat, words) for chat in (HAN, SEO) for words in (KO, EN)
        )
        assert heard(counter) == list(range(FIRST, FIRST + TRIED))
        assert (minute.wanted, minute.sent, minute.left) == (60, TRIED, 50)
        done = await comes_to(counter, one, "done")
        assert sorted(heard(counter)) == list(range(FIRST, FIRST + 60))
        assert (done.sent, done.left) == (60, 0)
        read = {chat: sheet.text for chat, _, sheet in counter.wire.pinned if chat >= FIRST}
        assert all(text == (EN if chat % 3 == 0 else KO) for chat, text in read.items())


async def test_a_text_that_cannot_be_written_is_refused_and_holds_no_round_up(database_url: str) -> None:
    async with broadcasting(database_url) as counter:
        one = await approved(counter, people=30)
        await comes_to(counter, one, "minute")

        def only_korean(saying: Saying | str, lang: Lang) -> str:
            if lang == "en":
                raise UnknownWords(lang)
            return write(saying, lang)

        counter.broadcaster._words = only_korean
        counter.broadcaster._sheets.clear()
        done = await comes_to(counter, one, "done")
        assert (done.sent, done.refused) == (23, 7)


async def test_nothing_goes_before_its_time_and_a_night_is_waited_out(database_url: str) -> None:
    async with broadcasting(database_url) as counter:
        one = await approved(counter, people=12, starts_at=counter.now + timedelta(hours=13))  # 23:00
        counter.later(hours=14)
        await asyncio.sleep(0)
        await until(lambda: counter.broadcaster._seen)
        assert (await fresh(counter, one)).stage == "approved"
        counter.later(hours=9)
        assert (await comes_to(counter, one, "done")).sent == 12


async def test_a_night_that_falls_lets_it_stand_still_and_the_morning_lets_it_go_on(database_url: str) -> None:
    async with broadcasting(database_url) as counter:
        one = await approved(counter, people=20)
        await comes_to(counter, one, "minute")
        counter.later(hours=11)
        resting = await comes_to(counter, one, "minute", "night")
        assert resting.rests_until is not None
        assert len(heard(counter)) == TRIED
        counter.later(hours=11.5)
        assert (await comes_to(counter, one, "done")).sent == 20


FATES: list[tuple[tuple[Any, ...], str, int]] = [  # what a send meets, how it ends, how often it was tried
    ((None,), "sent", 1),
    ((Busy("no connection"), Busy("429", 0.01), None), "sent", 3),
    ((Doubt("?"),), "parked", 1),
    ((Gone("403"),), "unreachable", 1),
    ((Moved(5),), "unreachable", 1),
    ((Bad("400"),), "refused", 1),
    ((ValueError("a fault of ours"),), "refused", 1),
]


@pytest.mark.parametrize(("results", "state", "tries"), FATES)
async def test_what_becomes_of_each_result(database_url: str, results: tuple[Any, ...], state: str, tries: int) -> None:
    async with broadcasting(database_url) as counter:
        counter.wire.plan[FIRST + 15] = list(results)
        one = await approved(counter, people=20)
        done = await comes_to(counter, one, "done")
        assert (await states(counter, one))[FIRST + 15] == state
        assert [chat for chat, _ in counter.wire.tried].count(FIRST + 15) == tries
        assert getattr(done, state) == (20 if state == "sent" else 1)
        assert (await counter.person(FIRST + 15)).reachable is (state != "unreachable")


async def test_a_broadcast_in_doubt_is_parked_and_never_sent_again(database_url: str) -> None:
    async with broadcasting(database_url) as counter:
        counter.wire.plan[FIRST + 2] = [Doubt("?")]
        one = await approved(counter, people=5)
        assert (await comes_to(counter, one, "done")).parked == 1
        assert [chat for chat, _ in counter.wire.tried].count(FIRST + 2) == 1


async def test_in_a_window_of_429_no_broadcast_goes_and_replies_do(database_url: str) -> None:
    async with broadcasting(database_url) as counter:
        counter.wire.plan[FIRST + 12] = [Busy("429", 1.0)]
        one = await approved(counter, people=40)
        await until(lambda: _passes(counter) or counter.broadcaster._not_before > 0, what="a 429")
        before = len(heard(counter))
        await counter.posts(KIM, "a reply")
        await until(lambda: counter.said(KIM) == ["a reply"])
        assert counter.broadcaster._not_before > asyncio.get_running_loop().time(), "the window is still shut"
        assert len(heard(counter)) <= before + FAST.broadcasts_at_once
        assert (await comes_to(counter, one, "done")).sent == 40
        assert len(heard(counter)) == len(set(heard(counter)))


@pytest.mark.parametrize("word", ["pause", "cancel"])
async def test_a_word_to_stop_counts_from_the_next_message_on(database_url: str, word: str) -> None:
    slow = replace(FAST, broadcasts_at_once=1)
    async with broadcasting(database_url, pace=slow) as counter:
        han, _ = await admins(counter)
        gate = counter.wire.open_gates[FIRST + 15] = asyncio.Event()
        one = await approved(counter, people=40)
        await until(lambda: (FIRST + 15, KO) in counter.wire.tried or _passes(counter), what="the sixteenth")
        if word == "pause":
            assert await counter.does(lambda store: broadcasts.pause(store, one.id, han))
        else:
            assert await counter.does(lambda store: broadcasts.cancel(store, one.id, han))
        counter.broadcaster.heard([AuditRow("broadcast.paused")])
        gate.set()
        await until(lambda: not counter.broadcaster.in_hand, what="all in hand to be written")
        assert len(heard(counter)) == 16
        if word == "pause":
            assert await counter.does(lambda store: broadcasts.resume(store, one.id, han))
            assert (await comes_to(counter, one, "done")).sent == 40
        else:
            over = await none_left(counter, one)
            assert (over.stage, over.sent, over.cancelled) == ("cancelled", 16, 24)


def _passes(counter: Counter) -> bool:
    """Let the minute pass while waiting for something else."""
    if any(one.stage == "minute" for one in counter.broadcaster._seen.values()):
        counter.later(minutes=1)
    return False


async def test_one_refusal_among_the_first_ten_stops_it_until_a_person_has_looked(database_url: str) -> None:
    async with broadcasting(database_url) as counter:
        counter.wire.plan[FIRST + 3] = [Bad("can't parse")]
        one = await approved(counter, people=30)
        await comes_to(counter, one, "trial", "failing")
        assert len([chat for chat, _ in counter.wire.tried if chat >= FIRST]) == TRIED
        await counter.does(lambda store: broadcasts.resume(store, one.id, one.drafter))
        done = await comes_to(counter, one, "done")
        assert (done.sent, done.refused) == (29, 1)


async def test_a_share_of_chats_that_are_gone_stops_it(database_url: str) -> None:
    async with broadcasting(database_url) as counter:
        counter.wire.gone = set(range(FIRST + 100, FIRST + 400))
        one = await approved(counter, people=400)
        stopped = await comes_to(counter, one, "running", "failing")
        assert stopped.unreachable > 0.3 * (stopped.sent + stopped.unreachable)
        assert stopped.left > 0


async def test_an_admin_whom_the_canary_cannot_reach_stops_it(database_url: str) -> None:
    async with broadcasting(database_url) as counter:
        counter.wire.gone = {SEO}
        one = await approved(counter, people=12)
        await comes_to(counter, one, "canary", "failing")
        assert heard(counter) == []


async def test_what_is_not_what_was_approved_never_starts(database_url: str) -> None:
    async with broadcasting(database_url) as counter:
        one = await approved(counter, people=12, starts_at=counter.now + timedelta(hours=1))
        other = update(broadcasts_table).values(words='{"ko":"다른 글"}')
        await counter.does(lambda store: store.write(other))
        counter.later(hours=2)
        for _ in range(3):
            await counter.broadcaster._round()
        assert (await fresh(counter, one)).stage == "approved"
        assert counter.wire.tried == []


async def test_what_a_dead_process_had_in_hand_is_parked_and_everybody_else_is_told_once(database_url: str) -> None:
    wire = Wire()
    async with broadcasting(database_url, wire=wire) as dead:
        gates = [FIRST + n for n in (12, 13, 14)]
        for chat in gates:
            wire.open_gates[chat] = asyncio.Event()
        one = await approved(dead, people=60)
        await until(lambda: _passes(dead) or set(gates) <= {chat for chat, _ in wire.tried}, what="some to hang")
        await dead.dies()
    before = [chat for chat, _ in wire.tried]
    wire.open_gates.clear()
    async with broadcasting(database_url, wire=wire) as heir:
        done = await comes_to(heir, one, "done")
        tried = [chat for chat, _ in wire.tried if chat >= FIRST]
        assert len(tried) == len(set(tried))
        parked = {chat for chat, state in (await states(heir, one)).items() if state == "parked"}
        assert set(gates) <= parked
        assert parked <= set(before) | set(range(FIRST, FIRST + 60))
        assert (done.sent + done.parked, done.left) == (60, 0)


async def test_a_gentle_stop_leaves_nothing_in_doubt(database_url: str) -> None:
    async with broadcasting(database_url) as counter:
        gate = counter.wire.open_gates[FIRST + 15] = asyncio.Event()
        one = await approved(counter, people=300)
        await until(lambda: _passes(counter) or (FIRST + 15, KO) in counter.wire.tried, what="one to hang")
        counter.broadcaster._stopping = True
        gate.set()
        await counter.broadcaster.drain(5)
        await counter.sender.drain(5)
        left = await states(counter, one)
        assert not {"sending", "parked"} & set(left.values())
        assert sorted(heard(counter)) == sorted(chat for chat, state in left.items() if state == "sent")


@pytest.mark.postgres
async def test_two_processes_share_the_work_and_nobody_is_told_twice(postgres_url: str) -> None:
    wire = Wire()
    async with (
        broadcasting(postgres_url, wire=wire, process="a") as one,
        broadcasting(postgres_url, wire=wire, process="b"),
    ):
        campaign = await approved(one, people=600)
        done = await comes_to(one, campaign, "done")
        assert done.sent == 600
        assert sorted(heard(one)) == list(range(FIRST, FIRST + 600))
        assert [(chat, sheet.text) for chat, _, sheet in wire.pinned].count((HAN, KO)) == 1, "one canary"


async def test_broadcasts_keep_within_their_budget_and_leave_some_to_notices(database_url: str) -> None:
    slow = replace(FAST, broadcast_a_second=40.0, unasked_a_second=60.0)
    async with broadcasting(database_url, pace=slow) as counter:
        one = await approved(counter, people=60)
        await comes_to(counter, one, "minute")
        await comes_to(counter, one, "running")
        counter.later(minutes=1)
        began, before = asyncio.get_running_loop().time(), len(heard(counter))
        await until(lambda: len(heard(counter)) >= before + 20)
        passed = asyncio.get_running_loop().time() - began
        assert len(heard(counter)) - before <= 40 * (passed + 0.3) + 1
        await counter.posts(KIM, "a notice", lane=NOTICE)
        await until(lambda: counter.said(KIM) == ["a notice"])
        assert {row.name for row in await counter.rows(budget)} == {"broadcast", "unasked"}


async def test_paid_broadcasts_say_so_and_take_nothing_from_what_is_free(database_url: str) -> None:
    async with broadcasting(database_url, pace=replace(FAST, paid=True, unasked_a_second=5.0)) as counter:
        one = await approved(counter, people=30, picture="a handle")
        await comes_to(counter, one, "done")
        sheets = [sheet for chat, _, sheet in counter.wire.pinned if chat >= FIRST]
        assert {(sheet.paid, sheet.photo) for sheet in sheets} == {(True, "a handle")}


async def test_replies_do_not_wait_behind_a_broadcast_that_hangs(database_url: str) -> None:
    async with broadcasting(database_url) as counter:
        for chat in range(FIRST + 12, FIRST + 300):
            counter.wire.open_gates[chat] = asyncio.Event()
        one = await approved(counter, people=300)
        hanging = FAST.broadcasts_at_once
        await until(lambda: _passes(counter) or len(counter.broadcaster._going) == hanging, what="all places taken")
        await counter.writes(KIM, "hi")
        await until(lambda: counter.all(KIM), what="a reply")
        assert (await fresh(counter, one)).stage == "running"


async def _taken_back(store: Drawer, one: Broadcast, how: str, words: dict[Lang, str]) -> bool:
    """Deleted by one, or corrected by two."""
    if how == "delete":
        return await broadcasts.take_back(store, one.id, one.drafter)
    assert one.approver is not None
    assert await broadcasts.correct(store, one.id, one.drafter, words)
    digest = changed(one, correction=words).corrected
    return await broadcasts.approve_correction(store, one.id, one.approver, digest)


@pytest.mark.parametrize("how", ["delete", "edit"])
async def test_it_is_taken_back_from_everybody_who_had_it(database_url: str, how: str) -> None:
    async with broadcasting(database_url) as counter:
        counter.wire.plan[FIRST + 11] = [Doubt("?")]
        one = await approved(counter, people=30)
        await comes_to(counter, one, "done")
        numbers = {chat: number for chat, number, _ in counter.wire.pinned if chat >= FIRST}
        counter.wire.undeletable = {numbers[FIRST + 20]}
        words: dict[Lang, str] = {"ko": "바로잡습니다, {dong}.", "en": "Corrected, {dong}."}
        assert await counter.does(lambda store: _taken_back(store, one, how, words))

        async def over() -> bool:
            return (await fresh(counter, one)).recall_ended_at is not None

        await until(over, what="it to be taken back")
        seen = await fresh(counter, one)
        if how == "delete":
            assert (seen.recalled, set(counter.wire.deleted)) == (28, set(numbers.values()) - {numbers[FIRST + 20]})
        else:
            assert seen.recalled == 29
            assert {(chat, number) for chat, number, _ in counter.wire.edited} == set(numbers.items())
            assert {sheet.text for _, _, sheet in counter.wire.edited} == {
                "바로잡습니다, 우리 동.",
                "Corrected, your dong.",
            }


async def test_a_correction_goes_only_to_who_had_the_first(database_url: str) -> None:
    async with broadcasting(database_url) as counter:
        counter.wire.plan[FIRST + 11] = [Doubt("?")]
        one = await approved(counter, people=30)
        await comes_to(counter, one, "done")
        await settle(counter, range(FIRST + 30, FIRST + 40))
        counter.wire.pinned.clear()
        note = await approved(counter, audience=Audience(heard=one.id, told_again=True), words={"ko": "바로잡습니다."})
        await comes_to(counter, note, "done")
        assert sorted(heard(counter)) == [chat for chat in range(FIRST, FIRST + 30) if chat != FIRST + 11]


async def test_a_change_after_the_approval_is_not_sent(database_url: str) -> None:
    async with broadcasting(database_url) as counter:
        one = await approved(counter, people=12, starts_at=counter.now + timedelta(hours=1))
        content = changed(one.content, words={"ko": "다른 글"})
        assert await counter.does(lambda store: broadcasts.change(store, one.id, one.drafter, content))
        counter.later(hours=2)
        for _ in range(3):
            await counter.broadcaster._round()
        assert counter.wire.tried == []
        assert len(await counter.does(staff.all_of)) == 2
