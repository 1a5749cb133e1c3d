"""An answer in other words: read like a file, shown as residents will read it, in force when another confirmed it."""

import pytest

from bot.chores.following import city_of_today
from programmes.model import Wording
from storage import amendments
from tests.handlers.admin.test_questions import another, opens, waiting
from tests.journey import CITY, Officer, Town

COUPON = next(iter(CITY.programmes.values()))
NOW = COUPON.answers["ref_date"].answer
KO = "기준일은 {reference_date}입니다. 그날 주소로 정합니다."
EN = "The reference date is {reference_date}. Your address on that day counts."


@pytest.fixture
async def oh(town: Town) -> Officer:
    """Of the team that decides, before the answer about the reference date."""
    oh = await another(town, "oh", "decision")
    await oh.writes("/questions")
    await oh.presses("rewrite")
    await oh.writes("기준일")
    await oh.presses("ref_date")
    return oh


async def writes(officer: Officer, ko: str = KO, en: str = EN) -> None:
    await officer.writes(ko)
    await officer.writes(en)


async def test_the_answer_stands_there_with_its_braces_to_be_written_anew(oh: Officer) -> None:
    assert "{reference_date}" in oh.question
    assert NOW.ko.splitlines()[0] in oh.question
    await oh.presses("keep")
    assert NOW.en.splitlines()[0] in oh.question


async def test_it_counts_when_another_confirms_what_residents_will_read(town: Town, oh: Officer) -> None:
    await writes(oh)
    assert "기준일은 2025년 6월 18일" in oh.question
    assert "The reference date is" in oh.question
    await oh.presses("propose")
    assert "다른 분이 확인하면" in oh.all[-2]
    moon = await another(town)
    await opens(moon)
    assert "답 고쳐 쓰기" in moon.question
    assert "기준일은 2025년 6월 18일" in moon.question
    await moon.presses("yes")
    city, learned = await city_of_today(town.database, town.vault, CITY)
    assert city.programmes[COUPON.id].answers["ref_date"].answer == Wording(KO, EN)
    assert learned == ()


@pytest.mark.parametrize(
    ("ko", "en", "why"),
    [
        (KO.replace("{reference_date}", "6월 18일"), EN, "중괄호 자리로 둡니다: 6/18"),
        (KO + " 15만원입니다.", EN + " It is KRW 150,000.", "중괄호 자리로 둡니다: 150,000"),
        (KO, EN.replace("{reference_date}", "that day"), "두 언어의 채울 자리가 다름"),
        (KO + " {nobody}", EN + " {nobody}", "채울 수 없는 자리: {nobody}"),
        (KO + " seo.incheon.kr에서 보십시오.", EN, "인터넷 주소"),
        (KO + " 그렇게 해.", EN, "반말로 끝남"),
        (KO.replace("}입니다", "}은 그날입니다"), EN, "조사가 있습니다"),
        (KO + " {", EN, "중괄호가 열린"),
        (EN, EN, "다른 언어로"),
    ],
)
async def test_what_a_file_may_not_hold_is_told_in_sentences(
    town: Town, oh: Officer, ko: str, en: str, why: str
) -> None:
    await writes(oh, ko, en)
    assert why in oh.question
    assert oh.codes == ["ko", "en"]
    await oh.presses("ko")
    await oh.writes(KO)
    await oh.writes(EN)
    assert oh.codes == ["propose", "ko", "en"]
    assert await waiting(town) == ()


async def test_the_same_words_are_nothing_to_propose(town: Town, oh: Officer) -> None:
    await oh.presses("keep")
    await oh.presses("keep")
    await oh.presses("propose")
    assert "지금 답과 같습니다" in oh.all[-2]
    await oh.presses("ko")
    await oh.writes("가" * 901)
    assert "900" in oh.all[-2]
    assert await waiting(town) == ()


async def test_what_was_written_from_an_answer_that_changed_since_is_not_confirmed(town: Town, oh: Officer) -> None:
    await writes(oh)
    await oh.presses("propose")
    moon = await another(town)
    was = {"ko": "다릅니다.", "en": "Otherwise."}
    told = {"ko": KO, "en": EN, "was": was}
    officer = oh.account
    assert officer is not None
    propose = lambda store: amendments.propose(store, "answer", COUPON.id, "ref_date", told, officer)  # noqa: E731
    await town.within(propose)
    await moon.writes("/questions")
    await moon.presses("confirm")
    await moon.presses(moon.codes[1])
    await moon.presses("yes")
    assert "제안한 뒤에 답이 바뀌었습니다" in moon.all[-2]
    assert len(await waiting(town)) == 2
    await moon.presses("no")
    assert "받아들이지 않았습니다" in oh.last
