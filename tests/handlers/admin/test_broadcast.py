"""`/broadcast`: written by one, read and approved by another, watched, halted, and taken back."""

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import delete

from bot.bringing import spellings
from bot.channels.base import Doubt, Sheet
from bot.sample import CAST, write_sample
from handlers.admin.broadcast_letter import ROOM_TO_STOP
from handlers.resident.family import masked
from programmes.reading import KST
from storage import broadcasts, imports, staging
from storage.tables import people as people_table
from tests.handlers.admin.broadcasting import (
    EN,
    FIRST,
    KO,
    Broadcasting,
    admin,
    admins,
    approves,
    broadcasting_town,
    opens,
    puts,
    writes,
)
from tests.journey import CITY, Officer
from tests.waiting import until


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Broadcasting]:
    async with broadcasting_town(tmp_path) as town:
        await town.people(range(FIRST, FIRST + 12))
        yield town


@pytest.fixture
async def han(town: Broadcasting) -> Officer:
    """Who writes; `seo` is the second admin, for more than a day."""
    han, _ = await admins(town, "han", "seo")
    return han


@pytest.fixture
async def seo(town: Broadcasting, han: Officer) -> Officer:
    return Officer(town, han.chat + 1, "seo", "ko", "")


async def test_from_the_first_word_to_the_last_recipient_and_its_report(
    town: Broadcasting, han: Officer, seo: Officer
) -> None:
    await writes(han)
    assert "받을 분: 세고 있습니다" in han.question
    await town.counts()
    assert "받을 분: 12명 (한국어 8, 영어 4)" in han.last
    assert "빠지는 분: 동의하지 않음 2명" in han.last
    await opens(han)
    assert "고칠 것 없음" in han.question
    assert "걸리는 시간: 약" in han.question
    await han.presses("put")
    assert "승인을 기다립니다" in han.all[-2]
    assert "승인을 기다립니다" in seo.last
    await approves(seo)
    assert "승인되었습니다" in han.last
    town.begins()
    one = await town.comes_to("done")
    assert (one.sent, one.wanted) == (12, 12)
    assert town.heard() == list(range(FIRST, FIRST + 12))
    await town.settled()
    assert "우리 동 주민께 알려 드립니다." in "\n".join(han.all)  # the canary
    await opens(han)
    assert "끝남" in han.question
    assert "받음: 12" in han.question


async def test_the_second_admin_sees_the_card_and_the_words_as_readers_will(
    town: Broadcasting, han: Officer, seo: Officer
) -> None:
    await writes(han, start="202507301000")
    await puts(han)
    await opens(han)
    card = han.question
    await opens(seo)
    assert seo.question == card
    await seo.presses("look")
    shown = seo.all
    assert any("우리 동 주민께 알려 드립니다." in text for text in shown)
    assert any("News for residents of your dong." in text for text in shown)
    assert any("받는 분의 예: ○○○ (–), ○○○ (–), ○○○ (–)" in text for text in shown)


async def test_the_examples_are_real_people_masked_each_with_the_words_of_her_dong(
    town: Broadcasting, han: Officer, seo: Officer, tmp_path: Path
) -> None:
    write_sample(tmp_path, len(CAST), 1, town.now, lambda _done, _all: None)
    staged = await staging.stage(
        town.database, town.vault, "roster", tmp_path / "roster.csv", spellings(CITY), town.now
    )
    await imports.apply(town.database, town.vault, staged.version, town.now)
    for n, name in enumerate(("kim-youngja", "li-wei", "park-junho")):
        await town.is_known(FIRST + n, name)
    await town.within(lambda store: store.write(delete(people_table).where(people_table.c.chat > FIRST + 2)))
    await writes(han)
    await town.counts()
    await opens(han)
    assert "많은 동: " in han.question
    await han.presses("look")
    told = "\n".join(han.all)
    shown = [(one, await town.dong_of(one)) for one in ("kim-youngja", "park-junho")]
    for member, dong in shown:
        name = next(one.name for one in CAST if one.person_id == member)
        assert name not in told
        assert f"받는 분의 예: {masked(name)} ({dong})" in told
        assert f"{dong} 주민께 알려 드립니다." in told


