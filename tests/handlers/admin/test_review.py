"""The monthly review: begun by a job, the unusual first, each part closed by an admin who is not the one reviewed."""

from datetime import date, datetime, timedelta

import pytest

from bot.doctor import OF_DATABASE, Look
from storage import reviews, staff
from storage.audit import OFFICE
from storage.engine import Drawer
from storage.ids import new_id
from tests.handlers.admin.test_deeds import opens, works
from tests.journey import CITY, SEOUL, Officer, Town

JULY = date(2025, 7, 1)
NIGHT = datetime(2025, 7, 28, 23, 0, tzinfo=SEOUL)


@pytest.fixture
async def moon(town: Town, yun: Officer) -> Officer:
    return await town.officer("moon", role="admin")


@pytest.fixture
async def han(town: Town, yun: Officer) -> Officer:
    """An officer who opened cases at night, none of them hers, and downloaded something."""
    han = await town.officer("han", role="decision")
    now, town.now = town.now, NIGHT

    async def opened(store: Drawer) -> None:
        for _ in range(60):
            store.audit("case.read", actor=han.account, subject=new_id())
        store.audit("figures.downloaded", actor=han.account, kind="table", reason="구청장 보고")

    await town.within(opened)
    town.now = now
    return han


async def in_august(town: Town, *admins: Officer) -> None:
    town.now = datetime(2025, 8, 4, 10, 0, tzinfo=SEOUL)
    for one in admins:
        await one.opens()


async def begins(town: Town, yun: Officer) -> None:
    await opens(yun)
    await yun.presses("review")
    await yun.presses("2025-07-01")
    await works(town)
    await yun.presses("2025-07-01")


async def closes(yun: Officer, who: Officer, words: str = "확인했습니다") -> None:
    assert who.account is not None
    await yun.presses(who.account.hex)
    await yun.presses("close")
    await yun.writes(words)


async def left(town: Town) -> tuple[bool, str]:
    look = Look(town.now, lambda: town.now, CITY)
    async with town.database.reading() as db:
        seen = await OF_DATABASE["review"](Drawer(db, town.vault, town.now), look)
    assert seen is not None
    return seen.fine, seen.words


async def test_the_most_unusual_comes_first_with_what_is_unusual_and_the_reasons(
    town: Town, yun: Officer, moon: Officer, han: Officer
) -> None:
    await in_august(town, yun)
    await begins(town, yun)
    assert han.account is not None
    assert yun.codes[0] == han.account.hex
    assert yun.buttons[0] == "han: 열람 60, 특이 4"
    await yun.presses(han.account.hex)
    for told in (
        "열람: 60", "업무 시간 밖 열람: 60", "맡지 않은 사건 열람: 60", "내려받기: 1", "구청장 보고",
        "사건을 열어 봄: 60",
    ):  # fmt: skip
        assert told in yun.question
    assert yun.question.count("■") == 4
    assert len(yun.question) <= 900


async def test_what_left_the_house_at_the_command_line_is_reviewed_too(town: Town, yun: Officer) -> None:
    async def exported(store: Drawer) -> None:
        store.audit("export.made", kind="payment-list", rows=3, reason="8월 1일 지급")

    await town.within(exported)
    await in_august(town, yun)
    await begins(town, yun)
    assert yun.buttons[0].startswith("명령줄과 자동 처리")
    await yun.presses(OFFICE.hex)
    assert "8월 1일 지급" in yun.question
    await yun.presses("close")
    await yun.writes("지급 명단과 같음")
    assert "명령줄과 자동 처리: 마침" in yun.buttons


async def test_each_part_is_closed_with_a_remark_and_ones_own_by_another(
    town: Town, yun: Officer, moon: Officer, han: Officer
) -> None:
    await in_august(town, yun, moon)
    await begins(town, yun)
    await closes(yun, han)
    assert "han: 마침" in yun.buttons
    assert yun.account is not None
    await yun.presses(yun.account.hex)
    assert yun.codes == ["parts"]
    assert "다른 관리자가 마칩니다" in yun.question
    turn = yun._button("parts")[1].partition(".")[0]
    await yun.presses_data(f"{turn}.close")
    assert yun.codes == ["parts"]
    await moon.presses("admin")
    await opens(moon)
    await moon.presses("review")
    assert "2025년 7월: 4건 가운데 1건 마침" in moon.buttons
    await moon.presses("2025-07-01")
    await closes(moon, yun)
    await moon.presses(yun.account.hex)
    assert "의견: 확인했습니다" in moon.question


