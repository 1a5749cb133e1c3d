from datetime import date
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.resident.family import Family, masked
from storage.registry import Resident

DAY = date(2025, 7, 28)


def one(name: str, year: int, *, head: bool = False) -> Resident:
    return Resident(uuid4(), name, date(year, 3, 1), None, "sinhyeon", "general", b"h", head, "korean")


@pytest.mark.parametrize(
    ("name", "shown"),
    [("김하늘", "김○늘"), ("김별", "김○"), ("남궁하늘", "남○○늘"), ("Nguyen Thi Lan", "N. T. L."), ("봄", "봄○")],
)
def test_a_masked_name_is_known_to_its_bearer(name: str, shown: str) -> None:
    assert masked(name) == shown


@given(st.text("가나다라마바사", min_size=3, max_size=8))
def test_the_middle_of_a_korean_name_is_never_shown(name: str) -> None:
    assert masked(name) == name[0] + "○" * (len(name) - 2) + name[-1]


def test_twins_are_told_apart_and_their_brother_stays_masked() -> None:
    mother, *children = one("김하늘", 1985, head=True), one("김서준", 2019), one("김민준", 2019), one("김이준", 2015)
    family = Family(mother, (mother, *children))
    shown = [option.label.params.get("name") for option in family.options(DAY, besides=mother)]  # type: ignore[union-attr]
    assert shown == ["김○준", "김민준", "김서준"]
