"""The rules as such: three answers, never a fault, and the day scheme. The tables of each programme are beside it."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from programmes.model import FactValue, Programme, Round
from programmes.reading import KST
from programmes.rules import UNSURE, Day, Outcome, RosterFacts, day, facts_of, verdict
from programmes.wording import placeholders
from tests.programmes.city import CITY, at, programme

PROGRAMMES = st.sampled_from(list(CITY.programmes.values()))
VALUES = st.one_of(
    st.text(max_size=5), st.integers(), st.booleans(), st.dates(), st.datetimes(timezones=st.just(KST)), st.none()
)
MOMENTS = st.integers(0, 2 * 365 * 24).map(lambda hours: at("2025-01-01 00:00") + timedelta(hours=hours))
BIRTHS = st.dates(date(1910, 1, 1), date(2025, 12, 31))
COUPON = programme("livelihood-coupon-2025")
FIRST, SECOND = COUPON.rounds


@st.composite
def told(draw: st.DrawFn, one: Programme) -> dict[str, FactValue]:
    """Any part of the facts of a programme, fitting ones and others."""
    facts = {}
    for fact in one.facts.values():
        fitting: st.SearchStrategy[object] = {
            "choice": st.sampled_from(list(fact.choices or ("",))),
            "date": BIRTHS,
            "number": st.integers(0, 8),
            "sum": st.integers(0, 900_000),
        }[fact.kind]
        facts[fact.code] = draw(st.one_of(fitting, fitting, fitting, VALUES))
    return {code: value for code, value in facts.items() if value is not None}  # type: ignore[misc]


@given(st.data(), MOMENTS, st.one_of(st.none(), st.sampled_from(["1", "2", "2025", "?"])))
def test_every_mapping_has_an_answer_that_can_be_said(data: st.DataObject, now: datetime, code: str | None) -> None:
    one = data.draw(PROGRAMMES)
    answer = verdict(one, data.draw(told(one)), now, code)
    reason = one.reasons[answer.reason]
    assert placeholders(reason.why.ko) | placeholders(reason.now.ko) <= answer.params.keys()
    assert one.round(answer.round)
    if answer.outcome is Outcome.YES:
        assert answer.total == sum(part.amount for part in answer.sums) > 0
    if answer.outcome is Outcome.UNKNOWN:
        assert answer.office in CITY.places.offices
        assert answer.wanting is None or answer.wanting in one.facts


@given(st.data(), MOMENTS)
def test_the_same_question_has_the_same_answer(data: st.DataObject, now: datetime) -> None:
    one = data.draw(PROGRAMMES)
    facts = data.draw(told(one))
    before = dict(facts)
    assert verdict(one, facts, now) == verdict(one, facts, now)
    assert facts == before


@given(st.data(), st.sampled_from(["1", "2"]))
def test_asking_what_is_wanting_ends(data: st.DataObject, code: str) -> None:
    truth = data.draw(told(COUPON))
    facts: dict[str, FactValue] = {}
    for _ in COUPON.facts:
        answer = verdict(COUPON, facts, at("2025-07-28 10:00"), code)
        if answer.wanting is None or answer.wanting in facts:
            break
        facts[answer.wanting] = truth.get(answer.wanting, UNSURE)
    assert verdict(COUPON, facts, at("2025-07-28 10:00"), code).wanting not in COUPON.facts.keys() - facts.keys()


@given(st.data(), st.integers(0, 900_000))
def test_a_lower_premium_never_turns_yes_into_no(data: st.DataObject, lower: int) -> None:
    facts = data.draw(told(COUPON))
    higher = facts.get("premium")
    before = verdict(COUPON, facts, at("2025-09-23 10:00"), "2").outcome
    after = verdict(COUPON, {**facts, "premium": lower}, at("2025-09-23 10:00"), "2").outcome
    if type(higher) is int and 0 <= lower <= higher and before is Outcome.YES:
        assert after is Outcome.YES


@given(st.data(), st.integers(1, 3))
def test_a_larger_household_or_second_earner_never_turns_yes_into_no(data: st.DataObject, size: int) -> None:
    facts = data.draw(told(COUPON)) | {"household_size": size, "earners": 1}
    if verdict(COUPON, facts, at("2025-09-23 10:00"), "2").outcome is Outcome.YES:
        for change in ({"household_size": size + 1}, {"earners": 2}):
            assert verdict(COUPON, {**facts, **change}, at("2025-09-23 10:00"), "2").outcome is not Outcome.NO


@given(st.data(), MOMENTS, st.sampled_from(["1", "2"]))
def test_a_fact_more_never_changes_a_decided_answer(data: st.DataObject, now: datetime, code: str) -> None:
    facts = data.draw(told(COUPON))
    assumed = {fact.code for fact in COUPON.facts.values() if fact.assumed}
    fewer = {name: value for name, value in facts.items() if name in assumed or data.draw(st.booleans())}
    answer = verdict(COUPON, fewer, now, code)
    if answer.outcome is not Outcome.UNKNOWN:
        assert verdict(COUPON, facts, now, code) == answer


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2025-06-01 00:00", "1"),
        ("2025-07-21 09:00", "1"),
        ("2025-09-22 08:59", "1"),
        ("2025-09-22 09:00", "2"),
        ("2026-01-01 00:00", "2"),
    ],
)
def test_without_a_round_the_newest_that_has_opened_counts(now: str, expected: str) -> None:
    assert verdict(COUPON, {}, at(now)).round == expected


def test_an_unsure_fact_is_not_asked_again() -> None:
    facts: dict[str, FactValue] = {"birth_date": date(1980, 1, 1), "nationality_status": UNSURE}
    answer = verdict(COUPON, facts, at("2025-07-28 10:00"))
    assert (answer.outcome, answer.wanting, answer.office) == (Outcome.UNKNOWN, "nationality_status", "dong")


def test_who_is_wanted_is_named_in_the_answer() -> None:
    answer = verdict(COUPON, {}, at("2025-07-28 10:00"))
    assert answer.params["fact"] == COUPON.facts["birth_date"].label


@pytest.mark.parametrize("value", ["soon", -1, 1.5])
def test_a_value_of_the_wrong_kind_is_not_known(value: FactValue) -> None:
    assert verdict(COUPON, {"birth_date": value}, at("2025-07-28 10:00")).wanting == "birth_date"


def test_a_sum_below_nothing_is_not_known() -> None:
    facts: dict[str, FactValue] = {
        "birth_date": date(1980, 1, 1), "nationality_status": "korean", "present_on_reference_date": True,
        "assets_over": False, "category": "general", "household_size": 1, "insurance": "workplace", "earners": 1,
    }  # fmt: skip
    assert verdict(COUPON, facts | {"premium": -1}, at("2025-09-23 10:00")).wanting == "premium"


# ── whose day it is ──


@pytest.mark.parametrize(
    ("year", "now", "expected"),
    [
        (1981, "2025-07-21 08:59", Day(False, at("2025-07-21 09:00"), "before")),
        (1981, "2025-07-21 09:00", Day(True, None, "open")),
        (1981, "2025-07-22 00:00", Day(False, at("2025-07-26 00:00"), "not_your_day", online_only=True)),
        (1980, "2025-07-01 00:00", Day(False, at("2025-07-25 00:00"), "before")),
        (1980, "2025-07-24 23:59", Day(False, at("2025-07-25 00:00"), "not_your_day")),
        (1983, "2025-07-23 03:00", Day(True, None, "open")),
        (1983, "2025-07-27 23:59", Day(True, None, "open", online_only=True)),
        (1983, "2025-07-28 00:00", Day(True, None, "open")),
        (1983, "2025-09-12 17:59", Day(True, None, "open")),
        (1983, "2025-09-12 18:00", Day(False, None, "closed")),
    ],
)
def test_the_day_of_a_birth_year(year: int, now: str, expected: Day) -> None:
    assert day(FIRST, date(year, 5, 5), at(now)) == expected
    assert day(FIRST, date(year, 5, 5), at(now), appeal=True) == expected


def test_a_round_without_a_scheme_is_open_to_all_within_it() -> None:
    card = programme("education-card").rounds[0]
    assert day(card, date(2014, 1, 1), at("2025-07-28 10:00")) == Day(True, None, "open")


def test_a_day_that_never_comes_is_said_without_a_date() -> None:
    scheme = FIRST.scheme
    assert scheme is not None
    short = replace(FIRST, closes=at("2025-07-25 18:00"), scheme=replace(scheme, weekend="nobody"))
    assert day(short, date(1981, 1, 1), at("2025-07-22 10:00")) == Day(False, None, "not_your_day")


@settings(max_examples=50)
@given(BIRTHS, st.sampled_from([FIRST, SECOND]), MOMENTS)
def test_when_told_a_later_day_it_is_open_then_and_not_before(birth: date, one: Round, now: datetime) -> None:
    found = day(one, birth, now)
    if found.opens:
        assert day(one, birth, found.opens).open
        earlier = found.opens - timedelta(minutes=1)
        assert earlier < now or not day(one, birth, earlier).open


# ── facts from the roster ──


def person(**given: object) -> RosterFacts:
    told = {
        "birth_date": date(1980, 1, 1), "category": "general", "is_head": True, "nationality_status": "korean", **given
    }  # fmt: skip
    return RosterFacts(**told)  # type: ignore[arg-type]


def test_absent_columns_are_not_known() -> None:
    row = person()
    assert facts_of(row, [row], date(2025, 6, 18)) == {
        "birth_date": date(1980, 1, 1), "category": "general", "is_head": True, "nationality_status": "korean",
        "minor": False, "household_size": 1, "household_has_adult": True, "household_has_korean": True,
        "born_after_reference": False,
    }  # fmt: skip


def test_given_columns_are_facts() -> None:
    row = person(insurance="workplace", premium=1, earners=2, assets_over=False, insured=True)
    facts = facts_of(row, [row], date(2025, 6, 18))
    assert (facts["insurance"], facts["premium"], facts["earners"]) == ("workplace", 1, 2)
    assert (facts["assets_over"], facts["insured"]) == (False, True)


def test_the_household_is_that_of_the_reference_date() -> None:
    child = person(birth_date=date(2025, 7, 1), is_head=False)
    mother = person(nationality_status="f6")
    facts = facts_of(child, [mother, child], date(2025, 6, 18))
    assert (facts["household_size"], facts["born_after_reference"]) == (1, True)
    assert (facts["minor"], facts["household_has_adult"], facts["household_has_korean"]) == (True, True, False)


@pytest.mark.parametrize(("born", "minor"), [(date(2006, 12, 31), False), (date(2007, 1, 1), True)])
def test_a_minor_is_told_by_the_calendar_year(born: date, minor: bool) -> None:
    row = person(birth_date=born)
    assert facts_of(row, [row], date(2025, 6, 18))["minor"] is minor
