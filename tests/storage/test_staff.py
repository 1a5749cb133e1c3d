"""Accounts of those who work here: invited by a code, bound to one chat, given roles, behind a PIN, removed at once."""

import asyncio
from datetime import date, timedelta
from functools import partial
from uuid import UUID

from sqlalchemy import insert, select

from storage import people as persons
from storage import staff
from storage.engine import Drawer
from storage.ids import new_id
from storage.staff import PIN_TRIES, QUIET, Officer
from storage.tables import audit, grants, invitations
from storage.tables import people as people_table
from storage.tables import staff as staff_table
from tests.storage.conftest import NOW, Office

CHAT, PIN = 7001, "4827"


async def invited(office: Office, name: str = "한지민", role: str = "appeals", dong: str | None = "yeonhui") -> str:
    _, code = await office.do(lambda store: staff.invite(store, name, role, dong, date(2025, 12, 31)))
    return code


async def accept(office: Office, code: str, chat: int = CHAT) -> Officer | None:
    return await office.do(lambda store: staff.accept(store, code, chat, new_id()))


async def bound(office: Office, chat: int = CHAT, **invitation: str) -> Officer:
    officer = await accept(office, await invited(office, **invitation), chat)
    assert officer is not None
    return officer


async def fresh(office: Office, officer: Officer) -> Officer:
    found = await office.do(lambda store: staff.by_id(store, officer.id))
    assert found is not None
    return found


async def opens(office: Office, officer: Officer, pin: str = PIN) -> bool:
    return await office.do(lambda store: staff.open_desk(store, officer, pin))


async def actions(office: Office) -> list[str]:
    async with office.database.reading() as db:
        return list((await db.execute(select(audit.c.action).order_by(audit.c.at, audit.c.id))).scalars())


# ---------------------------------------------------------------------------------------------------------- by code


async def test_a_code_binds_one_chat_to_the_account_with_its_role(office: Office) -> None:
    han = await bound(office)
    assert (han.chat, han.name, han.pin, han.locked) == (CHAT, "한지민", False, False)
    ((role, dong, until),) = [(held.role, held.dong, held.until) for held in han.held]
    assert (role, dong, until) == ("appeals", "yeonhui", date(2025, 12, 31))
    assert await fresh(office, han) == han


async def test_a_code_is_used_once_however_many_hands_have_it(office: Office) -> None:
    code = await invited(office)
    found = await asyncio.gather(*(accept(office, code, chat) for chat in (7001, 7002, 7003)))
    assert len([one for one in found if one is not None]) == 1


async def test_a_code_ends_after_three_days_and_a_wrong_one_binds_nobody(office: Office) -> None:
    code = await invited(office)
    assert await accept(office, "00000000" if code != "00000000" else "1") is None
    office.now += staff.CODE_LASTS
    assert await accept(office, code) is None


async def test_a_new_code_ends_the_one_before(office: Office) -> None:
    id, lost = await office.do(lambda store: staff.invite(store, "한지민", "calls"))
    code = await office.do(lambda store: staff.code_for(store, id))
    assert await accept(office, lost) is None
    assert await accept(office, code) is not None


async def test_only_a_digest_of_a_code_and_no_name_in_clear_is_kept(office: Office) -> None:
    code = await invited(office)
    async with office.database.reading() as db:
        rows = [*(await db.execute(select(invitations))).all(), *(await db.execute(select(staff_table))).all()]
    assert code not in str(rows)
    assert "한지민" not in str(rows)
    assert "한지민".encode() not in b"".join(value for row in rows for value in row if isinstance(value, bytes))


async def test_one_person_has_one_account(office: Office) -> None:
    han, second = await bound(office), await invited(office, role="calls")
    assert await accept(office, second) is None
    await office.do(lambda store: staff.grant(store, han.id, "calls", None, None, None))
    assert [held.role for held in (await fresh(office, han)).held] == ["appeals", "calls"]
    assert await accept(office, second, 7002) is not None


# ------------------------------------------------------------------------------------------------------ coming, going


async def test_a_role_taken_away_is_gone_and_kept_with_who_took_it(office: Office) -> None:
    han, admin = await bound(office), new_id()
    (held,) = han.held
    assert await office.do(lambda store: staff.revoke(store, held.id, admin))
    assert not await office.do(lambda store: staff.revoke(store, held.id, admin))
    assert (await fresh(office, han)).held == ()
    async with office.database.reading() as db:
        (row,) = (await db.execute(select(grants))).all()
    assert (row.ended_at, row.ended_by) == (NOW, admin)


async def test_removing_ends_account_roles_desk_and_unused_invitation_in_one_step(office: Office) -> None:
    han = await bound(office)
    person = persons.stranger(CHAT, "ko", NOW)
    row = persons.to_row(person) | {"officer": han.id, "desk": "staff"}
    await office.do(lambda store: store.write(insert(people_table), row))
    await office.do(lambda store: staff.remove(store, han, None))
    assert await office.do(lambda store: staff.by_id(store, han.id)) is None
    left = await office.do(lambda store: persons.by_chat(store, CHAT))
    assert left is not None
    assert (left.officer, left.desk) == (None, "resident")
    assert await office.do(lambda store: staff.named(store, han.id)) == "한지민"
    async with office.database.reading() as db:
        assert (await db.execute(select(grants.c.id).where(grants.c.ended_at.is_(None)))).first() is None


async def test_a_removed_account_that_was_never_bound_cannot_be_bound_any_more(office: Office) -> None:
    id, code = await office.do(lambda store: staff.invite(store, "서지우", "calls"))
    officer = await office.do(lambda store: staff.by_id(store, id))
    assert officer is not None
    await office.do(lambda store: staff.remove(store, officer, None))
    assert await accept(office, code) is None


