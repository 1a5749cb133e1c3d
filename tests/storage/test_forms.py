"""Normal forms: many ways to write, one to look up."""

import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.forms import e164, identity


@pytest.mark.parametrize(
    "written",
    [
        "010-1234-5678",
        "01012345678",
        "+82 10-1234-5678",
        "821012345678",
        "0082 (0)10 1234 5678",
        "０１０１２３４５６７８",
    ],
)
def test_a_korean_mobile_has_one_form(written: str) -> None:
    assert e164(written) == "+821012345678"


@pytest.mark.parametrize(
    ("written", "expected"), [("032-560-4114", "+82325604114"), ("+1 650 253 0000", "+16502530000")]
)
def test_other_numbers_are_read_too(written: str, expected: str) -> None:
    assert e164(written) == expected


@given(st.text(max_size=30))
def test_whatever_is_no_number_is_none_and_no_fault(text: str) -> None:
    found = e164(text)
    assert found is None or found.startswith("+")


@given(st.text(max_size=30), st.dates())
def test_spaces_case_and_composition_do_not_matter(name: str, born: date) -> None:
    told = identity(name, born)
    assert told == identity(f" {unicodedata.normalize('NFD', name)}  ", born) == identity(name, born.isoformat())
