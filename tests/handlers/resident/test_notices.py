from storage import people
from tests.handlers.resident.conftest import Arrive


async def test_one_tap_changes_one_choice_and_shows_how_things_stand(welcomed: Arrive) -> None:
    kim = await welcomed()
    await kim.writes("/notices")
    assert "민원 진행 알림: 받습니다" in kim.last
    await kim.presses("민원 진행 알림 그만 받기")
    assert "민원 진행 알림: 받지 않습니다" in kim.last
    await kim.presses("결정을 우편으로 받기")
    assert "결정 받는 곳: 우편" in kim.last
    told = await kim.town.within(lambda store: people.by_chat(store, kim.chat))
    assert (told.case_notices, told.information, told.decisions_here, told.consent) == (False, False, False, 1)


async def test_done_leads_home(welcomed: Arrive) -> None:
    ann = await welcomed(language="en")
    await ann.writes("/notices")
    await ann.presses("Done")
    assert ann.last.startswith("How can we help you?")
