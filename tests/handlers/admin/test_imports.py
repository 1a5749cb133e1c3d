"""A file sent to the desk: staged, shown, put in force by one hand or two, and taken back."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import func, select

from handlers.admin.imports import MOST
from handlers.dialog import Kind, Upload
from storage import imports
from storage.tables import roster
from tests.handlers.admin.test_requests import admin, back
from tests.house.test_journeys import explained, statements
from tests.incoming import as_file, brings, intake, sample, sends
from tests.journey import Officer, Town


@pytest.fixture
def lines(town: Town, tmp_path: Path) -> list[str]:
    """The sample's roster, which is in force as version 1 once `in_force` is asked for too."""
    found, _ = sample(tmp_path, town)
    return found


@pytest.fixture
async def in_force(town: Town, tmp_path: Path, lines: list[str]) -> int:
    return await brings(town, tmp_path, "roster", lines)


def otherwise(lines: list[str], count: int) -> list[str]:
    """The first people have another premium."""
    changed = [line.replace(",korean,", ",f5,") for line in lines[1 : count + 1]]
    return [lines[0], *changed, *lines[count + 1 :]]


async def version_in_force(town: Town) -> int | None:
    async with town.database.reading() as db:
        force = await imports.in_force(db, "roster")
    return force.version if force else None


async def puts_in_force(one: Officer, version: int) -> None:
    await one.writes("/imports")
    for answer in (f"v{version}", "apply", "yes"):
        await one.presses(answer)


async def test_a_small_change_is_shown_and_put_in_force_by_one_and_taken_back(
    town: Town, yun: Officer, tmp_path: Path, lines: list[str], in_force: int
) -> None:
    await sends(yun, tmp_path, "roster", as_file(otherwise(lines, 4)))
    assert "확인이 끝났습니다" in yun.last
    assert await version_in_force(town) == in_force
    await yun.writes("/imports")
    assert any("적용 대기" in label for label in yun.buttons)
    await yun.presses("v2")
    assert "바뀜 4" in yun.question
    assert "윤서아" in yun.question
    await yun.presses("apply")
    assert "지금 적용할까요" in yun.question
    await yun.presses("yes")
    assert await version_in_force(town) == 2
    assert "사용 중" in yun.question
    await yun.presses("undo")
    await yun.presses("yes")
    assert await version_in_force(town) == in_force
    assert "되돌림" in yun.question


async def test_the_first_file_of_all_needs_no_second_admin(
    town: Town, yun: Officer, tmp_path: Path, lines: list[str]
) -> None:
    await sends(yun, tmp_path, "roster", as_file(lines))
    await puts_in_force(yun, 1)
    assert await version_in_force(town) == 1


async def test_a_large_change_is_put_in_force_by_another_than_who_sent_it(
    town: Town, yun: Officer, tmp_path: Path, lines: list[str], in_force: int
) -> None:
    moon = await admin(town, "moon")
    town.later(hours=25)
    await back(yun, moon)
    await sends(yun, tmp_path, "roster", as_file(otherwise(lines, 40)))
    await yun.writes("/imports")
    await yun.presses("v2")
    assert "다른 관리자" in yun.question
    await yun.presses("apply")
    assert "다른 관리자가 승인해야" in yun.all[-2]
    assert await version_in_force(town) == in_force
    await puts_in_force(moon, 2)
    assert await version_in_force(town) == 2
    one = await town.within(lambda store: imports.by_number(store, 2))
    assert (one.staged_by, one.applied_by) == (yun.account, moon.account)


async def test_what_the_command_line_staged_and_changes_much_goes_through_two_hands(
    town: Town, yun: Officer, tmp_path: Path, lines: list[str], in_force: int
) -> None:
    moon = await admin(town, "moon")
    town.later(hours=25)
    await back(yun, moon)
    await brings(town, tmp_path, "roster", otherwise(lines, 40), apply=False)
    await yun.writes("/imports")
    await yun.presses("v2")
    assert "명령으로" in yun.question
    await yun.presses("apply")
    assert "다른 관리자에게 알렸습니다" in yun.all[-2]
    assert "승인을 기다립니다" in moon.last
    await yun.presses("v2")
    await yun.presses("apply")
    assert await version_in_force(town) == in_force
    await puts_in_force(moon, 2)
    assert await version_in_force(town) == 2


async def test_a_new_admin_does_not_approve_what_changes_much(
    town: Town, yun: Officer, tmp_path: Path, lines: list[str], in_force: int
) -> None:
    town.later(hours=25)
    moon = await admin(town, "moon")
    await back(yun)
    await sends(yun, tmp_path, "roster", as_file(otherwise(lines, 40)))
    await moon.writes("/imports")
    await moon.presses("v2")
    await moon.presses("apply")
    assert "24시간" in moon.all[-2]
    assert await version_in_force(town) == in_force


