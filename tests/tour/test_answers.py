"""What residents ask in their own words, answered where they stand."""

import pytest
from playwright.async_api import expect

from tests.tour.conftest import Counter
from tests.tour.pictures import WANTED, picture

pytestmark = pytest.mark.browser

LEARNED = 240_000  # milliseconds in which a finder has learned, where nothing was kept


async def test_questions_in_ones_own_words_are_answered_in_ones_own_language(counter: Counter) -> None:
    async with counter.phones(seo_jiwoo="ko", song_mikyung="en") as (page, (seo, song)):
        for one in (seo, song):
            await one.arrives()
        await seo.says("주차 단속 과태료는 어디서 내요")
        await expect(seo.log).to_contain_text("그 일은 이 창구에서 안내해 드리지 못합니다.", timeout=LEARNED)
        await seo.says("엊그제 애기가 태어났는데 걔 몫도 나와요?")
        await seo.sees("출생신고를 하고 이의신청하시면", "이 까닭으로 이의신청하기")
        await song.says("can I pay for the taxi with the coupon")  # of this letters alone are sure
        await song.sees("Taxis, buses and trains", "Source:")
        if WANTED:
            await picture(page, "answers", seo.row("애기가 태어났는데"), song.row("pay for the taxi"))