async def test_nobody_approves_what_she_was_not_shown(town: Broadcasting, han: Officer, seo: Officer) -> None:
    await writes(han)
    await puts(han)
    await opens(seo)
    await seo.presses("approve")
    assert "읽어 주십시오" in seo.all[-2]
    assert (await town.broadcast()).stage == "asked"
    await seo.presses("approve")
    await seo.presses("yes")
    assert (await town.broadcast()).stage == "approved"


async def test_a_text_changed_between_showing_and_approving_is_not_approved(
    town: Broadcasting, han: Officer, seo: Officer
) -> None:
    await writes(han)
    await puts(han)
    await opens(seo)
    await seo.presses("look")
    await seo.presses("approve")
    _, yes = seo._button("yes")
    await opens(han)
    for answer in ("edit", "ko"):
        await han.presses(answer)
    await han.writes(KO.replace("신청", "접수"))
    await han.presses("keep")
    await han.presses("put")
    assert (await town.broadcast()).stage == "asked"
    await seo.presses_data(yes)
    assert "바뀌었습니다" in seo.all[-2]
    assert (await town.broadcast()).stage == "asked"
    await approves(seo)
    assert (await town.broadcast()).stage == "approved"


async def test_any_change_voids_an_approval_and_the_approver_is_told(
    town: Broadcasting, han: Officer, seo: Officer
) -> None:
    await writes(han, start="202507301000")
    await puts(han)
    await approves(seo)
    await opens(han)
    for answer in ("edit", "start", "now"):
        await han.presses(answer)
    one = await town.broadcast()
    assert (one.stage, one.approver, one.digest) == ("draft", None, None)
    assert "효력이 없습니다" in seo.last


async def test_the_drafter_is_offered_no_approval_and_a_new_admin_is_told_why(
    town: Broadcasting, han: Officer, seo: Officer
) -> None:
    new = await admin(town, "new")
    await han.opens()
    await writes(han)
    await puts(han)
    await opens(han)
    assert "approve" not in han.codes
    await opens(new)
    assert "approve" not in new.codes
    assert "24시간" in new.question


async def test_what_must_be_mended_is_not_put_before_anybody(town: Broadcasting, han: Officer, seo: Officer) -> None:
    await writes(han, en=EN.replace("12 September", "21 September"))
    assert "✗ 두 언어의 날짜가 다름: 9/12, 9/21" in han.question
    await puts(han)
    assert "먼저 고쳐야" in han.all[-2]
    assert (await town.broadcast()).stage == "draft"


async def test_korean_only_is_chosen_and_its_meaning_said(town: Broadcasting, han: Officer, seo: Officer) -> None:
    await writes(han, en=None, ko=KO.replace("{dong} ", ""))
    assert any("영어로 읽는 분도 한국어 문구를 받습니다." in text for text in han.all)
    assert "△ 영어 문구가 없어" in han.question


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("7월 30일 오전 10시", datetime(2025, 7, 30, 10, tzinfo=KST)),
        ("30 July 14:30", datetime(2025, 7, 30, 14, 30, tzinfo=KST)),
        ("내일", None),
        ("7월 30일 밤 10시", None),
        ("7월 1일 오전 10시", None),
    ],
)
async def test_a_start_is_read_by_day_only(town: Broadcasting, han: Officer, said: str, kept: datetime | None) -> None:
    await writes(han)
    await opens(han)
    for answer in ("edit", "start"):
        await han.presses(answer)
    await han.writes(said)
    assert (await town.broadcast()).content.starts_at == kept


async def test_whom_it_is_for_is_put_together_by_presses(town: Broadcasting, han: Officer) -> None:
    await writes(han)
    await opens(han)
    for answer in ("edit", "whom", "older", "alone", "tongue", "ko", "round"):
        await han.presses(answer)
    await han.presses(next(code for code in han.codes if code != "all"))
    await han.presses("not_applied")
    await han.presses("dongs")
    await han.presses("+")
    ticked = han.codes[3]
    await han.presses(ticked)
    assert ticked in han.codes  # the page stays
    await han.presses("-")
    for answer in ("done", "done"):
        await han.presses(answer)
    rule = (await town.broadcast()).content.audience
    assert (rule.born_by, rule.alone, rule.languages, rule.state, rule.dongs) == (
        1960, True, ("ko",), "not_applied", (ticked,),
    )  # fmt: skip
    assert rule.round
    assert "1960년까지 태어난 분" in han.question


