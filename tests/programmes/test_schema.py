import pytest

from programmes.model import Programme, Won, placeholders
from tests.programmes.city import CITY, at, programme

EACH = pytest.mark.parametrize("one", list(CITY.programmes.values()), ids=list(CITY.programmes))


@EACH
def test_reasons_are_short(one: Programme) -> None:
    for reason in one.reasons.values():
        for said in (reason.why, reason.now):
            assert len(said.ko) <= 90
            assert len(said.en) <= 160


@EACH
def test_answers_fit_under_a_button(one: Programme) -> None:
    labels = [choice.label for fact in one.facts.values() for choice in (fact.choices or {}).values()]
    labels += [row.label for row in one.appeal_reasons.values()] + [row.label for row in one.situations.values()]
    for label in labels:
        assert len(label.ko) <= 30
        assert len(label.en) <= 60


@EACH
def test_sentences_are_polite(one: Programme) -> None:
    said = [words for reason in one.reasons.values() for words in (reason.why, reason.now)]
    said += [fact.ask for fact in one.facts.values()] + [situation.says for situation in one.situations.values()]
    assert all(words.ko.endswith(("니다.", "오.", "까?")) for words in said)


@EACH
def test_no_sum_or_date_is_typed_into_a_sentence(one: Programme) -> None:
    said = [words for reason in one.reasons.values() for words in (reason.why, reason.now)]
    said += [words for each in one.rounds for words in (each.how, each.place)]
    assert not [words for words in said if any(sign in words.ko for sign in ("만 원", "억", "000", "월 "))]


@EACH
def test_payment_states_are_those_of_the_import(one: Programme) -> None:
    assert list(one.statuses) == ["not_applied", "applied", "paid", "returned"]


def test_a_round_is_found_by_code() -> None:
    coupon = programme("livelihood-coupon-2025")
    assert coupon.round("2") is coupon.rounds[1]
    assert coupon.round("3") is None
    assert coupon.round(None) is None


def test_every_sum_can_be_named_in_a_wording() -> None:
    assert programme("livelihood-coupon-2025").params["sum_1_basic"] == Won(400_000)
    assert placeholders("{sum_1_basic}") <= programme("livelihood-coupon-2025").params.keys()


def test_params_of_a_round_are_its_own() -> None:
    coupon = programme("livelihood-coupon-2025")
    assert coupon.round_params(coupon.rounds[1])["opens"] == at("2025-09-22 09:00")
    assert "opens" not in coupon.params
