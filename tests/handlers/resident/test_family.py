import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.resident.family import masked


@pytest.mark.parametrize(
    ("name", "shown"),
    [("김하늘", "김○늘"), ("김별", "김○"), ("남궁하늘", "남○○늘"), ("Nguyen Thi Lan", "N. T. L."), ("봄", "봄○")],
)
def test_a_masked_name_is_known_to_its_bearer(name: str, shown: str) -> None:
    assert masked(name) == shown


@given(st.text("가나다라마바사", min_size=3, max_size=8))
def test_the_middle_of_a_korean_name_is_never_shown(name: str) -> None:
    assert masked(name) == name[0] + "○" * (len(name) - 2) + name[-1]
