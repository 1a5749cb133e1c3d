"""Who may do what: one table, dated dongs, contracts that end."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programmes.roles import RIGHTS, Grant, Hand, May, Role, may, may_anywhere, reach
from tests.programmes.city import CITY

PLACES = CITY.places
MONDAY, DIVIDED = date(2025, 7, 28), date(2025, 10, 20)
days = st.dates(date(2025, 7, 1), date(2026, 12, 31))
dongs = st.sampled_from([*PLACES.dongs, "no-such-dong"])
grants = st.builds(Grant, st.sampled_from(Role), st.none() | dongs, st.none() | days)


def whether(role: Role, what: May, dong: str | None, *, of: str = "yeonhui", day: date = MONDAY) -> Hand | None:
    return may((Grant(role, of if RIGHTS[role].hand == "dong" else None),), what, dong, day, PLACES)


def test_an_officer_of_a_dong_works_in_her_dong_only() -> None:
    assert whether(Role.APPEALS, May.TAKE, "yeonhui") == "dong"
    assert whether(Role.APPEALS, May.TAKE, "cheongna-1") is None
    assert whether(Role.APPEALS, May.TAKE, None) is None


def test_a_team_works_for_every_dong() -> None:
    assert whether(Role.DECISION, May.DECIDE, "yeonhui") == "team"
    assert whether(Role.CALLS, May.TALK, None) == "team"


@pytest.mark.parametrize(
    ("role", "what"),
    [
        (Role.VISITS, May.TAKE), (Role.VISITS, May.DECIDE), (Role.CALLS, May.TAKE), (Role.CALLS, May.DECIDE),
        (Role.DECISION, May.PROPOSE), (Role.AFFAIRS, May.DECIDE), (Role.SUPPORT, May.SEE), (Role.APPEALS, May.PEOPLE),
        (Role.ADMIN, May.SEE), (Role.ADMIN, May.DECIDE), (Role.ADMIN, May.EXPORT), (Role.APPEALS, May.SHIFTS),
    ],
)  # fmt: skip
def test_what_a_role_must_not_do(role: Role, what: May) -> None:
    assert whether(role, what, "yeonhui") is None


def test_only_an_admin_grants() -> None:
    assert {role for role in Role if May.PEOPLE in RIGHTS[role].may} == {Role.ADMIN}


def test_who_has_two_hands_acts_for_the_dong() -> None:
    both = (Grant(Role.DECISION), Grant(Role.HEAD, "yeonhui"))
    assert may(both, May.DECIDE, "yeonhui", MONDAY, PLACES) == "dong"
    assert may(both, May.DECIDE, "cheongna-1", MONDAY, PLACES) == "team"


def test_officers_of_both_see_the_cases_of_a_dong_that_was_divided() -> None:
    for half in ("ara-1", "ara-2"):
        assert whether(Role.APPEALS, May.SEE, "ara", of=half, day=DIVIDED) == "dong"
        assert whether(Role.APPEALS, May.SEE, half, of=half, day=DIVIDED) == "dong"
    assert whether(Role.APPEALS, May.SEE, "ara-2", of="ara-1", day=DIVIDED) is None


@given(st.sampled_from(May), days, st.sampled_from([role for role in Role if RIGHTS[role].hand == "dong"]))
def test_rights_follow_the_dated_rows(what: May, day: date, role: Role) -> None:
    has = what in RIGHTS[role].may
    before = day < DIVIDED
    assert (whether(role, what, "ara", of="ara", day=day) == "dong") == (has and before)
    for half, other in (("ara-1", "ara-2"), ("ara-2", "ara-1")):
        assert (whether(role, what, "ara", of=half, day=day) == "dong") == (has and not before)
        assert (whether(role, what, half, of=half, day=day) == "dong") == (has and not before)
        assert whether(role, what, other, of=half, day=day) is None
        assert whether(role, what, half, of="ara", day=day) is None


@given(st.lists(grants, max_size=4).map(tuple), st.sampled_from(May), dongs, days)
def test_a_right_always_comes_from_one_running_grant_that_has_it_and_reaches_there(
    held: tuple[Grant, ...], what: May, dong: str, day: date
) -> None:
    hand = may(held, what, dong, day, PLACES)
    giving = [one for one in held if may((one,), what, dong, day, PLACES) is not None]
    assert (hand is None) == (not giving)
    for one in giving:
        assert one.until is None or one.until >= day
        assert what in RIGHTS[one.role].may
        assert RIGHTS[one.role].hand == "team" or dong in reach(one, day, PLACES)
    if hand is not None:
        assert may_anywhere(held, what, day, PLACES)


@given(grants, days)
def test_a_contract_that_ended_gives_nothing(held: Grant, day: date) -> None:
    ended = Grant(held.role, held.dong, day - timedelta(days=1))
    assert not any(may_anywhere((ended,), what, day, PLACES) for what in May)
