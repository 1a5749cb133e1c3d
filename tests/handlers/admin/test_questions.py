"""The unanswered list: what was asked most first; a topic's new wording by two, a team's task, or not for us."""

import pytest

from bot.chores.bundling import gather
from bot.chores.following import city_of_today
from bot.finder.lessons import Lesson
from storage import amendments, bundles, questions
from storage.amendments import Amendment
from tests.handlers.resident.test_appeal import filed
from tests.journey import CITY, Officer, Town

DOG, CAT, LONG = (
    "우리 강아지도 받을 수 있나요",
    "고양이 사료도 이걸로 살 수 있어요?",
    "저는 " + "아주 " * 60 + "급합니다",
)
COUPON = next(iter(CITY.programmes.values()))
KIND = next(iter(CITY.elsewhere))


async def asked(town: Town, words: str, *guesses: str) -> None:
    await town.within(lambda store: questions.note(store, "ko", questions.UNKNOWN, words=words, guesses=guesses))
    await town.within(gather)


@pytest.fixture
async def oh(town: Town) -> Officer:
    """Of the team that decides, for more than a day; a dog was asked about twice, a cat once."""
    await asked(town, CAT, "use_where")
    await asked(town, DOG, "what_is", "foreigner")
    await asked(town, "우리강아지도 받을수있나요??")
    oh = await town.officer("oh", role="decision")
    town.later(hours=25)
    await oh.opens()
    await oh.presses("questions")
    return oh


async def another(town: Town, name: str = "moon", role: str = "admin") -> Officer:
    """Somebody else who may, for more than a day."""
    one = await town.officer(name, role=role)
    town.later(hours=25)
    await one.opens()
    return one


async def waiting(town: Town) -> tuple[Amendment, ...]:
    found: tuple[Amendment, ...] = await town.within(amendments.waiting)
    return found


async def opens_list(one: Officer) -> None:
    await one.opens()
    await one.writes("/questions")


async def opens(one: Officer) -> None:
    """Open the first proposal that waits."""
    await one.writes("/questions")
    await one.presses("confirm")
    await one.presses(one.codes[0])


async def test_what_was_asked_most_comes_first_with_how_often_and_when(oh: Officer) -> None:
    assert oh.buttons[:3] == ["답 고쳐 쓰기", f"{DOG} · 2번", f"{CAT} · 1번"]
    assert "2묶음" in oh.question
    await oh.presses(oh.codes[1])
    assert "물은 횟수: 2" in oh.question
    assert "2025년 7월 28일" in oh.question
    assert "‘우리강아지도 받을수있나요??’" in oh.question
    assert oh.buttons[0] == f"이 안내의 질문입니다: {COUPON.answers['what_is'].title.ko}"


async def test_one_tap_attaches_and_it_counts_when_a_second_person_confirms(town: Town, oh: Officer) -> None:
    await oh.presses(oh.codes[1])
    await oh.presses("foreigner")
    assert "다른 분이 확인하면" in oh.all[-2]
    assert oh.buttons[0] == "확인할 제안 보기: 1건"
    assert len(oh.buttons) == 3  # the cat alone is left
    assert await city_of_today(town.database, town.vault, CITY) == (CITY, ())
    moon = await another(town)
    await opens(moon)
    assert "새 질문: 외국인" in moon.question
    assert f"‘{DOG}’" in moon.question
    await moon.presses("yes")
    _, learned = await city_of_today(town.database, town.vault, CITY)
    assert set(learned) == {Lesson(words, "ko", "foreigner") for words in (DOG, "우리강아지도 받을수있나요??")}
    assert "확인했습니다. 새 질문: 외국인" in oh.last
    assert await town.within(bundles.count) == 1


async def test_who_may_confirm_is_told_once_of_what_one_proposes_and_one_press_shows_it(
    town: Town, oh: Officer
) -> None:
    moon, kim = await another(town), await town.officer("kim", role="calls")
    told = "〔직원 창구〕\n안내에 새 답이나 새 질문이 제안되었습니다.\n다른 분이 확인해야 쓰입니다."
    await opens_list(oh)
    for _ in range(2):
        await oh.presses(oh.codes[-1])
        await oh.presses(oh.codes[0])
    assert [one.all.count(told) for one in (oh, moon, kim)] == [0, 1, 0]
    assert moon.last == told
    await moon.writes("/help")
    await moon.presses_data("m.look")
    assert "확인을 기다리는 제안: 2건" in moon.question
    await kim.presses_data("m.look")
    assert "확인을 기다리는 제안" not in kim.question


async def test_who_proposes_alone_is_told_that_nobody_can_confirm(oh: Officer) -> None:
    await oh.presses(oh.codes[1])
    await oh.presses("what_is")
    assert "확인할 수 있는 다른 분이 없습니다" in oh.all[-3]


