from datetime import datetime

from tests.handlers.resident.conftest import Arrive
from tests.journey import SEOUL, Town


async def test_a_paid_round_shows_when_how_much_and_until_when(recognised: Arrive) -> None:
    kim = await recognised()
    for words in (
        "[소비쿠폰 1차] 지급되었습니다",
        "신청한 때: 2025년 7월",
        "금액: 150,000원",
        "쓰실 수 있는 기한: 2025년 11월 30일(일)",
    ):
        assert words in kim.last
    assert "2025년 7월 28일(월) 오전 10:00 기준 자료입니다." in kim.last
    assert len(kim.last) <= 900


async def test_not_applied_yet_tells_how(recognised: Arrive) -> None:
    lan = await recognised("nguyen-thi-lan", language="en")
    assert "[Coupon, Round 1] Not applied for yet" in lan.last
    await lan.presses("How to apply, Round 1")
    assert "Incheon e-eum" in lan.all[-2]
    assert lan.last.startswith("Payments: Myself")


async def test_wrong_opens_the_appeal_prefilled(recognised: Arrive) -> None:
    kim = await recognised()
    await kim.presses("1차 내용이 틀립니다 (이의신청)")
    assert "1차" not in "".join(kim.buttons)
    assert kim.buttons


async def test_returned_money_sends_to_a_person(recognised: Arrive) -> None:
    song = await recognised("song-mikyung")
    assert "반납되었습니다" in song.last
    assert "상담원" in song.last


async def test_the_head_sees_each_minor(recognised: Arrive) -> None:
    park = await recognised("park-junho")
    await park.presses("박○연 님 (2013년생)")
    assert park.last.startswith("지급 내역: 박○연 님 (2013년생)")
    assert "본인" in park.buttons


async def test_who_is_recognised_but_without_records_is_told_so(recognised: Arrive) -> None:
    li = await recognised("li-wei", language="en")
    assert "There are no payment records yet." in li.last


async def test_nothing_is_shown_to_a_stranger(city: Town, welcomed: Arrive) -> None:
    kim = await welcomed()
    await kim.writes("/payment")
    assert "전화번호" in kim.last
    assert not [text for text in kim.all if "150,000" in text]


async def test_after_the_window_nothing_can_be_applied_for(recognised: Arrive) -> None:
    lan = await recognised("nguyen-thi-lan", language="en")
    lan.town.now = datetime(2025, 9, 12, 18, tzinfo=SEOUL)
    await lan.writes("/payment")
    assert "The application period is over." in lan.last
    assert "How to apply, Round 1" not in lan.buttons
