"""Dongs, row by row, and the words people use for them."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.programmes.city import CITY

PLACES = CITY.places
BEFORE, AFTER = date(2025, 10, 19), date(2025, 10, 20)

DONGS = [
    ("검암경서동", "Geomamgyeongseo-dong", "main"), ("연희동", "Yeonhui-dong", "main"),
    ("청라1동", "Cheongna 1-dong", "main"), ("청라2동", "Cheongna 2-dong", "main"),
    ("청라3동", "Cheongna 3-dong", "main"), ("가정1동", "Gajeong 1-dong", "main"),
    ("가정2동", "Gajeong 2-dong", "main"), ("가정3동", "Gajeong 3-dong", "main"),
    ("신현원창동", "Sinhyeonwonchang-dong", "main"), ("석남1동", "Seongnam 1-dong (석남1동)", "main"),
    ("석남2동", "Seongnam 2-dong (석남2동)", "main"), ("석남3동", "Seongnam 3-dong (석남3동)", "main"),
    ("가좌1동", "Gajwa 1-dong", "main"), ("가좌2동", "Gajwa 2-dong", "main"), ("가좌3동", "Gajwa 3-dong", "main"),
    ("가좌4동", "Gajwa 4-dong", "main"), ("검단동", "Geomdan-dong", "geomdan"),
    ("불로대곡동", "Bullodaegok-dong", "geomdan"), ("원당동", "Wondang-dong", "geomdan"),
    ("당하동", "Dangha-dong", "geomdan"), ("오류왕길동", "Oryuwanggil-dong", "geomdan"),
    ("마전동", "Majeon-dong", "geomdan"), ("아라동", "Ara-dong", "geomdan"),
]  # fmt: skip


def found(text: str, day: date = BEFORE) -> list[str]:
    return [dong.name.ko for dong in PLACES.find(text, day)]


@pytest.mark.parametrize(("number", "korean", "english", "area"), [(i, *row) for i, row in enumerate(DONGS)])
def test_the_dongs_until_the_division(number: int, korean: str, english: str, area: str) -> None:
    dong = PLACES.dongs_on(BEFORE)[number]
    assert (dong.name.ko, dong.name.en, dong.area) == (korean, english, area)
    assert PLACES.dong(dong.code) is dong
    assert korean in PLACES.office(dong.office).name.ko
    assert found(korean) == found(english) == [korean]


def test_twenty_three_become_twenty_four() -> None:
    assert len(PLACES.dongs_on(BEFORE)) == len(DONGS) == 23
    after = [dong.name.ko for dong in PLACES.dongs_on(AFTER)]
    assert len(after) == 24
    assert after[-2:] == ["아라1동", "아라2동"]
    assert PLACES.dong("ara").successors == ("ara-1", "ara-2")
    assert PLACES.dong("ara").valid_to + timedelta(days=1) == PLACES.dong("ara-1").valid_from


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("청라 1동", ["청라1동"]),
        ("청라1", ["청라1동"]),
        ("cheongna1", ["청라1동"]),
        ("CHEONGNA 1 DONG", ["청라1동"]),
        ("청라동", ["청라1동", "청라2동", "청라3동"]),
        ("Seongnam", ["석남1동", "석남2동", "석남3동"]),
        ("검단", ["검단동"]),
        ("검단1동", ["검단동"]),
        ("검단2동", ["불로대곡동"]),
        ("검단 3", ["원당동"]),
        ("검단4동", ["당하동"]),
        ("검단5동", ["오류왕길동"]),
        ("검암동", ["검암경서동"]),
        ("경서동", ["검암경서동"]),
        ("백석동", ["검암경서동"]),
        ("시천동", ["검암경서동"]),
        ("신현동", ["신현원창동"]),
        ("원창동", ["신현원창동"]),
        ("불로동", ["불로대곡동"]),
        ("대곡동", ["불로대곡동"]),
        ("오류동", ["오류왕길동"]),
        ("왕길동", ["오류왕길동"]),
        ("부평동", []),
        ("동", []),
        ("", []),
        ("7", []),
    ],
)
def test_a_dong_is_found_by_what_people_say(text: str, expected: list[str]) -> None:
    assert found(text) == expected


def test_the_divided_dong_is_both_of_its_successors() -> None:
    assert found("아라동", AFTER) == ["아라1동", "아라2동"]
    assert found("아라1동", BEFORE) == []


@pytest.mark.parametrize(
    ("code", "address"),
    [("centre-gajeong-1", "가정로406번길 25"), ("centre-gajeong-2", "서곶로 100"),
     ("centre-sinhyeonwonchang", "새오개로78번길 16"), ("district-office", "서곶로 307 (심곡동)")],
)  # fmt: skip
def test_known_addresses(code: str, address: str) -> None:
    told = PLACES.office(code).address
    assert told is not None
    assert told.ko == address


@pytest.mark.parametrize("code", ["dong", "payment-team", "call-centre", "nhis", "tax-office", "national-tax"])
def test_an_unknown_number_is_asked_for_at_the_switchboard(code: str) -> None:
    assert PLACES.office(code).phone == ""
    assert PLACES.reach(code) == PLACES.no_phone


def test_a_known_number_is_given() -> None:
    office = replace(PLACES.office("dong"), phone="032-000-0000")
    told = replace(PLACES, offices={"dong": office}).reach("dong")
    assert told["ko"] == told["en"] == "032-000-0000"


def test_what_never_was_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        PLACES.dong("gangnam")
    with pytest.raises(KeyError):
        PLACES.office("gangnam")
