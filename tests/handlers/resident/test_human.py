from datetime import datetime

import pytest

from handlers.resident.danger import in_danger
from storage import talks
from storage.engine import Drawer
from storage.talks import Line
from tests.handlers.resident.conftest import Arrive
from tests.handlers.resident.test_appeal import filed
from tests.journey import SEOUL, Town


async def test_a_person_is_reached_by_one_sentence_and_gives_a_number(town: Town, welcomed: Arrive) -> None:
    kim = await welcomed()
    await kim.writes("/human")
    await kim.writes("카드를 잃어버렸습니다.")
    (case,) = await filed(town)
    assert (case.kind, case.told["words"]) == ("talk", "카드를 잃어버렸습니다.")
    assert any(case.number in text for text in kim.all)
    assert any("지금 담당자가 근무하고" in text for text in kim.all)


async def test_writing_twice_is_one_case(town: Town, welcomed: Arrive) -> None:
    kim = await welcomed()
    await kim.writes("/human")
    await kim.writes("카드를 잃어버렸습니다.")
    await kim.writes("어디로 가야 합니까?")
    await kim.writes("/human")
    await kim.writes("급합니다.")
    (case,) = await filed(town)

    async def said(store: Drawer) -> tuple[Line, ...]:
        return await talks.last_lines(store, case.id, 10)

    lines = await town.within(said)
    assert [line.words for line in lines] == ["카드를 잃어버렸습니다.", "어디로 가야 합니까?", "급합니다."]


async def test_the_place_she_came_from_can_be_what_it_is_about(town: Town, recognised: Arrive) -> None:
    kim = await recognised()
    await kim.writes("/appeal")
    await kim.presses("상담원")
    await kim.presses("here")
    (case,) = await filed(town)
    assert (case.told["words"], case.told["place"], case.told["steps"]) == ("", "appeal", ["begin"])
    assert "이의신청" in case.told["asked"]["ko"]


async def test_out_of_hours_the_next_opening_is_said(town: Town, welcomed: Arrive) -> None:
    kim = await welcomed()
    town.now = datetime(2025, 8, 1, 19, 0, tzinfo=SEOUL)  # a Friday evening
    await kim.writes("/human")
    await kim.writes("물어볼 것이 있습니다.")
    assert any("2025년 8월 4일(월) 오전 9:00" in text for text in kim.all)


async def test_words_of_danger_show_the_emergency_numbers_first(town: Town) -> None:
    stranger = town.resident("stranger")
    await stranger.writes("/human")
    before = len(stranger.all)
    await stranger.writes("이제 죽고 싶습니다")
    assert all(number in stranger.all[before] for number in ("119", "112", "109"))
    assert len(await filed(town)) == 1


@pytest.mark.parametrize("text", ["죽고싶어요", "살려 주세요!", "불이야", "I will kill myself", "FIRE!", "help me"])
def test_words_of_danger_are_known(text: str) -> None:
    assert in_danger(text)


@pytest.mark.parametrize("text", ["카드를 잃어버렸어요", "I was fired last year", "불로대곡동에 삽니다", "Please help"])
def test_everyday_words_are_no_danger(text: str) -> None:
    assert not in_danger(text)
