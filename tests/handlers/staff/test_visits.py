"""Visits at home: asked for by a resident, made by the dong's visiting officer along the street."""

import pytest
from sqlalchemy import select

from storage import cases
from storage.cases import Case
from storage.engine import Drawer
from storage.tables import cases as case_rows
from tests.handlers.resident.conftest import Arrive
from tests.journey import Officer, Resident, Town

KIMS = "cheongna-1"


async def the_visits(town: Town) -> list[Case]:
    async def read(store: Drawer) -> list[Case | None]:
        ids = (await store.read(select(case_rows.c.id).where(case_rows.c.kind == "visit"))).scalars().all()
        return [await cases.by_id(store, one) for one in ids]

    return await town.within(read)  # type: ignore[no-any-return]


async def asks(resident: Resident, address: str = "서곶로 307, 101동 1203호", when: str = "any") -> None:
    await resident.writes("/visit")
    await resident.presses("here")
    await resident.presses("mobility")
    await resident.writes(address)
    await resident.presses(when)
    await resident.presses("right")


@pytest.fixture
async def seo(town: Town) -> Officer:
    """The visiting officer of 청라1동."""
    return await town.officer("seo", role="visits", dong=KIMS)


async def test_a_resident_asks_and_gets_a_number_and_what_is_brought(recognised: Arrive) -> None:
    kim = await recognised()
    await asks(kim)
    (case,) = await the_visits(kim.town)
    assert (case.state, case.dong, case.office, case.identity) == ("filed", KIMS, KIMS, "recognised")
    assert case.told["address"] == "서곶로 307, 101동 1203호"
    receipt = next(text for text in kim.all if case.number in text)
    assert "신청서" in receipt
    assert "서곶로" not in receipt
    await kim.writes("/cases")
    await kim.presses(case.id.hex)
    assert "찾아가는 신청" in kim.question
    assert "[접수] → 방문 → 마침" in kim.question


async def test_there_is_one_open_visit_for_a_person(recognised: Arrive) -> None:
    kim = await recognised()
    await asks(kim)
    await asks(kim, "가정로 1")
    assert len(await the_visits(kim.town)) == 1
    assert any("이미 부탁하신" in text for text in kim.all)


async def test_where_a_relative_can_go_the_dong_is_asked_first(recognised: Arrive) -> None:
    kim = await recognised()
    await kim.writes("/visit")
    await kim.presses("here")
    await kim.presses("family")
    assert any("같은 세대의 가족" in text for text in kim.all)
    assert "동을 골라" in kim.question
    assert await the_visits(kim.town) == []


async def test_who_is_not_recognised_says_who_and_where(welcomed: Arrive) -> None:
    kim = await welcomed()
    await kim.writes("/visit")
    await kim.presses("here")
    for answer in ("facility",):
        await kim.presses(answer)
    for words in ("김영자", "010-0000-0001", "가정1동", "나은병원 302호"):
        await kim.writes(words)
    await kim.presses("any")
    await kim.presses("right")
    (case,) = await the_visits(kim.town)
    assert (case.identity, case.resident, case.dong) == ("to_check", None, "gajeong-1")


async def test_the_officer_makes_it_after_nobody_was_at_home(recognised: Arrive, seo: Officer) -> None:
    kim = await recognised()
    await asks(kim)
    assert any("새 방문 부탁" in text for text in seo.all)
    assert not any("서곶로" in text for text in seo.all)
    await seo.presses("visits")
    await seo.presses("any")
    (label,) = [label for label in seo.buttons if "서곶로 307" in label]
    await seo.presses(label)
    assert "김영자" in seo.question
    await seo.presses("not_home")
    await seo.presses("2025-07-30/am")
    assert "만나지 못했습니다" in kim.last
    await seo.writes("/visits")
    await seo.presses("2025-07-30")
    await seo.presses(label.replace("아무 때나", "오전"))
    assert "다녀간 횟수: 1" in seo.question
    await seo.presses("done")
    assert "방문을 마쳤습니다" in kim.last
    (case,) = await the_visits(kim.town)
    assert (case.state, case.open) == ("done", False)


async def test_the_round_goes_along_the_street(town: Town, recognised: Arrive, seo: Officer) -> None:
    await recognised()  # the roster is there
    for n, address in enumerate(("서곶로 307", "가정로406번길 25", "서곶로 9", "가정로 9")):
        one = town.resident(f"n{n}")
        await one.writes("/start")
        await one.presses("ko")
        for choice in ("동의합니다", "받겠습니다", "받지 않겠습니다", "이 대화방에서 받겠습니다"):
            await one.presses(choice)
        await one.writes("/visit")
        await one.presses("here")
        await one.presses("mobility")
        for words in (f"홍길동{'가나다라'[n]}", f"010-2000-000{n}", "청라1동", address):
            await one.writes(words)
        await one.presses("any")
        await one.presses("right")
    await seo.presses("visits")
    await seo.presses("any")
    assert [label.partition(" ·")[0] for label in seo.buttons[:4]] == [
        "가정로 9", "가정로406번길 25", "서곶로 9", "서곶로 307",
    ]  # fmt: skip


async def test_another_dong_sees_nothing_of_it_and_a_forged_button_opens_nothing(
    town: Town, recognised: Arrive, seo: Officer
) -> None:
    kim = await recognised()
    await asks(kim)
    other = await town.officer("other", role="visits", dong="yeonhui")
    await other.writes("/visits")
    assert "남은 방문이 없습니다" in other.question
    await seo.presses("visits")
    await seo.presses("any")
    (case,) = await the_visits(town)
    sign, _, _ = other._button("back")[1].partition(".")
    await other.presses_data(f"{sign}.{case.id.hex}")
    assert not any("서곶로" in text for text in other.all)


async def test_nobody_makes_a_visit_of_her_own(recognised: Arrive, town: Town) -> None:
    kim = await recognised()
    await asks(kim)
    (case,) = await the_visits(town)
    seo = await town.officer("seo", role="visits", dong=KIMS)
    await town.within(lambda store: store.write(case_rows.update().values(chat=seo.chat)))
    await seo.writes("/visits")
    await seo.presses("any")
    await seo.presses(case.id.hex)
    assert "김영자" not in seo.question
