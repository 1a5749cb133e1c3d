"""The card of a staff group: fresh within seconds however much happens, and never more than the group bears."""

import asyncio
import math
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import insert

import playground.limits
from bot import poll, words
from bot.channels.base import Bad, Busy, Doubt, Gone, Moved, NotSent, Sheet
from bot.channels.telegram import Telegram
from bot.chores.board import EVERY, Boards
from handlers.dialog import Kind
from handlers.resident.guards import CONSENT_VERSION
from playground.groups import Group
from playground.server import Playground
from storage import boards, cases, people, sessions, staff
from storage.engine import Drawer
from storage.ids import new_id
from storage.sessions import Session
from storage.tables import people as people_table
from tests.handlers.staff.conftest import town
from tests.journey import CITY, Town
from tests.storage.test_cases import a_case

__all__ = ["town"]
GROUP, DONG = -100, "gajeong-1"


async def hang(town: Town, chat: int = GROUP) -> None:
    han = await town.officer("han", dong=DONG)
    await han.writes("/board")
    await han.presses(DONG)
    code = han.all[-2].partition("/board ")[2][:8]
    group = town.resident("group")
    group.chat = chat
    await group.does(Kind.GROUP, text=f"/board@seo_bot {code}")
    assert group.last == "이 방에 현황판을 겁니다."


async def test_a_code_from_the_desk_hangs_the_card_up_in_a_group(town: Town) -> None:
    await hang(town)
    found = await town.within(lambda store: boards.claim(store, town.now))
    assert [(board.chat, board.office, board.language) for board in found] == [(GROUP, DONG, "ko")]


async def test_a_group_hears_nothing_else(town: Town) -> None:
    group = town.resident("group")
    group.chat = GROUP
    await group.does(Kind.GROUP, text="/board 00000000")
    assert "쓸 수 없는 번호입니다" in group.last
    await group.does(Kind.GROUP, text="/queue")
    assert "SG-" not in group.last
    said = len(group.all)
    await group.does(Kind.GROUP, press_id="p1")
    assert len(group.all) == said
    assert town.wall.windows == ["저와의 개인 대화방을 열어 주십시오. 사건은 그곳에서만 봅니다."]


def the_boards(town: Town, channel: object) -> Boards:
    return Boards(town.database, town.vault, channel, lambda: CITY, words.write, lambda: town.now)  # type: ignore[arg-type]


async def new_appeal(town: Town, n: int) -> None:
    case = a_case(f"SG-{n}", n.to_bytes(16), filed_at=town.now, due_at=town.now + timedelta(days=2))
    await town.within(lambda store: cases.file(store, case))


async def test_the_card_is_sent_once_and_edited_only_when_it_would_say_something_else(town: Town) -> None:
    await hang(town)
    board = the_boards(town, town.wall)
    for n in range(3):
        await new_appeal(town, n + 1)
    for _ in range(3):
        await board.look()
        town.later(seconds=EVERY)
    cards = [(n, sheet) for chat, n, sheet in town.wall.pinned if chat == GROUP and "현황" in sheet.text and sheet.rows]
    assert len(cards) == 1
    assert "새로 접수: 3" in cards[0][1].text
    assert "근무 중인 직원: 1" in cards[0][1].text
    assert not town.wall.edited
    await new_appeal(town, 4)
    await board.look()
    await board.look()
    assert [(number, "새로 접수: 4" in sheet.text) for _, number, sheet in town.wall.edited] == [(cards[0][0], True)]
    assert [data for row in cards[0][1].rows for data, _ in row] == ["board"]


@dataclass
class Hindered:
    """A channel on which the first edit fails."""

    failure: NotSent
    sent: list[int] = field(default_factory=list)
    edited: int = 0

    async def send(self, chat: int, _sheet: Sheet) -> int:
        self.sent.append(chat)
        return 5

    async def edit(self, _chat: int, _message: int, _sheet: Sheet) -> None:
        self.edited += 1
        if self.edited == 1:
            raise self.failure


