"""Notes stay inside the office and are kept with who wrote them."""

from tests.handlers.resident.conftest import Arrive
from tests.handlers.staff.deciding import appeal, dong_officer, takes, the_case
from tests.journey import Town


async def test_a_note_is_kept_with_its_writer_and_no_resident_sees_it(town: Town, recognised: Arrive) -> None:
    kim = await appeal(town, recognised)
    han = await dong_officer(town)
    await takes(town, han)
    await han.presses("note")
    await han.writes("출입국 기록을 조회했습니다.")
    await han.presses("note")
    assert "메모: han" in han.question
    assert "내용: 출입국 기록을 조회했습니다." in han.question
    await kim.writes("/cases")
    await kim.presses((await the_case(town)).id.hex)
    assert not any("출입국 기록을 조회" in text for text in kim.all)


async def test_a_long_note_is_refused(town: Town, recognised: Arrive) -> None:
    await appeal(town, recognised)
    han = await dong_officer(town)
    await takes(town, han)
    await han.presses("note")
    await han.writes("가" * 301)
    assert "300자까지" in han.all[-2]


async def test_an_officer_of_another_dong_reads_no_note(town: Town, recognised: Arrive) -> None:
    await appeal(town, recognised)
    other = await town.officer("moon", role="appeals", dong="yeonhui")
    assert (await the_case(town)).dong != "yeonhui"
    await other.writes(f"/case {(await the_case(town)).number}")
    assert "note" not in other.codes
