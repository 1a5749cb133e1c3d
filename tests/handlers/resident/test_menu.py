from handlers.resident.menu import FURTHER, MAIN
from handlers.screen import BACK, HOME, PERSON
from tests.handlers.resident.conftest import Arrive
from tests.journey import Resident


async def test_home_offers_the_six_things_people_come_for(welcomed: Arrive) -> None:
    kim = await welcomed()
    assert kim.buttons[:3] == ["받을 수 있는지 알아보기", "지급 내역 보기", "이의신청하기"]
    assert kim.buttons[3:] == ["내 민원 보기", "상담원에게 물어보기", "그 밖의 메뉴"]


async def test_a_person_is_offered_once_at_home_and_everywhere_else_below_the_choices(welcomed: Arrive) -> None:
    kim = await welcomed()
    assert [code for _, _, code in below(kim)] == ["more"]
    await kim.presses("more")
    assert [code for _, _, code in below(kim)] == [BACK, HOME, PERSON]


def below(one: Resident) -> list[tuple[str, str, str]]:
    """The buttons of the last row of what was said last."""
    return [data.partition(".") for data, _ in one.sheets[-1].rows[-1]]


async def test_a_number_is_as_good_as_a_button(welcomed: Arrive) -> None:
    ann = await welcomed(language="en")
    await ann.writes("6")
    assert ann.buttons[-1] == "Help"
    await ann.writes("첫번째")
    assert "dong centre" in ann.last


async def test_every_button_opens_its_dialog(welcomed: Arrive) -> None:
    kim = await welcomed()
    for option in MAIN:
        await kim.writes("/menu")
        await kim.presses(option.code)
        assert "무엇을 도와드릴까요?" not in kim.last
    for option in FURTHER:
        await kim.writes("/menu")
        await kim.presses("more")
        await kim.presses(option.code)
        assert kim.question != "무엇을 보시겠습니까?"
