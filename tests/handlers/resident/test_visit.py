from datetime import datetime

from tests.handlers.resident.conftest import Arrive
from tests.journey import SEOUL


async def test_the_dong_centre_is_named_with_whom_to_ring(welcomed: Arrive) -> None:
    kim = await welcomed()
    await kim.writes("/visit")
    assert "거동이 불편한" in kim.last
    await kim.presses("우리 동 행정복지센터 찾기")
    await kim.writes("가정 1동")
    told = kim.all[-2]
    assert told.startswith("가정1동 행정복지센터")
    assert "대표전화" in told


async def test_an_unknown_or_ambiguous_dong_is_asked_again(welcomed: Arrive) -> None:
    kim = await welcomed()
    await kim.writes("/visit")
    await kim.presses("find")
    for name in ("역삼동", "청라"):
        await kim.writes(name)
        assert kim.all[-2].startswith("어느 동인지")


async def test_dongs_are_those_of_the_day(welcomed: Arrive) -> None:
    kim = await welcomed()
    kim.town.now = datetime(2025, 10, 20, 10, tzinfo=SEOUL)
    await kim.writes("/visit")
    await kim.presses("find")
    await kim.writes("아라1동")
    assert kim.all[-2].startswith("아라1동 행정복지센터")
