"""The ledger of rights: written at once, read for the rule of two; a suspension that holds until it is lifted."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from storage import rights, staff
from storage.engine import Drawer
from storage.ids import new_id
from storage.staff import Officer
from storage.tables import rights_ledger
from tests.storage.conftest import NOW, Office
from tests.storage.test_staff import actions, fresh, with_pin

TODAY = NOW.date()


async def admin(office: Office, name: str, chat: int, until: date | None = None) -> UUID:
    id, code = await office.do(lambda store: staff.invite(store, name, "admin", None, until))
    assert await office.do(lambda store: staff.accept(store, code, chat, new_id())) is not None
    return id


async def since(office: Office, id: UUID, day: date = TODAY) -> object:
    return await office.do(lambda store: rights.held_since(store, id, (rights.ADMIN,), day))


async def account(office: Office, id: UUID) -> Officer:
    found = await office.do(lambda store: staff.by_id(store, id))
    assert found is not None
    return found


# ---------------------------------------------------------------------------------------------------- since when admin


async def test_who_was_invited_is_an_admin_once_her_chat_is_bound(office: Office) -> None:
    id, code = await office.do(lambda store: staff.invite(store, "윤서아", "admin"))
    assert await since(office, id) is None
    office.now += timedelta(hours=30)
    await office.do(lambda store: staff.accept(store, code, 7001, new_id()))
    assert await since(office, id) == NOW + timedelta(hours=30)


async def test_who_was_an_officer_before_is_an_admin_since_she_was_given_the_role(office: Office) -> None:
    id, code = await office.do(lambda store: staff.invite(store, "한지민", "calls"))
    await office.do(lambda store: staff.accept(store, code, 7001, new_id()))
    assert await since(office, id) is None
    office.now += timedelta(days=9)
    await office.do(lambda store: staff.grant(store, id, "admin", None, None, None))
    assert await since(office, id) == office.now


async def test_a_second_grant_makes_nobody_new_and_one_that_is_over_counts_for_nothing(office: Office) -> None:
    yun = await admin(office, "윤서아", 7001, TODAY)
    office.now += timedelta(days=1)
    assert await since(office, yun, office.now.date()) is None
    await office.do(lambda store: staff.grant(store, yun, "admin", None, None, None))
    assert await since(office, yun, office.now.date()) == office.now
    assert await since(office, yun) == NOW


@pytest.mark.parametrize("how", ["removed", "revoked", "suspended"])
async def test_whose_rights_are_gone_is_no_admin(office: Office, how: str) -> None:
    yun = await admin(office, "윤서아", 7001)
    officer = await account(office, yun)

    async def ends(store: Drawer) -> None:
        if how == "revoked":
            await staff.revoke(store, officer.held[0].id, None)
        else:
            await {"removed": staff.remove, "suspended": staff.suspend}[how](store, officer, None)

    await office.do(ends)
    assert await since(office, yun) is None


# --------------------------------------------------------------------------------------------------------- the ledger


async def test_what_two_changed_of_each_other_is_found_and_nobody_else_s(office: Office) -> None:
    yun, moon, cho = [await admin(office, name, chat) for name, chat in (("윤", 7001), ("문", 7002), ("조", 7003))]
    await office.do(lambda store: staff.unlock(store, moon, yun))
    await office.do(lambda store: staff.unlock(store, moon, cho))
    await office.do(lambda store: staff.unlock(store, moon, None))
    assert await office.do(lambda store: rights.between(store, yun, moon, NOW)) == ((yun, moon, NOW),)
    assert await office.do(lambda store: rights.between(store, moon, yun, NOW)) == ((yun, moon, NOW),)
    assert await office.do(lambda store: rights.between(store, yun, cho, NOW)) == ()
    later = NOW + timedelta(seconds=1)
    assert await office.do(lambda store: rights.between(store, yun, moon, later)) == ()


async def test_a_turn_sees_what_the_turn_before_it_changed_though_the_audit_is_not_written_yet(office: Office) -> None:
    yun, moon = await admin(office, "윤", 7001), await admin(office, "문", 7002)

    async def both(store: Drawer) -> int:
        await staff.unlock(store, moon, yun)
        return len(await rights.between(store, yun, moon, NOW))

    assert await office.do(both) == 1


async def test_every_change_of_rights_stands_in_the_ledger_and_in_the_audit(office: Office) -> None:
    han = await with_pin(office)

    async def all_of_them(store: Drawer) -> None:
        await staff.suspend(store, han, None)
        await staff.lift(store, han, None)
        await staff.unlock(store, han.id, None)
        await staff.grant(store, han.id, "calls", None, None, None)
        await staff.revoke(store, han.held[0].id, None)
        await staff.remove(store, han, None)

    await office.do(all_of_them)
    async with office.database.reading() as db:
        kept = list((await db.execute(select(rights_ledger.c.what))).scalars())
    wanted = ["invited", "granted", "suspended", "lifted", "unlocked", "granted", "revoked", "removed"]
    assert sorted(kept) == sorted(wanted)
    assert {f"staff.{what}" for what in wanted} <= set(await actions(office))


# -------------------------------------------------------------------------------------------------------- suspension


async def test_a_suspension_closes_the_desk_and_keeps_what_was_granted(office: Office) -> None:
    han = await with_pin(office)
    assert await office.do(lambda store: staff.suspend(store, han, None))
    assert not await office.do(lambda store: staff.suspend(store, han, None))
    held = await fresh(office, han)
    assert held.suspended
    assert not held.desk_open(office.now)
    assert held.held == han.held
    assert await office.do(lambda store: staff.with_role(store, ("appeals",))) == ()
    assert await office.do(lambda store: staff.lift(store, held, None))
    assert not await office.do(lambda store: staff.lift(store, held, None))
    assert [one.id for one in await office.do(lambda store: staff.with_role(store, ("appeals",)))] == [han.id]


async def test_a_suspended_admin_is_not_counted_among_those_who_are_left(office: Office) -> None:
    yun, moon = await admin(office, "윤", 7001), await admin(office, "문", 7002)
    officer = await account(office, moon)
    await office.do(lambda store: staff.suspend(store, officer, yun))
    assert await office.do(lambda store: staff.lock_role(store, "admin")) == {yun}
