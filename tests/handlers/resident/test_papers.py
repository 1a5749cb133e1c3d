import io
from uuid import UUID

import pytest
from PIL import Image
from sqlalchemy import select

from handlers.dialog import Kind, Upload
from handlers.resident import papers
from storage import files
from storage.engine import Drawer
from storage.files import File
from storage.tables import files as table
from tests.handlers.resident.conftest import Arrive
from tests.journey import Resident, Town


def photo() -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (60, 40), "white").save(made, "JPEG")
    return made.getvalue()


@pytest.fixture
async def kim(recognised: Arrive) -> Resident:
    """Kim, asked for a photo of her entry record."""
    kim = await recognised()
    await kim.writes("/appeal")
    for answer in ("livelihood-coupon-2025/1", "본인", "returned", "entry-record"):
        await kim.presses(answer)
    return kim


async def sends(kim: Resident, number: int, size: int | None = None) -> None:
    for one in range(number):
        await kim.does(Kind.UPLOAD, upload=Upload(f"ref-{one}", "photo.jpg", size))


async def held(town: Town) -> list[File]:
    async def find(store: Drawer) -> list[File]:
        rows = (await store.read(select(table.c.id))).all()
        return [file for row in rows if (file := await files.by_id(store, row.id))]

    return list(await town.within(find))


async def test_before_an_upload_one_sentence_and_the_example_say_what_to_cover(kim: Resident) -> None:
    asked = next(sheet for sheet in reversed(kim.sheets) if sheet.rows)
    assert asked.picture == "cover-back-digits.ko.png"
    assert "뒷자리" in asked.text


async def test_the_papers_that_help_are_described_once_and_none_is_a_condition(kim: Resident) -> None:
    (told,) = [text for text in kim.all if "있으면 도움이 되는 서류" in text]
    assert "출입국사실증명서: 출국과 입국 날짜" in told
    assert any("서류가 없어도 접수됩니다" in text for text in kim.all)


async def test_an_album_is_received_in_silence_and_counted_once(town: Town, kim: Resident) -> None:
    before = len(kim.all)
    for _ in range(3):
        await kim.sends_photo(photo(), album="one")
    assert len(kim.all) == before
    await town.fetch_files()
    (told,) = kim.all[before:]
    assert "모두 3개" in told
    assert {file.state for file in await held(town)} == {files.STORED}


async def test_a_bad_file_is_refused_in_a_sentence_and_the_appeal_stays(town: Town, kim: Resident) -> None:
    await kim.sends_photo(b"no picture")
    await town.fetch_files()
    assert "쓸 수 없습니다" in kim.last
    await kim.presses("sent")
    await kim.presses("later")
    assert "하실 말씀" in kim.question


async def test_a_file_that_is_gone_is_asked_for_again(town: Town, kim: Resident) -> None:
    await kim.does(Kind.UPLOAD, upload=Upload("nowhere", "photo.jpg", 10))
    await town.fetch_files()
    assert "한 번 더 보내 주십시오" in kim.last


async def test_the_sixth_file_of_one_paper_is_refused(town: Town, kim: Resident) -> None:
    await sends(kim, papers.MOST_OF_A_PAPER + 1)
    assert "5개까지" in "".join(kim.all[-2:])
    assert len(await held(town)) == papers.MOST_OF_A_PAPER


async def test_a_file_of_over_ten_megabytes_is_refused_before_it_is_fetched(town: Town, kim: Resident) -> None:
    await sends(kim, 1, papers.MOST_OF_A_FILE + 1)
    assert "10MB" in "".join(kim.all[-2:])
    assert await held(town) == []


async def test_a_case_takes_no_more_than_twenty_files(town: Town, kim: Resident) -> None:
    await sends(kim, 1)
    (first,) = await held(town)

    async def more(store: Drawer) -> None:
        for number in range(papers.MOST_FILES - 1):
            await files.want(store, first.case, first.person, kim.chat, f"paper-{number}", "ref", "name")

    await town.within(more)
    await sends(kim, 1)
    assert "20개" in "".join(kim.all[-2:])


async def test_papers_belong_to_the_case_once_it_is_filed(town: Town, kim: Resident) -> None:
    await kim.sends_photo(photo())
    await town.fetch_files()
    for answer in ("sent", "enough", "none", "right", "case"):
        await kim.presses(answer)
    assert "서류 1개" in kim.question
    (file,) = await held(town)
    assert isinstance(file.case, UUID)
