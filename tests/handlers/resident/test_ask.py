"""Questions in one's own words: at the menu and after /ask, with answers whose buttons work days later."""

import pytest
from sqlalchemy import select, update

from bot.asking import Asking, Patience
from bot.finder.verdict import Found
from bot.sample import CAST
from bot.words import write
from handlers.dialog import t
from handlers.resident import ask, topics
from storage import cases, questions, retention, talks
from storage.engine import Drawer
from storage.questions import UNANSWERED, UNKNOWN
from storage.tables import jobs
from storage.tables import questions as rows
from tests.bot.finder_stand_in import ByHeart
from tests.handlers.resident.conftest import Arrive
from tests.handlers.staff.test_talks import at_the_desk
from tests.house.test_journeys import explained, statements
from tests.journey import CITY, Resident, Town

COUPON = next(iter(CITY.programmes.values()))
USE, LATE, PAID, BACK = "어디서 긁혀요", "늦었는데 받아 주나요", "내 돈 들어왔어요?", "해외에서 돌아왔어요"
DOG, WEATHER, RICH = "강아지도 주나요", "내일 비 와요?", "재산 120억까지 준다면서요"
KNOWN = {
    USE: Found("answer", ("use_where", "use_area")),
    LATE: Found("choose", ("late_application", "appeal_late", "r2_period", "hours")),
    PAID: Found("choose", ("balance_check", "paid_when")),
    BACK: Found("answer", ("overseas_return",)),
    "my appeal, any result?": Found("answer", ("appeal_result",)),
    "언제 입금되나요": Found("answer", ("paid_when",)),
    WEATHER: Found("unknown", ("hours",), kind="world"),
    RICH: Found("answer", ("r2_assets",), claim="asset-limit-12-billion"),
    "잔액 확인": Found("answer", ("balance_check",)),
    "옛날 이야기": Found("answer", ("gone_with_a_release",)),
    "where can I spend it": Found("answer", ("use_where",)),
}


def said(key: str, lang: str = "ko", **params: object) -> str:
    return write(t(key, **params), lang)  # type: ignore[arg-type]


def title(topic: str) -> str:
    return COUPON.answers[topic].title.ko


class Counter:
    """A town with whoever finds the answers."""

    def __init__(self, town: Town) -> None:
        self.town, self.finder = town, ByHeart(KNOWN)
        self.asking = Asking(
            town.database, town.vault, self.finder, lambda: town.now, town.reception.receive, Patience(pause=0.0)
        )

    async def asks(self, kim: Resident, words: str) -> str:
        """She writes this and reads what comes back."""
        await kim.writes(words)
        while await self.asking.once():
            await self.town.settled()
        return kim.last

    async def noted(self) -> list[tuple[str, str | None, str | None, bool]]:
        async with self.town.database.reading() as db:
            found = await db.execute(select(rows.c.verdict, rows.c.topic, rows.c.kind, rows.c.helped))
            return [(row.verdict, row.topic, row.kind, row.helped) for row in found]

    async def unanswered(self) -> list[tuple[str, str, str | None]]:
        """Words, language and kind of what has no answer yet."""

        async def kept(store: Drawer) -> list[tuple[str, str, str | None]]:
            found = (await store.read(select(rows).where(rows.c.verdict == UNKNOWN))).all()
            return [(await questions.words_of(store, row.id), row.language, row.kind) for row in found]

        return await self.town.within(kept)  # type: ignore[no-any-return]


@pytest.fixture
def counter(town: Town) -> Counter:
    return Counter(town)


# ------------------------------------------------------------------------------------------------------- an answer


async def test_a_question_at_the_menu_is_answered_with_source_and_day(counter: Counter, welcomed: Arrive) -> None:
    kim = await welcomed()
    before = len(kim.all)
    await kim.writes(USE)
    assert len(kim.all) == before  # nothing is said before the answer is there
    heard = await counter.asks(kim, USE)
    topic = COUPON.answers["use_where"]
    assert heard.startswith(topic.title.ko)
    assert heard.endswith(said("ask.source", name=topic.source.called, day=topic.source.dated))
    assert "{" not in heard
    assert kim.buttons[-3:] == [said("ask.unhelpful"), said("desk.person"), said("desk.home")]
    assert title(topic.related[0]) in kim.buttons


async def test_an_english_reader_is_answered_in_english(counter: Counter, welcomed: Arrive) -> None:
    ann = await welcomed(language="en")
    heard = await counter.asks(ann, "where can I spend it")
    assert heard.startswith(COUPON.answers["use_where"].title.en)
    assert counter.finder.asked == [("where can I spend it", "en")]


async def test_sums_and_days_are_written_as_the_reader_writes_them(counter: Counter, welcomed: Arrive) -> None:
    kim = await welcomed()
    assert "12억 원" in await counter.asks(kim, RICH)


