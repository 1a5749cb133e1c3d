"""An officer looks an answer up: three with sources and notes; one tap puts one before her as its reader reads it."""

import asyncio
from collections.abc import Sequence

import pytest

from bot.asking import Asking, Patience
from bot.finder.verdict import Found
from bot.words import write
from handlers.dialog import In, said, t
from programmes.topics import params
from storage import bundles, staff, talks
from tests.bot.finder_stand_in import ByHeart
from tests.handlers.resident.conftest import Arrive
from tests.handlers.resident.test_appeal import filed
from tests.handlers.staff.deciding import appeal, dong_officer, takes, the_case
from tests.handlers.staff.test_supplement import opens_request
from tests.handlers.staff.test_talks import Talk, talk
from tests.journey import CITY, Officer, Town
from tests.waiting import until

__all__ = ["talk"]
COUPON = next(iter(CITY.programmes.values()))
WHERE, DOG, RAIN, RICH = "어디서 긁혀요", "강아지 몫도 나와요", "내일 비 오나요", "재산 120억까지래요"
KNOWN = {
    WHERE: Found("answer", ("use_where", "use_area", "use_excluded", "hours")),
    DOG: Found("unknown", ("newborn", "gone_with_a_release")),
    RICH: Found("answer", ("r2_assets",), claim="asset-limit-12-billion"),
    RAIN: Found("unknown", (), kind=next(iter(CITY.elsewhere))),
}


def answer(topic: str, lang: str = "ko") -> str:
    one = COUPON.answers[topic]
    return write(In(lang, said(one.answer, **params(COUPON, one))), lang)  # type: ignore[arg-type]


async def asks(town: Town, officer: Officer, words: str = WHERE) -> Sequence[str]:
    """Write it, and read the letters that come back."""
    before = len(officer.all)
    await officer.writes(words)
    finder = ByHeart(KNOWN)
    asking = Asking(town.database, town.vault, finder, lambda: town.now, town.reception.receive, Patience(pause=0.0))
    while await asking.once():
        await town.settled()
    return officer.all[before:]


def buttons(officer: Officer) -> list[tuple[str, str]]:
    """Under the last three letters: data and label."""
    return [(data, label) for sheet in officer.sheets[-3:] for row in sheet.rows for data, label in row]


@pytest.fixture
async def han(town: Town) -> Officer:
    han = await town.officer("han", role="calls")
    await han.writes("/ask")
    return han


async def test_three_answers_come_with_source_and_what_only_officers_know(town: Town, han: Officer) -> None:
    heard = await asks(town, han)
    assert [text.splitlines()[1] for text in heard] == [
        COUPON.answers[id].title.ko for id in ("use_where", "use_area", "use_excluded")
    ]
    topic = COUPON.answers["use_where"]
    assert answer("use_where") in heard[0]
    assert topic.staff is not None
    assert write(t("consult.notes", words=said(topic.staff, **params(COUPON, topic))), "ko") in heard[0]
    assert f"출처: {topic.source.ko}" in heard[0]
    assert all(text.startswith("〔직원 창구〕") for text in heard)
    assert buttons(han) == []  # no talk is open, and she came from no case


async def test_a_wrong_claim_is_put_right_before_the_answers_at_her_desk(town: Town, han: Officer) -> None:
    right, *answers = await asks(town, han, RICH)
    assert right.startswith(f"〔직원 창구〕\n{write(t('ask.claim'), 'ko')}")
    assert [text.splitlines()[1] for text in answers] == [COUPON.answers["r2_assets"].title.ko]


async def test_an_english_reader_reads_them_in_english(town: Town) -> None:
    ann = await town.officer("ann", role="visits", dong="yeonhui", language="en")
    await ann.writes("/ask")
    heard = await asks(town, ann)
    assert answer("use_where", "en") in heard[0]
    assert "Staff only: " in heard[0]


async def test_what_nothing_answers_is_kept_for_whoever_writes_answers(town: Town, han: Officer) -> None:
    heard = await asks(town, han, DOG)
    assert "꼭 맞는 안내는 없습니다" in heard[0]
    assert [text.splitlines()[1] for text in heard[1:]] == [COUPON.answers["newborn"].title.ko]
    (kept,) = await town.within(lambda store: bundles.loose(store, 9))
    assert (kept.words, kept.guesses) == (DOG, ("newborn", "gone_with_a_release"))
    heard = await asks(town, han, RAIN)
    assert len(heard) == 1
    assert next(iter(CITY.elsewhere.values())).says.ko in heard[0]


async def test_words_are_wanted_and_a_desk_that_closed_hears_nothing(town: Town, han: Officer) -> None:
    await han.writes("?!")
    assert "글자로 적어 주십시오" in han.all[-2]
    before = len(han.all)
    await han.writes(WHERE)
    town.later(hours=1)
    await asks(town, han, "/ask")
    assert len(han.all) == before + 1  # the door


