from storage import cases
from storage.engine import Drawer
from tests.handlers.resident.conftest import Arrive
from tests.handlers.resident.test_appeal import begins, filed, to_the_summary
from tests.journey import Resident, Town


async def files_an_appeal(kim: Resident) -> None:
    await begins(kim)
    await to_the_summary(kim, "본인", "amount")
    await kim.presses("right")


async def test_without_cases_an_appeal_is_offered(welcomed: Arrive) -> None:
    kim = await welcomed()
    await kim.writes("/cases")
    assert "접수된 신청이 없습니다" in kim.question
    await kim.presses("new")
    assert "이의신청" in kim.question


async def test_a_case_shows_its_way_whose_turn_it_is_when_and_its_place(town: Town, recognised: Arrive) -> None:
    kim = await recognised()
    await files_an_appeal(kim)
    await kim.writes("/cases")
    await kim.presses(kim.buttons[0])
    assert "[접수] → 서류 확인 → 결정 → 결과" in kim.question
    assert "담당자 차례" in kim.question
    assert "앞에 기다리는 신청 0건" in kim.question
    assert "2025년 7월 30일(수) 오전 10:00" in kim.question
    assert len(kim.question) <= 200
    assert len(kim.question.splitlines()) <= 5


async def test_the_place_in_the_queue_is_honest(town: Town, recognised: Arrive) -> None:
    husband = await recognised("park-junho")
    await files_an_appeal(husband)
    town.later(minutes=5)
    wife = await recognised("lee-sujin")
    await files_an_appeal(wife)
    await wife.presses("case")
    assert "앞에 기다리는 신청 1건" in wife.question


async def test_withdrawing_asks_once_more_and_ends_the_case(town: Town, recognised: Arrive) -> None:
    kim = await recognised()
    await files_an_appeal(kim)
    await kim.presses("case")
    await kim.presses("withdraw")
    await kim.presses("no")
    await kim.presses("withdraw")
    await kim.presses("yes")
    (case,) = await filed(town)
    assert (case.state, case.open) == ("withdrawn", False)
    assert kim.buttons == [f"{case.number} · 취하하심"]
    await kim.presses(case.id.hex)
    assert "결과: 취하하심" in kim.question
    assert not any("취하하기" in label for label in kim.buttons)


async def test_after_a_withdrawal_the_same_appeal_can_be_filed_again(town: Town, recognised: Arrive) -> None:
    kim = await recognised()
    await files_an_appeal(kim)
    for answer in ("case", "withdraw", "yes"):
        await kim.presses(answer)
    await files_an_appeal(kim)
    assert [case.open for case in await filed(town)] == [False, True]


async def test_a_case_that_an_officer_moved_first_is_not_withdrawn_blindly(town: Town, recognised: Arrive) -> None:
    kim = await recognised()
    await files_an_appeal(kim)
    await kim.presses("case")
    await kim.presses("withdraw")
    (case,) = await filed(town)

    async def accept(store: Drawer) -> None:
        await cases.move(store, case, "accepted", open=False, actor=None, kind="accept")

    await town.within(accept)
    await kim.presses("yes")
    assert "이미 끝난 신청" in "".join(kim.all[-2:])


async def test_a_foreign_case_is_never_shown(town: Town, recognised: Arrive) -> None:
    kim = await recognised()
    await files_an_appeal(kim)
    (case,) = await filed(town)
    other = await recognised("lim-donghyun")
    await other.writes("/cases")
    assert "접수된 신청이 없습니다" in other.question
    await other.presses_data(f"1.{case.id.hex}")
    assert not any(case.number in text for text in other.all)
