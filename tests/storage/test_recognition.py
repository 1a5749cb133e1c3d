"""Recognition: limits, one answer and one set of statements for every failure, one-time codes."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine, event, func, insert, select

from storage import people as persons
from storage import recognition, registry
from storage.engine import Drawer
from storage.people import Person
from storage.recognition import Recognised
from storage.tables import audit, codes, misses
from storage.tables import people as people_table
from tests.storage.conftest import Office, people

PHONE, BORN, WRONG = "+821020000001", date(1950, 3, 2), date(1951, 3, 2)


async def somebody(office: Office, chat: int) -> Person:
    person = persons.stranger(chat, "ko", office.now)
    row = {name: getattr(person, name) for name in persons.COLUMNS}

    async def write(store: Drawer) -> Person:
        await store.key(person.id)
        await store.write(insert(people_table), row)
        return person

    return await office.do(write)


async def attempt(office: Office, person: Person, born: date = BORN, phone: str = PHONE) -> Recognised | None:
    return await office.do(lambda store: recognition.attempt(store, person, phone, born))


async def by_code(office: Office, person: Person, code: str) -> Recognised | None:
    return await office.do(lambda store: recognition.attempt_code(store, person, code))


async def code_for(office: Office, person_id: str = "P1") -> str:
    async def made(store: Drawer) -> str:
        resident = await registry.by_person_id(store, person_id)
        assert resident is not None
        return await recognition.make_code(store, resident.id)

    return await office.do(made)


@contextmanager
def statements() -> Iterator[list[str]]:
    """The statements run meanwhile, in order."""
    seen: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)


async def test_phone_and_birth_date_recognise_and_bind(office: Office) -> None:
    await office.bring(people(2))
    person = await somebody(office, 1)
    found = await attempt(office, person)
    assert found is not None
    assert found.ended is None
    assert found.person.resident == found.resident.id
    assert await office.do(lambda store: persons.recognised_as(store, found.resident.id)) == found.person


async def test_a_second_phone_ends_the_first_and_says_whose(office: Office) -> None:
    await office.bring(people(2))
    first, second = await somebody(office, 1), await somebody(office, 2)
    await attempt(office, first)
    found = await attempt(office, second)
    assert found is not None
    assert found.ended is not None
    assert found.ended.chat == 1


async def test_who_shares_phone_and_birth_date_is_not_told_apart(office: Office) -> None:
    twins = [people(1)[0], people(1)[0].replace("P1,홍길동", "P2,홍길순")]
    await office.bring(twins)
    assert await attempt(office, await somebody(office, 1)) is None


async def test_the_sixth_attempt_of_a_day_fails_though_it_is_right(office: Office) -> None:
    await office.bring(people(2))
    person = await somebody(office, 1)
    for _ in range(recognition.A_DAY):
        assert await attempt(office, person, WRONG) is None
    assert await attempt(office, person) is None
    office.now += timedelta(days=1)
    assert await attempt(office, person) is not None


async def test_ten_misses_in_all_close_the_phone_for_good(office: Office) -> None:
    await office.bring(people(2))
    person = await somebody(office, 1)
    for _ in range(2):
        for _ in range(recognition.A_DAY):
            await attempt(office, person, WRONG)
        office.now += timedelta(days=1)
    office.now += timedelta(days=300)
    assert await attempt(office, person) is None


async def test_attempts_while_locked_lead_no_further_into_it(office: Office) -> None:
    await office.bring(people(2))
    person = await somebody(office, 1)
    for _ in range(4 * recognition.A_DAY):
        await attempt(office, person, WRONG)
    office.now += timedelta(days=1)
    assert await attempt(office, person) is not None


async def test_a_resident_is_guarded_against_many_chats(office: Office) -> None:
    await office.bring(people(2))
    for chat in range(recognition.A_DAY):
        await attempt(office, await somebody(office, chat + 1), WRONG)
    assert await attempt(office, await somebody(office, 99)) is None


async def test_a_chat_is_stopped_though_it_tries_many_residents(office: Office) -> None:
    await office.bring(people(8))
    person = await somebody(office, 1)
    for n in range(2, 2 + recognition.A_DAY):
        await attempt(office, person, date(1900, 1, 1), f"+82102000000{n}")
    assert await attempt(office, person) is None


async def test_a_clock_that_jumps_back_resets_nothing(office: Office) -> None:
    await office.bring(people(2))
    person = await somebody(office, 1)
    for _ in range(recognition.A_DAY):
        await attempt(office, person, WRONG)
    office.now -= timedelta(days=40)
    assert await attempt(office, person) is None


async def test_every_failure_runs_the_same_statements(office: Office) -> None:
    await office.bring(people(2))
    person, locked = await somebody(office, 1), await somebody(office, 2)
    for _ in range(recognition.A_DAY):
        await attempt(office, locked, WRONG, "+821099999999")
    shapes = []
    for who, born, phone in (
        (person, BORN, "+821088888888"),
        (person, WRONG, PHONE),
        (locked, BORN, PHONE),
        (locked, WRONG, PHONE),
    ):
        with statements() as seen:
            assert await attempt(office, who, born, phone) is None
        shapes.append(seen)
    assert shapes[0]
    assert all(shape == shapes[0] for shape in shapes)


async def test_a_code_recognises_once(office: Office) -> None:
    await office.bring(people(2))
    code = await code_for(office)
    assert len(code) == recognition.CODE_DIGITS
    person = await somebody(office, 1)
    assert await by_code(office, person, f"{code[:4]} {code[4:]}") is not None
    assert await by_code(office, person, code) is None


async def test_a_code_ends_after_a_day_and_with_the_next_one(office: Office) -> None:
    await office.bring(people(2))
    person = await somebody(office, 1)
    first = await code_for(office)
    second = await code_for(office)
    assert await by_code(office, person, first) is None
    office.now += timedelta(hours=24)
    assert await by_code(office, person, second) is None


async def test_a_code_opens_what_misses_had_locked(office: Office) -> None:
    await office.bring(people(2))
    person = await somebody(office, 1)
    for _ in range(2):
        for _ in range(recognition.A_DAY):
            await attempt(office, person, WRONG)
        office.now += timedelta(days=1)
    assert await attempt(office, person) is None
    assert await by_code(office, person, await code_for(office)) is not None
    assert await attempt(office, person) is not None


async def test_wrong_codes_are_counted_and_look_alike(office: Office) -> None:
    await office.bring(people(2))
    person = await somebody(office, 1)
    code = await code_for(office)
    wrong = f"{(int(code) + 1) % 10**8:08}"
    with statements() as seen:
        assert await by_code(office, person, wrong) is None
    for _ in range(recognition.A_DAY - 1):
        await by_code(office, person, wrong)
    with statements() as locked:
        assert await by_code(office, person, code) is None
    assert locked == seen


async def test_codes_and_misses_keep_no_secret_in_clear(office: Office) -> None:
    await office.bring(people(2))
    code = await code_for(office)
    person = await somebody(office, 1)
    await attempt(office, person, WRONG, "+821088888888")
    async with office.database.reading() as db:
        assert code.encode() not in (await db.execute(select(codes.c.code_hash))).scalar_one()
        assert not [who for who in (await db.execute(select(misses.c.who))).scalars() if "88888888" in who]


@pytest.mark.parametrize("right", [True, False])
async def test_each_attempt_leaves_an_audit_row(office: Office, right: bool) -> None:
    await office.bring(people(2))
    person = await somebody(office, 1)
    await attempt(office, person, BORN if right else WRONG)
    wanted = "recognised" if right else "recognition.missed"
    found = select(func.count()).where(audit.c.action == wanted, audit.c.actor == person.id)
    async with office.database.reading() as db:
        assert (await db.execute(found)).scalar_one() == 1
