"""An officer whom no roster knows says once where she lives, so that nobody works on what is near to her."""

import pytest
from sqlalchemy import select

from storage import staff
from storage.engine import Drawer
from storage.tables import audit
from tests.handlers.resident.conftest import Arrive
from tests.handlers.staff.test_queue import DONG, appeals, the_case
from tests.handlers.staff.test_talks import said
from tests.journey import CITY, Officer, Town


async def account(town: Town, han: Officer) -> staff.Officer:
    assert han.account is not None
    id = han.account
    found = await town.within(lambda store: staff.by_id(store, id))
    assert isinstance(found, staff.Officer)
    return found


async def opens_a_case(town: Town, han: Officer) -> bool:
    case = await the_case(town)
    await han.writes(f"/case {case.number}")
    return case.number in han.question


async def test_she_is_asked_as_she_first_opens_her_desk_and_stands_before_no_case(
    town: Town, recognised: Arrive
) -> None:
    await appeals(recognised)
    han = await town.officer("han", dong=DONG, lives=None)
    for command in ("/menu", "/queue", f"/case {(await the_case(town)).number}", "/find", "/mine"):
        await han.writes(command)
        assert han.codes == ["recognise", "elsewhere", "leave"]
        assert said("lives.ask") in han.question
    assert len(said("lives.ask")) <= 200


async def test_who_lives_elsewhere_says_so_once_and_it_is_kept_and_in_the_audit(town: Town, recognised: Arrive) -> None:
    await appeals(recognised)
    han = await town.officer("han", dong=DONG, lives=None)
    await han.presses("elsewhere")
    assert "queue" in han.codes
    town.later(minutes=11)
    await han.opens()
    assert "queue" in han.codes
    assert (await account(town, han)).lives == "elsewhere"

    async def recorded(store: Drawer) -> int:
        return len((await store.read(select(audit.c.id).where(audit.c.action == "staff.lives"))).all())

    assert await town.within(recorded) == 1
    assert await opens_a_case(town, han)


async def test_who_lives_here_is_recognised_by_the_same_dialog_and_asked_no_more(
    town: Town, recognised: Arrive
) -> None:
    await appeals(recognised)
    han = await town.officer("han", dong=DONG, lives=None)
    han.phone = "01000000002"
    await han.presses("recognise")
    await han.shares_contact()
    await han.writes("1983-09-02")
    await han.writes("/queue")
    assert (await account(town, han)).lives is None
    assert "lives" not in han.question
    assert await opens_a_case(town, han)


async def test_where_no_roster_has_her_no_case_of_her_dong_is_opened(town: Town, recognised: Arrive) -> None:
    await appeals(recognised)
    case = await the_case(town)
    name = CITY.places.dongs[case.dong or ""].name.ko
    han = await town.officer("han", role="decision", lives=None)
    await han.writes("바닷가동")
    assert any(said("lives.unknown") in text for text in han.all[-2:])
    await han.writes(name)
    assert (await account(town, han)).lives == case.dong
    assert not await opens_a_case(town, han)
    assert any(said("card.own") in text for text in han.all[-3:])
    seo = await town.officer("seo", role="decision", lives="yeonhui")
    assert await opens_a_case(town, seo)


@pytest.mark.parametrize("role", ["support", "admin"])
async def test_who_sees_no_case_is_not_asked(town: Town, role: str) -> None:
    han = await town.officer("han", role=role, lives=None)
    assert said("lives.ask") not in han.question
