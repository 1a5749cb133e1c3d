from datetime import datetime

from tests.handlers.resident.conftest import Arrive
from tests.journey import SEOUL, Resident

COUPON = "livelihood-coupon-2025"


async def asks(resident: Resident, *answers: str) -> list[str]:
    """Open eligibility and answer; gives what was said after the last answer."""
    await resident.writes("/eligibility")
    before = 0
    for answer in answers:
        before = len(resident.all)
        await (resident.presses(answer) if answer in _codes(resident) else resident.writes(answer))
    return list(resident.all[before:])


def _codes(resident: Resident) -> set[str]:
    rows = next(sheet.rows for sheet in reversed(resident.sheets) if sheet.rows)
    return {data.partition(".")[2] for row in rows for data, _ in row}


async def test_a_self_check_of_four_questions_ends_in_the_sum(welcomed: Arrive) -> None:
    kim = await welcomed()
    said = await asks(kim, COUPON, "1", "1950.3.2", "korean", "yes", "basic")
    assert said[0].startswith("[소비쿠폰 1차]\n결과: 받으실 수 있습니다.\n기초생활수급자 금액: 400,000원")
    assert "신청하시는 날: 오늘 하실 수 있습니다." in said[0]
    assert "2025년 11월 30일(일)까지" in said[1]
    assert said[-1] == "더 알아보실 것이 있습니까?"


async def test_english_is_whole(welcomed: Arrive) -> None:
    ann = await welcomed(language="en")
    said = await asks(ann, COUPON, "1", "1950-03-02", "f6", "yes", "yes", "general")
    assert "Basic sum: KRW 150,000" in said[0]
    assert not [text for text in said for letter in text if "가" <= letter <= "힣"]


async def test_the_second_round_asks_premium_and_household(welcomed: Arrive) -> None:
    kim = await welcomed()
    kim.town.now = datetime(2025, 9, 23, 10, tzinfo=SEOUL)
    said = await asks(kim, COUPON, "2", "1990-03-02", "korean", "yes", "no", "general", "workplace", "1", "1", "23만원")
    assert "기준 220,000원보다 많습니다." in said[0]
    assert "국민건강보험공단" in said[0]
    await kim.presses("appeal-2")
    assert "동의하십니까?" not in kim.last


async def test_what_the_person_does_not_know_is_left_to_the_office(welcomed: Arrive) -> None:
    kim = await welcomed()
    said = await asks(kim, COUPON, "1", "1990-03-02", "korean", "yes", "unsure")
    assert "결과: 여기에서는 알 수 없습니다." in said[0]
    assert "물어보실 곳: " in said[0]


async def test_six_digits_of_a_birth_date_ask_the_century(welcomed: Arrive) -> None:
    kim = await welcomed()
    await asks(kim, COUPON, "1", "100302")
    assert kim.buttons == ["1910년 3월 2일", "2010년 3월 2일"]
    await kim.presses("2010년 3월 2일")
    assert "어디에 해당하십니까?" in kim.last


async def test_an_unreadable_answer_is_refused_and_asked_again(welcomed: Arrive) -> None:
    kim = await welcomed()
    await asks(kim, COUPON, "1", "봄에 태어났어요")
    assert kim.all[-2].startswith("생년월일로 읽지 못했습니다.")
    assert "생년월일을 알려 주십시오." in kim.last


async def test_back_goes_to_the_question_before(welcomed: Arrive) -> None:
    kim = await welcomed()
    await asks(kim, COUPON, "1")
    await kim.presses("뒤로")
    assert [label[:2] for label in kim.buttons] == ["1차", "2차"]


async def test_the_first_week_names_ones_day(welcomed: Arrive) -> None:
    kim = await welcomed()
    kim.town.now = datetime(2025, 7, 22, 10, tzinfo=SEOUL)  # Tuesday: 2 and 7
    said = await asks(kim, COUPON, "1", "1950-03-02", "korean", "yes", "general")
    assert "신청하시는 날: 2025년 7월 25일(금)부터 하실 수 있습니다." in said[0]


async def test_the_roster_answers_for_every_round(recognised: Arrive) -> None:
    han = await recognised("han-jiyoung")
    said = await asks(han, COUPON)
    assert said[0].startswith("[소비쿠폰 1차]\n결과: 받으실 수 있습니다.\n기본 금액: 150,000원")
    assert "지금 상태: 지급되었습니다" in said[0]
    assert "하실 일" not in said[0]
    assert any(text.startswith("[소비쿠폰 2차]") and "결과: 지금은 받으실 수 없습니다." in text for text in said)
    assert han.buttons[0] == "2차 이의신청하기"


async def test_a_head_of_household_chooses_among_her_minors(recognised: Arrive) -> None:
    park = await recognised("park-junho")
    said = await asks(park, COUPON)
    assert said == ["어느 분의 자격을 알아보시겠습니까?"]
    assert park.buttons == ["본인", "박○연 님 (2013년생)", "박○윤 님 (2017년생)"]
    await park.presses("박○윤 님 (2017년생)")
    assert any("대상: 박○윤 님 (2017년생)" in text and "150,000원" in text for text in park.all[-6:])
    assert "본인" in park.buttons


async def test_who_heads_no_household_sees_herself_only(recognised: Arrive) -> None:
    lee = await recognised("lee-sujin")
    assert (await asks(lee, COUPON))[-1] == "더 알아보실 것이 있습니까?"
    assert not [label for label in lee.buttons if "박" in label]


async def test_abroad_on_the_reference_date_leads_to_the_appeal_prefilled(recognised: Arrive) -> None:
    moon = await recognised("moon-seongho", language="en")
    said = await asks(moon, COUPON)
    assert "Result: not entitled as it stands." in said[0]
    await moon.presses("Appeal, Round 1")
    assert "I was abroad and am back" in moon.last


async def test_a_second_programme_asks_what_the_roster_does_not_know(recognised: Arrive) -> None:
    cho = await recognised("cho-eunbyeol")
    await asks(cho, "education-card")
    await cho.presses("조○서 님 (2016년생)")
    assert cho.last.startswith("어느 학교에 다닙니까?")
    await cho.presses("초등학교")
    assert any("[교육카드 2025년]" in text and "초등학생: 300,000원" in text for text in cho.all[-3:])


async def test_special_cases_are_told(welcomed: Arrive) -> None:
    kim = await welcomed()
    await asks(kim, COUPON, "1", "1950.3.2", "korean", "yes", "general")
    await kim.presses("특별한 경우의 신청 방법")
    await kim.presses("요양병원·시설에 계신 분")
    assert "형제자매" in kim.all[-2]


async def test_every_message_is_short(recognised: Arrive) -> None:
    for name in ("park-junho", "nguyen-thi-lan", "li-wei", "seo-jiwoo"):
        someone = await recognised(name, language="en")
        await asks(someone, COUPON)
        if someone.last == "Whose entitlement would you like to see?":
            await someone.presses("Myself")
        assert max(map(len, someone.all)) <= 900
