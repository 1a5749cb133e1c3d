"""Two officers and two residents talk; each word goes where it is meant, once, and to nobody else."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from bot.reception import Reception
from bot.words import write
from handlers import desks
from handlers.dialog import Inbound, Kind, t
from storage import cases, talks
from storage.cases import Case
from storage.engine import Drawer
from tests.handlers.resident.conftest import Arrive
from tests.handlers.resident.test_appeal import filed
from tests.house.test_journeys import explained, statements
from tests.journey import CITY, PIN, Officer, Resident, Town

Talk = Callable[..., Awaitable[tuple[Resident, Officer]]]


def said(key: str, language: str = "ko", **values: object) -> str:
    return write(t(key, **values), "ko" if language == "ko" else "en")


def at_the_desk(key: str, **values: object) -> str:
    return f"{said('staff.title')}\n{said(key, 'ko', **values)}"


async def begins(who: Resident, words: str = "카드를 잃어버렸습니다.") -> None:
    """Ask for a person and say what it is about."""
    await who.writes("/human")
    await who.writes(words)


async def takes(officer: Officer, n: int = 0) -> None:
    """Take the n-th talk of the list."""
    await officer.writes("/talks")
    await officer.presses(officer.codes[n])


@pytest.fixture
def talk(town: Town, welcomed: Arrive) -> Talk:
    """A resident and the officer of the call centre who has her talk open."""

    async def begun(language: str = "ko") -> tuple[Resident, Officer]:
        kim = await welcomed(language=language)
        await begins(kim)
        han = await town.officer("한결", role="calls")
        await takes(han)
        return kim, han

    return begun


async def the_talk(town: Town) -> Case:
    (case,) = await filed(town)
    return case


def picture() -> bytes:
    data = BytesIO()
    Image.new("RGB", (60, 40), "white").save(data, "JPEG")
    return data.getvalue()


async def heard(town: Town) -> list[str]:
    case = await the_talk(town)

    async def lines(store: Drawer) -> list[str]:
        return [line.words for line in await talks.last_lines(store, case.id, 20)]

    found: list[str] = await town.within(lines)
    return found


# -------------------------------------------------------------------------------------------------- taking a talk


async def test_who_waits_is_taken_and_her_words_are_read(talk: Talk, town: Town) -> None:
    _, han = await talk()
    case = await the_talk(town)
    assert (case.holder, case.state) == (han.account, "checking")
    assert "카드를 잃어버렸습니다." in han.question
    assert said("talk.with", who=case.number) in han.question


async def test_of_two_officers_one_has_a_talk_and_the_other_learns_who(town: Town, welcomed: Arrive) -> None:
    await begins(await welcomed())
    han, seo = await town.officer("한결", role="calls"), await town.officer("서준", role="calls")
    await han.writes("/talks")
    await seo.writes("/talks")
    code = han.codes[0]
    await asyncio.gather(han.presses(code), seo.presses(code))
    case = await the_talk(town)
    first, second, name = (han, seo, "한결") if case.holder == han.account else (seo, han, "서준")
    assert said("talks.late", name=name) in second.all
    assert said("talks.late", name=name) not in first.all


async def test_a_talk_of_the_call_centre_is_no_dong_officers(town: Town, welcomed: Arrive) -> None:
    await begins(await welcomed())
    han = await town.officer("한결", role="appeals", dong="yeonhui")
    await han.writes("/talks")
    assert said("talks.none") in han.last


async def test_a_talk_about_a_case_goes_to_its_dong(town: Town, recognised: Arrive) -> None:
    kim = await recognised()
    await kim.writes("/cases")
    await kim.presses("?")
    await kim.writes("언제 됩니까?")
    case = await the_talk(town)
    assert case.office == case.dong is not None
    han = await town.officer("한결", role="appeals", dong=case.dong)
    await takes(han)
    assert (await the_talk(town)).holder == han.account


async def test_nobody_takes_a_talk_of_her_own(town: Town) -> None:
    han = await town.officer("한결", role="calls")
    await han.presses("leave")
    await begins(han)
    await han.writes("/menu")
    await han.presses("staff")
    await takes(han)
    assert said("talks.may_not") in han.all
    assert (await the_talk(town)).holder is None


async def test_who_is_off_duty_takes_none_but_one_of_danger(town: Town, welcomed: Arrive) -> None:
    han = await town.officer("한결", role="calls")
    town.later(days=5)  # a Saturday
    await han.opens()
    kim = await welcomed()
    await begins(kim)
    await takes(han)
    assert (await the_talk(town)).holder is None
    assert said("card.take.off") in han.all
    await kim.writes("살려 주세요")
    await takes(han)
    assert (await the_talk(town)).holder == han.account


async def test_where_she_asked_for_a_person_is_shown_without_what_was_filled_in(town: Town, welcomed: Arrive) -> None:
    kim = await welcomed()
    await kim.writes("/appeal")
    await kim.presses("?")
    await kim.writes("모르겠습니다.")
    han = await town.officer("한결", role="decision")
    await takes(han)
    assert said("talk.place", place=said("menu.appeal")) in han.question


# -------------------------------------------------------------------------------------------------------- talking


async def test_words_pass_both_ways_and_no_name_goes_along(talk: Talk, town: Town) -> None:
    kim, han = await talk()
    await han.writes("카드사에 먼저 알리십시오.")
    assert kim.last == said("talk.from_office", said="카드사에 먼저 알리십시오.")
    assert "한결" not in "".join(kim.all)
    before = len(kim.all)
    await kim.writes("알렸습니다.")
    assert "알렸습니다." in han.last
    assert len(kim.all) == before
    assert await heard(town) == ["카드를 잃어버렸습니다.", "카드사에 먼저 알리십시오.", "알렸습니다."]


async def test_a_resident_answers_from_wherever_she_stands(talk: Talk) -> None:
    kim, han = await talk()
    await kim.writes("/menu")
    await han.writes("어느 카드입니까?")
    await kim.writes("지역 카드입니다.")
    assert "지역 카드입니다." in han.last


async def test_a_number_alone_is_an_answer_to_the_officer(talk: Talk) -> None:
    kim, han = await talk()
    await han.writes("몇 분이십니까?")
    await kim.presses("0.?")
    await kim.writes("1")
    assert han.last.endswith("\n1")


async def test_an_officer_corrects_what_she_sent_and_so_does_the_resident(talk: Talk, town: Town) -> None:
    kim, han = await talk()
    await han.does(Kind.TEXT, text="월요일에 오십시오.", message_id=901)
    await han.does(Kind.EDIT, text="화요일에 오십시오.", message_id=901)
    assert kim.last == said("talk.from_office", said=said("talk.edited", words="화요일에 오십시오."))
    await kim.does(Kind.TEXT, text="두 시에 가겠습니다.", message_id=902)
    await kim.does(Kind.EDIT, text="세 시에 가겠습니다.", message_id=902)
    assert said("talk.edited", words="세 시에 가겠습니다.") in han.last
    assert (await heard(town))[1:] == ["화요일에 오십시오.", "세 시에 가겠습니다."]


async def test_an_edit_of_something_else_is_answered_as_ever(talk: Talk) -> None:
    kim, _ = await talk()
    await kim.does(Kind.EDIT, text="딴말", message_id=424242)
    assert kim.last == said("desk.edited")


async def test_words_with_no_talk_open_ask_for_whom_and_go_nowhere(talk: Talk, town: Town) -> None:
    kim, han = await talk()
    await han.presses("down")
    before = len(kim.all)
    await han.writes("내일 오십시오.")
    assert said("talks.whom.ask", words="내일 오십시오.") in han.question
    assert len(kim.all) == before
    await han.presses(han.codes[0])
    assert len(kim.all) == before
    await han.presses("send")
    assert kim.last == said("talk.from_office", said="내일 오십시오.")
    assert await heard(town) == ["카드를 잃어버렸습니다.", "내일 오십시오."]


async def test_words_with_no_talk_in_hand_go_nowhere(town: Town, welcomed: Arrive) -> None:
    kim = await welcomed()
    await begins(kim)
    han = await town.officer("한결", role="calls")
    await han.writes("/talks")
    before = len(kim.all)
    await han.writes("내일 오십시오.")
    assert said("desk.choose") in han.all
    assert len(kim.all) == before
    assert await heard(town) == ["카드를 잃어버렸습니다."]


async def test_words_from_another_dialog_of_the_desk_go_to_the_open_talk_and_it_is_said(talk: Talk, town: Town) -> None:
    kim, han = await talk()
    await han.writes("/menu")
    case = await the_talk(town)
    assert said("talk.with", who=case.number) in han.question
    await han.writes("잠시만요.")
    assert kim.last == said("talk.from_office", said="잠시만요.")
    assert han.last == said("talk.sent_to", who=case.number)


async def test_one_talk_is_open_and_each_word_goes_to_it_alone(talk: Talk, town: Town) -> None:
    kim, han = await talk()
    park = town.resident("park")
    await begins(park, "문이 닫혔습니다.")
    await han.writes("/talks")
    await han.presses(han.codes[1])
    before = len(kim.all)
    await han.writes("박 선생님께")
    assert "박 선생님께" in park.last
    assert len(kim.all) == before
    await kim.writes("저는요?")
    assert "저는요?" in han.last


async def test_too_much_at_once_and_addresses_do_not_go_out(talk: Talk) -> None:
    kim, han = await talk()
    before = len(kim.all)
    await han.writes("가" * 1001)
    await han.writes("seo.incheon.kr 에서 보십시오.")
    assert said("talk.long", most=1000) in han.all
    assert said("talk.address") in han.all
    assert len(kim.all) == before


async def test_identity_numbers_are_blotted_out_of_an_officers_words_too(talk: Talk) -> None:
    kim, han = await talk()
    await han.writes("900101-1234567 맞습니까?")
    assert "1234567" not in "".join(kim.all)
    assert "맞습니까?" in kim.last


async def test_while_the_desk_is_closed_only_that_something_came_is_told(talk: Talk, town: Town) -> None:
    kim, han = await talk()
    town.later(minutes=11)
    await kim.writes("아직 계십니까?")
    assert han.last == at_the_desk("talk.waits", number=(await the_talk(town)).number)
    assert "아직 계십니까?" not in "".join(han.all)
    await han.writes("열려 있습니까?")
    assert said("door.open.ask") in han.last
    await han.writes("열려 있습니까?")
    assert said("door.open.words") in han.all
    assert "열려 있습니까?" not in "".join(kim.all)
    await han.writes(PIN)
    assert "아직 계십니까?" in han.last


async def test_a_residents_photo_is_shown_to_the_officer_and_the_look_is_recorded(talk: Talk, town: Town) -> None:
    kim, han = await talk()
    await kim.sends_photo(picture(), caption="이것입니다.")
    assert "이것입니다." in han.last
    await town.fetch_files()
    shown = next(sheet for sheet in reversed(han.sheets) if sheet.paper)
    assert shown.protect
    assert (await the_talk(town)).number in shown.text
    await han.writes("/talks")
    await han.presses(han.codes[0])
    assert "papers" in han.codes


async def test_an_officers_photo_goes_to_the_resident(talk: Talk, town: Town) -> None:
    kim, han = await talk()
    await han.sends_photo(picture(), caption="이 창구로 오십시오.")
    assert "이 창구로 오십시오." in kim.last
    await town.fetch_files()
    assert kim.sheets[-1].paper
    assert kim.last == said("talk.from_office", said=said("talk.photo.here"))


async def test_what_cannot_be_delivered_is_told_to_the_officer(talk: Talk, town: Town) -> None:
    kim, han = await talk()
    town.wall.gone.add(kim.chat)
    await han.writes("계십니까?")
    assert said("talk.undelivered", number=(await the_talk(town)).number) in han.last


async def test_an_officer_is_named_where_the_office_says_so(tmp_path: Path) -> None:
    city = replace(CITY, places=replace(CITY.places, officers_named=True))
    async with Town(tmp_path) as town:
        town.reception.city = city
        kim = town.resident("kim")
        await begins(kim)
        han = await town.officer("한결", role="calls")
        await takes(han)
        await han.writes("안녕하십니까.")
        assert kim.last == said("talk.from_officer", name="한결", said="안녕하십니까.")


# --------------------------------------------------------------------------------------------------- in her language


async def test_before_korean_goes_to_an_english_reader_the_ready_english_is_shown(talk: Talk) -> None:
    kim, han = await talk("en")
    before = len(kim.all)
    await han.writes("잠시만 기다려 주십시오.")
    assert said("talk.foreign.ask", words="잠시만 기다려 주십시오.") in han.question
    assert "One moment, please" in han.buttons
    assert len(kim.all) == before
    await han.presses("send")
    assert kim.last == said(
        "talk.from_office", "en", said=said("talk.in_korean", "en", words="잠시만 기다려 주십시오.")
    )


async def test_a_ready_sentence_goes_out_in_the_readers_language(talk: Talk, town: Town) -> None:
    kim, han = await talk("en")
    await han.presses("phrases")
    await han.presses("+")
    await han.presses("keep-number")
    number = (await the_talk(town)).number
    english = f"When you ask by telephone, please say this number: {number}"
    assert english in han.question
    await han.presses("send")
    assert kim.last == said("talk.from_office", "en", said=english)


async def test_english_words_go_to_an_english_reader_at_once(talk: Talk) -> None:
    kim, han = await talk("en")
    await han.writes("Please come on Monday.")
    assert "Please come on Monday." in kim.last


# ------------------------------------------------------------------------------------------------------- the end


async def closes(officer: Officer) -> None:
    await officer.presses("close")
    await officer.presses("yes")


async def test_a_closed_talk_is_rated_with_one_press(talk: Talk, town: Town) -> None:
    kim, han = await talk()
    await closes(han)
    case = await the_talk(town)
    assert (case.open, case.state) == (False, "done")
    assert said("talk.ended", number=case.number) in kim.all
    await kim.presses_data(f"t.{case.id.hex}.good")
    await kim.presses_data(f"t.{case.id.hex}.bad")

    async def ratings(store: Drawer) -> list[str]:
        return [event.detail["word"] for event in await cases.story(store, case.id) if event.kind == "rated"]

    assert await town.within(ratings) == ["good"]


async def test_nobody_rates_a_talk_of_another(talk: Talk, town: Town) -> None:
    _, han = await talk()
    await closes(han)
    case = await the_talk(town)
    stranger = town.resident("stranger")
    await stranger.writes("/human")
    await stranger.presses_data(f"t.{case.id.hex}.good")
    assert said("desk.old_button") in stranger.all


async def test_a_closed_talk_is_opened_again(talk: Talk, town: Town) -> None:
    kim, han = await talk()
    await closes(han)
    await han.presses("reopen")
    assert (await the_talk(town)).holder == han.account
    await han.writes("한 가지 더 있습니다.")
    assert "한 가지 더 있습니다." in kim.last


async def test_who_has_begun_another_talk_is_not_opened_again(talk: Talk) -> None:
    kim, han = await talk()
    await closes(han)
    await begins(kim, "하나 더 묻겠습니다.")
    await han.presses("reopen")
    assert said("talk.another") in han.all


async def test_a_talk_handed_over_is_the_first_of_those_that_wait(talk: Talk, town: Town) -> None:
    kim, han = await talk()
    number = (await the_talk(town)).number
    await begins(town.resident("park"))
    await han.presses("release")
    await han.presses("yes")
    assert (await the_first(town)).number == number
    before = len(kim.all)
    await han.writes("들리십니까?")
    assert len(kim.all) == before


async def the_first(town: Town) -> talks.Talk:
    async def first(store: Drawer) -> talks.Talk:
        return (await talks.waiting(store, ("calls",), 5))[0]

    found: talks.Talk = await town.within(first)
    return found


async def test_words_written_while_a_talk_is_being_closed_are_never_lost(
    tmp_path: Path, database_url: str, town: Town
) -> None:
    """Either they reach the officer in the talk that ends, or they begin a new one."""
    del town
    async with Town(tmp_path, url=database_url) as here:
        kim = here.resident("kim")
        await begins(kim)
        han = await here.officer("한결", role="calls")
        await takes(han)
        await han.presses("close")
        async with beside(here) as other:
            yes = han._button("yes")[1]
            press = Inbound(5_000_001, han.chat, Kind.PRESS, press=yes, press_id="p", message_id=1)
            words = Inbound(5_000_002, kim.chat, Kind.TEXT, text="잠깐만요!", message_id=5_000)
            await asyncio.gather(here.reception.receive(press), other.receive(words))
        await here.settled()
        found = await filed(here)
        assert sum(one.open for one in found) <= 1
        reached = any("잠깐만요!" in text for text in han.all)
        assert reached or any(one.open and one.told["words"] == "잠깐만요!" for one in found)


async def test_whoever_writes_twice_at_once_has_one_talk(tmp_path: Path, database_url: str) -> None:
    async with Town(tmp_path, url=database_url) as town:
        kim = town.resident("kim")
        await kim.writes("/human")
        async with beside(town) as other:
            first, second = (
                Inbound(6_000_000 + n, kim.chat, Kind.TEXT, text=f"말 {n}", message_id=6_000 + n) for n in (1, 2)
            )
            await asyncio.gather(town.reception.receive(first), other.receive(second))
        await town.settled()
        case = await the_talk(town)

        async def words(store: Drawer) -> set[str]:
            return {line.words for line in await talks.last_lines(store, case.id, 5)}

        assert await town.within(words) == {"말 1", "말 2"}


class beside:  # noqa: N801  a second process's reception on the same database
    def __init__(self, town: Town) -> None:
        self.reception = Reception(
            town.database, town.vault, CITY, desks(write), write, lambda: town.now, town.sender, town.wall
        )

    async def __aenter__(self) -> Reception:
        self._task = asyncio.create_task(self.reception.run())
        return self.reception

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)


async def test_no_turn_of_a_talk_scans_a_table(talk: Talk, town: Town) -> None:
    with statements(town) as seen:
        kim, han = await talk("en")
        await han.writes("Good day.")
        await kim.writes("help me")
        await kim.sends_photo(picture())
        await town.fetch_files()
        await kim.does(Kind.EDIT, text="Yes.", message_id=1)
        for code in ("down", han.codes[0], "close", "yes", "reopen", "release", "yes"):
            await han.presses(code if code in han.codes else han.codes[0])
        await han.writes("hello?")
    await explained(town, seen)


# ------------------------------------------------------------------------------------------------------- danger


async def test_words_of_danger_wake_everybody_of_the_call_centre_once(town: Town, welcomed: Arrive) -> None:
    kim = await welcomed()
    han, seo = await town.officer("한결", role="calls"), await town.officer("서준", role="calls")
    await town.officer("도윤", role="decision")
    await kim.writes("/human")
    before = len(kim.all)
    await kim.writes("살고 싶지 않습니다.")
    await kim.writes("정말 죽고 싶습니다.")
    assert all(number in kim.all[before] for number in ("119", "112", "109"))
    told = at_the_desk("talk.danger", number=(await the_talk(town)).number)
    assert [officer.all.count(told) for officer in (han, seo)] == [1, 1]
    assert "죽고" not in "".join(han.all)


async def test_words_of_danger_are_heard_on_every_screen(town: Town, welcomed: Arrive) -> None:
    kim = await welcomed()
    han = await town.officer("한결", role="calls")
    await kim.writes("/menu")
    before = len(kim.all)
    await kim.writes("이제 죽고 싶습니다")
    assert "119" in kim.all[before]
    assert at_the_desk("talk.danger", number=(await the_talk(town)).number) in han.all
