"""A live card says how far a broadcast is, to those who may broadcast, and rests when it is over."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from msgspec.structs import replace

from bot.channels.base import Busy, Gone, Sheet
from bot.chores.cards import EVERY, MEASURED, Rates
from storage import broadcast_cards, broadcasts, staff
from storage.broadcasts import Broadcast, Content
from storage.engine import Drawer
from storage.tables import broadcasts as broadcasts_table
from tests.handlers.admin.broadcasting import Broadcasting, admins, broadcasting_town
from tests.journey import MONDAY, Officer


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Broadcasting]:
    async with broadcasting_town(tmp_path) as town:
        yield town


@pytest.fixture
async def han(town: Broadcasting) -> Officer:
    (han,) = await admins(town, "han")
    return han


async def running(town: Broadcasting, han: Officer, **counts: int) -> Broadcast:
    """A broadcast under way with a card in her chat; nobody really sends."""

    async def make(store: Drawer) -> None:
        one = await broadcasts.draft(store, han.account or UUID(int=0), Content(words={"ko": "알립니다."}))
        await store.write(broadcasts_table.update().values(stage="running", filled=True, stage_at=store.now, **counts))
        await broadcast_cards.lay_out(store, one.id, [han.chat])

    await town.within(make)
    return await town.broadcast()


async def counted(town: Broadcasting, **counts: int | str) -> None:
    await town.within(lambda store: store.write(broadcasts_table.update().values(**counts)))


def edits(town: Broadcasting, han: Officer) -> list[Sheet]:
    return [sheet for chat, _, sheet in town.wall.edited if chat == han.chat]


async def test_a_card_is_sent_once_and_edited_with_the_measured_rate(town: Broadcasting, han: Officer) -> None:
    await running(town, han, wanted=1000, sent=100)
    await town.look()
    assert "█░" in han.last
    assert "10%\n100 / 1,000" in han.last
    assert "속도" not in han.last
    await counted(town, sent=188, unreachable=2)
    await town.look()
    (edited,) = edits(town, han)
    assert "대화방이 닫혀 닿지 않음: 2" in edited.text
    assert "속도: 1초에 22.5통" in edited.text
    assert [data for row in edited.rows for data, _ in row] == ["bc.pause.1", "bc.cancel.1", "bc.open.1"]


async def test_nothing_new_is_no_edit_and_two_processes_look_once(town: Broadcasting, han: Officer) -> None:
    await running(town, han, wanted=10, sent=1)
    await counted(town, halt="person")
    await town.look()
    await town.look()
    await town.cards.look()
    assert edits(town, han) == []
    assert sum("단체 안내" in text for text in han.all) == 1


async def test_the_last_word_is_said_once_and_the_card_rests(town: Broadcasting, han: Officer) -> None:
    await running(town, han, wanted=10, sent=9)
    await town.look()
    await counted(town, sent=10, stage="done")
    await town.look()
    await town.look()
    (last,) = edits(town, han)
    assert "끝남" in last.text
    assert [data for row in last.rows for data, _ in row] == ["bc.open.1"]
    assert await town.within(lambda store: broadcast_cards.claim(store, store.now)) == ()


async def test_who_may_broadcast_no_more_is_shown_no_more(town: Broadcasting, han: Officer) -> None:
    await running(town, han, wanted=10, sent=1)
    await town.look()
    account = await town.within(lambda store: staff.by_id(store, han.account or UUID(int=0)))
    await town.within(lambda store: staff.revoke(store, account.held[0].id, None))
    await counted(town, sent=5)
    await town.look()
    assert edits(town, han) == []


async def test_a_chat_that_is_busy_is_tried_again_and_one_that_is_gone_is_not(
    town: Broadcasting, han: Officer, monkeypatch: pytest.MonkeyPatch
) -> None:
    await running(town, han, wanted=10, sent=1)
    send = town.wall.send
    answers: list[Exception] = [Busy("429", 60), Gone("blocked")]

    async def hindered(chat: int, sheet: Sheet) -> int | None:
        if chat == han.chat and "단체 안내" in sheet.text and answers:
            raise answers.pop(0)
        return await send(chat, sheet)

    monkeypatch.setattr(town.wall, "send", hindered)
    await town.look()
    await town.look()
    assert len(answers) == 1
    town.later(minutes=1)
    await town.look()
    await town.look()
    assert not answers
    assert not any("단체 안내" in text for text in han.all)


async def test_a_card_laid_out_anew_is_a_new_message(town: Broadcasting, han: Officer) -> None:
    one = await running(town, han, wanted=10, sent=1)
    await town.look()
    await town.within(lambda store: broadcast_cards.lay_out(store, one.id, [han.chat]))
    await town.look()
    assert sum("단체 안내" in text for text in han.all) == 2


async def test_the_rate_is_that_of_the_last_half_minute(town: Broadcasting, han: Officer) -> None:
    one, rates = await running(town, han), Rates()
    assert rates.measure(one, MONDAY) is None
    told, rate = 0, None
    for second in range(1, 60):
        told += 10 if second < 20 else 30
        rate = rates.measure(replace(one, sent=told), MONDAY + timedelta(seconds=second))
    assert rate == pytest.approx(30)
    assert rates.measure(replace(one, halt="night"), MONDAY) is None
    assert rates.measure(one, MONDAY) is None
    assert timedelta(seconds=EVERY) < MEASURED
