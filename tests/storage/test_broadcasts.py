"""The life of a broadcast as it is kept: one hand wins each move, and only what was approved is what is sent."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from msgspec.structs import replace as changed
from sqlalchemy import select

from storage import broadcasts, recipients
from storage.audiences import Audience
from storage.engine import Drawer
from storage.tables import audit
from tests.storage.conftest import NOW, Office
from tests.storage.crowd import (
    APPROVER,
    DRAFTER,
    approved,
    at,
    carrier,
    drafted,
    fresh,
    mark,
    settled_people,
    states,
    take,
    whole,
)


async def test_a_draft_has_a_number_and_is_kept_as_it_was_written(office: Office) -> None:
    first = await drafted(office)
    audience = Audience(dongs=("sinhyeon",), languages=("en",), born_by=1960, alone=True, heard=first.id)
    second = await drafted(office, audience, picture="a handle", starts_at=NOW, purpose="information")
    assert (first.number, second.number, first.stage) == (1, 2, "draft")
    assert second.content.audience == audience
    assert second == await fresh(office, second.id)
    async with office.database.reading() as db:
        assert await broadcasts.by_number(db, 2) == second
        assert await broadcasts.latest(db, 1) == (second,)
        assert await broadcasts.at_work(db) == ()


@pytest.mark.parametrize("what", ["words", "audience", "picture", "starts_at", "purpose"])
async def test_any_change_of_what_was_approved_makes_it_a_draft_again(office: Office, what: str) -> None:
    one = await approved(office)
    other = {
        "words": {"ko": "다른 글"}, "audience": Audience(role="officer"), "picture": "x", "starts_at": NOW,
        "purpose": "information",
    }[what]  # fmt: skip
    content = changed(one.content, **{what: other})
    assert content.digest != one.content.digest
    assert await office.do(lambda store: broadcasts.change(store, one.id, DRAFTER, content))
    now = await fresh(office, one.id)
    assert (now.stage, now.digest, now.approver, now.content) == ("draft", None, None, content)
    assert not await office.do(lambda store: broadcasts.move(store, one, "canary"))
    assert not await office.do(lambda store: broadcasts.approve(store, one.id, APPROVER, one.content.digest))


async def test_nobody_approves_her_own_draft_nor_what_reads_otherwise_than_she_saw(office: Office) -> None:
    one = await drafted(office)
    digest = await office.do(lambda store: broadcasts.ask(store, one.id, DRAFTER)) or b""
    assert digest == one.content.digest
    assert not await office.do(lambda store: broadcasts.approve(store, one.id, DRAFTER, digest))
    assert not await office.do(lambda store: broadcasts.approve(store, one.id, APPROVER, b"another"))
    assert await office.do(lambda store: broadcasts.approve(store, one.id, APPROVER, digest))
    assert not await office.do(lambda store: broadcasts.approve(store, one.id, APPROVER, digest)), "once"


async def test_of_an_approval_and_a_change_at_once_only_one_counts(office: Office) -> None:
    one = await drafted(office)
    digest = await office.do(lambda store: broadcasts.ask(store, one.id, DRAFTER)) or b""
    other = changed(one.content, words={"ko": "다른 글"})
    await asyncio.gather(
        office.do(lambda store: broadcasts.approve(store, one.id, APPROVER, digest)),
        office.do(lambda store: broadcasts.change(store, one.id, DRAFTER, other)),
    )
    now = await fresh(office, one.id)
    assert (now.stage, now.content) == ("draft", other)


async def test_a_move_from_a_stage_it_is_not_in_any_more_does_nothing(office: Office) -> None:
    one = await approved(office)
    assert await office.do(lambda store: broadcasts.move(store, one, "canary"))
    assert not await office.do(lambda store: broadcasts.move(store, one, "canary"))
    assert not await office.do(lambda store: broadcasts.change(store, one.id, DRAFTER, one.content))
    assert not await office.do(lambda store: broadcasts.withdraw(store, one.id, DRAFTER))


async def test_what_stands_still_is_neither_moved_nor_sent_until_it_is_let_go_on(office: Office) -> None:
    await settled_people(office, range(1, 20))
    one, me = await at(office, "trial", await approved(office)), await carrier(office)
    assert await office.do(lambda store: broadcasts.pause(store, one.id, DRAFTER))
    assert not await office.do(lambda store: broadcasts.pause(store, one.id, DRAFTER))
    paused = await fresh(office, one.id)
    assert paused.halt == "person"
    assert not await office.do(lambda store: broadcasts.move(store, paused, "minute"))
    assert await take(office, me, one.id, 5) == []
    assert not await office.do(lambda store: broadcasts.halt(store, one.id, "night", NOW)), "a person's word stands"
    assert await office.do(lambda store: broadcasts.resume(store, one.id, APPROVER))
    assert not await office.do(lambda store: broadcasts.resume(store, one.id, APPROVER))
    assert len(await take(office, me, one.id, 5)) == 5


async def test_a_night_ends_by_itself_and_not_before(office: Office) -> None:
    one, morning = await at(office, "running", await approved(office)), NOW + timedelta(hours=9)
    assert await office.do(lambda store: broadcasts.halt(store, one.id, "night", morning))
    assert not await office.do(lambda store: broadcasts.wake(store, one.id))
    assert not await office.do(lambda store: broadcasts.resume(store, one.id, DRAFTER)), "nobody shortens a night"
    later = replace(office, now=morning)
    assert await later.do(lambda store: broadcasts.wake(store, one.id))
    assert (await fresh(office, one.id)).halt is None


async def test_who_lets_a_failing_one_go_on_knows_what_had_failed_until_then(office: Office) -> None:
    await settled_people(office, range(1, 6))
    one, me = await at(office, "running", await approved(office)), await carrier(office)
    await take(office, me, one.id, 5)
    for state, chats in {"sent": (1, 4), "refused": (2, 5), "unreachable": (3,)}.items():
        await mark(office, me, one.id, state, *chats)
    await office.do(lambda store: broadcasts.halt(store, one.id, "failing"))
    assert (await fresh(office, one.id)).lately == (2, 2, 1)
    await office.do(lambda store: broadcasts.resume(store, one.id, DRAFTER))
    assert (await fresh(office, one.id)).lately == (0, 0, 0)


async def test_it_is_done_only_when_everybodys_fate_is_known(office: Office) -> None:
    await settled_people(office, range(1, 4))
    one, me = await at(office, "running", await approved(office)), await carrier(office)
    assert not await office.do(lambda store: broadcasts.finish(store, one.id))
    await take(office, me, one.id, 5)
    assert not await office.do(lambda store: broadcasts.finish(store, one.id))
    await mark(office, me, one.id, "sent", 1, 2, 3)
    assert await office.do(lambda store: broadcasts.finish(store, one.id))
    done = await fresh(office, one.id)
    assert (done.stage, done.sent, done.left, done.ended_at) == ("done", 3, 0, NOW)


async def test_cancelling_counts_who_was_not_begun_with_and_what_is_on_its_way_still_counts(office: Office) -> None:
    await settled_people(office, range(1, 11))
    one, me = await at(office, "running", await approved(office)), await carrier(office)
    assert await take(office, me, one.id, 4) == [1, 2, 3, 4]
    assert await office.do(lambda store: broadcasts.cancel(store, one.id, DRAFTER))
    assert not await office.do(lambda store: broadcasts.cancel(store, one.id, DRAFTER))
    now = await fresh(office, one.id)
    assert (now.stage, now.wanted, now.cancelled, now.left) == ("cancelled", 10, 6, 4)
    assert await take(office, me, one.id, 4) == []
    for state, chats in {"sent": (1, 2), "parked": (3,), "later": (4,)}.items():
        await mark(office, me, one.id, state, *chats)
    now = await fresh(office, one.id)
    assert (now.sent, now.parked, now.cancelled, now.left) == (2, 1, 7, 0)
    await whole(office, one.id)


async def test_what_is_cancelled_before_it_was_filled_is_written_no_further(office: Office) -> None:
    await settled_people(office, range(1, 11))
    one = await approved(office)
    await office.do(lambda store: broadcasts.move(store, one, "canary"))
    assert await office.do(lambda store: recipients.fill(store, one.id, 4))
    assert await office.do(lambda store: broadcasts.cancel(store, one.id, DRAFTER))
    assert not await office.do(lambda store: recipients.fill(store, one.id, 4))
    assert len(await states(office.database, one.id)) == 4
    await whole(office, one.id)


async def test_every_hand_stands_in_the_audit_with_the_number(office: Office) -> None:
    one = await approved(office)
    await office.do(lambda store: broadcasts.move(store, one, "canary"))
    await office.do(lambda store: broadcasts.cancel(store, one.id, APPROVER))

    async def actions(store: Drawer) -> list[tuple[str, object]]:
        found = select(audit.c.action, audit.c.actor).order_by(audit.c.at, audit.c.id)
        return [(row.action, row.actor) for row in await store.read(found)]

    assert await office.do(actions) == [
        ("broadcast.drafted", DRAFTER), ("broadcast.asked", DRAFTER), ("broadcast.approved", APPROVER),
        ("broadcast.canary", None), ("broadcast.cancelled", APPROVER),
    ]  # fmt: skip
