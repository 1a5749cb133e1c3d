"""The studio: what was counted is shared for a minute, a job is told once, and what cannot be drawn is said."""

import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.figures.studio import Patience, Studio
from handlers.admin.figures import BOARD, JOB, SPEED, order
from handlers.dialog import Inbound
from storage import jobs
from storage.tables import jobs as job_rows
from tests.house.tree import ROOT
from tests.journey import CITY, Officer, Town


class Ears:
    """Hears answers, and takes or refuses them."""

    def __init__(self, town: Town) -> None:
        self.told: list[Any] = []
        self.town, self.kept = town, True

    async def __call__(self, inbound: Inbound) -> bool:
        self.told.append(inbound.errand)
        job = inbound.job
        assert job is not None
        return self.kept and await self.town.within(lambda store: jobs.finish(store, job))


@pytest.fixture
async def town(tmp_path: Path, database_url: str) -> AsyncIterator[Town]:
    async with Town(tmp_path, url=database_url) as town:
        yield town


@pytest.fixture
async def yun(town: Town) -> Officer:
    return await town.officer("yun", role="admin")


def studio(town: Town, ears: Ears, **patience: Any) -> Studio:
    wait = Patience(**{"fresh": 0.0, "pause": 0.0, **patience})
    return Studio(town.database, town.vault, lambda: CITY, lambda: town.now, ears, wait)


async def ordered(town: Town, yun: Officer, what: str = SPEED) -> None:
    await town.within(lambda store: jobs.add(store, JOB, chat=yun.chat, wanted=order(what, "ko", None)))


async def states(town: Town) -> set[str]:
    async with town.database.reading() as db:
        return {row.state for row in await db.execute(job_rows.select())}


async def test_a_picture_is_drawn_beside_this_process(town: Town, yun: Officer) -> None:
    ears = Ears(town)
    await ordered(town, yun)
    assert await studio(town, ears).once()
    (told,) = ears.told
    assert told["drawing"].startswith(b"\x89PNG")
    assert told["seconds"] >= 1
    assert await states(town) == {"done"}
    assert not await studio(town, ears).once()


async def test_what_was_counted_is_shown_to_others_for_a_minute(town: Town, yun: Officer) -> None:
    at = studio(town, Ears(town), fresh=60.0)
    first = await at.figures()
    town.later(seconds=30)
    assert await at.figures() is first
    assert await studio(town, Ears(town)).figures() != first


async def test_what_cannot_be_drawn_is_tried_again_and_then_said(town: Town, yun: Officer) -> None:
    ears = Ears(town)
    await ordered(town, yun, "nothing that is known")
    at = studio(town, ears)
    for _ in range(at.patience.tries):
        assert ears.told == []
        assert await at.once()
    assert ears.told == [{"failed": True}]
    assert await states(town) == {"done"}


async def test_a_drawing_that_takes_too_long_is_given_up(town: Town, yun: Officer) -> None:
    ears = Ears(town)
    await ordered(town, yun, BOARD)
    at = studio(town, ears, draw=0.0)
    while await at.once():
        pass
    assert ears.told == [{"failed": True}]


def test_who_serves_residents_never_imports_what_draws() -> None:
    asked = (
        "import sys, bot.wiring; print({'matplotlib', 'numpy', 'fpdf', 'fontTools', 'pypdf', 'PIL'} & set(sys.modules))"
    )
    found = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True, cwd=ROOT)
    assert found.stdout.strip() == "set()"
