"""From an appeal to its letter, as all who have a hand in it see it: a resident, her dong's officer and the team."""

import re

import pytest
from playwright.async_api import expect

from bot.sample.staff import GROUP
from tests.tour.conftest import Counter
from tests.tour.phone import PATIENCE, Phone
from tests.tour.pictures import WANTED, picture

pytestmark = pytest.mark.browser

OFFICE = ("한소연", "오민재", GROUP.title)
FIRST_CALL = "근무일 5일: 2025년 8월 4일(월) 오후 6:00까지"


async def test_a_wife_is_asked_for_a_paper_and_reads_in_korean_what_was_decided(counter: Counter) -> None:
    async with counter.phones(*OFFICE, lee_sujin="ko") as (page, (lee, han, oh, group)):
        await lee.arrives()
        await lee.presses("지급 내역 보기")
        await lee.is_recognised()
        await lee.presses("1차 내용이 틀립니다 (이의신청)", "복지 자격이 반영되지 않았어요")
        await lee.presses("나중에 보내거나 가져가겠습니다", "없습니다", "맞습니다. 접수해 주십시오")
        number = await number_of(lee)
        await asks(han, number, "복지 자격 증명서")
        await lee.sees(f"담당자가 신청 {number}에 보완을 요청했습니다.")
        await group.sees("보완 기다림: 1")
        await lee.opens(number)
        await lee.presses("담당자의 요청 보고 답하기")
        await lee.sees("요청: 복지 자격을 보여 주는 증명서를 보내 주십시오.")
        await lee.presses("사진 보내기", "복지 자격 증명서")
        await lee.sends_sample_photo()
        await lee.sees("모두 1개입니다")
        await lee.presses("다 보냈습니다", "모두 보냈습니다")
        await lee.sees(f"신청 {number}: 답이 담당자에게 갔습니다.")
        await looks_again(han, number)
        if WANTED:
            await picture(page, "desk", han.question, width=390, height=844)
        await proposes(
            han, number, "복지 자격 확인됨", "복지 자격 증명서 (1장)", "차상위계층·한부모가족 금액: 300,000원"
        )
        await decides(oh, number)
        await lee.sees(f"신청 {number}의 결과가 나왔습니다.")
        await lee.opens(number)
        await lee.presses("결정문 보기")
        await lee.sees("■ 이의신청 결정", "까닭: 기준일의 복지 자격이 확인되었습니다.", "금액: 150,000원 → 300,000원")


async def test_a_foreigner_is_asked_for_a_paper_and_reads_in_english_what_was_decided(counter: Counter) -> None:
    async with counter.phones(*OFFICE, li_wei="en") as (page, (li, han, oh, _)):
        await li.arrives()
        await li.presses("My payments")
        await li.is_recognised()
        await li.presses("Done", "File an appeal", "Coupon, Round 1", "Myself")
        await li.presses("I am a foreigner or overseas Korean and not listed", "I will send or bring them later")
        await li.presses("Nothing more", "That is right. File it")
        number = await number_of(li)
        await asks(han, number, "체류자격")
        await li.sees(number)
        await li.opens(number)
        await li.presses("Read and answer the officer’s request")
        await li.sees("Please send a paper that shows your stay status.")
        await li.presses("Send photos", "Proof of stay status")
        await li.sends_sample_photo()
        await li.sees("Received in all: 1")
        await li.presses("I have sent them", "That is all")
        await looks_again(han, number)
        await proposes(han, number, "체류자격·보험 확인됨", "체류자격 확인 서류 (1장)", "기본 금액: 150,000원")
        await decides(oh, number)
        await li.opens(number)
        await li.presses("Read the decision")
        await li.sees("Your stay status and health insurance on the reference date are confirmed.")
        if WANTED:
            await han.here.evaluate("pane => { pane.hidden = true; }")
            letters = (li.row("■ Decision on your appeal"), oh.row("편지를 확인해 주십시오."))
            await picture(page, "decision", *letters, width=1300)


async def number_of(resident: Phone) -> str:
    """The number on the receipt."""
    await resident.sees("SG-250728-")
    return str(re.findall(r"SG-250728-\d+-\d", await resident.log.inner_text())[-1])


async def asks(officer: Phone, number: str, paper: str) -> None:
    """Take the case and ask for a paper."""
    await officer.opens_desk()
    await officer.says(f"/case {number}")
    await officer.presses("내가 맡기", "보완 요청하기", paper, "다 골랐습니다", FIRST_CALL, "보내기")
    await officer.sees(f"신청 {number}: 보완을 요청했습니다.")


async def looks_again(officer: Phone, number: str) -> None:
    """Open the case once the answer has come."""
    await officer.sees(f"신청 {number}: 보완에 대한 답이 왔습니다.")
    await officer.says(f"/case {number}")
    await expect(officer.question).to_contain_text("결정 제안하기", timeout=PATIENCE)


async def proposes(officer: Phone, number: str, why: str, seen: str, granted: str) -> None:
    """Propose to accept what was shown."""
    await officer.presses("결정 제안하기", "인용: 받아들임", why, seen, "다 골랐습니다", granted)
    await officer.presses(re.compile("계속$"), "덧붙이지 않음", "이대로 확정")
    await officer.sees(f"신청 {number}: 지급결정팀에 제안했습니다.")


async def decides(officer: Phone, number: str) -> None:
    """Take the case from the dong and decide as proposed."""
    await officer.opens_desk()
    await officer.says(f"/case {number}")
    await officer.presses("내가 맡기", "결정하기", "제안대로", "이대로 확정")
    await officer.sees(f"신청 {number}: 결정했습니다.")
