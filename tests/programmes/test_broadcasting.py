"""The life of a broadcast: no way to sending but through another person's approval, and nights are left out."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from programmes.broadcasting import (
    MORNING,
    MOVES,
    NIGHT,
    OVER,
    SENDING,
    SLOW_START,
    STARTED,
    Stage,
    finish,
    is_failing,
    is_night,
    may_move,
    morning_after,
    rate_after,
)
from programmes.reading import KST

moments = st.integers(0, 365 * 86_400).map(lambda at: datetime(2025, 7, 1, tzinfo=UTC) + timedelta(seconds=at))


def paths(here: Stage, gone: tuple[Stage, ...] = ()) -> Iterator[tuple[Stage, ...]]:
    """Every way from here on that comes through no move twice."""
    yield (*gone, here)
    for target in MOVES[here]:
        if target not in gone or (target is Stage.DRAFT and gone.count(target) < 2):
            yield from paths(target, (*gone, here))


def test_every_path_from_a_draft_to_sending_goes_through_an_approval_by_another() -> None:
    found = [path for path in paths(Stage.DRAFT) if path[-1] in SENDING]
    assert found
    for path in found:
        last_draft = max(at for at, stage in enumerate(path) if stage is Stage.DRAFT)
        since = path[last_draft:]
        assert Stage.APPROVED in since
        approved = since.index(Stage.APPROVED)
        assert MOVES[since[approved - 1]][Stage.APPROVED] == frozenset({"approver"})


def test_the_clock_never_approves_and_nobody_starts_by_hand() -> None:
    for source, targets in MOVES.items():
        for target, hands in targets.items():
            assert "clock" not in hands or source not in {Stage.DRAFT, Stage.ASKED}
            assert target not in STARTED or hands == frozenset({"clock"})


def test_whatever_is_not_over_can_be_cancelled_by_any_admin() -> None:
    assert all(may_move(stage, Stage.CANCELLED, "admin") for stage in set(Stage) - OVER)
    assert not any(MOVES[stage] for stage in OVER)


@given(moments.filter(is_night), st.text(max_size=5))
def test_a_morning_lies_after_the_night_within_its_span(now: datetime, seed: str) -> None:
    at = morning_after(now, seed)
    assert at > now
    assert not is_night(at)
    start = at.astimezone(KST).replace(hour=NIGHT[1].hour, minute=0, second=0, microsecond=0)
    assert timedelta() <= at - start < MORNING
    assert at - now < timedelta(hours=36)


@given(moments, st.integers(0, 700_000), st.floats(5, 1000), st.text(max_size=5))
def test_the_time_of_finish_is_no_night_and_leaves_nights_out(now: datetime, left: int, rate: float, seed: str) -> None:
    ends = finish(now, left, rate, seed)
    assert ends >= now + timedelta(seconds=left / rate) or left == 0
    clock = ends.astimezone(KST).time()
    assert NIGHT[1] <= clock <= NIGHT[0]


def test_six_hundred_thousand_at_the_free_rate_take_eight_hours_of_daylight() -> None:
    begins = datetime(2025, 7, 21, 9, tzinfo=KST)
    assert finish(begins, 639_000, 22, "a") - begins == timedelta(seconds=639_000 / 22)
    late = datetime(2025, 7, 21, 17, tzinfo=KST)
    assert finish(late, 639_000, 22, "a").astimezone(KST).date() == date(2025, 7, 22)


def test_one_refusal_among_the_first_ten_stops_and_later_only_a_share() -> None:
    assert is_failing(9, 1, 0)
    assert not is_failing(8, 0, 2)
    assert not is_failing(150, 1, 0)
    assert not is_failing(999, 1, 0)
    assert is_failing(998, 2, 0)
    assert is_failing(600, 0, 400)


@given(st.floats(0, 300), st.floats(1, 1000))
def test_the_rate_rises_from_a_tenth_and_stays_full(seconds: float, full: float) -> None:
    rate = rate_after(timedelta(seconds=seconds), full)
    assert full / 10 <= rate <= full
    assert rate == full or seconds < SLOW_START.total_seconds()
