"""The coupon's data against what was published, row by row."""

from datetime import date

import pytest

from programmes.model import FactValue, Round, Won
from programmes.rules import Outcome, Verdict, day, verdict
from tests.programmes.city import at, programme

COUPON = programme("livelihood-coupon-2025")
FIRST, SECOND = COUPON.rounds
EUN: dict[str, FactValue] = {
    "birth_date": date(1980, 3, 2), "category": "general", "is_head": True, "nationality_status": "korean",
    "insured": True, "present_on_reference_date": True, "assets_over": False, "household_size": 1,
    "insurance": "workplace", "earners": 1, "premium": 100_000, "household_has_korean": True,
}  # fmt: skip


def ask(code: str, **changed: FactValue) -> Verdict:
    return verdict(COUPON, {**EUN, **changed}, at("2025-07-28 10:00"), code)


# ── windows, means, place ──


def test_the_reference_date() -> None:
    assert COUPON.reference_date == date(2025, 6, 18)


@pytest.mark.parametrize(
    ("number", "opens", "closes"),
    [(0, "2025-07-21 09:00", "2025-09-12 18:00"), (1, "2025-09-22 09:00", "2025-10-31 18:00")],
)
def test_the_windows_of_application_and_appeal(number: int, opens: str, closes: str) -> None:
    one = COUPON.rounds[number]
    assert (one.opens, one.closes) == (one.appeal_opens, one.appeal_closes) == (at(opens), at(closes))
    assert one.use_by == date(2025, 11, 30)


@pytest.mark.parametrize(("one", "monday"), [(FIRST, 21), (SECOND, 22)])
@pytest.mark.parametrize(("weekday", "digits"), [*enumerate([(1, 6), (2, 7), (3, 8), (4, 9), (5, 0)])])
def test_the_weekday_scheme(one: Round, monday: int, weekday: int, digits: tuple[int, ...]) -> None:
    now = at(f"2025-{one.opens:%m}-{monday + weekday} 10:00")
    mine = {digit for digit in range(10) if day(one, date(1980 + digit, 1, 1), now, appeal=True).open}
    assert mine == set(digits)


@pytest.mark.parametrize("now", ["2025-07-26 10:00", "2025-07-27 10:00", "2025-09-27 10:00", "2025-09-28 10:00"])
def test_the_first_weekend_is_anyones_and_online(now: str) -> None:
    found = day(COUPON.round_at(at(now)), date(1980, 1, 1), at(now))
    assert found.open
    assert found.online_only


@pytest.mark.parametrize("code", ["1", "2"])
def test_after_the_window_nothing_can_be_applied_for(code: str) -> None:
    one = COUPON.round(code)
    assert one is not None
    answer = verdict(COUPON, EUN, one.closes, code)
    assert (answer.outcome, answer.reason) == (Outcome.NO, "closed")


def test_before_the_window_one_is_told_what_one_will_get() -> None:
    answer = verdict(COUPON, EUN, at("2025-09-01 10:00"), "2")
    assert (answer.outcome, answer.total, answer.params["opens"]) == (Outcome.YES, 100_000, at("2025-09-22 09:00"))


def test_the_means_of_payment_in_incheon() -> None:
    assert list(COUPON.means) == ["card", "eeum"]


@pytest.mark.parametrize("one", [FIRST, SECOND])
def test_it_can_be_spent_in_all_of_incheon_at_shops_with_small_sales(one: Round) -> None:
    assert "인천 어디에서나" in one.place.ko
    assert "{shop_sales_limit}" in one.place.en
    assert COUPON.params["shop_sales_limit"] == Won(3_000_000_000)


# ── amounts ──


@pytest.mark.parametrize(
    ("category", "area", "first", "both"),
    [
        ("general", "capital", 150_000, 250_000),
        ("general", "declining", 200_000, 300_000),
        ("general", "elsewhere", 180_000, 280_000),
        ("near_poverty", "capital", 300_000, 400_000),
        ("near_poverty", "declining", 350_000, 450_000),
        ("near_poverty", "elsewhere", 330_000, 430_000),
        ("single_parent", "capital", 300_000, 400_000),
        ("single_parent", "declining", 350_000, 450_000),
        ("single_parent", "elsewhere", 330_000, 430_000),
        ("basic", "capital", 400_000, 500_000),
        ("basic", "declining", 450_000, 550_000),
        ("basic", "elsewhere", 430_000, 530_000),
    ],
)
def test_the_amounts(category: str, area: str, first: int, both: int) -> None:
    one, two = ask("1", category=category, area=area), ask("2", category=category, area=area)
    assert one.total == first
    assert one.total + two.total == both
    assert len(one.sums) == (1 if area == "capital" else 2)


def test_a_resident_of_seo_gu_has_no_area_addition() -> None:
    assert [part.amount for part in ask("1").sums] == [150_000]


# ── the second round's cut ──

