"""Who works at the counter: let in, given roles, taken away, each counting from the next press."""

import re
from datetime import date
from uuid import UUID

import pytest

from storage import staff
from storage.staff import Officer as Account
from tests.handlers.resident.conftest import Arrive
from tests.journey import PIN, Officer, Resident, Town

DESK = "〔관리자 창구〕"


async def account(town: Town, officer: Officer) -> Account | None:
    id = officer.account
    assert isinstance(id, UUID)
    return await town.within(lambda store: staff.by_id(store, id))  # type: ignore[no-any-return]


async def opens_card(yun: Resident, officer: Officer) -> None:
    await yun.writes("/people")
    assert officer.account is not None
    await yun.presses(officer.account.hex)


async def sure(yun: Resident) -> None:
    await yun.presses("yes")


async def invites(yun: Resident, name: str, role: str, dong: str | None = None, until: str = "open") -> str:
    await yun.writes("/people")
    await yun.presses("invite")
    await yun.writes(name)
    await yun.presses(role)
    if dong:
        while dong not in yun.codes:
            await yun.presses("+")
        await yun.presses(dong)
    await (yun.presses(until) if until == "open" else yun.writes(until))
    await sure(yun)
    found = re.search(r"\d{8}", yun.all[-2])
    assert found
    return found[0]


async def invites_admin(yun: Resident, name: str) -> None:
    await yun.writes("/people")
    await yun.presses("invite")
    await yun.writes(name)
    await yun.presses("admin")
    await yun.presses("open")
    await sure(yun)


async def test_only_an_admin_comes_to_the_admin_desk(town: Town, yun: Officer) -> None:
    assert yun.question.startswith(DESK)
    han = await town.officer("han", dong="yeonhui")
    assert "admin" not in han.codes
    await han.presses_data("s1.admin")
    assert not han.question.startswith(DESK)


async def test_somebody_invited_binds_her_chat_chooses_a_pin_and_stands_at_her_desk(
    town: Town, yun: Officer, welcomed: Arrive
) -> None:
    code = await invites(yun, "한지민", "appeals", "yeonhui", "2025-12-31")
    assert "72시간" in yun.all[-2]
    han = await welcomed()
    await han.writes("/staff")
    await han.writes(code)
    assert "한지민 님" in han.all[-2]
    await han.writes("1234")
    assert "쉬운 것" in han.all[-2]
    await han.writes(PIN)
    await han.presses("elsewhere")
    assert "queue" in han.codes
    assert han.question.startswith("〔직원 창구〕")
    (row,) = [one for one in await town.within(staff.all_of) if one.name == "한지민"]
    (held,) = row.held
    assert (held.role, held.dong, held.until) == ("appeals", "yeonhui", date(2025, 12, 31))


async def test_a_lost_code_is_made_anew(yun: Officer, welcomed: Arrive) -> None:
    lost = await invites(yun, "한지민", "calls")
    await yun.presses("한지민: 콜센터")
    await yun.presses("code")
    found = re.search(r"\d{8}", yun.all[-2])
    assert found
    han = await welcomed()
    await han.writes("/staff")
    await han.writes(lost)
    assert "쓸 수 없는 번호" in han.all[-2]
    await han.writes(found[0])
    assert "한지민 님" in han.all[-2]


async def test_wrong_codes_are_counted_and_the_sixth_is_not_even_tried(yun: Officer, welcomed: Arrive) -> None:
    code = await invites(yun, "한지민", "calls")
    han = await welcomed()
    await han.writes("/staff")
    for _ in range(5):
        await han.writes("00000000")
        assert "쓸 수 없는 번호" in han.all[-2]
    await han.writes(code)
    assert "오늘은 더 시도하실 수 없습니다" in han.all[-2]


async def test_a_removed_officer_is_out_with_her_next_press(town: Town, yun: Officer) -> None:
    han = await town.officer("han", dong="yeonhui")
    _, queue = han._button("queue")
    await opens_card(yun, han)
    await yun.presses("remove")
    await sure(yun)
    assert "직원 권한이 끝났습니다" in "\n".join(han.all)
    await han.presses_data(queue)
    assert "〔직원 창구〕" not in han.last
    await han.writes("/staff")
    assert "초대 번호" in han.last
    assert await account(town, han) is None


async def test_a_role_given_and_taken_counts_from_the_next_press(town: Town, yun: Officer) -> None:
    han = await town.officer("han", role="support")
    await opens_card(yun, han)
    await yun.presses("grant")
    await yun.presses("calls")
    await yun.presses("open")
    await sure(yun)
    assert "콜센터" in han.last
    await han.writes("/menu")
    assert "queue" in han.codes
    held = await account(town, han)
    assert held is not None
    await yun.presses(f"{held.held[1].id.hex}")
    await sure(yun)
    await han.presses("queue")
    await han.writes("/menu")
    assert "queue" not in han.codes


