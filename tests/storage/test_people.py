"""One Telegram id, one person; a second phone ends the first; erasing leaves a stranger."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from storage import people, sessions
from storage.engine import Drawer
from storage.ids import new_id
from storage.people import Person
from storage.sessions import Session
from storage.tables import keys
from storage.tables import people as table
from tests.storage.conftest import NOW, Office


async def met(office: Office, chat: int) -> Person:
    person = people.stranger(chat, "ko", NOW)
    row = {name: getattr(person, name) for name in people.COLUMNS}
    await office.do(lambda store: store.write(table.insert(), row))
    return person


async def test_a_second_phone_ends_the_first(office: Office) -> None:
    resident, first, second = new_id(), await met(office, 1), await met(office, 2)
    bound, before = await office.do(lambda store: people.bind(store, first, resident))
    assert (bound.resident, before) == (resident, None)
    again, before = await office.do(lambda store: people.bind(store, bound, resident))
    assert (again.recognised_at, before) == (NOW, None)
    bound, before = await office.do(lambda store: people.bind(store, second, resident))
    assert before is not None
    assert before.chat == 1
    assert await office.do(lambda store: people.recognised_as(store, resident)) == bound
    ended = await office.do(lambda store: people.by_chat(store, 1))
    assert ended is not None
    assert ended.resident is None


async def test_a_phone_can_be_forgotten(office: Office) -> None:
    person = await met(office, 1)
    bound, _ = await office.do(lambda store: people.bind(store, person, new_id()))
    assert await office.do(lambda store: people.unbind(store, bound)) == person
    assert await office.do(lambda store: people.by_chat(store, 1)) == person


@pytest.mark.parametrize(("version", "consents"), [(3, True), (people.CONSENT_REFUSED, False)])
async def test_consent_is_kept_with_its_version_and_time(office: Office, version: int, consents: bool) -> None:
    person = await met(office, 1)
    after = await office.do(
        lambda store: people.consent(store, person, version, case_notices=False, information=True, decisions_here=True)
    )
    assert (after.consent, after.consents, after.consent_at) == (version, consents, NOW)
    assert (after.case_notices, after.information, after.decisions_here) == (False, True, True)


async def test_erasing_destroys_the_key_and_leaves_a_stranger(office: Office) -> None:
    person = await met(office, 1)

    async def work(store: Drawer) -> None:
        key = await store.key(person.id)
        session = Session(1, "resident", "d", "s", 1, NOW, {"name": "x"})
        await sessions.save(store.db, [sessions.to_row(session, key)])

    await office.do(work)
    left = await office.do(lambda store: people.erase(store, person))
    assert (left.chat, left.language, left.id != person.id) == (1, "ko", True)
    async with office.database.reading() as db:
        assert (await db.execute(keys.select().where(keys.c.owner == person.id))).all() == []
    assert await office.do(lambda store: people.by_chat(store, 1)) is None


@pytest.mark.parametrize(("days", "asked"), [(179, False), (180, False), (181, True)])
def test_recognition_is_asked_again_after_180_quiet_days(days: int, asked: bool) -> None:
    person = replace(people.stranger(1, "ko", NOW), resident=new_id())
    assert people.quiet_too_long(person, NOW, NOW + timedelta(days=days)) is asked
    assert not people.quiet_too_long(people.stranger_again(person), NOW, NOW + timedelta(days=days))


async def test_a_session_is_read_back_and_an_unreadable_draft_is_empty(office: Office) -> None:
    session = Session(1, "resident", "d", "s", 7, NOW, {"a": [1]}, ("x", "y"), 2, ("950302", NOW.isoformat(), 5))

    async def work(store: Drawer) -> tuple[Session, Session, Session]:
        own, other = await store.key(new_id()), await store.key(new_id())
        await sessions.save(store.db, [sessions.to_row(session, own)])
        found = await sessions.at_desk(store, 1, "resident", own)
        unreadable = await sessions.at_desk(store, 1, "resident", other)
        return found, unreadable, await sessions.at_desk(store, 1, "staff", own)

    found, unreadable, none = await office.do(work)
    assert found == session
    assert (unreadable.draft, unreadable.step, unreadable.turn) == ({}, None, 7)
    assert none == Session(1, "staff")
