"""Who may approve what another prepared: every kind of two people, at every hour around a change."""

from datetime import UTC, datetime, timedelta
from itertools import product
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programmes.approving import NEW_FOR, Change, Hindrance, History, hindrance
from programmes.reading import KST

ANNA, BO, CARO = (UUID(int=n) for n in (1, 2, 3))
NOW = datetime(2025, 7, 28, 10, tzinfo=KST)
LONG_AGO = NOW - timedelta(days=30)

people = st.sampled_from([ANNA, BO, CARO])
moments = st.integers(0, 4 * 86_400).map(lambda at: NOW - timedelta(days=3) + timedelta(seconds=at))
changes = st.builds(Change, st.none() | people, people, moments)
histories = st.builds(History, st.none() | moments, st.lists(changes, max_size=4).map(tuple))


def of(*changes: Change, since: datetime | None = LONG_AGO) -> History:
    return History(since, changes)


def test_another_admin_of_long_standing_approves() -> None:
    assert hindrance(ANNA, BO, of(), NOW) is None


@pytest.mark.parametrize("since", [None, LONG_AGO, NOW])
def test_nobody_approves_her_own(since: datetime | None) -> None:
    assert hindrance(ANNA, ANNA, of(since=since), NOW) is Hindrance.ONESELF


def test_who_is_no_admin_approves_nothing() -> None:
    assert hindrance(ANNA, BO, of(since=None), NOW) is Hindrance.NO_ADMIN


def test_a_new_admin_approves_from_the_second_on_at_which_a_day_has_passed() -> None:
    assert hindrance(ANNA, BO, of(since=NOW - NEW_FOR + timedelta(seconds=1)), NOW) is Hindrance.NEW
    assert hindrance(ANNA, BO, of(since=NOW - NEW_FOR), NOW) is None


@pytest.mark.parametrize(("by", "about"), list(product([None, ANNA, BO, CARO], [ANNA, BO, CARO])))
def test_only_a_change_between_the_two_hinders_whichever_way(by: UUID | None, about: UUID) -> None:
    between = {by, about} == {ANNA, BO}
    assert hindrance(ANNA, BO, of(Change(by, about, NOW)), NOW) is (Hindrance.CHANGED if between else None)


def test_the_day_of_a_change_is_korea_s() -> None:
    midnight = NOW.replace(hour=0)
    changed = of(Change(ANNA, BO, midnight.astimezone(UTC)))
    assert hindrance(ANNA, BO, changed, midnight + timedelta(hours=23, minutes=59)) is Hindrance.CHANGED
    assert hindrance(ANNA, BO, changed, midnight + timedelta(hours=24)) is None
    before = of(Change(ANNA, BO, midnight - timedelta(seconds=1)))
    assert hindrance(ANNA, BO, before, midnight) is None


@given(people, people, histories, moments)
def test_who_approves_is_another_admin_for_a_day_and_no_change_of_that_day_lies_between_them(
    approver: UUID, drafter: UUID, history: History, now: datetime
) -> None:
    if hindrance(approver, drafter, history, now) is not None:
        return
    assert approver != drafter
    assert history.admin_since is not None
    assert history.admin_since + NEW_FOR <= now
    for one in history.changes:
        same_day = one.at.astimezone(KST).date() == now.astimezone(KST).date()
        assert not (same_day and {one.by, one.of} == {approver, drafter})


@given(people, people, histories, moments, changes)
def test_more_history_never_lets_anybody_approve_who_might_not_before(
    approver: UUID, drafter: UUID, history: History, now: datetime, more: Change
) -> None:
    longer = History(history.admin_since, (*history.changes, more))
    if hindrance(approver, drafter, history, now) is not None:
        assert hindrance(approver, drafter, longer, now) is not None


@given(people, people, histories, moments)
def test_after_a_quiet_day_whoever_is_another_admin_may(
    approver: UUID, drafter: UUID, history: History, now: datetime
) -> None:
    last = max([now, *(one.at for one in history.changes), *filter(None, [history.admin_since])])
    why = hindrance(approver, drafter, history, last + timedelta(days=1))
    assert why in ({Hindrance.ONESELF} if approver == drafter else {None, Hindrance.NO_ADMIN})
    assert (why is Hindrance.NO_ADMIN) == (approver != drafter and history.admin_since is None)
