"""The morning's figures: once on each working day from ten to nine to noon, to whoever wants them and may see them."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import select

from bot.chores import digest
from storage import digests, staff
from storage.engine import Database
from storage.tables import jobs
from storage.unit import in_one
from tests.handlers.admin.test_figures import done
from tests.journey import CITY, SEOUL, Officer, Town

TUESDAY = datetime(2025, 7, 29, 8, 50, tzinfo=SEOUL)


@pytest.fixture
async def town(tmp_path: Path, database_url: str) -> AsyncIterator[Town]:
    async with Town(tmp_path, url=database_url) as town:
        yield town


@pytest.fixture
async def seo(town: Town) -> Officer:
    """The head of a dong, who wants the figures since Monday."""
    return await wants(town, await town.officer("서지안", role="head", dong="yeonhui"))


async def wants(town: Town, officer: Officer, since: date | None = date(2025, 7, 28)) -> Officer:
    id = officer.account
    assert id is not None
    await town.within(lambda store: digests.want(store, id, since))
    return officer


async def wanted(town: Town) -> list[dict[str, Any]]:
    async with town.database.reading() as db:
        return [orjson.loads(one) for one in (await db.execute(select(jobs.c.wanted).order_by(jobs.c.id))).scalars()]


async def comes_round(town: Town, now: datetime) -> None:
    town.now = now
    await town.within(digest.morning(lambda: CITY))


async def test_it_comes_once_at_ten_to_nine(town: Town, seo: Officer) -> None:
    await comes_round(town, TUESDAY.replace(minute=49))
    assert await wanted(town) == []
    await comes_round(town, TUESDAY)
    await comes_round(town, TUESDAY.replace(hour=11))
    assert await wanted(town) == [{"what": "digest", "lang": "ko", "dongs": ["yeonhui"], "dark": False}]
    await comes_round(town, TUESDAY.replace(day=30))
    assert len(await wanted(town)) == 2


@pytest.mark.parametrize("day", [
    datetime(2025, 8, 2, 9, tzinfo=SEOUL), datetime(2025, 8, 15, 9, tzinfo=SEOUL), TUESDAY.replace(hour=12),
])  # fmt: skip
async def test_not_on_days_the_office_is_closed_nor_when_morning_is_over(
    town: Town, seo: Officer, day: datetime
) -> None:
    await comes_round(town, day)
    assert await wanted(town) == []


async def test_not_on_the_day_it_was_wished_for_nor_after_it_was_not(town: Town, seo: Officer) -> None:
    await wants(town, seo, TUESDAY.date())
    await comes_round(town, TUESDAY)
    await wants(town, seo, None)
    await comes_round(town, TUESDAY.replace(day=30))
    assert await wanted(town) == []


async def test_who_may_see_figures_no_longer_has_none(town: Town, seo: Officer) -> None:
    id = seo.account
    assert id is not None
    officer = await town.within(lambda store: staff.by_id(store, id))
    await town.within(lambda store: staff.revoke(store, officer.held[0].id, None))
    await comes_round(town, TUESDAY)
    assert await wanted(town) == []


async def test_a_team_has_those_of_all_dongs(town: Town) -> None:
    await wants(town, await town.officer("yun", role="support", language="en"))
    await comes_round(town, TUESDAY)
    assert await wanted(town) == [{"what": "digest", "lang": "en", "dongs": None, "dark": False}]


async def test_several_processes_at_once_write_it_once(town: Town, seo: Officer) -> None:
    town.now = TUESDAY
    others = [Database(town.database.url.render_as_string(hide_password=False)) for _ in range(3)]
    work = digest.morning(lambda: CITY)
    try:
        await asyncio.gather(*(in_one(one, town.vault, TUESDAY, work) for one in (town.database, *others)))
    finally:
        for one in others:
            await one.close()
    assert len(await wanted(town)) == 1


async def test_it_is_a_few_lines_and_a_picture_though_her_desk_is_closed(town: Town, seo: Officer) -> None:
    town.now = TUESDAY
    await comes_round(town, TUESDAY)
    await done(town)
    sheet = seo.sheets[-1]
    assert sheet.drawing is not None
    assert "좋은 아침입니다" in sheet.text
    assert "진행 중인 이의신청: 0" in sheet.text
    assert len(sheet.text) < 900