async def test_the_same_role_is_not_given_twice(town: Town, yun: Officer) -> None:
    han = await town.officer("han", role="calls")
    await opens_card(yun, han)
    await yun.presses("grant")
    await yun.presses("calls")
    await yun.presses("open")
    await sure(yun)
    assert "이미 가진 역할" in yun.all[-2]
    held = await account(town, han)
    assert held is not None
    assert len(held.held) == 1


async def test_nobody_changes_her_own_account(town: Town, yun: Officer) -> None:
    await opens_card(yun, yun)
    assert yun.codes == ["list"]
    turn = yun._button("list")[1].partition(".")[0]
    for code in ("grant", "remove", "unlock", "suspend", "lift"):
        await yun.presses_data(f"{turn}.{code}")
    assert await account(town, yun) is not None
    assert yun.codes == ["list"]


async def test_two_admins_who_end_each_other_leave_one(town: Town, yun: Officer) -> None:
    moon = await town.officer("moon", role="admin")
    await moon.presses("admin")
    for one, other in ((yun, moon), (moon, yun)):
        await opens_card(one, other)
        await one.presses("remove")
    await sure(yun)
    await moon.presses_data("a9.yes")
    assert await account(town, moon) is None
    assert await account(town, yun) is not None


async def test_an_admin_whose_role_was_taken_is_shown_out(town: Town, yun: Officer) -> None:
    moon = await town.officer("moon", role="admin")
    await moon.presses("admin")
    await opens_card(yun, moon)
    held = await account(town, moon)
    assert held is not None
    await yun.presses(held.held[0].id.hex)
    await sure(yun)
    await moon.presses("people")
    assert "직원 권한이 끝났습니다" in moon.question or "관리자 권한이 끝났습니다" in moon.question


async def test_a_suspended_officer_can_do_nothing_from_her_next_press_until_it_is_lifted(
    town: Town, yun: Officer
) -> None:
    han = await town.officer("han", dong="yeonhui")
    _, queue = han._button("queue")
    await opens_card(yun, han)
    await yun.presses("suspend")
    await sure(yun)
    assert "잠시 멈췄습니다" in han.last
    assert "권한이 잠시 멈춤" in yun.question
    await han.presses_data(queue)
    assert han.codes == ["leave"]
    assert "잠시 멈췄습니다" in han.question
    await han.writes(PIN)
    assert han.codes == ["leave"]
    await yun.presses("lift")
    assert "다시 일하실 수 있습니다" in han.last
    await han.opens()
    assert "queue" in han.codes
    held = await account(town, han)
    assert held is not None
    assert [one.role for one in held.held] == ["appeals"]


async def test_an_admin_is_not_suspended_by_one_who_was_suspended_herself(town: Town, yun: Officer) -> None:
    moon = await town.officer("moon", role="admin")
    await moon.presses("admin")
    for one, other in ((yun, moon), (moon, yun)):
        await opens_card(one, other)
        await one.presses("suspend")
    _, data = moon._button("yes")
    await sure(yun)
    await moon.presses_data(data)
    held = [await account(town, one) for one in (yun, moon)]
    assert [one.suspended for one in held if one] == [False, True]


async def test_a_suspended_admin_does_not_count_as_one_who_is_left(town: Town, yun: Officer) -> None:
    moon, cho = [await town.officer(name, role="admin") for name in ("moon", "cho")]
    for other in (moon, cho):
        await opens_card(yun, other)
        await yun.presses("suspend")
        await sure(yun)
    await opens_card(yun, yun)
    assert yun.codes == ["list"]
    held = [await account(town, one) for one in (moon, cho)]
    assert all(one is not None and one.suspended for one in held)


async def test_a_locked_desk_opens_again_with_a_new_pin(town: Town, yun: Officer) -> None:
    han = await town.officer("han", role="calls")
    town.later(minutes=11)
    await han.writes("/menu")
    for _ in range(5):
        await han.writes("9911")
    assert "잠겼습니다" in han.question
    await han.writes(PIN)
    assert "잠겼습니다" in han.question
    await yun.opens()
    await opens_card(yun, han)
    assert "잠김" in yun.question
    await yun.presses("unlock")
    await sure(yun)
    await han.presses("again")
    await han.writes("5938")
    assert "queue" in han.codes


@pytest.mark.parametrize("language", ["ko", "en"])
async def test_the_whole_way_is_in_both_languages_and_every_question_short(town: Town, language: str) -> None:
    yun = await town.officer("yun", role="admin", language=language)
    await yun.presses("admin")
    await invites(yun, "한지민", "head", "geomamgyeongseo", "2025-12-31")
    await yun.presses(yun.codes[1])
    for sheet in yun.sheets:
        assert len(sheet.text) <= 200, sheet.text
        assert all(len(label) <= 60 for row in sheet.rows for _, label in row)
        assert all(len(data.encode()) <= 64 for row in sheet.rows for data, _ in row)
