"""An admin is let in by two: one asks, another confirms, and nobody slips through between them."""

import asyncio
import re

import pytest

from storage import requests, rights, staff
from storage.engine import Drawer
from storage.requests import Request
from storage.staff import Officer as Account
from tests.handlers.admin.test_people import account, invites_admin, opens_card, sure
from tests.handlers.resident.conftest import Arrive
from tests.journey import PIN, Officer, Town


async def admin(town: Town, name: str) -> Officer:
    one = await town.officer(name, role="admin")
    await one.presses("admin")
    return one


async def back(*admins: Officer) -> None:
    """They come back to the admin desk after a while."""
    for one in admins:
        await one.opens()


@pytest.fixture
async def moon(town: Town, yun: Officer) -> Officer:
    """A second admin; both are for more than a day."""
    moon = await admin(town, "moon")
    town.later(hours=25)
    await back(yun, moon)
    return moon


async def waiting(town: Town) -> tuple[Request, ...]:
    found: tuple[Request, ...] = await town.within(requests.waiting)
    return found


async def everybody(town: Town) -> dict[str, Account]:
    return {one.name: one for one in await town.within(staff.all_of)}


async def admins(town: Town) -> set[str]:
    return {name for name, one in (await everybody(town)).items() if any(held.role == "admin" for held in one.held)}


async def looks(one: Officer) -> None:
    """Open the first request in the list."""
    await one.writes("/people")
    await one.presses(next(code for code in one.codes if code.startswith("request-")))


def half(officer: Officer) -> str:
    """The part of a code she was told last."""
    found: list[str] = re.findall(r"[앞뒷]자리 (\d{4})\n", "\n".join(officer.all))
    return found[-1]


async def test_two_halves_of_a_code_from_two_admins_let_a_third_in(
    town: Town, yun: Officer, moon: Officer, welcomed: Arrive
) -> None:
    await invites_admin(yun, "조은비")
    assert not re.search(r"\d{8}", "\n".join(yun.all))
    assert "새 관리자를 확인해 달라는" in moon.last
    await looks(moon)
    assert "조은비" in moon.question
    assert "윤서아" in moon.question
    await moon.presses("yes")
    first, last = half(yun), half(moon)
    cho = await welcomed()
    await cho.writes("/staff")
    await cho.writes(first + first)
    assert "쓸 수 없는 번호" in cho.all[-2]
    await cho.writes(first + last)
    assert "조은비 님" in cho.all[-2]
    await cho.writes(PIN)
    assert "admin" in cho.codes
    assert await admins(town) == {"윤서아", "moon", "조은비"}


async def test_who_asked_can_withdraw_and_never_confirm(town: Town, yun: Officer, moon: Officer) -> None:
    await invites_admin(yun, "조은비")
    await looks(yun)
    assert yun.codes == ["no", "list"]
    turn = yun._button("list")[1].partition(".")[0]
    await yun.presses_data(f"{turn}.yes")
    assert len(await waiting(town)) == 1
    await yun.presses("no")
    assert await waiting(town) == ()
    assert set(await everybody(town)) == {"윤서아", "moon"}


async def test_a_declined_request_ends_the_account_made_for_it_and_who_asked_hears(
    town: Town, yun: Officer, moon: Officer
) -> None:
    await invites_admin(yun, "조은비")
    await looks(moon)
    await moon.presses("no")
    assert "조은비: 관리자 요청이 끝났습니다" in yun.last
    assert set(await everybody(town)) == {"윤서아", "moon"}


async def test_an_officer_becomes_an_admin_with_the_second_press(town: Town, yun: Officer, moon: Officer) -> None:
    han = await town.officer("han", role="calls")
    await opens_card(yun, han)
    await yun.presses("grant")
    await yun.presses("admin")
    await yun.presses("open")
    assert "다른 관리자가 확인해야" in yun.question
    await sure(yun)
    assert await admins(town) == {"윤서아", "moon"}
    await looks(moon)
    await moon.presses("yes")
    assert await admins(town) == {"윤서아", "moon", "han"}
    assert "새 역할" in han.last
    await han.writes("/menu")
    await han.presses("+")
    assert "admin" in han.codes


async def test_a_new_admin_confirms_nothing_for_a_day(town: Town, yun: Officer, moon: Officer) -> None:
    cho = await admin(town, "cho")
    await invites_admin(yun, "한지민")
    await looks(cho)
    assert "24시간이 지나야" in cho.question
    assert cho.codes == ["no", "list"]
    turn = cho._button("list")[1].partition(".")[0]
    await cho.presses_data(f"{turn}.yes")
    assert "한지민" not in await admins(town)
    town.later(hours=24)
    await back(cho)
    await looks(cho)
    await cho.presses("yes")
    assert "한지민" in await admins(town)


