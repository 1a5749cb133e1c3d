"""Recipients taken and marked: each by one hand, in doubt when that dies, everybody counted once whatever happens."""

import asyncio
from datetime import timedelta
from random import Random
from uuid import UUID

import pytest
from sqlalchemy import update

from storage import broadcasts, recipients
from storage.audiences import Audience
from storage.recipients import DELETABLE, Result
from storage.tables import people as people_table
from tests.storage.conftest import NOW, Office
from tests.storage.crowd import (
    APPROVER,
    DRAFTER,
    approved,
    at,
    carrier,
    dies,
    fresh,
    mark,
    settled_people,
    states,
    take,
    whole,
)


async def running(office: Office, count: int = 10) -> tuple[UUID, UUID]:
    await settled_people(office, range(1, count + 1))
    return (await at(office, "running", await approved(office))).id, await carrier(office)


async def test_everybody_is_taken_once_in_the_order_of_chats(office: Office) -> None:
    id, me = await running(office)
    other = await carrier(office, "there")
    assert await take(office, me, id, 4) == [1, 2, 3, 4]
    assert await take(office, other, id, 4) == [5, 6, 7, 8]
    assert await take(office, me, id, 4) == [9, 10]
    assert await take(office, me, id, 4) == []


async def test_two_hands_at_once_never_take_the_same(office: Office) -> None:
    id, me = await running(office, 40)
    other = await carrier(office, "there")
    found = await asyncio.gather(*(take(office, who, id, 5) for who in (me, other) * 5))
    assert sorted(chat for some in found for chat in some) == list(range(1, 41))


async def test_the_first_ten_are_ten_however_many_hands_there_are(office: Office) -> None:
    await settled_people(office, range(1, 31))
    one = await at(office, "trial", await approved(office))
    hands = [await carrier(office, name) for name in ("a", "b")]
    found = [chat for who in hands * 3 for chat in await take(office, who, one.id, 4, most=10)]
    assert found == list(range(1, 11))

    async def tried() -> bool:
        seen = await fresh(office, one.id)
        return await office.do(lambda store: recipients.tried(store.db, seen, 10))

    assert not await tried()
    await mark(office, hands[0], one.id, "sent", *found)
    assert not await tried(), "hers are only some of them"
    await mark(office, hands[1], one.id, "sent", *found)
    assert await tried()


async def test_a_later_one_is_due_when_its_time_has_come_and_goes_before_new_ones(office: Office) -> None:
    id, me = await running(office)
    await take(office, me, id, 3)
    results = [Result(2, "later", NOW + timedelta(seconds=30)), Result(1, "sent", NOW, 7), Result(3, "sent", NOW, 8)]
    await office.do(lambda store: recipients.mark(store, me, id, results))
    assert await take(office, me, id, 2) == [4, 5]
    office.now = NOW + timedelta(seconds=30)
    found = await office.do(lambda store: recipients.take(store, me, id, 2))
    assert [(to.chat, to.tries) for to in found] == [(2, 2), (6, 1)]


async def test_who_opted_out_or_became_unreachable_meanwhile_is_skipped(office: Office) -> None:
    await settled_people(office, range(1, 7))
    one = await at(office, "running", await approved(office, Audience(), purpose="information"))
    changes: dict[int, dict[str, object]] = {1: {"information": False}, 2: {"reachable": False}, 3: {"consent": -1}}
    for chat, values in changes.items():
        changed = update(people_table).where(people_table.c.chat == chat).values(values)
        await office.do(lambda store, changed=changed: store.write(changed))  # type: ignore[misc]
    assert await take(office, await carrier(office), one.id, 6) == [4, 5, 6]
    assert (await fresh(office, one.id)).skipped == 3
    await whole(office, one.id)


async def test_who_cannot_be_reached_is_known_as_such_from_then_on(office: Office) -> None:
    id, me = await running(office, 3)
    await take(office, me, id, 3)
    await mark(office, me, id, "unreachable", 3, 1)
    await mark(office, me, id, "sent", 2)
    await whole(office, id)
    other = await at(office, "running", await approved(office, Audience(told_again=True)))
    assert set(await states(office.database, other.id)) == {2}


async def test_what_a_dead_hand_held_is_parked_and_what_it_writes_late_is_not_taken(office: Office) -> None:
    id, me = await running(office)
    heir = await carrier(office, "there")
    await take(office, me, id, 4)
    await mark(office, me, id, "sent", 1)
    await dies(office, me)
    assert await office.do(recipients.settle_dead) == 3
    assert await office.do(recipients.settle_dead) == 0
    await mark(office, me, id, "sent", 2, 3, 4)
    await mark(office, heir, id, "sent", 2, 3, 4)
    now = await fresh(office, id)
    assert (now.sent, now.parked) == (1, 3)
    assert await take(office, heir, id, 20) == [5, 6, 7, 8, 9, 10]
    await whole(office, id)


