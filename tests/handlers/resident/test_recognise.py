from storage import recognition, registry
from storage.engine import Drawer
from tests.handlers.resident.conftest import Arrive
from tests.journey import Resident, Town

FAILED = "보내 주신 내용으로는 확인하지 못했습니다."


async def tries(resident: Resident, born: str, phone: str | None = None) -> str:
    """Go through recognition once; gives the last words."""
    await resident.writes("/payment")
    await resident.shares_contact(phone)
    await resident.writes(born)
    return resident.last


async def test_own_phone_and_birth_date_open_what_was_wanted(city: Town, welcomed: Arrive) -> None:
    kim = await welcomed()
    last = await tries(kim, "1948년 5월 17일")
    assert "확인되었습니다. 김○자 님, 반갑습니다." in kim.all
    assert last.startswith("지급 내역: 본인")


async def test_six_digits_ask_which_century(city: Town, welcomed: Arrive) -> None:
    kim = await welcomed("cho-iseo")
    kim.phone = "+821000000013"
    await tries(kim, "901111")
    assert "지급 내역" in kim.last  # nobody living was born in 1890 and nobody yet in 2090
    lan = await welcomed("nguyen-thi-lan", language="en")
    await lan.writes("/payment")
    await lan.shares_contact()
    await lan.writes("120812")
    assert lan.buttons == ["12 August 1912", "12 August 2012"]


async def test_a_forwarded_contact_is_refused(city: Town, welcomed: Arrive) -> None:
    kim = await welcomed()
    await kim.writes("/payment")
    await kim.shares_contact("+821000000002", own=False)
    assert kim.all[-2].startswith("이 휴대전화의 번호로 확인되지 않았습니다.")


async def test_unknown_wrong_and_locked_are_one_sentence(city: Town, welcomed: Arrive) -> None:
    nobody = await welcomed("jung-taewon")
    unknown = await tries(nobody, "1979-06-05")
    kim = await welcomed()
    wrong = await tries(kim, "1948-05-18")
    for _ in range(5):
        await tries(kim, "1948-05-19")
    locked = await tries(kim, "1948-05-17")
    assert unknown == wrong == locked
    assert unknown.startswith(FAILED)


async def test_failing_opens_the_door_to_an_appeal_with_what_was_told(city: Town, welcomed: Arrive) -> None:
    jung = await welcomed("jung-taewon")
    await tries(jung, "1979-06-05")
    assert jung.buttons == ["확인 전에 이의신청하기", "다시 확인하기"]
    await jung.presses("다시 확인하기")
    await jung.shares_contact()
    await jung.writes("1979-06-05")
    await jung.presses("확인 전에 이의신청하기")
    assert jung.buttons


async def test_a_second_phone_ends_the_first_and_tells_it(city: Town, welcomed: Arrive) -> None:
    old = await welcomed()
    await tries(old, "1948-05-17")
    new = await welcomed()
    assert (await tries(new, "1948-05-17")).startswith("지급 내역")
    assert old.last.startswith("다른 휴대전화에서 본인 확인을 마쳐")
    assert "김" not in old.last
    await old.writes("/payment")
    assert old.question.startswith("먼저 본인인지")


async def test_children_are_sent_to_their_guardian(city: Town, welcomed: Arrive) -> None:
    child = await welcomed()
    assert "무엇을 도와드릴까요?" in await tries(child, "2013-04-11")
    assert child.all[-2].startswith("만 14세 미만")


async def test_recognition_is_asked_again_after_180_quiet_days(recognised: Arrive) -> None:
    kim = await recognised()
    kim.town.later(days=181)
    await kim.writes("/payment")
    assert kim.question.startswith("먼저 본인인지")


async def test_a_wrong_code_from_the_dong_ends_at_the_same_sentence(city: Town, welcomed: Arrive) -> None:
    kim = await welcomed()
    await kim.writes("/payment")
    await kim.writes("동에서 받은 번호로 확인하기")
    await kim.writes("1234 5678")
    assert kim.last.startswith(FAILED)


async def test_a_code_from_the_dong_works_once(city: Town, welcomed: Arrive) -> None:
    kang = await welcomed("kang-sundeok")

    async def code(store: Drawer) -> str:
        found = await registry.by_person_id(store, "kang-sundeok")
        assert found is not None
        return await recognition.make_code(store, found.id)

    digits = await city.within(code)
    for resident in (kang, await welcomed()):
        await resident.writes("/payment")
        await resident.writes("동에서 받은 번호로 확인하기")
        await resident.writes(f"{digits[:4]} {digits[4:]}")
    assert kang.last.startswith("지급 내역: 본인")
    assert resident.last.startswith(FAILED)
