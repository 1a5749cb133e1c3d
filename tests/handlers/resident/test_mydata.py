import json

from storage import people
from storage.people import Person
from tests.handlers.resident.conftest import Arrive
from tests.handlers.resident.test_appeal import filed
from tests.handlers.resident.test_cases import files_an_appeal
from tests.journey import Resident, Town


async def person(resident: Resident) -> Person:
    found: Person = await resident.town.within(lambda store: people.by_chat(store, resident.chat))
    return found


async def test_what_is_held_is_listed_with_the_day_it_goes(town: Town, recognised: Arrive) -> None:
    kim = await recognised()
    await files_an_appeal(kim)
    await kim.writes("/mydata")
    await kim.presses("held")
    told = next(text for text in kim.all if "보관하는 내 정보와 지우는 날" in text)
    (case,) = await filed(town)
    assert "쓰다 만 내용: 2025년 9월 26일(금)" in told
    assert f"{case.number}: 끝난 날부터 3년 뒤" in told
    assert len(told) <= 900


async def test_the_copy_holds_all_that_is_known_and_reads_as_json(town: Town, recognised: Arrive) -> None:
    kim = await recognised()
    await files_an_appeal(kim)
    await kim.writes("/mydata")
    await kim.presses("copy")
    sheet = next(sheet for sheet in reversed(kim.sheets) if sheet.file)
    assert sheet.file is not None
    name, data = sheet.file
    copy = json.loads(data.decode())
    assert name.endswith(".json")
    assert copy["roster"]["name"] == "김영자"
    assert copy["roster"]["payments"]
    assert copy["cases"][0]["told"]["name"] == "김영자"
    assert copy["profile"]["language"] == "ko"


async def test_forgetting_the_phone_ends_recognition_and_keeps_the_cases(town: Town, recognised: Arrive) -> None:
    kim = await recognised()
    await files_an_appeal(kim)
    await kim.writes("/mydata")
    await kim.presses("forget")
    await kim.presses("yes")
    assert (await person(kim)).resident is None
    await kim.writes("/cases")
    assert len(kim.buttons) == 1
    await kim.writes("/mydata")
    assert not any("본인 확인 끝내기" in label for label in kim.buttons)


async def test_erasing_asks_names_open_cases_and_leaves_a_stranger(town: Town, recognised: Arrive) -> None:
    kim = await recognised()
    await files_an_appeal(kim)
    before = await person(kim)
    await kim.writes("/mydata")
    await kim.presses("erase")
    assert "처리 중인 신청: 1건" in kim.question
    await kim.presses("yes")
    after = await person(kim)
    assert after.id != before.id
    assert (after.consent, after.resident) == (0, None)
    (case,) = await filed(town)
    assert case.open


async def test_a_draft_is_erased_with_the_person(recognised: Arrive) -> None:
    kim = await recognised()
    await kim.writes("/appeal")
    for answer in ("livelihood-coupon-2025/1", "본인"):
        await kim.presses(answer)
    await kim.writes("/mydata")
    await kim.presses("erase")
    await kim.presses("yes")
    for answer in ("ko", "동의합니다", "받겠습니다", "받지 않겠습니다", "이 대화방에서 받겠습니다"):
        await kim.presses(answer)
    await kim.writes("/appeal")
    assert "쓰시던 이의신청" not in kim.question