async def test_who_proposed_cannot_confirm_but_take_it_back(town: Town, oh: Officer) -> None:
    await oh.presses(oh.codes[1])
    await oh.presses("what_is")
    await opens(oh)
    assert oh.codes == ["no", "list"]
    await oh.presses("no")
    assert await waiting(town) == ()
    assert await town.within(bundles.count) == 2


async def test_who_has_had_her_role_for_less_than_a_day_cannot_confirm(town: Town, oh: Officer) -> None:
    await oh.presses(oh.codes[1])
    await oh.presses("what_is")
    new = await town.officer("new", role="decision")
    await opens(new)
    assert new.codes == ["no", "list"]
    assert "24시간" in new.question


async def test_of_two_who_press_at_once_one_is_told_that_it_was_settled(town: Town, oh: Officer) -> None:
    await oh.presses(oh.codes[1])
    await oh.presses("what_is")
    moon, sun = await another(town), await another(town, "sun", "decision")
    await moon.opens()
    for one in (moon, sun):
        await opens(one)
    await moon.presses("yes")
    await sun.presses("no")
    assert "이미 처리된 제안입니다" in sun.question
    _, learned = await city_of_today(town.database, town.vault, CITY)
    assert {one.topic for one in learned} == {"what_is"}


async def test_another_topic_is_found_by_words_of_its_title(town: Town, oh: Officer) -> None:
    await oh.presses(oh.codes[2])
    await oh.presses("topic")
    await oh.writes("우주선")
    assert "그런 제목이 없습니다" in oh.all[-2]
    await oh.writes("신청")
    assert "한 낱말을 더" in oh.all[-2]
    await oh.writes("이사 사용")
    await oh.presses("area_change")
    (one,) = await waiting(town)
    assert (one.kind, one.programme, one.code) == ("phrasings", COUPON.id, "area_change")
    assert one.words == {"ko": [CAT], "en": []}


async def test_what_is_not_for_us_is_told_so_by_two(town: Town, oh: Officer) -> None:
    await oh.presses(oh.codes[2])
    await oh.presses("elsewhere")
    await oh.presses(KIND)
    moon = await another(town)
    await opens(moon)
    assert CITY.elsewhere[KIND].says.ko[:20] in moon.question
    await moon.presses("yes")
    _, learned = await city_of_today(town.database, town.vault, CITY)
    assert learned == (Lesson(CAT, "ko", kind=KIND),)


async def test_a_bundle_is_handed_to_a_team_as_a_task_with_what_was_asked(town: Town, oh: Officer) -> None:
    await oh.presses(oh.codes[1])
    await oh.presses("hand")
    await oh.presses("calls")
    (task,) = await filed(town)
    assert (task.kind, task.reason, task.office) == ("task", "answer", "calls")
    assert set(task.told["statement"].splitlines()) == {DOG, "우리강아지도 받을수있나요??"}
    assert await town.within(bundles.count) == 1
    kim = await town.officer("kim", role="calls")
    await kim.presses("queue")
    assert any("답 쓰기" in label for label in kim.buttons)
    await kim.writes(f"/case {task.number}")
    await kim.presses("take")
    await kim.presses("words")
    assert DOG in kim.all[-2]
    await kim.presses("finish")
    assert not (await filed(town))[0].open
    assert await town.within(bundles.count) == 2  # to be attached to what was written


async def test_what_holds_a_number_or_is_too_long_is_never_learned(town: Town, oh: Officer) -> None:
    await asked(town, LONG, "what_is")
    await asked(town, "010-1234-5678로 연락 주세요", "what_is")
    for words in (LONG[:40], "010"):
        await oh.writes("/questions")
        await oh.presses(next(label for label in oh.buttons if label.startswith(words)))
        await oh.presses("what_is")
        assert "배울 수 있는 문장이 없습니다" in oh.all[-2]
    assert await waiting(town) == ()


async def test_the_same_at_the_desk_of_admins_in_english(town: Town, oh: Officer) -> None:
    ann = await town.officer("ann", role="admin", language="en")
    await ann.presses("admin")
    await ann.presses("questions")
    assert "2 groups" in ann.question
    assert oh.question != ann.question


@pytest.mark.parametrize(("role", "dong"), [("head", "yeonhui"), ("calls", None), ("support", None)])
async def test_who_may_not_is_neither_offered_it_nor_let_in(town: Town, role: str, dong: str | None) -> None:
    officer = await town.officer("han", role=role, dong=dong)
    assert "questions" not in officer.codes
    await officer.writes("/questions")
    assert "무엇을 하시겠습니까?" in officer.question


async def test_a_bundle_that_somebody_settled_meanwhile_is_told_so(town: Town, oh: Officer) -> None:
    moon = await another(town)
    await oh.opens()
    for one in (oh, moon):
        await one.writes("/questions")
        await one.presses(one.codes[1])
    _, button = moon._button("what_is")
    await oh.presses("what_is")
    await moon.presses_data(button)
    assert "다른 분이 먼저 정했습니다" in moon.question
    assert len(await waiting(town)) == 1