async def test_a_picture_goes_along_and_leaves_room_for_fewer_words(
    town: Broadcasting, han: Officer, seo: Officer
) -> None:
    await writes(han, ko="알려 드립니다. " * 130, en=None)
    assert "너무 깁니다" not in han.question
    for answer in ("edit", "picture"):
        await han.presses(answer)
    await han.sends_photo(name="plan.pdf")
    assert "사진으로" in han.all[-2]
    await han.sends_photo()
    assert "너무 깁니다" in han.question
    await han.presses("look")
    assert any(sheet.photo for sheet in han.sheets)


async def test_information_ends_with_how_to_stop_and_passes_over_who_opted_out(
    town: Broadcasting, han: Officer, seo: Officer
) -> None:
    await town.people([FIRST + 50], information=False)
    await writes(han, purpose="information")
    await puts(han)
    await approves(seo)
    town.begins()
    one = await town.comes_to("done")
    assert one.wanted == 12
    sheets = [sheet for chat, _, sheet in town.wall.pinned if chat >= FIRST]
    endings = {sheet.text.splitlines()[-1] for sheet in sheets}
    assert all("그만" in one or "stop" in one for one in endings)
    assert all(len(one) < ROOM_TO_STOP for one in endings)
    assert all(sheet.rows for sheet in sheets)


async def test_it_is_paused_and_goes_on_from_its_live_card_and_the_other_is_told(
    town: Broadcasting, han: Officer, seo: Officer
) -> None:
    await writes(han)
    await puts(han)
    await approves(seo)
    town.begins()
    await town.comes_to("minute")
    await town.look()
    assert "1분 기다림" in han.last
    await han.presses("bc.pause.1")
    assert town.wall.windows[-1] == "멈췄습니다."
    assert "han 님이 멈췄습니다" in seo.last
    assert (await town.broadcast()).halt == "person"
    await town.look()
    edited = [sheet for chat, _, sheet in town.wall.edited if chat == han.chat]
    assert "관리자가 멈춤" in edited[-1].text
    assert _data(edited[-1])[0] == "bc.resume.1"
    await seo.presses_data("bc.resume.1")
    await town.comes_to("done")
    await town.look()
    last = [sheet for chat, _, sheet in town.wall.edited if chat == han.chat][-1]
    assert "100%" in last.text
    assert _data(last) == ["bc.open.1"]


def _data(sheet: Sheet) -> list[str]:
    return [data for row in sheet.rows for data, _ in row]


async def test_a_card_pressed_at_a_closed_desk_asks_for_the_pin_first(
    town: Broadcasting, han: Officer, seo: Officer
) -> None:
    await writes(han)
    await puts(han)
    await approves(seo)
    town.begins()
    await town.comes_to("minute")
    await han.writes("/menu")
    await han.presses("close")
    await han.presses_data("bc.pause.1")
    assert "비밀번호" in han.question
    assert (await town.broadcast()).halt is None
    await han.writes("4827")
    assert "■ 1번 단체 안내" in han.question


async def test_cancelling_asks_first(town: Broadcasting, han: Officer, seo: Officer) -> None:
    await writes(han)
    await puts(han)
    await approves(seo)
    town.begins()
    await town.comes_to("minute")
    await han.presses_data("bc.cancel.1")
    assert "취소하시겠습니까" in han.question
    await han.presses("no")
    assert (await town.broadcast()).stage == "minute"
    await han.presses("cancel")
    await han.presses("yes")
    one = await town.broadcast()
    assert (one.stage, one.sent, one.cancelled) == ("cancelled", 10, 2)
    assert "취소했습니다" in seo.last


