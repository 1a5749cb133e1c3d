"""How the due time came about, in the resident's words: hours day by day, what was not counted and why."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from storage import cases, pauses
from storage.cases import Case
from storage.engine import Drawer
from tests.bot.cases import filed
from tests.journey import CITY, Resident, Town

TUESDAY = date(2025, 7, 29)


async def told(town: Town, kim: Resident, case: Case) -> str:
    await kim.writes("/cases")
    await kim.presses(case.id.hex)
    await kim.presses("clock")
    return kim.all[-2]


@pytest.mark.parametrize("language", ["ko", "en"])
async def test_pauses_and_added_days_are_named(tmp_path: Path, language: str) -> None:
    async with Town(tmp_path) as town:
        kim = town.resident("kim", language=language)
        await kim.writes("/start")
        case = await filed(town, kim)

        async def pause(store: Drawer) -> None:
            await pauses.begin(store, case.id)

        town.later(hours=1)
        await town.within(pause)
        town.later(hours=3)
        await town.within(lambda store: pauses.end(store, case.id))
        town.reception.city = replace(CITY, calendar=CITY.calendar.changed({TUESDAY: "temporary"}))
        said = await told(town, kim, case)
        pause_words = ("오전 11:00부터", "오후 2:00까지") if language == "ko" else ("11:00 to", "14:00")
        assert all(words in said for words in pause_words)
        assert ("임시공휴일" if language == "ko" else "temporary public holiday") in said
        assert len(said) <= 900


async def test_in_her_turn_the_hours_counted_so_far_are_shown(tmp_path: Path) -> None:
    async with Town(tmp_path) as town:
        kim = town.resident("kim")
        await kim.writes("/start")
        case = await filed(town, kim, state="checking")

        async def ask(store: Drawer) -> None:
            await cases.move(store, case, "supplement", open=True, actor=None, kind="ask")
            await pauses.begin(store, case.id)

        town.now += timedelta(hours=1)
        await town.within(ask)
        town.now += timedelta(days=2)
        said = await told(town, kim, case)
        assert "시계가 멈춰 있습니다" in said
        assert "근무시간 1시간" in said