async def test_what_no_source_settles_names_the_office_to_ask(counter: Counter, welcomed: Arrive) -> None:
    kim = await welcomed()
    heard = await counter.asks(kim, "잔액 확인")
    office = CITY.places.office(COUPON.answers["balance_check"].owner).name
    assert said("ask.confirm", office=office) in heard


async def test_the_menu_above_an_answer_still_works(counter: Counter, welcomed: Arrive) -> None:
    kim = await welcomed()
    await counter.asks(kim, USE)
    await kim.writes("4")
    assert said("case.none") in kim.question


async def test_a_wrong_claim_is_put_right_before_the_answer(counter: Counter, welcomed: Arrive) -> None:
    kim = await welcomed()
    await counter.asks(kim, RICH)
    claim = COUPON.claims["asset-limit-12-billion"]
    assert kim.all[-2].startswith(said("ask.claim"))
    assert kim.all[-2].endswith(said("ask.source", name=claim.source.called, day=claim.source.dated))
    assert kim.last.startswith(title("r2_assets"))
    assert await counter.noted() == [("answer", "r2_assets", "asset-limit-12-billion", True)]


# ------------------------------------------------------------------------------------------------ buttons under it


async def test_a_related_topic_is_one_press_away(counter: Counter, welcomed: Arrive) -> None:
    kim = await welcomed()
    await counter.asks(kim, USE)
    related = COUPON.answers["use_where"].related[0]
    await kim.presses(title(related))
    assert kim.last.startswith(title(related))


async def test_an_appeal_begins_with_its_ground(counter: Counter, recognised: Arrive) -> None:
    kim = await recognised()
    await kim.writes("/menu")
    await counter.asks(kim, BACK)
    await kim.presses(said("ask.appeal"))
    await kim.presses("본인")
    assert said("paper.upload") not in kim.question
    ground = COUPON.appeal_reasons["returned"]
    assert ground.label.ko not in kim.buttons  # it is not asked for
    assert any(COUPON.papers[code].name.ko in "".join(kim.buttons) for code in ground.documents)


async def test_the_ground_survives_recognition(counter: Counter, city: Town, welcomed: Arrive) -> None:
    kim = await welcomed()
    await counter.asks(kim, BACK)
    await kim.presses(said("ask.appeal"))
    await kim.presses("recognise")
    await kim.shares_contact()
    await kim.writes(next(one.birth_date for one in CAST if one.person_id == kim.name).isoformat())
    await kim.presses("본인")
    papers = [COUPON.papers[code].name.ko for code in COUPON.appeal_reasons["returned"].documents]
    assert any(paper in "".join(kim.buttons) for paper in papers)


async def test_buttons_work_days_later_and_from_within_a_dialog(counter: Counter, town: Town, welcomed: Arrive) -> None:
    kim = await welcomed()
    await counter.asks(kim, USE)
    data = next(data for row in kim.sheets[-1].rows for data, _ in row if data.startswith("q.t."))
    town.later(days=9)
    await kim.writes("/visit")
    asked = kim.question
    await kim.presses_data(data)
    assert kim.last.startswith(title(data.removeprefix("q.t.")))
    await kim.writes("/human")
    assert asked != kim.question
    await kim.presses_data("q.h")
    assert said("menu.ask") in kim.question


async def test_a_topic_that_is_no_more_is_told(counter: Counter, welcomed: Arrive) -> None:
    kim = await welcomed()
    await kim.presses_data("q.t.gone_with_a_release")
    assert kim.last == said("ask.gone")
    await kim.presses_data("q.o.gone_with_a_release")
    assert kim.last == said("ask.gone")
    await kim.presses_data("q.z.use_where")
    assert said("desk.old_button") in kim.all
    await kim.presses_data(f"q.z.{'0' * 32}")
    assert kim.all.count(said("desk.old_button")) == 2


async def test_that_it_did_not_help_counts_once_and_offers_a_person_who_learns_the_topic(
    counter: Counter, town: Town, welcomed: Arrive
) -> None:
    kim = await welcomed()
    await counter.asks(kim, USE)
    unhelpful = next(data for row in kim.sheets[-1].rows for data, _ in row if data.startswith("q.x."))
    await kim.presses_data(unhelpful)
    await kim.presses_data(unhelpful)
    assert kim.last == said("ask.sorry")
    assert await counter.noted() == [("answer", "use_where", None, False)]
    await kim.presses_data("q.p")
    assert said("human.ask") in kim.question
    await kim.presses_data("q.p.use_where")
    await kim.writes("동네 정육점에서 안 된대요")
    talk = await town.within(lambda store: talks.of_chat(store, kim.chat))
    assert (talk.reason, talk.told["words"]) == ("use_where", "동네 정육점에서 안 된대요")
    assert talk.told["asked"] == {"ko": title("use_where"), "en": COUPON.answers["use_where"].title.en}