async def test_two_who_press_at_once_apply_and_undo_once(
    town: Town, yun: Officer, tmp_path: Path, lines: list[str], in_force: int
) -> None:
    moon = await admin(town, "moon")
    await sends(yun, tmp_path, "roster", as_file(otherwise(lines, 4)))
    for what, there in (("apply", 2), ("undo", in_force)):
        for one in (yun, moon):
            await one.writes("/imports")
            for answer in ("v2", what):
                await one.presses(answer)
        await asyncio.gather(yun.presses("yes"), moon.presses("yes"))
        assert await version_in_force(town) == there
        said = [one.all[-2] for one in (yun, moon)]
        assert sum("처리했습니다" in one for one in said) == 1, said


async def test_who_lost_the_right_meanwhile_puts_nothing_in_force(
    town: Town, yun: Officer, tmp_path: Path, lines: list[str], in_force: int
) -> None:
    moon = await admin(town, "moon")
    await sends(yun, tmp_path, "roster", as_file(otherwise(lines, 4)))
    await moon.writes("/imports")
    for answer in ("v2", "apply"):
        await moon.presses(answer)
    _, yes = moon._button("yes")
    assert moon.account is not None
    await yun.writes("/people")
    for answer in (moon.account.hex, "remove", "yes"):
        await yun.presses(answer)
    await moon.presses_data(yes)
    assert await version_in_force(town) == in_force


async def test_no_turn_of_it_scans_a_table(
    town: Town, yun: Officer, tmp_path: Path, lines: list[str], in_force: int
) -> None:
    await admin(town, "moon")
    await brings(town, tmp_path, "roster", otherwise(lines, 40), apply=False)
    with statements(town) as seen:
        await yun.writes("/imports")
        for answer in ("v2", "apply", f"v{in_force}", "undo", "yes", "list", "send", "roster"):
            await yun.presses(answer)
        await yun.sends_photo(b"a file", name="roster.csv")
    await explained(town, seen)


async def test_only_who_may_import_sees_it(town: Town, yun: Officer, lines: list[str]) -> None:
    assert "imports" in yun.codes
    han = await town.officer("han", dong="yeonhui")
    await han.writes("/imports")
    assert "send" not in han.codes


async def test_a_file_larger_than_the_messenger_lets_through_is_sent_to_the_command_line(yun: Officer) -> None:
    await yun.writes("/imports")
    for answer in ("send", "roster"):
        await yun.presses(answer)
    await yun.does(Kind.UPLOAD, upload=Upload("ref", "roster.csv", MOST + 1, None))
    assert "python -m bot import" in yun.all[-2]


SPOILT: dict[str, tuple[Callable[[list[str]], bytes], str]] = {
    "empty": (lambda lines: as_file(lines[:1]), "자료가 없습니다"),
    "cut off in a row": (lambda lines: as_file(lines)[:-20], "마지막 줄이 끝나지"),
    "cut off between rows": (lambda lines: as_file(lines[:200]), "줄뿐입니다"),
    "shifted": (lambda lines: as_file([lines[0], *(f"{line},x" for line in lines[1:])]), "열이 밀리지"),
    "doubled": (lambda lines: as_file([*lines, *lines[1:]]), "두 번 있어"),
    "wrongly encoded": (lambda lines: ("\n".join(lines) + "\n").encode("utf-16"), "글자를 읽을 수 없습니다"),
    "another header": (lambda lines: as_file(["a;b;c", *lines[1:]]), "첫 줄에 필요한 열"),
    "bad values": (lambda lines: as_file([line.replace("korean", "martian") for line in lines]), "nationality_status"),
}


@pytest.mark.parametrize("how", SPOILT)
async def test_a_spoilt_file_is_stopped_with_a_sentence_and_changes_nothing(
    town: Town, yun: Officer, tmp_path: Path, lines: list[str], in_force: int, how: str
) -> None:
    spoil, says = SPOILT[how]
    await sends(yun, tmp_path, "roster", spoil(lines))
    assert says.replace("nationality_status", "nationality_status") in yun.last
    async with town.database.reading() as db:
        rows = (await db.execute(select(func.count()).select_from(roster))).scalar_one()
    assert (await version_in_force(town), rows) == (in_force, len(lines) - 1)
    assert yun.last.count("\n") <= 2


async def test_a_spoilt_file_is_stopped_in_the_language_of_who_sent_it(
    town: Town, tmp_path: Path, lines: list[str], in_force: int
) -> None:
    ann = await town.officer("ann", role="admin", language="en")
    await ann.presses("admin")
    await sends(ann, tmp_path, "roster", as_file(lines)[:-20])
    assert "cut off" in ann.last
    assert in_force == 1


async def test_a_file_that_is_gone_by_then_is_told(yun: Officer, tmp_path: Path) -> None:
    await yun.writes("/imports")
    for answer in ("send", "roster"):
        await yun.presses(answer)
    await yun.does(Kind.UPLOAD, upload=Upload("nowhere", "roster.csv", 10, None))
    await intake(yun.town, tmp_path).once()
    await yun.town.settled()
    assert "가져오지 못했습니다" in yun.last