async def test_two_who_close_a_part_close_it_once(town: Town, yun: Officer, moon: Officer, han: Officer) -> None:
    await in_august(town, yun, moon)
    await begins(town, yun)
    await moon.presses("admin")
    await opens(moon)
    await moon.presses("review")
    await moon.presses("2025-07-01")
    assert han.account is not None
    for one in (yun, moon):
        await one.presses(han.account.hex)
        await one.presses("close")
    await yun.writes("하나")
    await moon.writes("둘")
    assert "이미 마쳤습니다" in moon.all[-2]
    officer = han.account
    part = await town.within(lambda store: reviews.one(store, JULY, officer))
    assert part.words == "하나"


async def test_a_month_is_gathered_once_and_one_not_over_is_not_offered(town: Town, yun: Officer, han: Officer) -> None:
    await in_august(town, yun)
    await opens(yun)
    await yun.presses("review")
    assert yun.codes[:3] == ["2025-07-01", "2025-06-01", "2025-05-01"]
    for _ in range(2):
        await yun.presses("2025-07-01")
    turn = yun._button("2025-07-01")[1].partition(".")[0]
    await yun.presses_data(f"{turn}.2025-08-01")
    await works(town)
    assert len([text for text in yun.all if "7월 점검을 보실 수 있습니다" in text]) == 1
    assert await town.within(lambda store: reviews.of_month(store, date(2025, 8, 1))) == ()


async def test_doctor_warns_after_the_tenth_until_all_is_closed(
    town: Town, yun: Officer, moon: Officer, han: Officer
) -> None:
    town.now = datetime(2025, 8, 10, 23, 0, tzinfo=SEOUL)
    assert await left(town) == (True, "2025-07 not begun")
    town.later(hours=1)
    assert await left(town) == (False, "2025-07 not begun")
    town.now = datetime(2025, 8, 11, 10, 0, tzinfo=SEOUL)
    await yun.opens()
    await begins(town, yun)
    for one in (han, moon):
        await closes(yun, one)
    await yun.presses(OFFICE.hex)
    await yun.presses("close")
    await yun.writes("확인했습니다")
    assert await left(town) == (False, "2025-07 1 parts not closed")

    async def closed(store: Drawer) -> None:
        assert yun.account is not None
        assert moon.account is not None
        part = await reviews.one(store, JULY, yun.account)
        assert part is not None
        assert await reviews.close(store, part, moon.account, "확인")

    await town.within(closed)
    assert await left(town) == (True, "2025-07 closed")


async def test_who_was_removed_since_is_reviewed_too(town: Town, yun: Officer, han: Officer) -> None:
    async def removed(store: Drawer) -> None:
        assert han.account is not None
        officer = await staff.by_id(store, han.account)
        assert officer is not None
        await staff.remove(store, officer, None)

    await in_august(town, yun)
    await town.within(removed)
    await begins(town, yun)
    assert yun.buttons[0] == "han: 열람 60, 특이 4"


@pytest.mark.parametrize("language", ["ko", "en"])
async def test_the_whole_way_is_in_both_languages(town: Town, language: str) -> None:
    yun, moon = [await town.officer(name, role="admin", language=language) for name in ("yun", "moon")]
    await in_august(town, yun, moon)
    await begins(town, yun)
    await closes(yun, moon, "ok")
    await yun.presses("months")
    await yun.presses("deeds")
    await yun.presses("check")
    await works(town)
    for sheet in yun.sheets:
        assert len(sheet.text) <= 300, sheet.text
        assert all(len(label) <= 60 for row in sheet.rows for _, label in row)
    assert town.now - timedelta(days=8) < datetime(2025, 8, 1, tzinfo=SEOUL)
