"""`/figures`: who sees which, a picture drawn beside the turn, a file for a reason only, the digest of each morning."""

import io
from datetime import date

import pytest
from PIL import Image
from sqlalchemy import select

from bot.figures.studio import Patience, Studio
from storage import audit as audits
from storage import staff
from storage.tables import audit, jobs
from storage.tables import staff as staff_table
from tests.journey import CITY, Officer, Town


def studio(town: Town) -> Studio:
    return Studio(
        town.database, town.vault, lambda: CITY, lambda: town.now, town.reception.receive, Patience(fresh=0, pause=0)
    )


async def done(town: Town) -> None:
    """Let every job of figures be done."""
    at = studio(town)
    while await at.once():
        pass
    await town.settled()


async def waiting(town: Town) -> list[str]:
    async with town.database.reading() as db:
        return list((await db.execute(select(jobs.c.wanted).where(jobs.c.state == "waiting"))).scalars())


@pytest.fixture
async def seo(city: Town) -> Officer:
    """The head of a dong, at the choice of figures."""
    seo = await city.officer("서지안", role="head", dong="yeonhui")
    await seo.writes("/figures")
    return seo


async def test_a_board_is_said_to_be_drawn_and_comes_as_a_picture(city: Town, yun: Officer) -> None:
    await yun.writes("/figures")
    assert yun.codes == ["board", "dongs", "appeals", "speed", "broadcasts", "dark", "file", "digest"]
    await yun.presses("board")
    assert "10초쯤" in yun.all[-2]
    assert not yun.sheets[-1].drawing
    question = yun.codes
    await done(city)
    sheet = yun.sheets[-1]
    assert sheet.drawing is not None
    assert Image.open(io.BytesIO(sheet.drawing)).width == 1080
    assert "구 전체" in sheet.text
    assert yun.codes == question
    assert await waiting(city) == []


async def test_the_head_of_a_dong_has_the_figures_of_hers_alone(city: Town, seo: Officer) -> None:
    assert "broadcasts" not in seo.codes
    await seo.presses("dongs")
    (wanted,) = await waiting(city)
    assert '"dongs":["yeonhui"]' in wanted
    await done(city)
    assert "연희동" in seo.last
    assert "구 전체" not in seo.last


async def test_a_forged_button_orders_nothing(city: Town, seo: Officer) -> None:
    _, data = seo._button("board")
    await seo.presses_data(data.replace("board", "broadcasts"))
    assert await waiting(city) == []


async def test_who_may_see_none_is_led_home(city: Town) -> None:
    han = await city.officer("han", dong="yeonhui")
    assert "figures" not in han.codes
    await han.writes("/figures")
    assert "queue" in han.codes
    assert "board" not in han.codes or "queue" in han.codes


async def test_a_right_taken_meanwhile_shows_nothing(city: Town, seo: Officer) -> None:
    await seo.presses("board")
    id = seo.account
    assert id is not None
    officer = await city.within(lambda store: staff.by_id(store, id))
    await city.within(lambda store: staff.revoke(store, officer.held[0].id, None))
    before = len(seo.sheets)
    await done(city)
    assert len(seo.sheets) == before
    assert await waiting(city) == []


async def test_pictures_may_be_dark(city: Town, yun: Officer) -> None:
    await yun.writes("/figures")
    await yun.presses("dark")
    assert "light" in yun.codes
    await yun.presses("speed")
    await done(city)
    drawing = yun.sheets[-1].drawing
    assert drawing is not None
    assert sum(Image.open(io.BytesIO(drawing)).convert("RGB").getpixel((5, 5))) < 120  # type: ignore[arg-type]


@pytest.mark.parametrize(("kind", "begins", "ending"), [("table", b"\xef\xbb\xbf", "csv"), ("report", b"%PDF", "pdf")])
async def test_a_file_wants_a_reason_which_is_kept(
    city: Town, yun: Officer, kind: str, begins: bytes, ending: str
) -> None:
    await yun.writes("/figures")
    await yun.presses("file")
    await yun.presses(kind)
    await yun.writes("보고")
    assert "너무 짧습니다" in yun.all[-2]
    assert await waiting(city) == []
    await yun.writes("구청장 주간  보고")
    await done(city)
    file = yun.sheets[-1].file
    assert file is not None
    assert file[0] == f"figures-2025-07-28.{ending}"
    assert file[1].startswith(begins)
    async with city.database.reading() as db:
        (row,) = (await db.execute(select(audit).where(audit.c.action == "figures.downloaded"))).all()
        kept = await audits.detail(db, city.vault, row)
    assert row.actor == yun.account
    assert kept == {"kind": kind, "reason": "구청장 주간 보고"}


async def test_the_digest_is_wanted_and_no_longer_by_one_press(city: Town, seo: Officer) -> None:
    async def on() -> date | None:
        async with city.database.reading() as db:
            found: date | None = (
                await db.execute(select(staff_table.c.digest_on).where(staff_table.c.id == seo.account))
            ).scalar_one()
            return found

    assert await on() is None
    await seo.presses("digest")
    assert await on() == date(2025, 7, 28)
    assert "아침 현황 그만 받기" in seo.buttons
    await seo.presses("digest")
    assert await on() is None


async def test_the_next_order_is_told_how_long_the_last_took(city: Town, yun: Officer) -> None:
    await yun.writes("/figures")
    await yun.presses("speed")
    await done(city)
    await yun.presses("speed")
    assert "초쯤" in yun.all[-2]
    assert "10초쯤" not in yun.all[-2]
