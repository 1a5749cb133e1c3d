"""One word stops what it is meant for: the news, the dialog, the help; it is asked for, and nothing else is lost."""

import pytest

from handlers.resident.notices import STOP_ROW, TAP
from storage import people
from storage.people import Person
from tests.handlers.resident.conftest import Arrive
from tests.handlers.resident.test_helper import gives, uses
from tests.handlers.resident.test_helping import stranger
from tests.journey import Resident, Town

WORDS = ["그만", "그만!", "stop", "STOP."]


async def known(one: Resident) -> Person:
    found: Person | None = await one.town.within(lambda store: people.by_chat(store, one.chat))
    assert found is not None
    return found


async def hears(one: Resident) -> None:
    """Let her be sent news, and stand at home."""
    await one.writes("/notices")
    if not (await known(one)).information:
        await one.presses("information")
    await one.presses("done")


@pytest.fixture
async def kim(welcomed: Arrive) -> Resident:
    kim = await welcomed()
    await hears(kim)
    return kim


@pytest.mark.parametrize("word", WORDS)
async def test_outside_a_dialog_one_word_and_one_tap_stop_the_news(kim: Resident, word: str) -> None:
    await kim.writes(word)
    assert kim.codes == ["information", "on"]
    await kim.presses("information")
    assert "새 소식을 보내지 않습니다" in kim.all[-2]
    her = await known(kim)
    assert (her.information, her.case_notices, her.decisions_here) == (False, True, True)
    await kim.writes(word)
    assert kim.codes == ["on"]
    await kim.presses("on")
    assert "eligibility" in kim.codes


async def test_her_word_may_be_answered_in_words(kim: Resident) -> None:
    await kim.writes("그만")
    await kim.writes("1")
    assert not (await known(kim)).information


async def test_no_is_no(kim: Resident) -> None:
    await kim.writes("그만")
    await kim.presses("on")
    assert (await known(kim)).information
    assert "eligibility" in kim.codes


@pytest.mark.parametrize("word", WORDS)
async def test_inside_a_dialog_she_is_asked_which_and_keeps_her_place(kim: Resident, word: str) -> None:
    await kim.writes("/language")
    asked = kim.question
    await kim.writes(word)
    assert kim.codes == ["dialog", "information", "on"]
    await kim.presses("information")
    assert not (await known(kim)).information
    assert kim.question == asked


async def test_the_dialog_alone_can_be_stopped(kim: Resident) -> None:
    await kim.writes("/language")
    await kim.writes("그만")
    await kim.presses("dialog")
    assert (await known(kim)).information
    assert "eligibility" in kim.codes


async def test_at_a_question_that_takes_free_words_it_is_no_answer_and_all_answers_are_kept(
    recognised: Arrive, town: Town
) -> None:
    kim = await recognised("kim-youngja")
    await hears(kim)
    await kim.writes("/human")
    asked = kim.question
    await kim.writes("그만")
    assert kim.codes == ["dialog", "information", "on"]
    await kim.presses("on")
    assert kim.question == asked
    await kim.writes("돈이 안 들어왔어요")
    assert (await known(kim)).information


async def test_the_way_back_is_kept_over_the_question(recognised: Arrive) -> None:
    kim = await recognised("kim-youngja")
    await hears(kim)
    await kim.writes("/appeal")
    first = kim.question
    await kim.presses(kim.codes[0])
    second = kim.question
    await kim.writes("stop")
    await kim.presses("on")
    assert kim.question == second
    await kim.presses("<")
    assert kim.question == first


async def test_the_word_twice_asks_twice_and_loses_nothing(kim: Resident) -> None:
    await kim.writes("/language")
    asked = kim.question
    for _ in range(3):
        await kim.writes("그만")
    await kim.presses("on")
    assert kim.question == asked


async def test_of_three_meanings_those_that_apply_are_offered(recognised: Arrive) -> None:
    kim = await recognised("kim-youngja")
    lee = await stranger(kim.town)
    await uses(lee, await gives(kim, "check"))
    await hears(kim)
    await kim.writes("/menu")
    await kim.writes("그만")
    assert kim.codes == ["information", "help", "on"]
    await kim.writes("/language")
    await kim.writes("그만")
    assert kim.codes == ["dialog", "information", "help", "on"]
    await kim.presses("help")
    assert "도움이 끝났습니다: 자격·지급 확인" in lee.last
    await kim.writes("그만")
    assert kim.codes == ["dialog", "information", "on"]


async def test_who_never_consented_is_asked_about_the_dialog_only(town: Town) -> None:
    new = town.resident("new")
    await new.writes("/start")
    await new.writes("그만")
    assert new.codes == ["dialog", "on"]
    await new.presses("on")
    assert (await known(new)).consent == 0


# --------------------------------------------------------------------------------------------- under a broadcast


async def test_one_tap_under_a_broadcast_stops_the_news_and_leaves_her_where_she_stands(kim: Resident) -> None:
    await kim.writes("/language")
    asked, codes = kim.question, kim.codes
    for _ in range(2):
        await kim.presses_data(TAP)
        assert "새 소식을 보내지 않습니다" in kim.last
    assert not (await known(kim)).information
    assert (kim.question, kim.codes) == (asked, codes)
    await kim.presses(kim.codes[0])
    assert kim.question != asked
    assert STOP_ROW[0][0] == TAP


async def test_the_tap_counts_at_a_closed_staff_desk_too(town: Town, kim: Resident) -> None:
    han = await town.officer("han", role="calls")
    await han.writes("/notices")
    await hears(han)
    await han.writes("/queue")
    town.later(minutes=11)
    await han.presses_data(TAP)
    assert not (await known(han)).information


@pytest.mark.parametrize("data", ["news.stopp", "news", "news.start", ".stop", "!", "1.!"])
async def test_no_other_press_stops_anything(kim: Resident, data: str) -> None:
    await kim.presses_data(data)
    assert (await known(kim)).information


async def test_an_officer_at_her_desk_says_it_to_nobody(town: Town) -> None:
    han = await town.officer("han", role="calls")
    await han.writes("그만")
    assert "dialog" not in han.codes


@pytest.mark.parametrize("language", ["ko", "en"])
async def test_the_questions_are_short_in_both_languages(recognised: Arrive, language: str) -> None:
    kim = await recognised("kim-youngja", language=language)
    await hears(kim)
    for before in ("/menu", "/language", "/appeal"):
        await kim.writes(before)
        await kim.writes("stop")
        assert len(kim.question) <= 200
        assert kim.question.count("\n") < 5
        await kim.presses("on")