async def test_who_was_removed_can_be_invited_again_to_the_same_chat(office: Office) -> None:
    han = await bound(office)
    await office.do(lambda store: staff.remove(store, han, None))
    again = await bound(office)
    assert again.id != han.id


async def test_accounts_are_found_by_role_and_dong(office: Office) -> None:
    await bound(office, 7001, name="한지민")
    await bound(office, 7002, name="서지우", role="head", dong="cheongna-1")
    team, _ = await office.do(lambda store: staff.invite(store, "문가람", "calls"))
    assert await office.do(lambda store: staff.with_role(store, ("calls",))) == ()
    assert len(await office.do(staff.all_of)) == 3
    dongs = ("yeonhui", "cheongna-2")
    found = await office.do(lambda store: staff.with_role(store, ("appeals", "head"), dongs))
    assert [one.name for one in found] == ["한지민"]
    assert {one.name for one in await office.do(lambda store: staff.with_role(store, ("appeals", "head")))} == {
        "한지민", "서지우",
    }  # fmt: skip
    assert await office.do(lambda store: staff.named(store, team)) == "문가람"
    assert await office.do(lambda store: staff.named(store, new_id())) == ""


async def test_comings_and_goings_are_in_the_audit_by_id(office: Office) -> None:
    han = await bound(office)
    await office.do(lambda store: staff.set_pin(store, han, PIN))
    await opens(office, han, "0000")
    await opens(office, han)
    await office.do(lambda store: staff.unlock(store, han.id, None))
    await office.do(lambda store: staff.remove(store, han, None))
    told = ["staff.invited", "staff.granted", "staff.bound", "desk.pin_set", "desk.refused", "desk.opened"]
    assert sorted(await actions(office)) == sorted([*told, "staff.unlocked", "staff.removed"])


# ---------------------------------------------------------------------------------------------------------- the desk


async def with_pin(office: Office) -> Officer:
    han = await bound(office)
    await office.do(lambda store: staff.set_pin(store, han, PIN))
    return await fresh(office, han)


async def test_the_desk_opens_with_its_pin_and_closes_after_ten_quiet_minutes(office: Office) -> None:
    han = await with_pin(office)
    assert han.desk_open(office.now)
    assert not han.desk_open(office.now + QUIET)
    await office.do(lambda store: staff.close_desk(store, han))
    assert not (await fresh(office, han)).desk_open(office.now)
    assert await opens(office, han)
    office.now += QUIET - timedelta(seconds=1)
    await office.do(lambda store: staff.stir(store, han))
    office.now += timedelta(minutes=9)
    assert (await fresh(office, han)).desk_open(office.now)


async def test_five_wrong_pins_lock_and_then_the_right_one_opens_nothing(office: Office) -> None:
    han = await with_pin(office)
    for _ in range(PIN_TRIES):
        assert not await opens(office, han, "9911")
    assert (await fresh(office, han)).locked
    assert not await opens(office, han)
    await office.do(lambda store: staff.unlock(store, han.id, None))
    han = await fresh(office, han)
    assert (han.locked, han.pin, han.desk_open(office.now)) == (False, False, False)


async def test_wrong_pins_given_at_once_are_all_counted(office: Office) -> None:
    han = await with_pin(office)
    await asyncio.gather(*(opens(office, han, f"99{n}1") for n in range(PIN_TRIES)))
    assert (await fresh(office, han)).locked


async def test_the_right_pin_forgets_wrong_tries(office: Office) -> None:
    han = await with_pin(office)
    await opens(office, han, "9911")
    assert await opens(office, han)
    assert (await fresh(office, han)).pin_tries == 0


async def test_the_same_pin_has_another_digest_for_everybody(office: Office) -> None:
    async def give(store: Drawer, officer: UUID) -> bytes:
        return await staff._pin(store, officer, PIN)

    one, other = [await office.do(partial(give, officer=new_id())) for _ in range(2)]
    assert one != other


# ------------------------------------------------------------------------------------------------ contracts that end


async def test_a_contract_that_is_over_ends_once_and_is_recorded(office: Office) -> None:
    han = await bound(office)
    await office.do(lambda store: staff.grant(store, han.id, "visits", "yeonhui", None, None))
    last_day, next_day = date(2025, 12, 31), date(2026, 1, 1)
    assert not await office.do(lambda store: staff.lapse(store, last_day))
    assert [await office.do(lambda store: staff.lapse(store, next_day)) for _ in range(2)] == [True, False]
    assert (await actions(office)).count("staff.lapsed") == 1
    assert [held.role for held in (await fresh(office, han)).held] == ["visits"]
    async with office.database.reading() as db:
        ended = (await db.execute(select(grants.c.ended_at, grants.c.ended_by).where(grants.c.until == last_day))).all()
    assert [tuple(row) for row in ended] == [(NOW, None)]


async def test_two_processes_end_a_contract_once(office: Office) -> None:
    await bound(office)
    day = date(2026, 1, 1)
    ended = await asyncio.gather(*(office.do(lambda store: staff.lapse(store, day)) for _ in range(4)))
    assert sorted(ended) == [False, False, False, True]
    assert (await actions(office)).count("staff.lapsed") == 1


async def test_where_an_officer_lives_is_kept_from_when_she_says_so(office: Office) -> None:
    _, code = await office.do(lambda store: staff.invite(store, "한지민", "calls"))
    han = await office.do(lambda store: staff.accept(store, code, 7001, new_id()))
    assert han is not None
    assert han.lives is None
    for lives in (staff.ELSEWHERE, "gajeong-1"):
        said = await office.do(lambda store, lives=lives: staff.settle(store, han, lives))  # type: ignore[misc]
        assert said.lives == lives
        assert await office.do(lambda store: staff.by_id(store, han.id)) == said