# ---------------------------------------------------------------------------------------- less sure, and not known


async def test_up_to_three_topics_are_offered_and_the_chosen_one_is_counted(counter: Counter, welcomed: Arrive) -> None:
    kim = await welcomed()
    assert await counter.asks(kim, LATE) == said("ask.which")
    assert kim.buttons[:4] == [*map(title, ("late_application", "appeal_late", "r2_period")), said("ask.none")]
    await kim.presses(title("appeal_late"))
    assert kim.last.startswith(title("appeal_late"))
    assert await counter.noted() == [("choose", "appeal_late", None, True)]
    assert await counter.unanswered() == []


async def test_none_of_these_keeps_the_question_for_whoever_writes_answers(counter: Counter, welcomed: Arrive) -> None:
    kim = await welcomed()
    await counter.asks(kim, LATE)
    await kim.presses(said("ask.none"))
    assert kim.last == said("ask.unknown")
    assert await counter.unanswered() == [(LATE, "ko", None)]


async def test_what_is_not_known_is_said_kept_without_her_and_passed_on_with_one_press(
    counter: Counter, town: Town, welcomed: Arrive
) -> None:
    kim, han = await welcomed(), await town.officer("한결", role="calls")
    assert await counter.asks(kim, DOG) == said("ask.unknown")
    assert await counter.unanswered() == [(DOG, "ko", None)]
    await kim.presses(said("ask.pass_on"))
    talk = await town.within(lambda store: talks.of_chat(store, kim.chat))
    assert (talk.reason, talk.told["words"]) == (UNANSWERED, DOG)
    assert said("human.more") in kim.question
    await han.writes("/menu")
    assert DOG not in str(han.all)


async def test_what_belongs_elsewhere_has_its_own_sentence(counter: Counter, welcomed: Arrive) -> None:
    kim = await welcomed()
    assert await counter.asks(kim, WEATHER) == CITY.elsewhere["world"].says.ko
    assert await counter.unanswered() == [(WEATHER, "ko", "world")]


async def test_a_question_whose_words_are_gone_is_written_again(counter: Counter, town: Town, welcomed: Arrive) -> None:
    kim = await welcomed()
    await counter.asks(kim, DOG)
    await town.within(lambda store: store.write(update(rows).values(sealed=None)))
    await kim.presses(said("ask.pass_on"))
    assert said("human.ask") in kim.question


async def test_a_topic_that_a_release_took_away_is_not_known(counter: Counter, welcomed: Arrive) -> None:
    kim = await welcomed()
    assert await counter.asks(kim, "옛날 이야기") == said("ask.unknown")


# --------------------------------------------------------------------------------------------- her own case or money


async def test_about_her_own_money_the_desk_that_knows_her_is_offered(counter: Counter, recognised: Arrive) -> None:
    kim = await recognised()
    await kim.writes("/menu")
    assert await counter.asks(kim, PAID) == said("ask.mine.payment")
    assert kim.buttons[:2] == [said("menu.payment"), said("ask.general")]
    await kim.presses(said("menu.payment"))
    assert said("payment.ask") in kim.question


async def test_what_holds_for_everybody_stands_behind_it(counter: Counter, welcomed: Arrive) -> None:
    ann = await welcomed(language="en")
    assert await counter.asks(ann, "my appeal, any result?") == said("ask.mine.cases", "en")
    await ann.presses(said("ask.general", "en"))
    assert ann.last.startswith(COUPON.answers["appeal_result"].title.en)


async def test_who_speaks_of_nobody_gets_the_general_answer(counter: Counter, welcomed: Arrive) -> None:
    kim = await welcomed()
    assert (await counter.asks(kim, "언제 입금되나요")).startswith(title("paid_when"))


# --------------------------------------------------------------------------------------------------------- the desk


async def test_ask_waits_for_question_after_question(counter: Counter, welcomed: Arrive) -> None:
    kim = await welcomed()
    await kim.writes("/ask")
    assert said("ask.ask") in kim.question
    await kim.writes("119")
    assert said("ask.no_words") in kim.all
    await counter.asks(kim, USE)
    assert (await counter.asks(kim, "언제 입금되나요")).startswith(title("paid_when"))


async def test_who_comes_back_after_months_is_answered_at_once(counter: Counter, town: Town, welcomed: Arrive) -> None:
    kim = await welcomed()
    town.later(days=70)
    await town.within(lambda store: retention.sweep(store, store.now))
    assert (await counter.asks(kim, USE)).startswith(title("use_where"))


