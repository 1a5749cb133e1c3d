"""What the district is measured against: dated rows with their source, and the newest of a kind counts."""

from datetime import date
from pathlib import Path

import pytest

from programmes import benchmarks
from programmes.benchmarks import in_force
from programmes.reading import BadProgramme
from tests.programmes.city import CITY

LIVELIHOOD = next(iter(CITY.programmes))
ROW = """
[[benchmarks]]
kind = "paid"
programme = "p"
round = "1"
day = 2025-07-28
percent = 87.3
of = { ko = "시 평균", en = "City" }
source = "press"
"""


def percent(day: date, round: str = "1", kind: str = "paid", means: str = "") -> float | None:
    found = in_force(CITY.benchmarks, kind, LIVELIHOOD, round, day, means)
    return found.percent if found else None


def test_the_city_stood_at_87_3_percent_on_28_july() -> None:
    assert percent(date(2025, 7, 27)) is None
    assert percent(date(2025, 7, 28)) == percent(date(2025, 9, 6)) == 87.3
    assert percent(date(2025, 9, 7)) == 98.69
    assert percent(date(2025, 9, 28), "2") == 80.25


def test_means_of_payment_sum_to_the_whole() -> None:
    shares = [percent(date(2025, 7, 28), kind="means", means=one) for one in CITY.programmes[LIVELIHOOD].means]
    assert sum(one or 0 for one in shares) == 100


def test_every_row_names_a_round_that_is_and_its_source() -> None:
    for row in CITY.benchmarks:
        programme = CITY.programmes[row.programme]
        assert programme.round(row.round) is not None
        assert row.source
        assert not row.means or row.means in programme.means


def test_a_city_without_the_page_is_measured_against_nothing(tmp_path: Path) -> None:
    assert benchmarks.read(tmp_path / "benchmarks.toml") == ()


@pytest.mark.parametrize(
    ("written", "instead", "where"),
    [("87.3", "187.3", "percent"), ('"paid"', '"payed"', "kind"), ("2025-07-28", '"July"', "day")],
)
def test_a_row_that_cannot_be_is_refused_by_name(tmp_path: Path, written: str, instead: str, where: str) -> None:
    page = tmp_path / "benchmarks.toml"
    page.write_text(ROW.replace(written, instead), encoding="utf-8")
    with pytest.raises(BadProgramme, match=where):
        benchmarks.read(page)
