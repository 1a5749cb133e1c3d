"""Shifts: what is said of a half-day counts, an ended contract is stronger, and a head keeps those of her own dong."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import pytest

from handlers.dialog import Inbound, Kind, Turn
from handlers.staff import rights
from storage import people, staff
from tests.journey import CITY, SEOUL, Officer, Town

TUESDAY = "2025-07-29"


async def on_duty(town: Town, officer: Officer) -> bool:
    """As the queue asks it, at the town's time."""
    id = officer.account
    assert isinstance(id, UUID)

    async def ask(store: Any) -> bool:
        person = await people.by_chat(store, officer.chat)
        assert person is not None
        turn = Turn(Inbound(None, officer.chat, Kind.TEXT), town.now, CITY, store, person)
        turn.officer = await staff.by_id(store, id)
        return await rights.on_duty(turn)

    return bool(await town.within(ask))


async def says(keeper: Officer, of: Officer, day: str, what: str) -> None:
    await keeper.writes("/shift")
    assert of.account is not None
    while of.account.hex not in keeper.codes:
        await keeper.presses("+")
    await keeper.presses(of.account.hex)
    while day not in keeper.codes:
        await keeper.presses("next")
    await keeper.presses(day)
    await keeper.presses(what)


@pytest.fixture
async def oh(town: Town) -> Officer:
    """Of the administrative-support team, which keeps everybody's shifts."""
    return await town.officer("oh", role="support")


async def test_everybody_works_as_the_office_does(town: Town) -> None:
    han = await town.officer("han", dong="yeonhui")
    assert await on_duty(town, han)
    town.now = datetime(2025, 8, 2, 10, tzinfo=SEOUL)  # a Saturday
    assert not await on_duty(town, han)
    town.now = datetime(2025, 8, 15, 10, tzinfo=SEOUL)  # a holiday
    assert not await on_duty(town, han)


async def test_what_is_said_of_a_half_day_counts_for_that_half(town: Town, oh: Officer) -> None:
    han = await town.officer("han", dong="yeonhui")
    await says(oh, han, TUESDAY, "pm")
    assert "오후만 근무" in "\n".join(oh.buttons)
    for hour, works in ((9, False), (12, False), (13, True), (17, True)):
        town.now = datetime(2025, 7, 29, hour, tzinfo=SEOUL)
        assert await on_duty(town, han) is works
    town.now = datetime(2025, 7, 29, 9, tzinfo=SEOUL)
    await oh.opens()
    await says(oh, han, TUESDAY, "usual")
    assert await on_duty(town, han)


async def test_somebody_ill_today_is_away_at_once(town: Town, oh: Officer) -> None:
    han = await town.officer("han", dong="yeonhui")
    await says(oh, han, "2025-07-28", "none")
    assert not await on_duty(town, han)


async def test_a_contract_that_ended_is_stronger_than_what_was_said(town: Town, oh: Officer) -> None:
    han = await town.officer("han", dong="yeonhui", until=date(2025, 7, 28))
    await says(oh, han, TUESDAY, "both")
    town.now = datetime(2025, 7, 29, 10, tzinfo=SEOUL)
    assert not await on_duty(town, han)


async def test_the_week_shows_who_is_away(town: Town, oh: Officer) -> None:
    han = await town.officer("han", dong="yeonhui")
    seo = await town.officer("seo", role="calls")
    await says(oh, han, TUESDAY, "am")
    await says(oh, seo, TUESDAY, "none")
    await oh.writes("/shift")
    await oh.presses("week")
    monday, tuesday, *_ = oh.question.split("\n")[1:]
    assert "모두 근무" in monday
    assert "han 오후, seo" in tuesday
    await oh.presses("next")
    assert "8월 4일" in oh.question


async def test_temporary_staff_have_a_last_day_and_what_was_is_kept(town: Town, oh: Officer) -> None:
    han = await town.officer("han", dong="yeonhui")
    await oh.writes("/shift")
    assert han.account is not None
    await oh.presses(han.account.hex)
    await oh.presses("until")
    await oh.writes("2025-07-27")
    assert "지난 날" in oh.all[-2]
    await oh.writes("2025-07-28")
    town.now = datetime(2025, 7, 29, 10, tzinfo=SEOUL)
    await han.writes("/menu")
    assert "직원 권한이 끝났습니다" in han.question


async def test_a_head_keeps_her_own_dong_only(town: Town) -> None:
    head = await town.officer("jang", role="head", dong="yeonhui")
    han = await town.officer("han", dong="yeonhui")
    far = await town.officer("far", dong="cheongna-1")
    team = await town.officer("team", role="decision")
    await head.writes("/shift")
    assert {head.account.hex, han.account.hex, "week"} == set(head.codes)  # type: ignore[union-attr]
    turn = head._button("week")[1].partition(".")[0]
    for other in (far, team):
        await head.presses_data(f"{turn}.{other.account.hex}")  # type: ignore[union-attr]
        assert "앞선 질문의 버튼" in head.all[-2]
        turn = head._button("week")[1].partition(".")[0]


async def test_nobody_sets_her_own_last_day_or_an_admins(town: Town, oh: Officer) -> None:
    admin = await town.officer("admin", role="admin")
    for officer in (oh, admin):
        await oh.writes("/shift")
        await oh.presses(officer.account.hex)  # type: ignore[union-attr]
        assert "until" not in oh.codes


async def test_who_may_not_keep_shifts_has_no_list(town: Town) -> None:
    han = await town.officer("han", dong="yeonhui")
    assert "shift" not in han.codes
    await han.writes("/shift")
    assert han.codes == ["week"]
    await han.presses("week")
    assert "han" not in han.question


@pytest.mark.parametrize("language", ["ko", "en"])
async def test_a_week_of_many_stays_readable_in_both_languages(town: Town, language: str) -> None:
    oh = await town.officer("oh", role="support", language=language)
    for n in range(9):
        await says(oh, await town.officer(f"officer{n}", role="calls"), TUESDAY, "none")
    await oh.writes("/shift")
    await oh.presses("week")
    assert ("외 3" if language == "ko" else "and 3 more") in oh.question
    assert len(oh.question) <= 900
    assert all(len(label) <= 60 for sheet in oh.sheets for row in sheet.rows for _, label in row)
