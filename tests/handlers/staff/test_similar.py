"""Beside an open case stand the closed ones most like it; a proposal that differs from most of them says so."""

from datetime import timedelta
from typing import Any

from storage import cases, decisions
from storage.engine import Drawer
from storage.ids import new_id
from tests.handlers.resident.conftest import Arrive
from tests.handlers.staff.deciding import appeal, dong_officer, takes, the_case
from tests.journey import Town
from tests.storage.test_cases import a_case
from tests.storage.test_decisions import NO

HAN = new_id()


async def closed_like_it(town: Town, count: int) -> None:
    """So many rejected appeals on the same ground in the same round, each decided three working hours after filing."""
    like = await the_case(town)

    async def work(store: Drawer) -> None:
        for n in range(count):
            known: dict[str, Any] = {"programme": like.programme, "round": like.round, "reason": like.reason}
            filed = store.now - timedelta(days=3)
            case = a_case(f"SG-{n}", bytes([n]) * 16, **known, dong=like.dong, filed_at=filed, state="deciding")
            await cases.file(store, case)
            await decisions.close(store, case, NO, HAN)

    await town.within(work)


async def test_they_are_shown_with_outcome_and_time_taken(town: Town, recognised: Arrive) -> None:
    await appeal(town, recognised)
    await closed_like_it(town, 7)
    han = await dong_officer(town)
    await takes(town, han)
    await han.presses("similar")
    assert han.question.count("기각: 받아들이지 않음") == 5
    assert "8시간" in han.question
    await han.presses("back")
    assert (await the_case(town)).number in han.question


async def test_without_any_that_is_said(town: Town, recognised: Arrive) -> None:
    await appeal(town, recognised)
    han = await dong_officer(town)
    await takes(town, han)
    await han.presses("similar")
    assert "아직 없습니다" in han.question


async def test_a_proposal_that_differs_from_most_says_so(town: Town, recognised: Arrive) -> None:
    await appeal(town, recognised)
    await closed_like_it(town, 3)
    han = await dong_officer(town)
    await takes(town, han)
    await han.presses("propose")
    for answer in ("accepted", "confirmed", "roster", "done", "basic", "done", "none"):
        await han.presses(answer)
    assert "3건 가운데 3건은 결과가 다릅니다: 기각" in han.question
    await han.presses("change")
    for answer in ("rejected", "not-met", "roster", "done", "none"):
        await han.presses(answer)
    assert "결과가 다릅니다" not in han.question


async def test_of_two_nothing_is_said(town: Town, recognised: Arrive) -> None:
    await appeal(town, recognised)
    await closed_like_it(town, 2)
    han = await dong_officer(town)
    await takes(town, han)
    await han.presses("propose")
    for answer in ("accepted", "confirmed", "roster", "done", "done", "none"):
        await han.presses(answer)
    assert "결과가 다릅니다" not in han.question