async def test_those_in_doubt_are_listed_and_settled_by_hand_once(office: Office) -> None:
    id, me = await running(office, 3)
    await take(office, me, id, 3)
    await mark(office, me, id, "parked", 1, 2)
    await mark(office, me, id, "sent", 3)
    async with office.database.reading() as db:
        assert [(one.chat, one.at) for one in await recipients.parked(db, id, 10)] == [(1, NOW), (2, NOW)]
    assert await office.do(lambda store: recipients.settle(store, id, 1, DRAFTER, arrived=True))
    assert await office.do(lambda store: recipients.settle(store, id, 2, DRAFTER, arrived=False))
    assert not await office.do(lambda store: recipients.settle(store, id, 2, DRAFTER, arrived=True))
    now = await fresh(office, id)
    assert (now.sent, now.skipped, now.parked) == (2, 1, 0)
    await whole(office, id)


async def test_it_is_taken_back_from_who_had_it_lately_once_each_also_over_a_death(office: Office) -> None:
    id, me = await running(office, 9)
    await take(office, me, id, 9)
    await mark(office, me, id, "sent", *range(1, 8))
    await mark(office, me, id, "parked", 8, 9)
    assert not await office.do(lambda store: broadcasts.take_back(store, id, APPROVER)), "not before its end"
    assert await office.do(lambda store: broadcasts.finish(store, id))
    assert await office.do(lambda store: broadcasts.take_back(store, id, APPROVER))
    assert not await office.do(lambda store: broadcasts.take_back(store, id, DRAFTER))
    found = await office.do(lambda store: recipients.take_to_recall(store, me, id, 4))
    assert [(to.chat, to.message_id) for to in found] == [(1, 101), (2, 102), (3, 103), (4, 104)]
    await mark(office, me, id, "recalled", 1)
    await mark(office, me, id, "kept", 3)
    await office.do(lambda store: recipients.give_back(store, me, id, [4]))
    await dies(office, me)
    assert await office.do(recipients.settle_dead) == 0
    heir = await carrier(office, "there")
    found = await office.do(lambda store: recipients.take_to_recall(store, heir, id, 9))
    assert [to.chat for to in found] == [2, 4, 5, 6, 7]
    assert not await office.do(lambda store: recipients.end_recall(store, id))
    await mark(office, heir, id, "recalled", 2, 4, 5, 6, 7)
    assert await office.do(lambda store: recipients.end_recall(store, id))
    now = await fresh(office, id)
    assert (now.recalled, now.sent, now.recall_ended_at) == (6, 7, NOW)
    await whole(office, id)


async def test_after_two_days_nothing_can_be_taken_back(office: Office) -> None:
    id, me = await running(office, 2)
    await take(office, me, id, 2)
    await mark(office, me, id, "sent", 1, 2)
    await office.do(lambda store: broadcasts.finish(store, id))
    office.now = NOW + DELETABLE
    await office.do(lambda store: broadcasts.take_back(store, id, APPROVER))
    assert await office.do(lambda store: recipients.take_to_recall(store, me, id, 4)) == ()
    assert await office.do(lambda store: recipients.end_recall(store, id))


async def happens(office: Office, id: UUID, hands: dict[int, tuple[UUID, list[int]]], dice: Random) -> None:
    """One thing that may happen to a broadcast that runs."""
    which = dice.randrange(2)
    me, held = hands[which]
    match dice.choice(("take", "take", "mark", "mark", "mark", "die", "pause", "resume", "cancel", "late")):
        case "take":
            held += await take(office, me, id, dice.randint(1, 7))
        case "mark" if held:
            some = dice.sample(held, dice.randint(1, len(held)))
            fates = ("sent", "sent", "sent", "unreachable", "refused", "parked", "later")
            for chat in some:
                held.remove(chat)
                await mark(office, me, id, dice.choice(fates), chat)
        case "die":
            await dies(office, me)
            await office.do(recipients.settle_dead)
            await mark(office, me, id, "sent", *held)
            hands[which] = (await carrier(office, str(which)), [])
        case "pause":
            await office.do(lambda store: broadcasts.pause(store, id, DRAFTER))
        case "resume":
            await office.do(lambda store: broadcasts.resume(store, id, DRAFTER))
        case "cancel" if dice.random() < 0.2:
            await office.do(lambda store: broadcasts.cancel(store, id, DRAFTER))


@pytest.mark.parametrize("seed", range(12))
async def test_whatever_happens_in_whatever_order_everybody_is_counted_once(office: Office, seed: int) -> None:
    dice = Random(seed)
    id, _ = await running(office, 40)
    hands: dict[int, tuple[UUID, list[int]]] = {n: (await carrier(office, str(n)), []) for n in range(2)}
    for _ in range(40):
        await happens(office, id, hands, dice)
        await whole(office, id)
    for me, held in hands.values():
        await mark(office, me, id, "sent", *held)
    await office.do(lambda store: broadcasts.resume(store, id, DRAFTER))
    me = hands[0][0]
    while found := await take(office, me, id, 50):
        await mark(office, me, id, "sent", *found)
    await whole(office, id)
    end = await fresh(office, id)
    assert (end.wanted, end.left) == (40, 0)
    assert end.stage == "cancelled" or await office.do(lambda store: broadcasts.finish(store, id))
