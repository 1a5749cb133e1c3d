"""A second programme is a folder of data and nothing more."""

import pytest

from programmes.rules import Outcome, verdict
from tests.programmes.city import at, programme

CARD = programme("education-card")
NOW = at("2025-07-28 10:00")


@pytest.mark.parametrize(("level", "won"), [("elementary", 300_000), ("middle", 400_000), ("high", 500_000)])
@pytest.mark.parametrize("category", ["near_poverty", "single_parent", "basic"])
def test_three_sums_by_school_level(level: str, won: int, category: str) -> None:
    answer = verdict(CARD, {"school_level": level, "category": category}, NOW)
    assert (answer.outcome, answer.total) == (Outcome.YES, won)


@pytest.mark.parametrize(
    ("level", "category", "reason"), [("none", "basic", "no-pupil"), ("high", "general", "not-included")]
)
def test_others_are_told_why_not(level: str, category: str, reason: str) -> None:
    answer = verdict(CARD, {"school_level": level, "category": category}, NOW)
    assert (answer.outcome, answer.reason, answer.office) == (Outcome.NO, reason, "dong")
    assert CARD.reasons[reason].appeal in CARD.appeal_reasons


def test_the_roster_does_not_know_the_school_and_it_can_be_asked() -> None:
    answer = verdict(CARD, {"category": "basic"}, NOW)
    assert (answer.outcome, answer.wanting, answer.office) == (Outcome.UNKNOWN, "school_level", "dong")
    assert CARD.facts["school_level"].askable


def test_the_dong_decides() -> None:
    assert {one.decides for one in CARD.appeal_reasons.values()} == {"dong"}
