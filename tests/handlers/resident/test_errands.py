from storage import cases
from storage.cases import Event
from storage.engine import Drawer
from tests.handlers.resident.conftest import Arrive
from tests.handlers.resident.test_appeal import filed
from tests.handlers.resident.test_papers import photo
from tests.journey import Resident, Town


async def with_a_case(kim: Resident) -> None:
    await kim.writes("/appeal")
    for answer in ("livelihood-coupon-2025/1", "본인", "returned", "later", "none", "right", "case"):
        await kim.presses(answer)


async def test_a_paper_that_comes_after_filing_is_noted_in_the_case(town: Town, recognised: Arrive) -> None:
    kim = await recognised()
    await with_a_case(kim)
    for answer in ("add", "entry-record"):
        await kim.presses(answer)
    await kim.sends_photo(photo())
    await town.fetch_files()
    assert "모두 1개" in kim.last
    (case,) = await filed(town)

    async def story(store: Drawer) -> tuple[Event, ...]:
        return await cases.story(store, case.id)

    assert [event.kind for event in await town.within(story)] == ["filed", "paper"]


async def test_the_news_leaves_the_person_where_she_is(town: Town, recognised: Arrive) -> None:
    kim = await recognised()
    await with_a_case(kim)
    for answer in ("add", "entry-record"):
        await kim.presses(answer)
    await kim.sends_photo(photo())
    await kim.writes("/help")
    asked = kim.question
    await town.fetch_files()
    assert kim.question == asked
    assert "잘 받았습니다" in kim.last
