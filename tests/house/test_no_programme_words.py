"""A programme is a folder of data: none of its words stands in Python, so that a second one needs no line of code."""

import re

import pytest

from tests.house.tree import PRODUCT, ROOT, place, python_files

WORDS = re.compile(
    r"coupon|쿠폰|livelihood|민생|newborn|신생아|education.?card|교육문화|꿈바당|school.?level|premium_limit|over.?premium",
    re.IGNORECASE,
)


def test_no_word_of_a_programme_stands_in_code() -> None:
    files = python_files(*PRODUCT)
    assert files
    found = [
        f"{place(path)}:{number} {line.strip()}"
        for path in files
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if WORDS.search(line)
    ]
    assert not found, "\n".join(found)


def test_no_file_of_code_is_named_after_a_programme() -> None:
    assert not [place(path) for path in python_files(*PRODUCT) if WORDS.search(path.relative_to(ROOT).as_posix())]


@pytest.mark.parametrize("line", ['if reason == "newborn":', "# 소비쿠폰", "class EducationCard:", "LivelihoodCoupon"])
def test_the_search_knows_a_word_of_a_programme(line: str) -> None:
    assert WORDS.search(line)
