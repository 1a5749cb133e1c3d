"""The whole counter as newcomers meet it: the real bot, a sample city, two phones in a real browser.

With PICTURES=docs/pictures the screenshot of the README is taken on the way.
"""

from io import BytesIO

import pytest
from playwright.async_api import expect
from pypdf import PdfWriter

from tests.tour.conftest import Counter
from tests.tour.pictures import WANTED, picture

pytestmark = pytest.mark.browser

COUPON = {"ko": "민생회복 소비쿠폰", "en": "Livelihood Recovery Consumption Coupon"}
RESIDENT_NUMBER = "900101-1234567"


async def test_a_father_sees_his_familys_sums_and_appeals_by_mouse(counter: Counter) -> None:
    async with counter.phones(park_junho="ko", nguyen_thi_lan="en") as (_, (park, _)):
        await park.arrives()
        await park.presses("받을 수 있는지 알아보기", "본인 확인하고 알아보기")
        await park.is_recognised()
        await park.presses(COUPON["ko"], "본인")
        await park.sees("기본 금액: 150,000원", "2차 금액: 100,000원", "9월 12일(금) 오후 6:00까지", "인천 어디에서나")
        await park.presses("박○윤 님 (2017년생)")
        await park.sees("대상: 박○윤 님 (2017년생)", "세대주가 받습니다", "9월 24일(수)부터 하실 수 있습니다")
        await expect(park.log).not_to_contain_text("9월 23일(화)")  # a minor's day is the head's
        await park.presses("지급 내역 보기")
        await park.sees("아직 신청하지 않으셨습니다", "신청 마감: 2025년 9월 12일(금) 오후 6:00")
        await park.presses("박○윤 님 (2017년생)", "1차 내용이 틀립니다 (이의신청)", "금액이 다르거나 빠졌어요")
        await park.presses("그 밖의 서류")
        await park.sends_sample_photo()
        await park.sees("모두 1개입니다")
        await park.sends_pdf("가족관계증명서.pdf", pdf())
        await park.sees("모두 2개입니다")
        await park.presses("다 보냈습니다", "다 보냈습니다. 다음으로")
        await park.says("아이 몫이 빠져 있습니다.")
        await park.sees("대상: 박도윤 · 2017년 11월 23일", "보낸 파일 2개", "하실 말씀: 아이 몫이 빠져 있습니다.")
        await park.presses("맞습니다. 접수해 주십시오")
        await park.sees("접수번호: SG-250728-", "소비쿠폰 1차 이의신청", "답변 예정: 2025년 7월 30일(수)")
        await park.presses("답변 예정 시각은 어떻게 나왔습니까?")
        await park.sees("2025년 7월 29일(화): 8시간", "근무시간 16시간", "점심시간, 주말, 공휴일은 세지 않습니다.")


async def test_a_marriage_migrant_appeals_in_english_by_keyboard(counter: Counter) -> None:
    async with counter.phones(park_junho="ko", nguyen_thi_lan="en") as (page, (_, lan)):
        lan.keyboard = True
        await lan.arrives()
        await lan.presses("My payments")
        await lan.is_recognised()
        await lan.sees("Not applied for yet", "Friday 12 September 2025, 18:00")
        await lan.presses("Am I entitled?", COUPON["en"])
        await lan.sees("KRW 150,000", "KRW 100,000", "Anywhere in Incheon", "KRW 3 billion")
        await lan.presses("Done", "File an appeal", "Coupon, Round 1", "Myself")
        await lan.presses("I am a foreigner or overseas Korean and not listed", "Proof of stay status")
        await lan.sends_sample_photo()
        await lan.sees("Received in all: 1")
        await lan.presses("I have sent them", "That is all. Go on", "Nothing more", "That is right. File it")
        await lan.sees("Number: SG-250728-", "Coupon, Round 1 (appeal)", "Wednesday 30 July 2025")
        await lan.presses("How was the time worked out?")
        await lan.sees("Tuesday 29 July 2025: 8 hours", "16 hours")
        await lan.presses("Done")
        if WANTED:
            await picture(page, "appeal", *await page.locator(".row", has_text="SG-250728-").all())


