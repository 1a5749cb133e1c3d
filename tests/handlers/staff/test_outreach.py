"""Nobody left out: a visiting officer sees who has not applied in her dong, masked, and opening one is recorded."""

import pytest
from sqlalchemy import select

from bot.chores.outreach import make
from storage import staff
from storage.engine import Drawer
from storage.tables import audit
from storage.tables import outreach as listed
from tests.journey import CITY, Officer, Town


@pytest.fixture
async def left_out(city: Town) -> str:
    """The list of the sample's cast; gives the dong of the youngest on it, born in 2008 and alone."""
    await make(city.database, city.vault, CITY, lambda: city.now)

    async def dong(store: Drawer) -> str:
        return str((await store.read(select(listed.c.dong).order_by(listed.c.birth_year.desc()))).scalars().first())

    return str(await city.within(dong))


@pytest.fixture
async def seo(city: Town, left_out: str) -> Officer:
    officer = await city.officer("seo", role="visits", dong=left_out)
    await officer.presses("outreach")
    return officer


async def actions(town: Town) -> list[str]:
    async def read(store: Drawer) -> list[str]:
        return list((await store.read(select(audit.c.action).order_by(audit.c.id))).scalars())

    return [one for one in await town.within(read) if one.startswith("outreach.")]


async def test_the_list_is_masked_and_opening_one_shows_and_records(seo: Officer) -> None:
    assert seo.buttons[0] == "서○우 · 2008년생 · 혼자"
    await seo.presses(seo.codes[0])
    assert "서○우" not in seo.question
    assert "2008년" in seo.question
    assert "전화: +8210" in seo.question
    assert await actions(seo.town) == ["outreach.opened"]


async def test_what_came_of_it_is_noted_and_who_was_missed_is_tried_again(seo: Officer) -> None:
    code = seo.codes[0]
    await seo.presses(code)
    await seo.presses("no_answer")
    assert code not in seo.codes
    await seo.presses("again")
    assert seo.codes[0] == code
    await seo.presses(code)
    assert "지난번: 전화를 받지 않습니다" in seo.question
    await seo.presses("reached")
    assert seo.codes == ["fresh"]
    assert await actions(seo.town) == ["outreach.opened", "outreach.noted", "outreach.opened", "outreach.noted"]


async def test_another_dong_and_another_role_see_nobody(city: Town, seo: Officer, left_out: str) -> None:
    other = await city.officer("other", role="visits", dong="geomam" if left_out != "geomam" else "yeonhui")
    await other.writes("/outreach")
    assert other.codes == ["again"]
    papers = await city.officer("papers", role="appeals", dong=left_out)
    assert "outreach" not in papers.codes
    await papers.writes("/outreach")
    assert papers.codes == ["again"]


async def test_a_right_that_ended_shows_nothing_more(city: Town, seo: Officer) -> None:
    code, id = seo.codes[0], seo.account
    assert id is not None
    account = await city.within(lambda store: staff.by_id(store, id))
    await city.within(lambda store: staff.grant(store, id, "calls", None, None, None))
    await city.within(lambda store: staff.revoke(store, account.held[0].id, None))
    await seo.presses(code)
    assert "전화" not in seo.question
