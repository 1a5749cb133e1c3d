"""The order of Korean road addresses: a day's visits go along a road, not along the alphabet."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programmes.addresses import road_key

IN_ORDER = (
    "인천 서구 가정로 9",
    "인천광역시 서구 가정로 9, 101동 1203호",
    "서구 가정로 307",
    "가정로 307-2",
    "인천 서구 가정로70번길 3",
    "가정로 406번길 9",
    "가정로406번길 25 (가정동)",
    "서곶로 9",
    "서곶로 307",
    "서곶로315번길 1",
    "중봉대로 2",
    "청라대로 10",
    "가정동 470-1번지",
    "가정동 1001",
)


def test_addresses_are_in_the_order_of_the_street() -> None:
    mixed = random.Random(7).sample(IN_ORDER, len(IN_ORDER))
    assert sorted(mixed, key=road_key) == list(IN_ORDER)


@pytest.mark.parametrize("same", ["가정로406번길 25", "가정로 406번길 25", "가정로 406 번길 25", "가정로406번길 ２５"])
def test_spaces_and_wide_digits_make_no_other_address(same: str) -> None:
    assert road_key(same) == road_key("가정로406번길 25")


Place = tuple[str, int | None, int, int]

roads = st.sampled_from(["가정로", "서곶로", "중봉대로", "청라한내로", "검단로"])
numbers = st.integers(1, 999)
sides = st.none() | numbers
behinds = st.integers(0, 99)
places = st.tuples(roads, sides, numbers, behinds)


def written(place: Place, space: str = "") -> str:
    road, side, number, behind = place
    lane = f"{space}{side}번길" if side else ""
    return f"인천광역시 서구 {road}{lane} {number}" + (f"-{behind}" if behind else "")


@given(st.lists(places, max_size=20), st.sampled_from(["", " "]))
def test_the_order_is_road_then_side_road_then_number(found: list[Place], space: str) -> None:
    def told(place: Place) -> tuple[str, int, int, int]:
        return (place[0], place[1] or 0, *place[2:])

    by_key = sorted(found, key=lambda place: road_key(written(place, space)))
    assert [told(place) for place in by_key] == sorted(map(told, found))


@given(st.text(max_size=60))
def test_any_words_have_a_place_in_the_order(words: str) -> None:
    assert road_key(words) <= road_key(words)
    assert sorted([words, "서곶로 9"], key=road_key)