async def test_one_tap_puts_an_answer_before_her_and_another_sends_it(town: Town, talk: Talk) -> None:
    lan, han = await talk("en")
    await han.presses("ask")
    await asks(town, han)
    assert [data for data, _ in buttons(han)] == ["a.t.use_where", "a.t.use_area", "a.t.use_excluded"]
    await han.presses_data("a.t.use_area")
    assert answer("use_area", "en") in han.question  # as she will read it
    assert answer("use_area", "en") not in "".join(lan.all)
    await han.presses("send")
    assert answer("use_area", "en") in lan.last
    case = (await filed(town))[-1]
    (line,) = await town.within(lambda store: talks.last_lines(store, case.id, 1))
    assert (line.phrase, line.words) == ("answer:use_area", "")
    assert answer("use_area")[:40] in han.question  # among the lines of the talk, in her own language


async def test_one_tap_puts_an_answer_into_what_a_case_lacks(town: Town, recognised: Arrive) -> None:
    kim = await appeal(town, recognised)
    han = await dong_officer(town)
    await takes(town, han)
    case = await the_case(town)
    await han.presses("+")
    await han.presses("ask")
    await asks(town, han)
    assert buttons(han)[0][0] == f"a.c.use_where.{case.id.hex}"
    await han.presses_data(f"a.c.use_where.{case.id.hex}")
    assert COUPON.answers["use_where"].title.ko in han.question
    await han.presses("done")
    await han.presses("5")
    assert answer("use_where") in han.question  # the letter, before it goes
    await han.presses("send")
    await opens_request(town, kim)
    assert answer("use_where") in kim.all[-2]


async def test_the_way_back_leads_to_the_case(town: Town, recognised: Arrive) -> None:
    await appeal(town, recognised)
    han = await dong_officer(town)
    await takes(town, han)
    await han.presses("+")
    await han.presses("ask")
    await han.presses("back")
    assert (await the_case(town)).number in han.question
    await asks(town, han, "/ask")
    assert han.codes == []


async def test_the_one_appeal_in_her_hand_is_meant_wherever_she_asks(town: Town, recognised: Arrive) -> None:
    await appeal(town, recognised)
    han = await dong_officer(town)
    await han.writes("/ask")
    await asks(town, han)
    assert buttons(han) == []
    await takes(town, han)
    await han.writes("/ask")
    await asks(town, han)
    case = await the_case(town)
    assert buttons(han)[0] == (f"a.c.use_where.{case.id.hex}", f"{case.number} 보완 요청에 넣기")


async def test_a_button_gives_no_right_by_itself(town: Town, recognised: Arrive) -> None:
    await appeal(town, recognised)
    han = await dong_officer(town)
    await takes(town, han)
    case = await the_case(town)
    oh = await town.officer("oh", role="appeals", dong=case.dong)
    await oh.presses_data(f"a.c.use_where.{case.id.hex}")
    assert "지금 맡고 계신 신청이 아닙니다" in oh.question
    await oh.presses_data("a.t.use_where")
    assert oh.codes == ["drop"]
    await oh.presses_data("a.t.long_gone")
    assert "지금은 없는 안내입니다" in oh.last


@pytest.mark.parametrize("elsewhere", ["/help", "/people"])
async def test_the_button_leads_to_the_talk_from_another_desk_of_hers(town: Town, talk: Talk, elsewhere: str) -> None:
    lan, han = await talk("ko")
    assert han.account is not None
    account = han.account
    await town.within(lambda store: staff.grant(store, account, "admin", None, None, None))
    await han.presses("ask")
    await asks(town, han)
    await han.writes(elsewhere)
    await han.presses_data("a.t.use_area")
    assert han.question.startswith("〔직원 창구〕")
    assert answer("use_area") in han.question
    await han.presses("send")
    assert answer("use_area") in lan.last


@pytest.mark.parametrize("hours", [0, 1])  # after one the desk is closed
async def test_a_residents_own_answer_is_one_at_the_staff_desk_too(town: Town, han: Officer, hours: int) -> None:
    town.later(hours=hours)
    await han.presses_data("q.t.use_area")
    assert han.last.startswith(COUPON.answers["use_area"].title.ko)
    assert not han.last.startswith("〔직원 창구〕")
    await han.presses_data("q.o.minor_head")
    assert not han.question.startswith("〔직원 창구〕")


async def test_the_button_under_an_officers_words_leads_her_who_is_a_resident_too_to_her_talk(han: Officer) -> None:
    await han.presses_data("0.?")
    assert han.question == write(t("human.ask"), "ko")


async def test_to_a_resident_it_is_an_old_button(town: Town) -> None:
    kim = town.resident("kim")
    await kim.writes("/start")
    await kim.presses_data("a.t.use_area")
    assert "앞선 질문의 버튼" in kim.all[-2]


async def test_an_officer_is_told_when_looking_takes_long(town: Town, han: Officer) -> None:
    finder = ByHeart(KNOWN, held=asyncio.Event())
    patience = Patience(pause=0.0, slow=0.01)
    asking = Asking(town.database, town.vault, finder, lambda: town.now, town.reception.receive, patience)
    await han.writes(WHERE)
    looking = asyncio.create_task(asking.once())
    await until(lambda: han.last == write(t("ask.waiting"), "ko"))
    assert finder.held is not None
    finder.held.set()
    await looking
    await town.settled()
    assert answer("use_excluded") in han.last
