"""Recognition, an appeal with a paper, and how one is decided, died at every point: at the n-th commit and the n-th
call, n = 1, 2, … until a way ends clean. On PostgreSQL at every third, as on the ways before a decision; `make chaos`
dies on all of them everywhere.
"""

import pytest

from tests.conftest import FreshPostgres
from tests.crash.conftest import GROUND
from tests.crash.ground import Ground
from tests.crash.journeys import Journey, answering, appeal, asking, deciding, proposing, question, recognition
from tests.crash.point import Way, every_point

pytestmark = [pytest.mark.crash, pytest.mark.timeout(400)]
LEAST: dict[Journey, int] = {recognition: 8, appeal: 20, deciding: 8, asking: 8, answering: 8, proposing: 8,
                             question: 5}  # fmt: skip
"""A way that is died on less often was not walked."""
EVERYWHERE = [(journey, place) for journey in (recognition, appeal, deciding) for place in ("commit", "answered")]
BEFORE = (asking, answering, proposing)


@pytest.mark.parametrize(("journey", "place"), EVERYWHERE)
async def test_a_way_that_is_died_on_at_every_point_leads_to_the_same_end(
    ground: Ground, journey: Journey, place: str
) -> None:
    assert await every_point(Way(journey, ground, ground.lent), place) >= LEAST[journey]


@pytest.mark.parametrize("journey", BEFORE)
async def test_the_ways_before_a_decision_lead_to_the_same_end(ground: Ground, journey: Journey) -> None:
    assert await every_point(Way(journey, ground, ground.lent), "commit", step=3) >= LEAST[journey] // 3


@pytest.mark.parametrize("place", ["commit", "committed"])
async def test_a_question_is_answered_once_wherever_its_finder_dies(ground: Ground, place: str) -> None:
    assert await every_point(Way(question, ground, ground.lent), place) >= LEAST[question]


@pytest.mark.postgres
@pytest.mark.parametrize(("journey", "place"), EVERYWHERE)
async def test_and_so_it_does_on_postgresql(
    postgres_ground: Ground, fresh_durable_postgres: FreshPostgres, journey: Journey, place: str
) -> None:
    way = Way(journey, postgres_ground, lambda _folder: fresh_durable_postgres(GROUND))
    assert await every_point(way, place, step=3) >= LEAST[journey] // 3
