"""Talks as they are kept: one hand, one order, nothing said into the void; on both databases."""

import asyncio
from dataclasses import replace
from functools import partial
from uuid import UUID

import pytest

from storage import cases, staff, talks
from storage.cases import Case, Moved
from storage.engine import Database, Drawer
from storage.ids import new_id
from storage.tables import talk_lines
from storage.talks import TALK, Over
from storage.unit import in_one
from tests.storage.conftest import NOW, Office

CHAT, CHECKING = 7001, "checking"


async def filed(office: Office, chat: int = CHAT, number: int = 1, queue: str = "calls") -> Case:
    async def file(store: Drawer) -> Case:
        subject, *_ = await cases.subjects(store, TALK, str(chat))
        case = Case(
            id=new_id(), number=f"TK-250728-{number:04}-0", kind=TALK, programme="", round="", reason="", state="filed",
            identity="to_check", for_whom="self", subject_hash=subject, resident=None, household=None, person=new_id(),
            chat=chat, dong=None, language="ko", filed_at=NOW, due_at=None, target_minutes=None, office=queue,
        )  # fmt: skip
        return await cases.file(store, case)

    return await office.do(file)


async def officer(office: Office) -> UUID:
    async def invite(store: Drawer) -> UUID:
        return (await staff.invite(store, "한결", "calls"))[0]

    return await office.do(invite)


async def taken(office: Office, case: Case, by: UUID) -> Case:
    async def take(store: Drawer) -> Case:
        return await talks.take(store, case, CHECKING, by)

    return await office.do(take)


async def now(office: Office, case: Case) -> Case:
    async def read(store: Drawer) -> Case | None:
        return await cases.by_id(store, case.id)

    found = await office.do(read)
    assert found is not None
    return found


async def open_of(office: Office, account: UUID) -> UUID | None:
    async def read(store: Drawer) -> UUID | None:
        found = await staff.by_id(store, account)
        return found.talking if found else None

    return await office.do(read)


async def test_of_many_who_press_at_once_one_has_the_talk(office: Office) -> None:
    case = await filed(office)
    officers = [await officer(office) for _ in range(8)]
    databases = [Database(office.database.url.render_as_string(hide_password=False)) for _ in range(4)]

    async def press(n: int, account: UUID) -> bool:
        try:
            await in_one(databases[n % 4], office.vault, NOW, lambda store: talks.take(store, case, CHECKING, account))
        except Moved:
            return False
        return True

    won = await asyncio.gather(*(press(n, account) for n, account in enumerate(officers)))
    assert sum(won) == 1
    winner = officers[won.index(True)]
    assert (await now(office, case)).holder == winner
    assert [await open_of(office, account) for account in officers].count(case.id) == 1
    for database in databases:
        await database.close()


async def test_who_waits_longest_comes_first_and_who_was_handed_over_before_all(office: Office) -> None:
    account = await officer(office)
    first, second = await filed(office, 1, 1), await filed(office, 2, 2)
    elsewhere = await filed(office, 3, 3, "yeonhui")
    held = await taken(office, second, account)
    await office.do(lambda store: talks.give_back(store, held, "filed", account))

    async def waiting(store: Drawer) -> list[UUID]:
        return [one.id for one in await talks.waiting(store, ("calls", "yeonhui"), 9)]

    assert await office.do(waiting) == [second.id, first.id, elsewhere.id]
    assert await open_of(office, account) is None


async def test_nothing_is_said_in_a_talk_that_has_ended(office: Office) -> None:
    account = await officer(office)
    held = await taken(office, await filed(office), account)
    await office.do(lambda store: talks.close(store, held, "done", account))
    for speaker in (None, account):
        with pytest.raises(Over):
            await office.do(partial(talks.say, case=held.id, words="여보세요", officer=speaker))
    assert await open_of(office, account) is None


async def test_an_officer_says_nothing_in_a_talk_of_another(office: Office) -> None:
    held = await taken(office, await filed(office), await officer(office))
    other = await officer(office)
    with pytest.raises(Over):
        await office.do(lambda store: talks.say(store, held.id, "안녕하십니까", officer=other))
    assert await office.do(lambda store: talks.last_lines(store, held.id, 9)) == ()


async def test_what_was_said_is_told_in_order_and_an_edit_keeps_what_stood_there(office: Office) -> None:
    account = await officer(office)
    held = await taken(office, await filed(office), account)
    await office.do(lambda store: talks.say(store, held.id, "하나", message_id=1))
    holder = await office.do(lambda store: talks.say(store, held.id, "둘", message_id=2))
    await office.do(lambda store: talks.say(store, held.id, "", officer=account, phrase="hello"))
    await office.do(lambda store: talks.correct(store, held.id, 1, "하나 반"))
    lines = await office.do(lambda store: talks.last_lines(store, held.id, 9))
    assert holder == account
    assert [(line.words, line.phrase, line.edited) for line in lines] == [
        ("하나 반", "", True), ("둘", "", False), ("", "hello", False)
    ]  # fmt: skip


async def test_nobody_edits_the_words_of_another(office: Office) -> None:
    account = await officer(office)
    held = await taken(office, await filed(office), account)
    await office.do(lambda store: talks.say(store, held.id, "하나", message_id=1))
    for message_id, who in ((1, account), (2, None)):
        with pytest.raises(Over):
            await office.do(partial(talks.correct, case=held.id, message_id=message_id, words="둘", officer=who))


async def test_danger_is_told_once_and_goes_before_the_others(office: Office) -> None:
    await filed(office, 1, 1)
    case = await filed(office, 2, 2)
    told = [await office.do(lambda store: talks.first_danger(store, case.id)) for _ in range(2)]
    assert told == [True, False]
    waiting = await office.do(lambda store: talks.waiting(store, ("calls",), 9))
    assert waiting[0].id == case.id


async def test_a_talk_is_opened_again_unless_its_person_began_another(office: Office) -> None:
    account = await officer(office)
    held = await taken(office, await filed(office), account)
    await office.do(lambda store: talks.close(store, held, "done", account))
    ended = await now(office, held)
    another = await filed(office, CHAT, 2)
    assert await office.do(lambda store: talks.reopen(store, ended, "reopened", account)) is None
    await office.do(lambda store: talks.close(store, another, "done", account))
    again = await office.do(lambda store: talks.reopen(store, ended, "reopened", account))
    assert again is not None
    assert replace(again, version=0) == replace(await now(office, held), version=0)


async def test_what_was_said_is_sealed(office: Office) -> None:
    case = await filed(office)
    await office.do(lambda store: talks.say(store, case.id, "아무도 모르는 말"))
    async with office.database.reading() as db:
        rows = (await db.execute(talk_lines.select())).all()
    assert "아무도".encode() not in repr(rows).encode()
    assert rows[0].sealed is not None
