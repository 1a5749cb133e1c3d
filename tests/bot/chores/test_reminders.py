"""Reminders: half of her time, its last day, a second call, a kind end, and one tap that opens the case again."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update

from bot import words
from bot.chores import reminders
from programmes import worktime
from storage import cases, pauses
from storage.cases import Case
from storage.engine import Drawer
from storage.tables import people
from tests.bot.cases import DONG, filed, read, said
from tests.journey import CITY, Resident, Town

remind = reminders.remind(lambda: CITY, words.write)


async def asked(town: Town, resident: Resident, days: int = 5, **more: object) -> tuple[Case, datetime]:
    """A case in which the officer asks an hour after filing, for so many working days; gives until when."""
    until = worktime.due(town.now, 8 * days + 1, CITY.calendar)
    case = await filed(town, resident, **{"state": "checking", **more})  # type: ignore[arg-type]
    town.later(hours=1)

    async def ask(store: Drawer) -> Case:
        await pauses.begin(store, case.id)
        changes = {"answer_by": until, "calls": 1}
        return await cases.move(store, case, "supplement", open=True, actor=None, kind="ask", changes=changes)

    return await town.within(ask), until


async def at(town: Town, moment: datetime) -> None:
    """Come round at that moment, twice."""
    town.now = moment
    for _ in range(2):
        await town.within(remind)
    await town.settled()


async def test_she_hears_at_half_and_on_the_last_day_once_each(town: Town, kim: Resident) -> None:
    _, until = await asked(town, kim)
    half = worktime.due(town.now, 20, CITY.calendar)
    before = len(kim.all)
    await at(town, half - timedelta(minutes=1))
    assert len(kim.all) == before
    await at(town, half)
    assert "절반이 지났습니다" in kim.last
    assert said(until) in kim.last
    await at(town, until - timedelta(days=1))
    assert "하루 남았습니다" in kim.last
    assert len(kim.all) == before + 2


async def test_in_a_short_time_only_the_last_day_is_named(town: Town, kim: Resident) -> None:
    _, until = await asked(town, kim, days=1)
    await at(town, until - timedelta(hours=1))
    assert "하루 남았습니다" in kim.last
    assert not any("절반이 지났습니다" in text for text in kim.all)


async def test_after_the_first_call_there_is_a_second_of_ten_working_days(town: Town, kim: Resident) -> None:
    case, until = await asked(town, kim)
    await at(town, until)
    again = worktime.due(until, 80, CITY.calendar)
    assert said(again) in kim.last
    now = await read(town, case)
    assert (now.state, now.calls, now.answer_by) == ("supplement", 2, again)
    await at(town, again - timedelta(hours=1))
    assert "하루 남았습니다" in kim.last


async def test_nobodys_time_ends_while_the_office_is_shut(town: Town, kim: Resident) -> None:
    case, until = await asked(town, kim)
    await at(town, until.replace(hour=20))
    assert (await read(town, case)).calls == 1
    await at(town, until + timedelta(days=1))
    assert (await read(town, case)).calls == 2


async def test_in_her_turn_she_sees_until_when_and_no_due_time(town: Town, kim: Resident) -> None:
    case, until = await asked(town, kim)
    await kim.writes("/cases")
    await kim.presses(case.id.hex)
    assert f"답 주실 기한: {said(until)}" in kim.question
    assert "답변 예정" not in kim.question


async def lapsed(town: Town, resident: Resident, **more: Any) -> Case:
    case, until = await asked(town, resident, **more)
    await at(town, until)
    await at(town, worktime.due(until, 82, CITY.calendar))
    return await read(town, case)


async def test_without_an_answer_the_case_is_closed_and_both_sides_hear_of_it(town: Town, kim: Resident) -> None:
    han = await town.officer("han", dong=DONG)
    case = await lapsed(town, kim, holder=han.account)
    assert (case.state, case.open, case.holder) == ("lapsed", False, None)
    assert "여기서 닫습니다" in kim.last
    assert case.number in han.last
    assert "주민이 다시 열 수 있습니다" in han.last


async def test_one_tap_opens_it_again_with_the_clock_as_it_stood(town: Town, kim: Resident) -> None:
    case = await lapsed(town, kim)
    town.later(days=30)
    await kim.writes("/cases")
    await kim.presses(case.id.hex)
    await kim.presses("reopen")
    again = await read(town, case)
    assert (again.state, again.open, again.place, again.calls) == ("reopened", True, 0, 0)
    assert again.due_at == worktime.due(town.now, 15, CITY.calendar)  # one hour was spent before she was asked
    assert said(again.due_at) in kim.all[-2]
    assert "reopen" not in kim.codes


async def test_it_is_not_opened_again_beside_another_about_the_same(town: Town, kim: Resident) -> None:
    case = await lapsed(town, kim)
    await filed(town, kim, subject_hash=case.subject_hash)
    await kim.writes("/cases")
    await kim.presses(case.id.hex)
    await kim.presses("reopen")
    assert "이미 열려 있습니다" in kim.all[-2]
    assert (await read(town, case)).state == "lapsed"


async def test_who_wants_no_notices_hears_only_what_she_must_know(town: Town, kim: Resident) -> None:
    await town.within(
        lambda store: store.write(update(people).where(people.c.chat == kim.chat).values(case_notices=False))
    )
    case, until = await asked(town, kim)
    before = len(kim.all)
    await at(town, until - timedelta(hours=2))
    assert len(kim.all) == before
    await at(town, until)
    assert case.number in kim.last
