"""The door: closed after ten quiet minutes, gone with the contract, and no PIN left lying in the chat."""

from datetime import date

from bot.chores import holds
from storage import people, staff
from tests.journey import PIN, Town


async def test_ten_quiet_minutes_close_the_desk_and_the_pin_opens_it_where_she_stood(town: Town) -> None:
    han = await town.officer("han", role="support")
    await han.presses("shift")
    there = han.question
    town.later(minutes=9)
    await han.writes("?")
    town.later(minutes=9)
    await han.writes("?")
    assert han.question == there
    town.later(minutes=10)
    await han.presses("week")
    assert "비밀번호를 적어" in han.question
    await han.writes("/shift")
    await han.writes(PIN)
    assert han.question == there


async def test_a_message_with_a_pin_is_taken_away(town: Town) -> None:
    han = await town.officer("han", role="support")
    town.later(minutes=10)
    before = len(town.wall.deleted)
    await han.opens()
    assert len(town.wall.deleted) == before + 1


async def test_wrong_tries_are_told_and_counted(town: Town) -> None:
    han = await town.officer("han", role="support")
    town.later(minutes=10)
    await han.writes("/menu")
    await han.writes("9911")
    assert "남은 횟수: 4" in "\n".join(han.all[-3:])
    await han.writes(PIN)
    assert "shift" in han.codes


async def test_an_expired_contract_closes_the_desk_by_itself(town: Town) -> None:
    han = await town.officer("han", role="support", until=date(2025, 7, 28))
    town.later(hours=13, minutes=59)
    await han.opens()
    assert "shift" in han.codes
    town.later(minutes=2)
    await han.presses("shift")
    assert "직원 권한이 끝났습니다" in han.question
    await han.writes(PIN)
    assert "직원 권한이 끝났습니다" in han.question
    await han.presses("leave")
    assert "〔직원 창구〕" not in han.question


async def test_the_day_after_a_contract_the_desk_stays_closed_and_the_end_is_written_down(town: Town) -> None:
    han = await town.officer("han", role="support", until=date(2025, 7, 28))
    for later, roles in (({"hours": 13, "minutes": 59}, 1), ({"minutes": 1}, 0)):
        town.later(**later)
        await town.within(holds.end_contracts)
        (known,) = await town.within(staff.all_of)
        assert len(known.held) == roles
    await han.writes("/menu")
    assert "직원 권한이 끝났습니다" in han.question


async def test_who_is_staff_already_is_shown_to_her_desk_without_a_code(town: Town) -> None:
    han = await town.officer("han", role="support")
    await han.presses("leave")
    await han.writes("/staff")
    assert "이미 직원으로" in han.question
    await han.presses("staff")
    assert "shift" in han.codes


async def test_closing_asks_for_the_pin_at_the_next_visit(town: Town) -> None:
    han = await town.officer("han", role="support")
    await han.presses("close")
    await han.presses("staff")
    assert "비밀번호를 적어" in han.question


async def test_an_officer_who_erases_what_is_kept_of_her_as_a_resident_keeps_her_account(town: Town) -> None:
    han = await town.officer("han", role="support")
    await han.presses("leave")
    await han.writes("/mydata")
    await han.presses("erase")
    await han.presses(han.codes[0])
    person = await town.within(lambda store: people.by_chat(store, han.chat))
    assert (person.consent, person.officer) == (0, han.account)
