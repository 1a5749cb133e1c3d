from dataclasses import replace
from datetime import date, datetime
from typing import cast

import pytest

from bot import words
from handlers.dialog import Inbound, Kind, Turn
from handlers.resident.result import result_of
from programmes.model import FactValue, Lang, Param, Programme, Round, Won
from programmes.rules import Outcome, Verdict, verdict
from storage.engine import Drawer
from storage.people import stranger
from tests.journey import CITY, MONDAY, SEOUL

COUPON = CITY.programmes["livelihood-coupon-2025"]
FIRST, SECOND = COUPON.rounds
FACTS: dict[str, FactValue] = {
    "birth_date": date(1950, 3, 2),
    "nationality_status": "korean",
    "present_on_reference_date": True,
    "category": "basic",
    "assets_over": False,
}


def turn(now: datetime = MONDAY, language: Lang = "ko") -> Turn:
    return Turn(Inbound(1, 1, Kind.TEXT), now, CITY, cast("Drawer", None), stranger(1, language, now))


def told(answer: Verdict, one: Round, *, now: datetime = MONDAY, status: str | None = None) -> list[str]:
    said = result_of(turn(now), COUPON, one, answer, FACTS, status)
    return [words.write(message, "ko") for message in said]


def judged(one: Round, now: datetime = MONDAY) -> Verdict:
    return verdict(COUPON, FACTS, now, one.code)


def test_an_open_round_says_the_sum_the_day_and_how() -> None:
    first, second = told(judged(FIRST), FIRST)
    assert "400,000원" in first
    assert "오늘 하실 수 있습니다" in first
    assert second.startswith("신청 방법: ")


def test_a_round_to_come_says_from_when_and_no_more() -> None:
    (only,) = told(judged(SECOND), SECOND)
    assert "신청하시는 날: 2025년 9월 26일(금)부터" in only


def test_a_paid_round_says_so_and_where_to_use_it() -> None:
    first, second = told(judged(FIRST), FIRST, status="paid")
    assert "지금 상태: 지급되었습니다" in first
    assert "하실 일" not in first
    assert second.startswith("쓰는 곳: ")


def test_several_parts_are_added_up() -> None:
    facts = {**FACTS, "area": "declining"}
    first = result_of(turn(), COUPON, FIRST, verdict(COUPON, facts, MONDAY, FIRST.code), facts)[0]
    assert "합계: 450,000원" in words.write(first, "ko")


def test_at_the_weekend_of_the_first_week_one_applies_online_only() -> None:
    saturday = datetime(2025, 7, 26, 10, tzinfo=SEOUL)
    assert "오늘은 온라인으로만" in told(judged(FIRST, saturday), FIRST, now=saturday)[0]


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("programme", CITY.programmes.values(), ids=lambda one: one.id)
def test_every_reason_in_every_round_is_said_in_short_messages(programme: Programme, language: Lang) -> None:
    for one in programme.rounds:
        limits = (one.limits or {}).values()
        bounds: dict[str, Param] = {limit.code: Won(220_000) for limit in limits}
        named: dict[str, Param] = {"fact": next(iter(programme.facts.values())).label}
        reasons = {
            one.closed,
            programme.unknown,
            *(rule.reason for rule in one.rules),
            *(limit.unknown for limit in limits),
        }
        for code in reasons:
            for outcome in Outcome:
                params = {**programme.round_params(one), **bounds, **named}
                answer = Verdict(outcome, code, one.code, office="nhis", params=params)
                for status in (None, *programme.statuses):
                    for message in result_of(turn(language=language), programme, one, answer, FACTS, status):
                        assert len(words.write(message, language)) <= 900


def test_an_unknown_answer_names_the_office() -> None:
    answer = replace(judged(FIRST), outcome=Outcome.UNKNOWN, sums=(), office="nhis")
    assert "물어보실 곳: 국민건강보험공단." in told(answer, FIRST)[0]