@pytest.mark.parametrize(
    ("failure", "sent", "edited"),
    [
        (Busy("429", 7.0), [GROUP], 2),
        (Doubt("time-out"), [GROUP], 3),
        (Bad("message to edit not found"), [GROUP, GROUP], 2),
        (Gone("403"), [GROUP], 1),
        (Moved(-1009), [GROUP, -1009], 2),
    ],
)
async def test_what_hinders_is_met_next_time(town: Town, failure: NotSent, sent: list[int], edited: int) -> None:
    await hang(town)
    channel = Hindered(failure)
    board = the_boards(town, channel)
    for n in range(4):
        await new_appeal(town, n + 1)
        await board.look()
        town.later(seconds=EVERY)
    assert channel.sent == sent
    assert channel.edited == edited


# ---------------------------------------------------------------------------------------- through the local Bot API


@pytest.fixture
async def room(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> AsyncIterator[tuple[Town, Playground, Group]]:
    """A town whose wire is the local server, with a group there; limits run by the town's clock."""
    town = Town(tmp_path)
    clock = SimpleNamespace(monotonic=lambda: town.now.timestamp())
    monkeypatch.setattr(playground.limits, "time", clock)
    bucket = playground.limits.Bucket
    monkeypatch.setattr(playground.limits, "Bucket", lambda rate, burst: bucket(rate, burst, at=town.now.timestamp()))
    async with Playground(limits=True) as play:
        channel = Telegram(play.token, play.url)
        town.wall = channel  # type: ignore[assignment]
        async with town:
            listening = asyncio.create_task(poll.run(channel, town.reception))
            yield town, play, play.group(GROUP, "서구 창구", play.person(7101, "한소라", "ko", "+821000000001"))
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)
        await channel.close()


async def at_the_summary(town: Town, chats: Sequence[int]) -> None:
    """Residents on no roster who have written their appeal, each asked by the last message whether it is right."""
    programme = next(one for one in CITY.programmes.values() if one.appeals("1", "unlisted"))
    told = {
        "programme": programme.id, "round": "1", "whom": "unlisted", "birth": "1979-06-05", "dong": DONG, "phone": "",
        "reason": programme.appeals("1", "unlisted")[0].code, "papers": "later", "statement": "", "shown": {},
    }  # fmt: skip

    async def stand(store: Drawer) -> None:
        for n, chat in enumerate(chats):
            person = people.stranger(chat, "ko", store.now)
            await store.write(insert(people_table), people.to_row(person) | {"consent": CONSENT_VERSION})
            draft = {**told, "name": f"정{chr(ord('가') + n)}", "case": new_id().hex, "first": "whom"}
            session = Session(chat, person.desk, turn=9, updated_at=store.now).at("appeal", "summary", draft)
            await sessions.save(store.db, [sessions.to_row(session, await store.key(person.id))])

    await town.within(stand)


async def hang_by_hand(town: Town) -> None:
    """The card of the dong in the group, as a code from the desk hangs it up."""

    async def hung(store: Drawer) -> None:
        officer, _ = await staff.invite(store, "han", "appeals", DONG)
        assert await boards.hang(store, GROUP, await boards.make_code(store, officer, DONG, "ko"))

    await town.within(hung)


async def test_three_hundred_appeals_in_ten_minutes_leave_the_card_fresh_and_the_group_in_peace(
    room: tuple[Town, Playground, Group],
) -> None:
    """Each appeal comes in as a resident's word through the server and reception, and its receipt goes out there. What
    she wrote before that is put down by storage sentences: a walk through every question would take a minute.
    """
    town, play, group = room
    residents = [play.person(chat, f"resident {chat}") for chat in range(8001, 8301)]
    await at_the_summary(town, [one.id for one in residents])
    await hang_by_hand(town)
    board = the_boards(town, town.wall)
    filed_at: list[float] = []
    oldest, shown = 0.0, 0
    for second in range(620):
        if second < 600 and second % 2 == 0:
            await residents[second // 2].says("1")
            await play.settled()
            await town.settled()
            filed_at.append(second)
        if second % EVERY == 0:
            await board.look()
        shown = max((_new(message["text"]) for message in group.chat.messages.values() if "text" in message), default=0)
        if shown < len(filed_at):
            oldest = max(oldest, second - filed_at[shown])
        town.later(seconds=1)
    assert shown == 300
    assert oldest <= 15
    assert not play.ledger.refused
    assert len(play.ledger.accepted(chat_id=GROUP)) <= math.ceil(620 / EVERY)
    assert all("SG-" in play.ledger.accepted("send", chat_id=one.id)[0].text for one in residents)


def _new(text: str) -> int:
    return int(text.partition("새로 접수: ")[2].partition("\n")[0] or 0)