LIMITS = [
    ("workplace", 1, 220_000), ("regional", 1, 220_000), ("workplace", 2, 330_000), ("regional", 2, 310_000),
    ("mixed", 2, 330_000), ("workplace", 3, 420_000), ("regional", 3, 390_000), ("mixed", 3, 420_000),
    ("workplace", 4, 510_000), ("regional", 4, 500_000), ("mixed", 4, 520_000), ("workplace", 5, 600_000),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "size", "limit"), LIMITS)
def test_the_premium_limit_is_still_in_and_a_won_more_is_out(kind: str, size: int, limit: int) -> None:
    assert ask("2", insurance=kind, household_size=size, premium=limit).outcome is Outcome.YES
    over = ask("2", insurance=kind, household_size=size, premium=limit + 1)
    assert (over.outcome, over.reason, over.office) == (Outcome.NO, "over-premium", "nhis")
    assert over.params["premium_limit"] == Won(limit)


@pytest.mark.parametrize(("kind", "size", "limit"), [row for row in LIMITS if row[1] > 1])
def test_two_earners_have_the_limit_of_one_person_more(kind: str, size: int, limit: int) -> None:
    facts: dict[str, FactValue] = {"insurance": kind, "household_size": size - 1, "earners": 2}
    assert ask("2", **facts, premium=limit).outcome is Outcome.YES
    assert ask("2", **facts, premium=limit + 1).outcome is Outcome.NO


@pytest.mark.parametrize(
    ("kind", "size"),
    [("mixed", 1), ("regional", 5), ("mixed", 5), ("workplace", 6), ("regional", 6), ("mixed", 7), ("workplace", 0)],
)
def test_where_no_limit_was_published_the_insurer_knows(kind: str, size: int) -> None:
    answer = ask("2", insurance=kind, household_size=size)
    assert (answer.outcome, answer.wanting, answer.office) == (Outcome.UNKNOWN, None, "nhis")


@pytest.mark.parametrize("category", ["general", "near_poverty", "single_parent", "basic"])
def test_high_assets_exclude_everyone_whatever_the_premium(category: str) -> None:
    answer = ask("2", category=category, assets_over=True, premium=0)
    assert (answer.outcome, answer.reason, answer.office) == (Outcome.NO, "assets", "tax-office")


@pytest.mark.parametrize("category", ["near_poverty", "single_parent", "basic"])
def test_welfare_groups_are_in_whatever_the_premium(category: str) -> None:
    assert ask("2", category=category, premium=900_000).outcome is Outcome.YES


@pytest.mark.parametrize(
    ("fact", "office"), [("premium", "nhis"), ("insurance", "nhis"), ("earners", "nhis"), ("assets_over", "tax-office")]
)
def test_who_answers_what_is_not_known(fact: str, office: str) -> None:
    facts = {name: value for name, value in EUN.items() if name != fact}
    answer = verdict(COUPON, facts, at("2025-09-23 10:00"))
    assert (answer.outcome, answer.wanting, answer.office) == (Outcome.UNKNOWN, fact, office)


def test_the_asset_limits() -> None:
    assert COUPON.params["property_tax_base"] == Won(1_200_000_000)
    assert COUPON.params["financial_income"] == Won(20_000_000)


@pytest.mark.parametrize("premium", [0, 900_000])
def test_the_first_round_asks_for_no_premium(premium: int) -> None:
    assert ask("1", premium=premium, assets_over=True).outcome is Outcome.YES


# ── special persons ──


@pytest.mark.parametrize("code", ["1", "2"])
@pytest.mark.parametrize(
    ("changed", "outcome", "reason"),
    [
        ({"birth_date": date(2006, 12, 31), "is_head": False}, Outcome.YES, "due"),
        ({"birth_date": date(2007, 1, 1), "is_head": False}, Outcome.YES, "head-applies"),
        ({"birth_date": date(2007, 1, 1), "is_head": True}, Outcome.YES, "due"),
        ({"birth_date": date(2025, 6, 18), "is_head": False}, Outcome.YES, "head-applies"),
        ({"birth_date": date(2025, 6, 19), "is_head": False}, Outcome.NO, "newborn"),
        ({"birth_date": date(2025, 9, 12), "is_head": False}, Outcome.NO, "newborn"),
        ({"deceased": True}, Outcome.NO, "deceased"),
        ({"present_on_reference_date": False}, Outcome.NO, "abroad"),
        ({"nationality_status": "other", "household_has_korean": False}, Outcome.NO, "foreign-alone"),
        ({"nationality_status": "other"}, Outcome.YES, "due"),
        ({"nationality_status": "other", "insured": False}, Outcome.NO, "uninsured"),
        ({"nationality_status": "f5", "household_has_korean": False}, Outcome.YES, "due"),
        ({"nationality_status": "f6", "household_has_korean": False}, Outcome.YES, "due"),
        ({"nationality_status": "f24", "household_has_korean": False}, Outcome.YES, "due"),
        ({"nationality_status": "f5", "insured": False}, Outcome.NO, "uninsured"),
        ({"nationality_status": "f6", "insured": False}, Outcome.NO, "uninsured"),
        ({"nationality_status": "f24", "insured": False}, Outcome.NO, "uninsured"),
        ({"nationality_status": "overseas_korean"}, Outcome.YES, "due"),
        ({"nationality_status": "overseas_korean", "insured": False}, Outcome.NO, "uninsured"),
        ({"nationality_status": "overseas_korean", "present_on_reference_date": False}, Outcome.NO, "abroad"),
        ({"nationality_status": "korean", "insured": False}, Outcome.YES, "due"),
    ],
)
def test_special_persons(code: str, changed: dict[str, FactValue], outcome: Outcome, reason: str) -> None:
    answer = ask(code, **changed)
    assert (answer.outcome, answer.reason) == (outcome, reason)


