"""Texts say how old the figures are when a file is late, and only then in so many words."""

from tests.handlers.resident.conftest import Arrive
from tests.journey import CITY, Town

LATE = CITY.files


async def test_payments_of_yesterday_are_said_to_be_of_yesterday(recognised: Arrive, town: Town) -> None:
    kim = await recognised()
    assert "2025년 7월 28일(월) 오전 10:00 기준 자료입니다." in kim.question
    town.later(hours=LATE.payments.late_hours, minutes=1)
    await kim.writes("/payment")
    assert "어제 오전 10:00 기준 자료입니다. 새 자료가 늦어지고 있습니다." in kim.question


async def test_older_ones_are_said_with_their_day_in_english_too(recognised: Arrive, town: Town) -> None:
    kim = await recognised(language="en")
    town.later(hours=LATE.payments.late_hours + 24, minutes=1)
    await kim.writes("/payment")
    assert "Records as of 28 July, 10:00. Newer ones are late." in kim.question


async def test_what_one_is_entitled_to_says_it_when_the_roster_is_late(recognised: Arrive, town: Town) -> None:
    kim = await recognised()
    for hours, says in ((0, False), (LATE.roster.late_hours, True)):
        town.later(hours=hours, minutes=1)
        await kim.writes("/eligibility")
        while "situation" not in kim.codes:
            await kim.writes("1")
        assert ("7월 28일 오전 10:00 기준 자료입니다." in kim.question) is says


async def test_a_self_check_of_a_stranger_says_nothing_of_files(city: Town, welcomed: Arrive) -> None:
    lee = await welcomed()
    city.later(hours=LATE.roster.late_hours, minutes=1)
    await lee.writes("/eligibility")
    await lee.presses("livelihood-coupon-2025")
    while "situation" not in lee.codes:
        await (lee.presses(lee.codes[-1]) if lee.codes else lee.writes("1980-01-01"))
    assert "기준 자료입니다" not in lee.question
