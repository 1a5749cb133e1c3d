from datetime import timedelta

from storage import people
from storage.people import Person
from tests.handlers.resident.conftest import Arrive
from tests.journey import Resident, Town


async def person(resident: Resident) -> Person:
    found: Person = await resident.town.within(lambda store: people.by_chat(store, resident.chat))
    return found


async def test_the_language_of_the_phone_greets_and_can_be_changed_at_once(town: Town) -> None:
    ann = town.resident("ann", language="en")
    await ann.writes("/start")
    assert ann.last.startswith("Hello")
    await ann.presses("한국어 (Korean)")
    assert ann.last.startswith("개인정보")
    assert (await person(ann)).language == "ko"


async def test_whoever_writes_first_is_asked_for_consent_before_the_menu(town: Town) -> None:
    kim = town.resident("kim")
    await kim.writes("안녕하세요")
    assert "어느 언어로" in kim.last


async def test_the_card_says_version_date_and_retention_in_words(town: Town) -> None:
    for language, wanted in (("ko", ("제1판, 2025년 7월 21일", "3년", "60일", "외국", "14세")),
                             ("en", ("version 1", "3 years", "60 days", "outside Korea", "Under 14"))):  # fmt: skip
        someone = town.resident("someone", language=language)
        await someone.writes("/start")
        await someone.presses(language)
        assert all(words in someone.last for words in wanted)
        assert len(someone.last) <= 900


async def test_each_optional_part_is_asked_and_written_down_with_its_time(town: Town) -> None:
    kim = town.resident("kim")
    await kim.writes("/start")
    for answer in ("ko", "동의합니다", "받지 않겠습니다", "받겠습니다", "우편으로 받겠습니다"):
        await kim.presses(answer)
    assert kim.buttons[0] == "받을 수 있는지 알아보기"
    told = await person(kim)
    assert (told.consent, told.case_notices, told.information, told.decisions_here) == (1, False, True, False)
    assert told.consent_at == town.now


async def test_refusing_leaves_the_general_desk_open(town: Town) -> None:
    kim = town.resident("kim")
    await kim.writes("/start")
    await kim.presses("ko")
    await kim.presses("동의하지 않습니다")
    assert (await person(kim)).consent == people.CONSENT_REFUSED
    assert kim.buttons[0] == "받을 수 있는지 알아보기"
    await kim.presses("받을 수 있는지 알아보기")
    assert "어느 지원을" in kim.last
    await kim.writes("/payment")
    assert "동의하십니까?" in kim.last


async def test_who_consented_is_not_asked_again(welcomed: Arrive) -> None:
    kim = await welcomed()
    kim.town.now += timedelta(days=40)
    await kim.writes("/start")
    assert "무엇을 도와드릴까요?" in kim.last


async def test_consent_leads_on_to_what_was_wanted(town: Town) -> None:
    kim = town.resident("kim")
    await kim.writes("/notices")
    for answer in ("동의합니다", "받겠습니다", "받지 않겠습니다", "우편으로 받겠습니다"):
        await kim.presses(answer)
    assert "새 소식: 받지 않습니다" in kim.last
