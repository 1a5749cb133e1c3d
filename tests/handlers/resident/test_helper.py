"""A helper is put on record by a code, acts for one purpose, both are told, and one word ends it."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot import words
from bot.chores import helping
from storage import cases, helpers, people
from storage.cases import Case
from storage.engine import Drawer
from storage.tables import cases as case_rows
from tests.handlers.resident.conftest import Arrive
from tests.handlers.resident.test_helping import files, kim_of, knows, stranger
from tests.journey import Resident, Town


def code_in(resident: Resident) -> str:
    """The last code somebody was told."""
    found = (re.search(r"\b\d{4} \d{4}\b", text) for text in reversed(resident.all))
    return next(code[0] for code in found if code is not None)


async def gives(kim: Resident, purpose: str, days: str = "7") -> str:
    await kim.writes("/helper")
    for answer in ("give", purpose, days):
        await kim.presses(answer)
    return code_in(kim)


async def uses(lee: Resident, code: str) -> None:
    await lee.writes("/helper")
    await lee.presses("have")
    await lee.writes(code)


@pytest.fixture
async def kim(recognised: Arrive) -> Resident:
    return await recognised()


@pytest.fixture
async def lee(kim: Resident) -> Resident:
    return await stranger(kim.town)


async def test_both_hear_when_it_begins_and_what_was_done(kim: Resident, lee: Resident) -> None:
    await uses(lee, await gives(kim, "check"))
    assert any("도우미로 등록되었습니다" in text and "김○자" in text for text in lee.all)
    assert "도우미가 등록되었습니다" in kim.last
    await lee.writes("/eligibility")
    await lee.presses(next(code for code in lee.codes if code.startswith("for-")))
    assert "확인했습니다" in kim.last
    assert any("돕는 분께도 알렸습니다" in text for text in lee.all)


@pytest.mark.parametrize("word", ["그만", "그만!", "STOP"])
@pytest.mark.parametrize("side", ["kim", "lee"])
async def test_one_word_of_either_and_one_press_end_it_for_both(
    kim: Resident, lee: Resident, word: str, side: str
) -> None:
    await uses(lee, await gives(kim, "check"))
    one = {"kim": kim, "lee": lee}[side]
    await one.writes(word)
    await one.presses("help")
    for both in (kim, lee):
        assert "도움이 끝났습니다: 자격·지급 확인" in both.all[-2:]
    await lee.writes("/eligibility")
    assert not any(code.startswith("for-") for code in lee.codes)


async def test_a_button_ends_it_too(kim: Resident, lee: Resident) -> None:
    await uses(lee, await gives(kim, "visit"))
    await kim.writes("/mydata")
    await kim.presses("helper")
    await kim.presses(next(code for code in kim.codes if code.startswith("end-")))
    assert not any(code.startswith("end-") for code in kim.codes)
    assert lee.last == "도움이 끝났습니다: 방문 신청"


async def test_after_its_last_day_it_ends_by_itself_and_both_hear(kim: Resident, lee: Resident) -> None:
    await uses(lee, await gives(kim, "check"))
    kim.town.now += timedelta(days=8)
    await kim.town.within(helping.end(words.write))
    await kim.town.settled()
    assert kim.last == lee.last == "도움이 끝났습니다: 자격·지급 확인"


async def test_what_was_filed_is_hers_when_the_help_has_ended(kim: Resident, lee: Resident) -> None:
    await uses(lee, await gives(kim, "file"))
    await files(lee, await kim_of(kim.town))
    assert "도우미가 이의신청을 접수했습니다" in kim.last
    await lee.writes("그만")
    await lee.presses("help")
    town = kim.town

    async def filed(store: Drawer) -> Case | None:
        id = (await store.read(select(case_rows.c.id).where(case_rows.c.for_whom == helpers.HELPED))).scalar_one()
        return await cases.by_id(store, id)

    case = await town.within(filed)
    assert case.chat == kim.chat
    await kim.writes("/cases")
    assert case.id.hex in kim.codes
    await lee.writes("/cases")
    assert case.id.hex not in lee.codes


async def test_wrong_codes_are_counted_and_never_told_apart(kim: Resident, lee: Resident) -> None:
    right = await gives(kim, "check")
    for _ in range(5):
        await uses(lee, "00000001")
        assert "쓸 수 없는 번호" in lee.all[-2]
    await uses(lee, right)
    assert any("더 확인할 수 없습니다" in text for text in lee.all)
    assert not knows(lee)


async def test_a_code_is_not_for_oneself_and_not_without_recognition(kim: Resident, lee: Resident) -> None:
    await uses(kim, await gives(kim, "check"))
    assert "쓸 수 없는 번호" in kim.all[-2]
    await lee.writes("/helper")
    assert "give" not in lee.codes


async def test_help_is_not_offered_to_end_where_nobody_helps(lee: Resident) -> None:
    await lee.writes("/helper")
    await lee.writes("그만")
    assert lee.codes == ["dialog", "on"]


# ------------------------------------------------------------------------------------------------- at the office


async def test_the_office_countersigns_for_who_has_no_phone(city: Town) -> None:
    seo = await city.officer("seo", role="visits", dong="cheongna-1")
    await seo.presses("give")
    await seo.writes("김영자 1948-05-17")
    for answer in ("file", "30"):
        await seo.presses(answer)
    lee = await stranger(city)
    await uses(lee, code_in(seo))
    assert any("김○자" in text for text in lee.all)
    assert any("기록에 남습니다" in text for text in lee.all)


@pytest.mark.parametrize(("role", "dong"), [("visits", "yeonhui"), ("support", None)])
async def test_an_officer_gives_none_for_another_dong_or_without_the_right(
    city: Town, role: str, dong: str | None
) -> None:
    officer = await city.officer("han", role=role, dong=dong)
    assert ("give" in officer.codes) == (role == "visits")
    await officer.writes("/give")
    await officer.writes("김영자 1948-05-17")
    assert "한 분으로 찾지 못했습니다" in officer.all[-2]


async def test_nobody_gives_a_code_for_herself(kim: Resident) -> None:
    seo = await kim.town.officer("seo", role="visits", dong="cheongna-1")
    resident = await kim_of(kim.town)
    person = await kim.town.within(lambda store: people.by_chat(store, seo.chat))
    await kim.town.within(lambda store: people.bind(store, person, resident.id))
    await seo.writes("/give")
    await seo.writes("김영자 1948-05-17")
    assert "한 분으로 찾지 못했습니다" in seo.all[-2]
