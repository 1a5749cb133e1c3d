"""The life of a case, and its number."""

from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from programmes.casework import (
    CLOSED,
    MOVES,
    OPEN,
    STEPS,
    State,
    Who,
    case_number,
    is_open,
    moves_from,
    read_case_number,
    step_of,
    whose_turn,
)

DAYS = st.dates(date(2025, 1, 1), date(2049, 12, 31))
COUNTS = st.integers(1, 99_999)
NUMBERS = st.builds(case_number, st.sampled_from(["SG", "EC"]), DAYS, COUNTS)


def names(state: str, who: Who, decides: str = "team") -> set[str]:
    return {move.name for move in moves_from(state, who, "dong" if decides == "dong" else "team")}


def test_every_state_can_be_reached_and_closed() -> None:
    reached, border = {State.FILED}, [State.FILED]
    while border:
        state = border.pop()
        further = {move.target for move in MOVES if move.source == state} - reached
        reached |= further
        border += further
    assert reached == set(State)
    assert all({move.target for move in MOVES if move.source == state} for state in OPEN)


def test_a_move_is_named_once_for_each_state_and_way_of_deciding() -> None:
    keys = [(move.name, move.source) for move in MOVES]
    assert len(keys) == len(set(keys))


def test_closed_cases_only_reopen() -> None:
    assert {move.name for move in MOVES if move.source in CLOSED} == {"reopen"}


def test_a_resident_may_withdraw_whatever_is_open() -> None:
    assert all("withdraw" in names(state, "resident") for state in OPEN)
    assert not any("withdraw" in names(state, "team") for state in OPEN)


@pytest.mark.parametrize(
    ("state", "who", "decides", "expected"),
    [
        ("filed", "dong", "team", {"take"}),
        ("checking", "dong", "team", {"release", "ask", "propose", "return", "finish"}),
        ("checking", "dong", "dong", {"release", "ask", "propose", "return", "finish", "accept", "reject"}),
        ("checking", "resident", "team", {"withdraw"}),
        ("supplement", "resident", "team", {"answer", "withdraw"}),
        ("supplement", "clock", "team", {"lapse"}),
        ("proposed", "dong", "team", set()),
        ("proposed", "team", "team", {"take"}),
        ("deciding", "team", "team", {"release", "send_back", "accept", "reject", "return"}),
        ("deciding", "dong", "dong", set()),
        ("lapsed", "resident", "team", {"reopen"}),
        ("done", "resident", "team", {"reopen"}),
        ("rejected", "resident", "team", set()),
        ("rejected", "team", "team", {"reopen"}),
    ],
)
def test_who_may_do_what(state: str, who: Who, decides: str, expected: set[str]) -> None:
    assert names(state, who, decides) == expected


@pytest.mark.parametrize(
    ("state", "turn", "step", "still"),
    [
        ("filed", "office", "received", True),
        ("reopened", "office", "received", True),
        ("checking", "office", "papers", True),
        ("supplement", "resident", "papers", True),
        ("proposed", "office", "decision", True),
        ("deciding", "office", "decision", True),
        ("accepted", "nobody", "result", False),
        ("rejected", "nobody", "result", False),
        ("returned", "nobody", "result", False),
        ("withdrawn", "nobody", "result", False),
        ("lapsed", "nobody", "result", False),
        ("done", "nobody", "result", False),
    ],
)
def test_whose_turn_it_is_and_where_it_stands(state: str, turn: str, step: str, still: bool) -> None:
    assert (whose_turn(state), step_of(state), is_open(state)) == (turn, step, still)
    assert step in STEPS


def test_a_state_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError):
        is_open("lost")


def test_a_case_number_as_it_is_printed() -> None:
    assert case_number("SG", date(2025, 7, 28), 427) == "SG-250728-0427-6"


@given(NUMBERS)
def test_a_case_number_is_read_back(number: str) -> None:
    assert read_case_number(number) == number


@pytest.mark.parametrize(
    "typed",
    ["sg-250728-0427-6", "SG25072804276", " SG 250728 0427 6 ", "ＳＧ－２５０７２８－０４２７－６",
     "SG–250728—0427−6", "sg.250728.0427.6", "Sg_250728 0427-6"],
)  # fmt: skip
def test_a_case_number_may_be_typed_freely(typed: str) -> None:
    assert read_case_number(typed) == "SG-250728-0427-6"


@pytest.mark.parametrize(
    "typed", ["", "안녕하세요", "SG-250728-0427", "250728-0427-6", "SG-250728-00427-6", "SG-250732-0427-6", "0427"]
)
def test_other_words_are_no_case_number(typed: str) -> None:
    assert read_case_number(typed) is None


@given(NUMBERS, st.data())
def test_one_wrong_digit_is_found(number: str, data: st.DataObject) -> None:
    bare = number.replace("-", "")
    place = data.draw(st.integers(2, len(bare) - 1))
    digit = data.draw(st.sampled_from("0123456789"))
    assume(bare[place] != digit)
    assert read_case_number(bare[:place] + digit + bare[place + 1 :]) is None


@given(NUMBERS, st.data())
def test_two_neighbours_swapped_are_found(number: str, data: st.DataObject) -> None:
    bare = number.replace("-", "")
    place = data.draw(st.integers(2, len(bare) - 2))
    assume(bare[place] != bare[place + 1])
    assert read_case_number(bare[:place] + bare[place + 1] + bare[place] + bare[place + 2 :]) is None


@given(st.text(max_size=20))
def test_reading_never_fails(text: str) -> None:
    read = read_case_number(text)
    assert read is None or read_case_number(read) == read
