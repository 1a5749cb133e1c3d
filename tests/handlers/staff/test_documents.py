"""Papers are seen by the holder alone, for a while, and never one with a number on it twice."""

from typing import Any

from sqlalchemy import func, select

from bot.channels.base import Sheet
from bot.chores import holds
from bot.words import write
from storage import cases, files
from storage.engine import Drawer
from storage.files import File
from storage.tables import audit, file_parts, outbox, viewings
from tests.handlers.resident.conftest import Arrive
from tests.handlers.resident.test_appeal import begins, filed
from tests.handlers.resident.test_papers import photo
from tests.handlers.staff.test_queue import DONG, at_card
from tests.journey import Officer, Resident, Town


async def holds_a_case_with_a_paper(town: Town, recognised: Arrive) -> tuple[Resident, Officer]:
    kim = await recognised()
    await begins(kim)
    for answer in ("본인", "amount", "other"):
        await kim.presses(answer)
    await kim.sends_photo(photo())
    await town.fetch_files()
    for answer in ("sent", "enough", "none", "right"):
        await kim.presses(answer)
    han = await town.officer("han", dong=DONG)
    await at_card(town, han)
    await han.presses("take")
    return kim, han


async def the_paper(town: Town) -> File:
    (case,) = await filed(town)
    (file,) = await town.within(lambda store: files.of_case(store, case.id))
    assert isinstance(file, File)
    return file


async def sees(town: Town, han: Officer) -> tuple[int, Sheet]:
    await han.presses("papers")
    await han.presses((await the_paper(town)).id.hex)
    number, sheet = next((n, sheet) for chat, n, sheet in reversed(town.wall.pinned) if chat == han.chat and sheet.file)
    return number, sheet


async def round_of_the_clock(town: Town) -> None:
    await town.within(holds.take_away(write))
    await town.settled()


async def count(town: Town, statement: Any) -> int:
    async def read(store: Drawer) -> int:
        return int((await store.read(statement)).scalar_one())

    return int(await town.within(read))


async def test_the_holder_sees_a_paper_that_cannot_be_passed_on_and_it_is_recorded(
    town: Town, recognised: Arrive
) -> None:
    _, han = await holds_a_case_with_a_paper(town, recognised)
    _, sheet = await sees(town, han)
    assert sheet.protect
    assert sheet.file is not None
    assert sheet.file[1].startswith(b"\xff\xd8")
    looked = select(func.count()).where(viewings.c.staff == han.account, viewings.c.gone_at.is_(None))
    assert await count(town, looked) == 1
    seen = select(func.count()).where(audit.c.action == "paper.shown", audit.c.actor == han.account)
    assert await count(town, seen) == 1


async def test_the_bytes_of_a_paper_lie_in_no_outbox(town: Town, recognised: Arrive) -> None:
    _, han = await holds_a_case_with_a_paper(town, recognised)
    await sees(town, han)
    longest = select(func.max(func.length(outbox.c.sealed))).where(outbox.c.kind == "shown")
    assert await count(town, longest) < 1000


async def test_a_paper_is_taken_away_when_she_closes_the_case(town: Town, recognised: Arrive) -> None:
    _, han = await holds_a_case_with_a_paper(town, recognised)
    number, _ = await sees(town, han)
    await round_of_the_clock(town)
    assert number not in town.wall.deleted
    for answer in ("list", "no", "leave"):
        await han.presses(answer)
    said = len(han.all)
    await round_of_the_clock(town)
    assert number in town.wall.deleted
    assert len(han.all) == said
    await round_of_the_clock(town)
    assert town.wall.deleted.count(number) == 1


async def test_a_paper_is_taken_away_when_her_hold_ends(town: Town, recognised: Arrive) -> None:
    _, han = await holds_a_case_with_a_paper(town, recognised)
    number, _ = await sees(town, han)
    (case,) = await filed(town)
    await town.within(lambda store: cases.move(store, case, "withdrawn", open=False, actor=None, kind="withdraw"))
    await round_of_the_clock(town)
    assert number in town.wall.deleted


async def test_a_paper_is_taken_away_when_her_desk_closes(town: Town, recognised: Arrive) -> None:
    _, han = await holds_a_case_with_a_paper(town, recognised)
    number, _ = await sees(town, han)
    town.later(minutes=10)
    await round_of_the_clock(town)
    assert number in town.wall.deleted


async def test_a_paper_that_cannot_be_deleted_is_said(town: Town, recognised: Arrive) -> None:
    _, han = await holds_a_case_with_a_paper(town, recognised)
    number, _ = await sees(town, han)
    town.wall.undeletable.add(number)
    town.later(minutes=10)
    await round_of_the_clock(town)
    assert "직접 지워 주십시오" in han.last


async def test_nobody_but_the_holder_sees_a_paper(town: Town, recognised: Arrive) -> None:
    _, han = await holds_a_case_with_a_paper(town, recognised)
    seo = await town.officer("seo", dong=DONG)
    await at_card(town, seo)
    assert "papers" not in seo.codes
    await han.presses("papers")
    file = (await the_paper(town)).id.hex
    (case,) = await filed(town)
    await town.within(
        lambda store: cases.move(store, case, "filed", open=True, actor=None, kind="x", changes=cases.FREE)
    )
    await han.presses(file)
    assert not any(sheet.file for sheet in han.sheets)
    assert any("맡고 계신 사건이 아닙니다" in said for said in han.all[-2:])


async def test_a_paper_with_a_number_is_destroyed_and_asked_for_again(town: Town, recognised: Arrive) -> None:
    kim, han = await holds_a_case_with_a_paper(town, recognised)
    number, _ = await sees(town, han)
    for answer in ("number", "no", "number", "yes"):
        await han.presses(answer)
    assert "볼 수 있는 서류가 없습니다" in han.question
    file = await the_paper(town)
    assert (file.state, file.outcome) == ("unfit", "number")
    await town.fetch_files()
    assert await count(town, select(func.count()).select_from(file_parts)) == 0
    await round_of_the_clock(town)
    assert number in town.wall.deleted
    assert any("번호를 가리고" in said for said in kim.all)
    (case,) = await filed(town)
    story = await town.within(lambda store: cases.story(store, case.id))
    assert (story[-1].kind, story[-1].actor) == ("number_shown", han.account)


async def test_a_letter_whose_paper_is_gone_says_so(town: Town, recognised: Arrive) -> None:
    _, han = await holds_a_case_with_a_paper(town, recognised)
    file = await the_paper(town)
    await town.within(lambda store: files.forbid(store, file, "number"))
    sheet = await town.sender._with_paper(Sheet("x", paper=file.id.hex), "ko")
    assert (sheet.text, sheet.file) == ("이 서류는 이제 없습니다.", None)
    assert han.account