async def test_those_in_doubt_are_settled_by_hand_once_each(
    town: Broadcasting, han: Officer, seo: Officer, monkeypatch: pytest.MonkeyPatch
) -> None:
    send, lost = town.wall.send, {FIRST + 1, FIRST + 2}

    async def sometimes(chat: int, sheet: Sheet) -> int | None:
        if chat in lost:
            lost.discard(chat)
            raise Doubt
        return await send(chat, sheet)

    monkeypatch.setattr(town.wall, "send", sometimes)
    await writes(han)
    await puts(han)
    await approves(seo)
    town.begins()
    assert (await town.comes_to("done")).parked == 2
    await opens(han)
    await han.presses("parked")
    first, second = han.codes[1:]
    for one, what in ((first, "arrived"), (second, "again")):
        for answer in (one, what, "yes"):
            await han.presses(answer)
    assert "아무도" in han.question or "없습니다" in han.question
    await town.settled()
    now = await town.broadcast()
    assert (now.sent, now.parked, now.skipped) == (11, 0, 1)
    assert len(town.heard()) == 11


async def test_what_was_delivered_is_deleted_by_one_admin(town: Broadcasting, han: Officer, seo: Officer) -> None:
    await writes(han)
    await puts(han)
    await approves(seo)
    town.begins()
    await town.comes_to("done")
    had = {message for chat, message, _ in town.wall.pinned if chat >= FIRST}
    await opens(han)
    await han.presses("delete")
    await han.presses("yes")
    await _taken_back(town)
    assert had <= set(town.wall.deleted)
    await opens(han)
    assert "지움: 12 / 12" in han.question
    assert "delete" not in han.codes


async def _taken_back(town: Broadcasting) -> None:
    async def done() -> bool:
        return (await town.broadcast()).recall_ended_at is not None

    await until(done, what="it to be taken back")


async def test_other_words_take_its_place_once_another_admin_approved_them(
    town: Broadcasting, han: Officer, seo: Officer
) -> None:
    await writes(han)
    await puts(han)
    await approves(seo)
    town.begins()
    await town.comes_to("done")
    await opens(seo)
    for answer in ("correct", "write"):
        await seo.presses(answer)
    await seo.writes("www.example.kr 에서 보십시오.")
    await seo.writes("Look.")
    assert "✗" in seo.all[-2]
    await seo.presses("^")
    await opens(seo)
    for answer in ("correct", "write"):
        await seo.presses(answer)
    await seo.writes("9월 19일까지 신청해 주십시오.")
    await seo.writes("Please apply until 19 September.")
    assert "approve" not in seo.codes
    assert (await town.broadcast()).recall is None
    await opens(han)
    await han.presses("correct")
    await han.presses("approve")
    assert (await town.broadcast()).recall is None  # shown first
    await han.presses("approve")
    await _taken_back(town)
    texts = {sheet.text for chat, _, sheet in town.wall.edited if chat >= FIRST}
    assert texts == {"9월 19일까지 신청해 주십시오.", "Please apply until 19 September."}


async def test_a_note_goes_to_those_who_had_it_through_the_same_hands(
    town: Broadcasting, han: Officer, seo: Officer
) -> None:
    await writes(han)
    await puts(han)
    await approves(seo)
    town.begins()
    await town.comes_to("done")
    await town.people([FIRST + 90])
    await opens(han)
    for answer in ("note", "yes"):
        await han.presses(answer)
    await han.writes("앞의 안내를 바로잡습니다.")
    await han.writes("We correct the earlier notice.")
    for answer in ("none", "done", "now"):
        await han.presses(answer)
    await town.counts()
    one = await town.broadcast(2)
    assert (one.stage, one.counted and one.counted.count.reached) == ("draft", 12)


async def test_a_stop_by_itself_is_told_to_both(town: Broadcasting, han: Officer, seo: Officer) -> None:
    await writes(han)
    await puts(han)
    await approves(seo)
    town.begins()
    await town.comes_to("minute")
    town.later(hours=11)
    await town.comes_to("minute", "night")
    await town.settled()
    assert all("밤이라 쉽니다" in one.last for one in (han, seo))


async def test_a_count_of_a_rule_that_was_changed_meanwhile_is_not_kept(town: Broadcasting, han: Officer) -> None:
    await writes(han)
    for answer in ("edit", "whom", "older", "done"):
        await han.presses(answer)
    one = await town.broadcast()
    assert one.counted is None
    await town.counts()
    counted = (await town.broadcast()).counted
    assert counted is not None
    assert counted.audience.born_by == 1960
    assert await town.within(lambda store: broadcasts.keep_count(store, one.id, counted))
