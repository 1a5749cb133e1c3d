"""Whether a broadcast is ours: its text as each reader had it, the one that took its place, the card about it."""

from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from bot.words import write
from handlers.dialog import t
from storage import audit, ledger
from storage.engine import Drawer
from tests.handlers.admin.broadcasting import (
    EN,
    FIRST,
    KO,
    Broadcasting,
    admins,
    approves,
    broadcasting_town,
    opens,
    puts,
    writes,
)
from tests.handlers.resident.test_genuine import NO, YES, shown
from tests.journey import Officer, Resident
from tests.waiting import until

KOREAN, ENGLISH, LATE = FIRST, FIRST + 1, FIRST + 40


@pytest.fixture
async def wide(tmp_path: Path) -> AsyncIterator[Broadcasting]:
    async with broadcasting_town(tmp_path) as town:
        yield town


async def reader(town: Broadcasting, chat: int, language: str = "ko") -> Resident:
    one = Resident(town, chat, str(chat), language, "+821000000000")
    await one.writes("/menu")
    return one


async def sent(town: Broadcasting, ko: str = KO, en: str | None = EN) -> Sequence[Officer]:
    """A broadcast that is done; those at FIRST + 0 to 11 had it, every third in English."""
    han, seo, *_ = found = await admins(town, "han", "seo")
    await town.people(range(FIRST, FIRST + 12))
    await writes(han, ko=ko, en=en)
    await puts(han)
    await approves(seo)
    town.begins()
    await town.comes_to("done")
    return found


def heard(town: Broadcasting, chat: int) -> str:
    return next(sheet.text for to, _, sheet in town.wall.pinned if to == chat)


async def test_a_broadcast_is_ours_in_the_language_it_was_had(wide: Broadcasting) -> None:
    await sent(wide)
    late = await reader(wide, LATE)
    for chat, language in ((KOREAN, "ko"), (ENGLISH, "en")):
        one = await reader(wide, chat, language)
        assert YES[language] in await shown(one, heard(wide, chat))
        assert "다른 분들께" in await shown(late, heard(wide, chat))
        assert NO["ko"] in await shown(late, heard(wide, chat) + ".")


async def test_the_other_languages_text_was_sent_to_others(wide: Broadcasting) -> None:
    await sent(wide)
    assert "다른 분들께" in await shown(await reader(wide, KOREAN), heard(wide, ENGLISH))


async def test_a_broadcast_taken_back_is_said_to_be(wide: Broadcasting) -> None:
    han, _ = await sent(wide)
    text = heard(wide, KOREAN)
    await opens(han)
    for answer in ("delete", "yes"):
        await han.presses(answer)
    await _taken_back(wide)
    assert "거두어들였습니다" in await shown(await reader(wide, KOREAN), text)


async def test_a_corrected_broadcast_is_ours_in_old_words_and_new_and_each_is_named(wide: Broadcasting) -> None:
    han, seo = await sent(wide)
    old, at = heard(wide, KOREAN), wide.now
    wide.later(minutes=5)
    await opens(seo)
    for answer in ("correct", "write"):
        await seo.presses(answer)
    for words in ("9월 19일까지 신청해 주십시오.", "Please apply until 19 September."):
        await seo.writes(words)
    await opens(han)
    for answer in ("correct", "approve", "approve"):
        await han.presses(answer)
    await _taken_back(wide)
    one = await reader(wide, KOREAN)
    when = write(t("genuine.ours.sent", at=at, since=at), "ko").partition("때: ")[2]
    for text, named in ((old, "그 뒤에 바로잡았습니다"), ("9월 19일까지 신청해 주십시오.", "이 글로 바로잡았습니다")):
        said = await shown(one, text)
        assert named in said
        assert when.partition("오")[0] in said
    assert "다른 분들께" in await shown(await reader(wide, LATE), old)


async def test_a_live_card_is_ours_as_it_was_and_as_it_is(wide: Broadcasting) -> None:
    han, _ = await sent(wide)
    await wide.look()
    cards = {sheet.text for to, _, sheet in (*wide.wall.pinned, *wide.wall.edited) if to == han.chat and sheet.rows}

    async def known(store: Drawer) -> list[ledger.Known | None]:
        house = await audit.house_key(store.db, store.vault)
        return [await ledger.known(store, han.chat, ledger.imprint(house, text)) for text in sorted(cards)]

    assert cards
    assert None not in await wide.within(known)


async def _taken_back(town: Broadcasting) -> None:
    async def done() -> bool:
        return (await town.broadcast()).recall_ended_at is not None

    await until(done, what="it to be taken back")