async def test_a_single_mother_adds_a_paper_to_her_case_and_withdraws_it(counter: Counter) -> None:
    async with counter.phones(cho_eunbyeol="ko") as (_, (cho,)):
        await cho.arrives()
        await cho.presses("지급 내역 보기")
        await cho.is_recognised()
        await cho.presses("1차 내용이 틀립니다 (이의신청)", "복지 자격이 반영되지 않았어요")
        await cho.sees("있으면 도움이 되는 서류")
        await cho.presses("나중에 보내거나 가져가겠습니다", "없습니다", "맞습니다. 접수해 주십시오", "내 민원 보기")
        await cho.sees("서류 0개")
        await cho.presses("서류 더 보내기", "복지 자격 증명서")
        await cho.sends_sample_photo()
        await cho.sees("모두 1개입니다")
        await cho.presses("다 보냈습니다", "다 보냈습니다. 다음으로")
        await cho.sees("서류 1개")
        await cho.presses("신청 취하하기", "네, 취하합니다")
        await cho.sees("취하되었습니다. 접수번호: SG-250728-", "취하하심")


async def test_somebody_on_no_list_files_with_his_identity_to_be_checked(counter: Counter) -> None:
    async with counter.phones(jung_taewon="ko") as (_, (jung,)):
        await jung.arrives()
        await jung.presses("받을 수 있는지 알아보기", "본인 확인하고 알아보기")
        await jung.is_recognised()
        await jung.sees("본인인지는 담당자가 나중에 확인합니다.")
        await jung.presses("확인 전에 이의신청하기", "소비쿠폰 1차")
        await jung.says(jung.name)
        await jung.sees("어느 동이었습니까?")
        await jung.says("연희동")
        await jung.presses("외국에 있다가 돌아왔어요", "나중에 보내거나 가져가겠습니다", "없습니다")
        await jung.sees("기준일의 동: 연희동", "대상: 정태원 · 1979년 6월 5일")
        await jung.presses("맞습니다. 접수해 주십시오")
        await jung.sees("접수번호: SG-250728-")
        await expect(jung.log).not_to_contain_text("150,000원")


async def test_numbers_old_buttons_and_another_language_are_understood(counter: Counter) -> None:
    async with counter.phones(kim_youngja="ko") as (_, (kim,)):
        await kim.arrives()
        await kim.says(f"제 번호는 {RESIDENT_NUMBER} 입니다")
        await kim.sees("보내신 글은 이 대화방에서 지웠고")
        await expect(kim.log).not_to_contain_text(RESIDENT_NUMBER)
        await kim.says("/menu")
        menus = kim.here.locator(".row:has(.key)", has_text="무엇을 도와드릴까요?")
        await expect(menus).to_have_count(2)
        await menus.first.get_by_role("button", name="지급 내역 보기").click()
        await kim.sees("앞선 질문의 버튼을 누르셨습니다.")
        await expect(menus).to_have_count(3)  # it asks anew
        await kim.presses("그 밖의 메뉴", "언어 바꾸기 (Language)", "English (영어)")
        await kim.sees("From now on we answer in English.", "How can we help you?")
        await kim.says("/language")
        await kim.presses("한국어 (Korean)")
        await kim.sees("이제부터 한국어로 안내합니다.")


async def test_a_power_cut_in_the_middle_of_an_appeal_loses_nothing(counter: Counter) -> None:
    async with counter.phones(lim_donghyun="ko") as (_, (lim,)):
        await lim.arrives()
        await lim.presses("지급 내역 보기")
        await lim.is_recognised()
        await lim.presses("1차 내용이 틀립니다 (이의신청)", "금액이 다르거나 빠졌어요")
        await lim.sees("지금 보내실 서류가 있습니까?")
        await counter.loses_power()
        await lim.presses("나중에 보내거나 가져가겠습니다", "없습니다", "맞습니다. 접수해 주십시오")
        await lim.sees("접수번호: SG-250728-")


def pdf() -> bytes:
    """A page without words."""
    file, writer = BytesIO(), PdfWriter()
    writer.add_blank_page(200, 200)
    writer.write(file)
    return file.getvalue()
