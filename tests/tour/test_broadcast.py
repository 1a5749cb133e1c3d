"""A broadcast as all see it: written by one admin, approved by another, halted, delivered, taken back or corrected."""

import re

import pytest
from playwright.async_api import Locator, expect

from tests.tour.conftest import Counter
from tests.tour.phone import PATIENCE, Phone
from tests.tour.pictures import WANTED, picture

pytestmark = pytest.mark.browser

KO = "{dong} 주민께 알려 드립니다.\n9월 12일(금) 오후 6시까지 신청하실 수 있습니다."
EN = "News for residents of {dong}.\nYou can apply until Friday 12 September, 18:00."
A_MINUTE = 90_000  # milliseconds in which a minute to stop it is over


async def test_a_broadcast_goes_through_two_hands_and_is_taken_back(counter: Counter) -> None:
    async with counter.phones("문태호", "윤서아", yoon_jaeho="ko", moon_seongho="en") as (
        page,
        (jaeho, seongho, moon, yun),
    ):
        for one in (jaeho, seongho):
            await one.arrives()
        await writes(moon)
        await goes(moon, "1")
        await moon.presses("다른 관리자에게 승인 청하기")
        await approves(yun)
        await moon.sees("1번 단체 안내가 승인되었습니다.", "주민께 알려 드립니다.", "News for residents of your dong.")
        await jaeho.sees("우리 동 주민께 알려 드립니다.")
        await seongho.sees("News for residents of your dong.")
        await card(moon, "1분 기다림")
        if WANTED:
            await picture(page, "broadcast", card_of(moon), card_of(yun), width=1300)
        await taps(moon, "잠시 멈추기")
        await card(moon, "관리자가 멈춤")
        await yun.sees("문태호 님이 멈췄습니다.")
        await taps(yun, "다시 보내기")
        await expect(card_of(moon)).to_contain_text("끝남", timeout=A_MINUTE)
        await card(moon, "100%")
        await goes(moon, "1")
        await moon.presses("보낸 것 모두 지우기", "네, 그렇게 합니다")
        await expect(jaeho.log).not_to_contain_text("우리 동 주민께 알려 드립니다.", timeout=PATIENCE)
        await expect(seongho.log).not_to_contain_text("News for residents of your dong.", timeout=PATIENCE)


async def test_a_picture_stays_when_two_hands_put_other_words_under_it(counter: Counter) -> None:
    async with counter.phones("문태호", "윤서아", kang_sundeok="ko", han_jiyoung="en") as (_, (kang, han, moon, yun)):
        for one in (kang, han):
            await one.arrives()
        await writes(moon, with_picture=True)
        number = await number_of(moon)
        await moon.sees("사진: 함께 보냄")
        await goes(moon, number)
        await moon.presses("다른 관리자에게 승인 청하기")
        await approves(yun, number)
        for one, words in ((kang, "6시까지 신청"), (han, "September, 18:00")):
            await one.sees(words)
            await expect(one.row(words).locator("img")).to_be_visible()
        await expect(card_of(moon, number)).to_contain_text("끝남", timeout=A_MINUTE)
        await goes(moon, number)
        await moon.presses("고친 문구 쓰기", "고친 문구 쓰기")
        await moon.says(KO.replace("6시", "4시"))
        await moon.sees("고친 영어 문구를 적어 주십시오.")
        await moon.says(EN.replace("18:00", "16:00"))
        await moon.sees("다른 관리자의 승인을 기다립니다.")
        await expect(kang.log).not_to_contain_text("4시까지")
        await goes(yun, number)
        await yun.presses("고친 문구 보기", "받는 분이 보는 대로 보기", "이대로 승인하기")
        await yun.sees("승인했습니다. 받은 글을 바꾸고 있습니다.")
        for one, words, former in ((kang, "4시까지 신청", "6시까지"), (han, "September, 16:00", "18:00")):
            await one.sees(words)
            await expect(one.row(words).locator("img")).to_be_visible()
            await expect(one.row(words)).not_to_contain_text(former)


async def number_of(admin: Phone) -> str:
    """The number of the broadcast that was counted last."""
    return str(re.findall(r"(\d+)번 단체 안내", await admin.log.inner_text())[-1])


async def goes(admin: Phone, number: str) -> None:
    """Open its card from the list."""
    await admin.says("/broadcast")
    await admin.presses(re.compile(f"^{number}번"))


async def writes(admin: Phone, *, with_picture: bool = False) -> None:
    """Write it, to everybody, and wait until it is counted."""
    await admin.opens_desk()
    await admin.says("/broadcast")
    await admin.presses("새 단체 안내 쓰기", "업무 안내")
    await admin.says(KO)
    await admin.sees("영어 문구를 적어 주십시오.")
    await admin.says(EN)
    if with_picture:
        await admin.sees("사진을 함께 보내시려면")
        await admin.sends_sample_photo()
    else:
        await admin.presses("사진 없이")
    await admin.presses("이대로 정하기", "승인되는 대로")
    await admin.sees("세어 본 결과", "받을 분: ")


async def approves(admin: Phone, number: str = "1") -> None:
    """Read what it says, and approve it."""
    await admin.opens_desk()
    await admin.sees(f"{number}번 단체 안내가 승인을 기다립니다.")
    await goes(admin, number)
    await admin.presses("받는 분이 보는 대로 보기")
    await admin.sees("우리 동 주민께 알려 드립니다.")
    await admin.presses("이대로 승인하기", "네, 그렇게 합니다")
    await admin.sees(f"{number}번 단체 안내를 승인했습니다.")


def card_of(admin: Phone, number: str = "1") -> Locator:
    return admin.here.locator(
        ".row", has_text=f"■ {number}번 단체 안내", has=admin.page.get_by_role("button", name="카드 열기")
    )


async def card(admin: Phone, words: str) -> None:
    """Wait until the live card says so."""
    await expect(card_of(admin)).to_contain_text(words, timeout=PATIENCE)


async def taps(admin: Phone, label: str) -> None:
    """Press a button of the live card, which stays, and close the small window that answers."""
    await card_of(admin).get_by_role("button", name=label).click(timeout=PATIENCE)
    await admin.here.get_by_role("dialog").locator(".yes").click(timeout=PATIENCE)
