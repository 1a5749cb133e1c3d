"""Two desks in one chat: nothing of one is ever taken for the other's."""

from tests.journey import Town

HOME = "〔직원 창구〕\n무엇을 하시겠습니까?"


async def test_an_officer_stands_at_home_of_her_open_desk(town: Town) -> None:
    han = await town.officer("han", dong="yeonhui")
    assert han.question == HOME
    assert han.codes[-2:] == ["leave", "close"]


async def test_each_desk_keeps_her_place(town: Town) -> None:
    han = await town.officer("han", dong="yeonhui")
    await han.presses("leave")
    await han.presses("eligibility")
    there = han.question
    await han.writes("/staff")
    assert han.question != there
    await han.writes("/menu")
    await han.presses("staff")
    assert han.question == HOME


async def test_a_button_of_the_staff_desk_is_an_old_one_at_the_residents(town: Town) -> None:
    han = await town.officer("han", dong="yeonhui")
    _, close = han._button("close")
    await han.presses("leave")
    there = han.question
    await han.presses_data(close)
    assert "앞선 질문의 버튼" in han.all[-2]
    assert han.question == there


async def test_a_residents_button_is_an_old_one_at_the_staff_desk(town: Town) -> None:
    han = await town.officer("han", dong="yeonhui")
    await han.presses("leave")
    _, eligibility = han._button("eligibility")
    await han.presses("staff")
    await han.presses_data(eligibility)
    assert "앞선 질문의 버튼" in han.all[-2]
    assert han.question == HOME


async def test_a_command_of_her_other_desk_takes_an_officer_there(town: Town) -> None:
    han = await town.officer("han", dong="yeonhui")
    await han.presses("leave")
    await han.writes("/queue")
    assert han.question.startswith("〔직원 창구〕")
    await han.writes("/help")
    assert not han.question.startswith("〔직원 창구〕")


async def test_start_is_home_of_the_desk_where_an_officer_stands(town: Town) -> None:
    han = await town.officer("han", dong="yeonhui")
    await han.writes("/start")
    assert han.question == HOME


async def test_a_resident_has_no_command_of_those_who_work_here(town: Town) -> None:
    kim = town.resident("kim")
    await kim.writes("/start")
    there = kim.question
    await kim.writes("/queue")
    assert kim.question == there
    assert len(kim.all) == 3
