"""A mutation check of this suite: bugs planted into the running code, every one of which a test must see."""

from pathlib import Path

import pytest

from tests import blank
from tests.conftest import FreshPostgres
from tests.crash.ground import Ground
from tests.crash.plants import PLANTS, Bench, Plant
from tests.postgres import Postgres
from tests.processes.bot_process import Start

pytestmark = [pytest.mark.crash, pytest.mark.postgres]


@pytest.fixture(params=PLANTS, ids=lambda plant: plant.__name__)
def plant(request: pytest.FixtureRequest) -> Plant:
    found: Plant = request.param
    return found


async def test_what_is_green_turns_red_with_the_bug(
    plant: Plant, tmp_path: Path, postgres: Postgres, fresh_postgres: FreshPostgres, start: Start, ground: Ground
) -> None:
    def bench(name: str, planted: Plant | None) -> Bench:
        folder = tmp_path / name
        folder.mkdir()
        url = blank.sqlite(folder / "counter.db")
        return Bench(url, fresh_postgres(blank.postgres(postgres)), folder, start, ground, planted)

    scenario = PLANTS[plant]
    await scenario(bench("green", None))
    with pytest.MonkeyPatch.context() as patch:
        plant(patch)
        with pytest.raises((AssertionError, pytest.fail.Exception)):
            await scenario(bench("red", plant))
