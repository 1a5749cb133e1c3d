"""What the office says of its days and its answers reaches every process that runs, and what it learned its finder."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import date
from pathlib import Path
from typing import Any

from bot.chores import following
from bot.chores.following import Lessons, city_of_today
from bot.finder.lessons import Lesson
from programmes.model import City, Wording
from storage import amendments, closures
from storage.amendments import ANSWER, ELSEWHERE, PHRASINGS
from storage.engine import Database
from storage.ids import new_id
from storage.vault import Vault, new_office_key
from tests import blank
from tests.journey import CITY, Town
from tests.waiting import until

TUESDAY = date(2025, 7, 29)
COUPON = "livelihood-coupon-2025"
TEXT = {"ko": "아침 9시부터 받습니다.", "en": "From 9 in the morning."}
Told = list[tuple[City, Lessons]]


async def says(town: Town, kind: str, code: str, words: dict[str, Any], programme: str = COUPON) -> None:
    """One proposes, another confirms."""
    await town.within(lambda store: amendments.propose(store, kind, programme, code, words, new_id()))
    (one,) = await town.within(amendments.waiting)
    assert await town.within(lambda store: amendments.confirm(store, one, new_id()))


@asynccontextmanager
async def follows(database: Database, vault: Vault) -> AsyncIterator[Told]:
    told: Told = []
    tell = lambda *found: told.append(found)  # noqa: E731
    running = asyncio.create_task(following.follow(database, vault, CITY, tell, every=0.01))
    try:
        yield told
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running


async def test_a_process_follows_what_is_said_while_it_runs(town: Town) -> None:
    async with follows(town.database, town.vault) as told:
        await until(lambda: len(told) == 1)
        await town.within(lambda store: closures.put(store, TUESDAY, "temporary", works=False, officer=new_id()))
        await until(lambda: len(told) == 2)
        await says(town, ANSWER, "hours", TEXT)
        await until(lambda: len(told) == 3)
        await says(town, PHRASINGS, "hours", {"ko": ["문 언제 열어요"], "en": []})
        await until(lambda: len(told) == 4)
    assert told[0] == (CITY, ())
    assert not told[1][0].calendar.works_on(TUESDAY)
    assert told[1][0].calendar.added == ((TUESDAY, "temporary"),)
    assert told[2][0].programmes[COUPON].answers["hours"].answer == Wording(TEXT["ko"], TEXT["en"])
    assert told[3] == (told[2][0], (Lesson("문 언제 열어요", "ko", "hours"),))


async def test_a_database_that_is_away_is_asked_again(tmp_path: Path) -> None:
    away = Database(f"sqlite+aiosqlite:///{tmp_path}/none/away.db")
    (tmp_path / "ready").mkdir()
    blank.sqlite(tmp_path / "ready" / "away.db")
    async with follows(away, Vault.of(new_office_key())) as told:
        await asyncio.sleep(0)
        (tmp_path / "ready").rename(tmp_path / "none")
        await until(lambda: told == [(CITY, ())])
    await away.close()


async def test_what_is_learned_is_of_a_topic_or_of_what_belongs_elsewhere(town: Town) -> None:
    await says(town, PHRASINGS, "hours", {"ko": ["문 언제 열어요"], "en": []})
    await says(town, PHRASINGS, "hours", {"ko": ["점심때도 하나요"], "en": ["lunch break?"]})
    await says(town, ELSEWHERE, "parking", {"ko": ["주차 되나요"], "en": []}, "")
    city, learned = await city_of_today(town.database, town.vault, CITY)
    assert city == CITY
    assert learned == (
        Lesson("문 언제 열어요", "ko", "hours"), Lesson("점심때도 하나요", "ko", "hours"),
        Lesson("lunch break?", "en", "hours"), Lesson("주차 되나요", "ko", kind="parking"),
    )  # fmt: skip


async def test_an_answer_to_a_topic_that_is_no_more_changes_nothing(town: Town) -> None:
    await says(town, ANSWER, "long-gone", TEXT)
    await says(town, ANSWER, "hours", TEXT, "another-programme")
    assert await city_of_today(town.database, town.vault, CITY) == (CITY, ())
