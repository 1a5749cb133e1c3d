"""Days off: set by the team that may, for the whole district, and kept with who said so."""

from datetime import date

import pytest

from storage import closures
from storage.closures import Closure
from tests.journey import Officer, Town

LIBERATION = date(2025, 8, 15)  # a Friday, a public holiday


@pytest.fixture
async def oh(town: Town) -> Officer:
    """Of the administrative-support team."""
    officer = await town.officer("oh", role="support")
    await officer.presses("days")
    return officer


async def said(town: Town) -> list[tuple[date, bool, str]]:
    async def read(store: object) -> tuple[Closure, ...]:
        return await closures.every(store.db)  # type: ignore[attr-defined]

    return [(one.day, one.works, one.name) for one in await town.within(read)]


async def test_a_working_day_is_shut_under_a_ready_name(town: Town, oh: Officer) -> None:
    await oh.presses("add")
    await oh.writes("2025-08-14")
    await oh.presses("temporary")
    assert "임시공휴일" in oh.question
    await oh.presses("yes")
    assert await said(town) == [(date(2025, 8, 14), False, "temporary")]
    assert "바꾼 날: 1일" in oh.question


async def test_a_name_may_be_written_and_is_kept_as_it_is(town: Town, oh: Officer) -> None:
    await oh.presses("add")
    await oh.writes("2025.8.14")
    await oh.writes("태풍으로 쉼")
    await oh.presses("yes")
    assert await said(town) == [(date(2025, 8, 14), False, "태풍으로 쉼")]


async def test_a_public_holiday_is_taken_back(town: Town, oh: Officer) -> None:
    await oh.presses("add")
    await oh.writes("2025-08-15")
    await oh.presses("yes")
    assert await said(town) == [(LIBERATION, True, "")]


async def test_nothing_is_changed_without_a_yes(town: Town, oh: Officer) -> None:
    await oh.presses("add")
    await oh.writes("2025-08-15")
    await oh.presses("no")
    assert await said(town) == []


@pytest.mark.parametrize(
    ("day", "why"), [("2025-08-16", "주말"), ("2025-07-25", "1년 안"), ("2027-08-16", "1년 안"), ("모름", "날짜")]
)
async def test_a_day_that_cannot_be_changed_is_refused_with_a_reason(oh: Officer, day: str, why: str) -> None:
    await oh.presses("add")
    await oh.writes(day)
    assert why in oh.all[-2]


async def test_a_name_too_long_for_a_letter_is_refused(town: Town, oh: Officer) -> None:
    await oh.presses("add")
    await oh.writes("2025-08-14")
    await oh.writes("쉬" * 21)
    assert "20자" in oh.all[-2]
    assert await said(town) == []


@pytest.mark.parametrize(("role", "dong"), [("head", "yeonhui"), ("appeals", "yeonhui"), ("decision", None)])
async def test_who_may_not_is_neither_offered_it_nor_let_in(town: Town, role: str, dong: str | None) -> None:
    officer = await town.officer("han", role=role, dong=dong)
    assert "days" not in officer.codes
    await officer.writes("/days")
    assert "행정지원팀" in officer.question
    assert officer.codes == ["done"]


async def test_an_english_reader_sets_days_too(town: Town) -> None:
    oh = await town.officer("oh", role="support", language="en")
    await oh.presses("days")
    await oh.presses("add")
    await oh.writes("2025-08-14")
    await oh.presses("weather")
    await oh.presses("yes")
    assert "Thursday 14 August 2025 shut: shut because of a disaster" in oh.buttons