@pytest.mark.parametrize("changer", ["approver", "drafter"])
async def test_on_a_day_on_which_one_changed_the_other_s_rights_they_confirm_nothing(
    town: Town, yun: Officer, moon: Officer, changer: str
) -> None:
    one, other = (moon, yun) if changer == "approver" else (yun, moon)
    await opens_card(one, other)
    await one.presses("suspend")
    await sure(one)
    await one.presses("lift")
    await back(other)
    await invites_admin(yun, "조은비")
    await looks(moon)
    assert "권한이 바뀌었습니다" in moon.question
    assert "yes" not in moon.codes
    town.later(days=1)
    await back(moon)
    await looks(moon)
    await moon.presses("yes")
    assert "조은비" in await admins(town)


async def test_a_change_between_the_question_and_the_press_counts(town: Town, yun: Officer, moon: Officer) -> None:
    await invites_admin(yun, "조은비")
    await looks(moon)
    assert "yes" in moon.codes
    assert yun.account is not None
    whose = yun.account
    await town.within(lambda store: rights.changed(store, "lifted", whose, moon.account))
    await moon.presses("yes")
    assert "권한이 바뀌었습니다" in moon.question
    assert "조은비" not in await admins(town)


async def test_two_who_confirm_at_once_confirm_once(town: Town, yun: Officer, moon: Officer) -> None:
    cho = await admin(town, "cho")
    town.later(hours=25)
    await back(yun, moon, cho)
    await invites_admin(yun, "한지민")
    await looks(moon)
    await looks(cho)
    await asyncio.gather(moon.presses("yes"), cho.presses("yes"))
    said = [text for one in (moon, cho) for text in one.all if "뒷자리" in text]
    assert len(said) == 1
    held = (await everybody(town))["한지민"].held
    assert [one.role for one in held] == ["admin"]


async def test_a_press_that_comes_again_makes_no_second_code(town: Town, yun: Officer, moon: Officer) -> None:
    await invites_admin(yun, "조은비")
    await looks(moon)
    _, data = moon._button("yes")
    await moon.presses_data(data)
    await moon.presses_data(data)
    assert len([text for text in moon.all if "뒷자리" in text]) == 1


async def test_a_request_of_somebody_who_is_no_admin_any_more_is_not_confirmed(
    town: Town, yun: Officer, moon: Officer
) -> None:
    await invites_admin(yun, "조은비")
    await town.within(lambda store: _suspended(store, yun))
    await looks(moon)
    await moon.presses("yes")
    assert "요청한 분이 지금은 관리자가 아닙니다" in moon.all[-2]
    assert "조은비" not in await admins(town)


async def _suspended(store: Drawer, officer: Officer) -> None:
    assert officer.account is not None
    found = await staff.by_id(store, officer.account)
    assert found is not None
    await staff.suspend(store, found, None)


async def test_an_admin_suspended_at_the_card_confirms_nothing(town: Town, yun: Officer, moon: Officer) -> None:
    await invites_admin(yun, "조은비")
    await looks(moon)
    await town.within(lambda store: _suspended(store, moon))
    await moon.presses("yes")
    assert "잠시 멈췄습니다" in moon.question
    assert "조은비" not in await admins(town)


async def test_a_request_lapses_after_three_days_and_can_be_made_anew(town: Town, yun: Officer, moon: Officer) -> None:
    await invites_admin(yun, "조은비")
    town.later(hours=72)
    await back(yun, moon)
    assert await waiting(town) == ()
    await yun.writes("/people")
    await yun.presses((await everybody(town))["조은비"].id.hex)
    assert "code" not in yun.codes
    await yun.presses("grant")
    await yun.presses("admin")
    await yun.presses("open")
    await sure(yun)
    assert len(await waiting(town)) == 1


async def test_while_a_request_waits_no_other_is_put_and_a_lost_code_is_asked_for_again(
    town: Town, yun: Officer, moon: Officer
) -> None:
    await invites_admin(yun, "조은비")
    await looks(moon)
    await moon.presses("yes")
    lost = half(yun) + half(moon)
    await yun.writes("/people")
    await yun.presses((await everybody(town))["조은비"].id.hex)
    await yun.presses("code")
    await yun.presses("code")
    assert "이미 다른 관리자의 확인을" in yun.all[-2]
    town.later(days=1)
    await back(moon)
    await looks(moon)
    await moon.presses("yes")
    assert half(yun) + half(moon) != lost
    assert [one.role for one in (await everybody(town))["조은비"].held] == ["admin"]


async def test_an_admin_alone_is_told_where_the_second_comes_from(town: Town, yun: Officer) -> None:
    await invites_admin(yun, "조은비")
    assert "명령줄에서 초대" in "\n".join(yun.all[-2:])


@pytest.mark.parametrize("language", ["ko", "en"])
async def test_every_question_is_short_in_both_languages(town: Town, language: str) -> None:
    yun, moon = [await town.officer(name, role="admin", language=language) for name in ("yun", "moon")]
    town.later(hours=25)
    await back(yun, moon)
    await invites_admin(yun, "조은비")
    await looks(moon)
    await moon.presses("yes")
    assert (await account(town, yun)) is not None
    for sheet in (*yun.sheets, *moon.sheets):
        assert len(sheet.text) <= 200, sheet.text
        assert all(len(label) <= 60 for row in sheet.rows for _, label in row)