async def test_what_is_written_behind_the_command_is_asked_after_a_look(counter: Counter, welcomed: Arrive) -> None:
    kim = await welcomed()
    await kim.writes(f"/ask {USE}")
    assert said("ask.sure", words=USE) == kim.question
    await kim.presses("yes")
    assert (await counter.asks(kim, "언제 입금되나요")).startswith(title("paid_when"))
    assert title("use_where") in kim.all[-2]
    await kim.writes(f"/ask {LATE}")
    await kim.presses("no")
    assert said("ask.ask") in kim.question


async def test_a_stranger_may_ask_before_she_is_welcomed(counter: Counter, town: Town) -> None:
    stranger = town.resident("stranger")
    await stranger.writes("/ask")
    assert (await counter.asks(stranger, USE)).startswith(title("use_where"))


async def test_numbers_signs_and_stop_words_are_no_questions(counter: Counter, welcomed: Arrive) -> None:
    kim = await welcomed()
    for words in ("99", "???", "그만", "/nonsense", "상담원"):
        await kim.writes("/menu")
        await counter.asks(kim, words)
    assert counter.finder.asked == []
    await kim.writes("/menu")
    await kim.writes("99")
    assert said("desk.choose") in kim.all


async def test_words_to_an_officer_who_talks_with_her_are_no_question(
    counter: Counter, town: Town, welcomed: Arrive
) -> None:
    kim, han = await welcomed(), await town.officer("한결", role="calls")
    await kim.writes("/human")
    await kim.writes("도와주십시오")
    await han.writes("/talks")
    await han.presses(han.codes[0])
    await kim.writes("/menu")
    await counter.asks(kim, "어디서 쓰나요")
    assert counter.finder.asked == []
    assert any("어디서 쓰나요" in heard for heard in han.all)


async def test_words_of_danger_reach_a_person_and_are_no_question(
    counter: Counter, town: Town, welcomed: Arrive
) -> None:
    kim, han = await welcomed(), await town.officer("한결", role="calls")
    await counter.asks(kim, "죽고 싶어요")
    assert counter.finder.asked == []
    talk = await town.within(lambda store: talks.of_chat(store, kim.chat))
    assert at_the_desk("talk.danger", number=talk.number) in han.all


async def test_an_identity_number_is_masked_before_it_is_asked(counter: Counter, welcomed: Arrive) -> None:
    kim = await welcomed()
    await counter.asks(kim, "900101-1234567 인데 강아지도 주나요")
    (asked,) = counter.finder.asked
    assert "1234567" not in asked[0]


async def test_where_many_wait_she_is_told_and_still_answered(
    counter: Counter, welcomed: Arrive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ask, "CROWD", 1)
    kim = await welcomed()
    await kim.writes(USE)
    await kim.writes(DOG)
    assert said("ask.crowded") not in kim.all
    await kim.writes("언제 입금되나요")
    assert kim.last == said("ask.crowded")
    await counter.asks(kim, "/menu")
    assert {title("use_where"), title("paid_when")} <= {text.partition("\n")[0] for text in kim.all}


async def test_an_answer_is_told_once_and_nothing_of_it_stays_in_the_job(
    counter: Counter, town: Town, welcomed: Arrive
) -> None:
    kim = await welcomed()
    await counter.asks(kim, USE)
    told = len(kim.all)
    assert not await counter.asking.once()
    assert len(kim.all) == told
    async with town.database.reading() as db:
        assert {(row.state, row.sealed) for row in await db.execute(select(jobs))} == {("done", None)}


async def test_every_topic_is_written_in_both_languages_with_buttons_that_fit(
    counter: Counter, town: Town, welcomed: Arrive
) -> None:
    assert all(len(id) <= 24 for one in CITY.programmes.values() for id in one.answers)
    for language, name in (("ko", "kim-youngja"), ("en", "park-minsu")):
        kim = town.resident(name, language=language)
        await kim.writes("/ask")
        for id in COUPON.answers:
            await kim.presses_data(f"q.t.{id}.{'a' * 32}")
            sheet = kim.sheets[-1]
            assert sheet.text.startswith(COUPON.answers[id].title[language])  # type: ignore[index]
            assert "{" not in sheet.text
            assert all(len(data.encode()) <= 64 for row in sheet.rows for data, _ in row)
            assert len(sheet.rows) <= topics.RELATED + 3
    assert await town.within(lambda store: cases.by_number(store, "none")) is None


@pytest.mark.parametrize("language", ["ko", "en"])
async def test_no_question_and_none_of_its_buttons_scans_a_table(
    counter: Counter, town: Town, welcomed: Arrive, language: str
) -> None:
    kim = await welcomed(language=language)
    with statements(town) as seen:
        for words, button in ((USE, "t"), (USE, "x"), (USE, "p"), (LATE, "t"), (LATE, "n"), (BACK, "o"), (DOG, "q")):
            await kim.writes("/menu")
            await counter.asks(kim, words)
            await kim.presses_data(next(data for row in kim.sheets[-1].rows for data, _ in row if data[2] == button))
    await explained(town, seen)
