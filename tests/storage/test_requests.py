"""That somebody be an admin: asked once, settled once, on both databases and by however many hands."""

import asyncio
from datetime import timedelta
from functools import partial
from uuid import UUID

from storage import requests, rights, staff
from storage.ids import new_id
from storage.requests import Request
from tests.storage.conftest import NOW, Office
from tests.storage.test_rights import admin
from tests.storage.test_staff import actions


async def asked(office: Office, officer: UUID, by: UUID) -> bool:
    return await office.do(lambda store: requests.ask(store, officer, None, by))


async def new_account(office: Office) -> UUID:
    return await office.do(lambda store: staff.enrol(store, "조은비"))


async def only(office: Office) -> Request:
    (found,) = await office.do(requests.waiting)
    return found


async def confirmed(office: Office, request: Request, by: UUID) -> tuple[str, str] | None:
    return await office.do(lambda store: requests.confirm(store, request, by))


async def test_one_request_waits_for_an_account_and_says_who_asked(office: Office) -> None:
    yun, cho = await admin(office, "윤서아", 7001), await new_account(office)
    assert await asked(office, cho, yun)
    assert not await asked(office, cho, yun)
    request = await only(office)
    assert (request.staff, request.asked_by, request.asked_at, request.until) == (cho, yun, NOW, None)
    assert await office.do(lambda store: requests.by_id(store, request.id)) == request


async def test_of_many_hands_one_confirms_and_one_code_is_made(office: Office) -> None:
    yun, cho = await admin(office, "윤서아", 7001), await new_account(office)
    await asked(office, cho, yun)
    request, hands = await only(office), [new_id() for _ in range(4)]
    halves = [one for one in await asyncio.gather(*(confirmed(office, request, by) for by in hands)) if one]
    assert len(halves) == 1
    first, last = halves[0]
    assert (len(first), len(last)) == (4, 4)
    officer = await office.do(lambda store: staff.accept(store, first + last, 7002, new_id()))
    assert officer is not None
    assert [held.role for held in officer.held] == ["admin"]
    assert await office.do(requests.waiting) == ()
    assert {"staff.admin_asked", "staff.confirmed"} <= set(await actions(office))


async def test_both_hands_stand_in_the_ledger(office: Office) -> None:
    yun, moon = await admin(office, "윤서아", 7001), await admin(office, "문가람", 7002)
    cho = await new_account(office)
    await asked(office, cho, yun)
    await confirmed(office, await only(office), moon)
    for hand in (yun, moon):
        found = await office.do(partial(rights.between, one=hand, other=cho, since=NOW))
        assert {(who, whose) for who, whose, _ in found} == {(hand, cho)}


async def test_who_has_a_chat_needs_no_code(office: Office) -> None:
    yun = await admin(office, "윤서아", 7001)
    han, code = await office.do(lambda store: staff.invite(store, "한지민", "calls"))
    await office.do(lambda store: staff.accept(store, code, 7002, new_id()))
    await asked(office, han, yun)
    assert await confirmed(office, await only(office), new_id()) == ("", "")


async def test_declining_ends_an_account_made_for_it_and_no_other(office: Office) -> None:
    yun, cho = await admin(office, "윤서아", 7001), await new_account(office)
    han, _ = await office.do(lambda store: staff.invite(store, "한지민", "calls"))
    for officer in (cho, han):
        await asked(office, officer, yun)
    for request in await office.do(requests.waiting):
        assert await office.do(partial(requests.decline, request=request, by=yun))
        assert await confirmed(office, request, new_id()) is None
    assert await office.do(lambda store: staff.by_id(store, cho)) is None
    assert await office.do(lambda store: staff.by_id(store, han)) is not None


async def test_a_request_that_is_too_old_waits_no_more_and_makes_room(office: Office) -> None:
    yun, cho = await admin(office, "윤서아", 7001), await new_account(office)
    await asked(office, cho, yun)
    office.now += requests.LASTS - timedelta(seconds=1)
    assert not await asked(office, cho, yun)
    office.now += timedelta(seconds=1)
    assert await office.do(requests.waiting) == ()
    assert await asked(office, cho, yun)


async def test_nobody_becomes_an_admin_whose_account_ended_meanwhile(office: Office) -> None:
    yun, cho = await admin(office, "윤서아", 7001), await new_account(office)
    await asked(office, cho, yun)
    gone = await office.do(lambda store: staff.by_id(store, cho))
    assert gone is not None
    await office.do(lambda store: staff.remove(store, gone, yun))
    assert await confirmed(office, await only(office), new_id()) is None
