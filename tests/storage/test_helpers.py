"""Records of helpers: begun by a code, for one thing, until a day, ended at once by either side."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from storage import helpers
from storage.helpers import CHECK, FILE, LONGEST, PURPOSES, VISIT, Helper
from storage.ids import new_id
from tests.storage.conftest import NOW, Office

KIM, LEE = new_id(), new_id()  # a resident, and who helps her


async def begun(office: Office, purpose: str = CHECK, days: int = 7) -> Helper:
    code = await office.do(lambda store: helpers.make_code(store, KIM, purpose, days))
    helper = await accept(office, code)
    assert helper is not None
    return helper


async def accept(office: Office, code: str, person: UUID = LEE, own: UUID | None = None) -> Helper | None:
    return await office.do(lambda store: helpers.accept(store, code, person, own))


async def may(office: Office, purpose: str, person: UUID = LEE, resident: UUID = KIM) -> bool:
    return await office.do(lambda store: helpers.may(store, person, resident, purpose))


async def of(office: Office, person: UUID, resident: UUID | None) -> tuple[Helper, ...]:
    return await office.do(lambda store: helpers.of(store, person, resident))


async def test_a_code_allows_its_one_purpose_to_its_one_helper(office: Office) -> None:
    helper = await begun(office, FILE)
    assert (helper.person, helper.purpose, helper.until) == (LEE, FILE, NOW.date() + timedelta(days=7))
    assert [purpose for purpose in PURPOSES if await may(office, purpose)] == [FILE]
    assert not await may(office, FILE, person=new_id())
    assert not await may(office, FILE, resident=new_id())
    assert await office.do(lambda store: helpers.helped_by(store, LEE, FILE)) == (KIM,)
    assert await office.do(lambda store: helpers.helped_by(store, LEE, VISIT)) == ()


async def test_a_code_is_used_once_however_many_hands_have_it(office: Office) -> None:
    code = await office.do(lambda store: helpers.make_code(store, KIM, CHECK, 7))
    found = await asyncio.gather(*(accept(office, code, new_id()) for _ in range(3)))
    assert len([one for one in found if one is not None]) == 1


async def test_a_code_ends_after_a_day_with_a_newer_one_and_is_not_for_herself(office: Office) -> None:
    lost = await office.do(lambda store: helpers.make_code(store, KIM, CHECK, 7))
    code = await office.do(lambda store: helpers.make_code(store, KIM, CHECK, 7))
    assert await accept(office, lost) is None
    assert await accept(office, code, own=KIM) is None
    office.now += helpers.CODE_LASTS
    assert await accept(office, code) is None
    assert await accept(office, "") is None


async def test_a_record_holds_on_its_last_day_and_no_day_longer(office: Office) -> None:
    await begun(office, days=7)
    office.now = NOW + timedelta(days=7, hours=13)  # 23:00 in Seoul
    assert await may(office, CHECK)
    office.now = NOW + timedelta(days=7, hours=14)
    assert not await may(office, CHECK)
    assert len(await office.do(lambda store: helpers.over(store, 10))) == 1


async def test_either_side_sees_the_record_and_can_end_it_once(office: Office) -> None:
    helper = await begun(office)
    for person, resident in ((LEE, None), (new_id(), KIM)):
        assert await of(office, person, resident) == (helper,)
    assert await office.do(lambda store: helpers.end(store, helper, LEE))
    assert not await office.do(lambda store: helpers.end(store, helper, LEE))
    assert not await may(office, CHECK)
    assert await of(office, LEE, KIM) == ()


@pytest.mark.parametrize(("purpose", "days"), [("decide", 7), (CHECK, 0), (CHECK, LONGEST + 1)])
async def test_no_record_is_made_for_another_purpose_or_a_longer_time(office: Office, purpose: str, days: int) -> None:
    with pytest.raises(ValueError, match=purpose):
        await office.do(lambda store: helpers.make_code(store, KIM, purpose, days))