@pytest.mark.parametrize(
    ("born", "first", "second"),
    [
        (date(2025, 9, 13), "born-later", "newborn"),
        (date(2025, 10, 31), "born-later", "newborn"),
        (date(2025, 11, 1), "born-later", "born-after-all"),
    ],
)
def test_children_born_late(born: date, first: str, second: str) -> None:
    assert ask("1", birth_date=born).reason == first
    assert ask("2", birth_date=born).reason == second


def test_a_newborn_of_a_household_over_the_limit_is_out_of_round_two() -> None:
    assert ask("2", birth_date=date(2025, 7, 1), premium=900_000).reason == "over-premium"


@pytest.mark.parametrize(
    ("reason", "appeal"),
    [
        ("newborn", "newborn"),
        ("abroad", "returned"),
        ("foreign-alone", "status"),
        ("uninsured", "status"),
        ("over-premium", "premium"),
        ("assets", "assets"),
        ("deceased", None),
        ("closed", None),
    ],
)
def test_where_an_appeal_may_cure_it_the_reason_opens_it(reason: str, appeal: str | None) -> None:
    assert COUPON.reasons[reason].appeal == appeal


@pytest.mark.parametrize(
    ("situation", "rounds"),
    [
        ("minor", ("1", "2")),
        ("proxy", ("1", "2")),
        ("visit", ("1", "2")),
        ("care-home", ("1", "2")),
        ("soldier-1", ("1",)),
        ("soldier-2", ("2",)),
        ("inmate", ("1", "2")),
        ("deceased", ("1", "2")),
    ],
)
def test_who_applies_in_a_special_way(situation: str, rounds: tuple[str, ...]) -> None:
    assert COUPON.situations[situation].rounds == rounds


# ── appeals ──


@pytest.mark.parametrize(
    ("ground", "rounds", "paper"),
    [
        ("returned", ("1", "2"), "entry-record"),
        ("newborn", ("1", "2"), "family-relations"),
        ("moved", ("1",), "move-in"),
        ("status", ("1", "2"), "stay-status"),
        ("minor-applicant", ("1", "2"), "living-together"),
        ("category", ("1",), "category-certificate"),
        ("amount", ("1", "2"), None),
        ("household", ("2",), "resident-record"),
        ("premium", ("2",), "premium-record"),
        ("assets", ("2",), "tax-proof"),
        ("closed-business", ("2",), "closure-certificate"),
    ],
)
def test_the_grounds_seen(ground: str, rounds: tuple[str, ...], paper: str | None) -> None:
    found = COUPON.appeal_reasons[ground]
    assert found.rounds == rounds
    assert found.decides == "team"
    assert paper in found.documents or (paper is None and not found.documents)


def test_grounds_stand_in_order_of_frequency() -> None:
    assert list(COUPON.appeal_reasons)[:4] == ["returned", "newborn", "moved", "status"]


def test_a_person_whom_the_roster_does_not_know_has_grounds_in_each_round() -> None:
    for code in ("1", "2"):
        assert [one.code for one in COUPON.appeals(code, "unlisted")][:2] == ["returned", "status"]
        assert [one.code for one in COUPON.appeals(code, "new_child")] == ["newborn"]


def test_the_clock_of_an_appeal() -> None:
    assert (COUPON.target_hours, COUPON.longest_hours, COUPON.case_prefix) == (16, 24, "SG")


# ── asking and deciding ──


def test_what_is_said_of_one_ground_alone_comes_before_what_fits_all() -> None:
    assert [one.code for one in COUPON.findings_for("returned", "accepted")] == ["entry-confirmed", "confirmed"]
    assert [one.code for one in COUPON.requests_for("premium")] == ["premium-record", "explain", "clearer", "whole"]


def test_an_administrative_appeal_is_open_for_ninety_days_whatever_the_outcome() -> None:
    assert {one.days for one in COUPON.remedies.values()} == {90}
    assert {one.office for one in COUPON.remedies.values()} == {"district-office"}


def test_every_source_that_residents_read_is_named_in_korean() -> None:
    cited = {one.source for one in COUPON.answers.values()} | {one.source for one in COUPON.claims.values()}
    assert len(cited) > 20
    assert not [source.name for source in cited if not source.ko]
