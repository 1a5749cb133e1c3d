"""*Is this really from you?* Ours is what was sent to this chat, letter by letter; nothing else ever is."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from bot.words import write
from handlers.dialog import Kind, t
from storage import retention
from storage.ledger import plain
from storage.tables import asked_whether_ours, outbox
from tests.handlers.resident.conftest import Arrive
from tests.handlers.staff.deciding import appeal, dong_officer, proposes, takes
from tests.journey import Resident, Town
from tests.waiting import until

DANGER = "살려 주세요"
SCAM = "[Web발신]\n소비쿠폰 지급 대상입니다. 아래 주소에서 신청하세요 seo-gu.pay/kr"
YES = {"ko": "보낸 글이 맞습니다", "en": "Yes, we sent this"}
NO = {"ko": "보낸 글이 아닙니다", "en": "We did not send this"}
AT = {"ko": "2025년 7월 28일(월) 오전 10:00", "en": "Monday 28 July 2025, 10:00"}


async def shown(one: Resident, text: str, *, forwarded: bool = True) -> str:
    """Pass a text on to the bot, or paste it; gives what it says."""
    await one.does(Kind.TEXT, text=text, forwarded=forwarded)
    return one.last


async def counted(town: Town) -> dict[str, int]:
    async with town.database.reading() as db:
        found = select(asked_whether_ours.c.answer, asked_whether_ours.c.times)
        return {row.answer: row.times for row in await db.execute(found)}


# ------------------------------------------------------------------------------------------------- what was sent here


@pytest.mark.parametrize("language", ["ko", "en"])
async def test_every_message_sent_to_this_chat_is_ours(recognised: Arrive, language: str) -> None:
    kim = await recognised(language=language)
    for command in ("/eligibility", "/help", "/privacy", "/mydata", "/cases", "/menu"):
        await kim.writes(command)
    for text in dict.fromkeys(kim.all):
        said = await shown(kim, text)
        assert YES[language] in said, text
        assert AT[language] in said


async def test_a_receipt_and_the_letter_of_a_decision_are_ours_and_nobody_elses(town: Town, recognised: Arrive) -> None:
    kim = await appeal(town, recognised)
    lee = await recognised("park-junho")
    han = await dong_officer(town)
    await takes(town, han)
    await proposes(town, han)
    seo = await town.officer("seo", role="decision")
    await takes(town, seo)
    for answer in ("decide", "as_proposed", "send"):
        await seo.presses(answer)
    await kim.writes("/cases")
    await kim.presses(kim.codes[0])
    hers = [text for text in dict.fromkeys(kim.all) if "SG-" in text]
    assert len(hers) >= 3
    for text in hers:
        assert NO["ko"] in await shown(lee, text)
        assert YES["ko"] in await shown(kim, text)


async def test_the_caption_of_a_picture_is_compared_too(town: Town, welcomed: Arrive) -> None:
    kim = await welcomed()
    await kim.does(Kind.UPLOAD, text=kim.last, forwarded=True)
    assert YES["ko"] in kim.last
    await kim.does(Kind.UPLOAD, text="", forwarded=True)
    assert "붙여 넣어 주십시오" in kim.last


async def test_a_question_with_the_choice_under_it_is_ours_and_with_another_choice_is_not(welcomed: Arrive) -> None:
    kim = await welcomed()
    await kim.presses("more")
    settled = list(kim.town.wall.settled.values())[-1]
    assert "▸ 그 밖의 메뉴" in settled
    assert "고쳐 적은 글" in await shown(kim, settled)
    assert NO["ko"] in await shown(kim, settled.replace("그 밖의 메뉴", "언어 바꾸기 (Language)"))


async def test_a_letter_sent_again_is_ours_with_the_line_that_says_so(town: Town, welcomed: Arrive) -> None:
    kim = await welcomed()
    promised = kim.last
    async with town.database.reading() as db:
        last = (await db.execute(select(outbox.c.id).order_by(outbox.c.id.desc()).limit(1))).scalar_one()
    await town.within(
        lambda store: store.write(
            update(outbox).where(outbox.c.id == last).values(state="waiting", again=True, lane="notice")
        )
    )
    await until(lambda: kim.last != promised, what="it to be sent again")
    assert kim.last.startswith(write(t("desk.again"), "ko"))
    again = kim.last
    assert "저희 글이 맞습니다" in await shown(kim, again)
    assert YES["ko"] in await shown(kim, promised)


async def test_words_are_ours_years_after_they_were_swept(town: Town, kim: Resident) -> None:
    text = kim.last
    town.later(days=900)
    for _ in range(40):
        await town.within(lambda store: retention.sweep(store, store.now))
    async with town.database.reading() as db:
        assert set((await db.execute(select(outbox.c.sealed))).scalars()) == {None}
    await kim.writes("/menu")
    assert AT["ko"] in await shown(kim, text)


# ------------------------------------------------------------------------------------------------------ what is not


ALTERED = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
async def kim(welcomed: Arrive) -> Resident:
    kim = await welcomed()
    await kim.writes("/help")
    return kim


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text + " 자세히: bit.ly/abc",
        lambda text: text.replace("\n", "\n\n", 1),
        lambda text: "\n".join(text.split("\n")[1:]),
        lambda text: text.replace(".", ",", 1),
        lambda text: text.replace(" ", "\u200b ", 1),
        lambda text: text.replace(" ", "  ", 1),
        lambda text: text.replace("주", "쥬", 1),
        lambda text: f"{text}\n\n▸ 도움말",
    ],
)
async def test_no_altered_text_is_ours(kim: Resident, change: Callable[[str], str]) -> None:
    text = max(kim.all, key=len)
    altered = change(text)
    assert altered != text
    said = await shown(kim, altered)
    assert "아닙니다" in said
    assert "맞습니다" not in said


async def test_several_passed_on_are_each_told_and_several_pasted_at_once_are_wanted_one_by_one(kim: Resident) -> None:
    ours = kim.all[2:4]
    for text in (*ours, SCAM):
        assert (YES["ko"] in await shown(kim, text)) is (text in ours)
    said = await shown(kim, "\n\n".join(ours))
    assert NO["ko"] in said
    assert "하나씩 보내 주십시오" in said


@pytest.mark.parametrize("change", [lambda text: f" {text}\n ", lambda text: text.replace("\n", "\r\n")])
async def test_what_telegram_itself_changes_makes_no_difference(kim: Resident, change: Callable[[str], str]) -> None:
    assert YES["ko"] in await shown(kim, change(max(kim.all, key=len)))


@ALTERED
@given(at=st.integers(0, 10_000), how=st.sampled_from(["edit", "insert", "delete"]), by=st.characters(codec="utf-8"))
def test_no_single_change_of_a_letter_keeps_words_the_same(at: int, how: str, by: str) -> None:
    text = write(t("genuine.not_ours"), "ko")
    at %= len(text)
    changed = text[:at] + ("" if how == "delete" else by) + text[at + (how != "insert") :]
    same_to_the_eye = plain(changed.strip()) == text or changed == text
    assert (plain(changed) == plain(text)) == same_to_the_eye


async def test_what_an_admin_reads_is_not_for_a_resident(town: Town, kim: Resident) -> None:
    han = await town.officer("han")
    await han.writes("/queue")
    assert NO["ko"] in await shown(kim, han.last)


# ------------------------------------------------------------------------------------------------------------- scams


@pytest.mark.parametrize("forwarded", [True, False])
async def test_a_scam_is_known_wherever_it_is_shown(kim: Resident, forwarded: bool) -> None:
    said = await shown(kim, SCAM, forwarded=forwarded)
    assert "사기" in said
    assert "118" in said
    assert await counted(kim.town) == {"scam": 1}


async def test_nothing_of_a_text_is_kept_but_the_day_and_the_answer(town: Town, kim: Resident, tmp_path: Path) -> None:
    await shown(kim, SCAM)
    dump = (tmp_path / "town.db").read_bytes() + (tmp_path / "town.db-wal").read_bytes()
    assert b"seo-gu.pay" not in dump
    assert await counted(town) == {"scam": 1}


async def test_identity_numbers_in_a_text_are_taken_away_as_ever(kim: Resident) -> None:
    await kim.does(Kind.TEXT, text=f"{SCAM} 900101-1234567", forwarded=True)
    assert kim.town.wall.deleted
    assert "사기" in kim.last


async def test_our_own_words_of_danger_alarm_nobody(town: Town, kim: Resident) -> None:
    await kim.writes(DANGER)
    ours = next(text for text in kim.all if "119" in text)
    await kim.writes("/genuine")
    before = len(kim.all)
    await kim.writes(ours)
    assert [text for text in kim.all[before:] if "119" in text] == []


# ------------------------------------------------------------------------------------------------- where one can ask


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("ko", "이 문자 진짜예요?"),
        ("ko", "이거 서구청에서 보낸 거 맞아요?"),
        ("en", "Is this really from you?"),
        ("en", "did you send this"),
    ],
)
async def test_the_question_leads_to_where_texts_are_looked_at(welcomed: Arrive, language: str, words: str) -> None:
    kim = await welcomed(language=language)
    first = kim.last
    await kim.writes(words)
    assert ("붙여 넣어" if language == "ko" else "paste") in kim.last
    await kim.writes("hello")
    assert NO[language] in kim.all[-2]
    await kim.writes(first)
    assert YES[language] in kim.all[-2]
    await kim.sends_photo(b"x")
    assert ("붙여 넣어" if language == "ko" else "paste") in kim.all[-2]
    assert await counted(kim.town) == {"ours": 1, "not_ours": 1}


async def test_an_old_button_is_no_text(kim: Resident) -> None:
    await kim.presses_data("0.old")
    assert await counted(kim.town) == {}


async def test_the_menu_leads_there_too(kim: Resident) -> None:
    await kim.writes("/menu")
    await kim.presses("more")
    await kim.presses("genuine")
    assert "붙여 넣어" in kim.last


async def test_a_text_shown_within_a_dialog_leaves_its_question_as_it_is(welcomed: Arrive) -> None:
    kim = await welcomed()
    await kim.writes("/language")
    assert "사기" in await shown(kim, SCAM)
    await kim.presses("en")
    assert "English" in kim.all[-2] or "What" in kim.last


async def test_the_first_thing_somebody_shows_us_is_looked_at(town: Town) -> None:
    kim = town.resident("kim")
    await shown(kim, SCAM)
    assert "사기" in kim.all[0]


async def test_it_takes_a_forward_or_the_very_words(kim: Resident) -> None:
    """Other free words are a question for the answers, not a text to be judged."""
    await kim.writes("쿠폰 링크 눌러도 되나요?")
    assert await counted(kim.town) == {}
