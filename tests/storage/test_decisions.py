"""Decisions: one for each closing, with its record; who opened it, who is chased, and which closed cases are alike."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any

import msgspec
import pytest

from storage import awards, cases, decisions, files, migrate
from storage.cases import Case, Moved
from storage.decisions import Decision, Ruling
from storage.engine import Database
from storage.ids import new_id
from storage.unit import in_one
from storage.vault import Vault
from tests.storage.conftest import NOW, Office
from tests.storage.test_cases import a_case

HAN, SEO = new_id(), new_id()
YES = Ruling("accepted", "confirmed", "2025-09-21", ("family",), 300_000, 150_000, "확인했습니다")
NO = Ruling("rejected", "not-met", "2025-09-21", ("roster",))
_numbers = count(1)


async def filed(office: Office, **more: Any) -> Case:
    n = next(_numbers)
    case = a_case(f"SG-{n}", n.to_bytes(16), **{"state": "deciding", "holder": HAN, **more})
    return await office.do(lambda store: cases.file(store, case))


async def closed(office: Office, case: Case, ruling: Ruling = NO) -> tuple[Case, Decision]:
    return await office.do(lambda store: decisions.close(store, case, ruling, HAN))


async def test_a_decision_closes_its_case_and_is_read_back_as_it_was_made(office: Office) -> None:
    case = await filed(office)
    after, decision = await closed(office, case, YES)
    assert (after.state, after.open, after.holder, after.decided_by) == ("accepted", False, None, HAN)
    assert (decision.n, decision.ruling, decision.officer) == (1, YES, HAN)
    assert await office.do(lambda store: decisions.latest(store, case.id)) == decision
    assert [event.kind for event in await office.do(lambda store: cases.story(store, case.id))] == ["filed", "accept"]


@pytest.mark.parametrize("lacking", [{"code": ""}, {"rule": ""}, {"seen": ()}])
async def test_without_reason_rule_or_evidence_nothing_closes(office: Office, lacking: dict[str, Any]) -> None:
    case = await filed(office)
    with pytest.raises(ValueError):
        await closed(office, case, msgspec.structs.replace(NO, **lacking))
    assert await office.do(lambda store: cases.by_id(store, case.id)) == case


async def test_a_case_without_a_decision_has_none(office: Office) -> None:
    case = await filed(office)
    assert await office.do(lambda store: decisions.latest(store, case.id)) is None


async def test_a_case_closed_again_has_a_second_decision(office: Office) -> None:
    after, _ = await closed(office, await filed(office))
    again = await office.do(
        lambda store: cases.move(store, after, "deciding", open=True, actor=SEO, kind="reopen")  # shortened
    )
    _, second = await closed(office, again, YES)
    assert second.n == 2
    assert await office.do(lambda store: decisions.latest(store, after.id)) == second


async def test_the_second_of_two_decisions_writes_nothing(office: Office) -> None:
    case = await filed(office)
    await closed(office, case)
    with pytest.raises(Moved):
        await closed(office, case, YES)
    found = await office.do(lambda store: decisions.latest(store, case.id))
    assert found is not None
    assert found.ruling == NO
    assert await office.do(lambda store: awards.of_case(store, case.id)) is None


@pytest.mark.postgres
async def test_two_officers_at_the_same_instant_make_one_decision(postgres_url: str, vault: Vault) -> None:
    await migrate.upgrade(postgres_url)
    houses = [Database(postgres_url) for _ in range(4)]
    case = await in_one(houses[0], vault, NOW, lambda store: cases.file(store, a_case(state="deciding")))

    async def decides(house: Database, ruling: Ruling) -> tuple[Case, Decision]:
        return await in_one(house, vault, NOW, lambda store: decisions.close(store, case, ruling, new_id()))

    rulings = (YES, NO, YES, NO)
    found = await asyncio.gather(*map(decides, houses, rulings), return_exceptions=True)
    assert sorted(type(one).__name__ for one in found) == ["Moved"] * 3 + ["tuple"]
    for house in houses:
        await house.close()


async def test_opening_is_recorded_once(office: Office) -> None:
    case = await filed(office)
    _, decision = await closed(office, case)
    person = new_id()
    await office.do(lambda store: decisions.opened(store, decision, person))
    office.now += timedelta(hours=1)
    await office.do(lambda store: decisions.opened(store, decision, person))
    found = await office.do(lambda store: decisions.latest(store, case.id))
    assert found is not None
    assert found.opened_at == NOW
    story = await office.do(lambda store: cases.story(store, case.id))
    assert [event.kind for event in story].count("opened") == 1


async def test_what_nobody_opened_is_chased_once(office: Office) -> None:
    _, first = await closed(office, await filed(office))
    _, second = await closed(office, await filed(office))
    await office.do(lambda store: decisions.opened(store, second, new_id()))
    later = NOW + timedelta(days=3)
    assert await office.do(lambda store: decisions.unopened(store, later, 9)) == [(first.id, first.case, NOW)]
    assert await office.do(lambda store: decisions.unopened(store, NOW, 9)) == []
    assert await office.do(lambda store: decisions.chase(store, first.id))
    assert not await office.do(lambda store: decisions.chase(store, first.id))
    assert await office.do(lambda store: decisions.unopened(store, later, 9)) == []


async def with_paper(office: Office, case: Case, paper: str) -> None:
    file = await office.do(lambda store: files.want(store, case.id, case.person, case.chat, paper, "ref", "a.jpg"))
    found = await office.do(lambda store: files.by_id(store, file))
    assert found is not None
    await office.do(lambda store: files.finish(store, found, "jpeg", 10, 1, 1))


async def test_the_most_similar_closed_cases_come_first_and_are_five(office: Office) -> None:
    case = await filed(office)
    await with_paper(office, case, "family")
    alike = await filed(office)
    await with_paper(office, alike, "family")
    await closed(office, alike, YES)
    for n in range(6):
        office.now += timedelta(hours=n)
        await closed(office, await filed(office, identity="to_check"))
    others = [await filed(office, reason="moved"), await filed(office, round="2")]
    for other in others:
        await closed(office, other)
    found = await office.do(lambda store: decisions.alike(store, case))
    assert len(found) == 5
    assert (found[0].id, found[0].outcome, found[0].alike) == (alike.id, "accepted", 3)
    assert {one.alike for one in found[1:]} == {1}
    assert found[1].closed_at > found[2].closed_at


async def test_a_withdrawn_case_is_no_precedent(office: Office) -> None:
    case, gone = await filed(office), await filed(office)
    await office.do(lambda store: cases.move(store, gone, "withdrawn", open=False, actor=None, kind="withdraw"))
    assert await office.do(lambda store: decisions.alike(store, case)) == ()


async def test_a_case_is_not_its_own_precedent(office: Office) -> None:
    after, _ = await closed(office, await filed(office))
    assert await office.do(lambda store: decisions.alike(store, replace(after, state="reopened"))) == ()
