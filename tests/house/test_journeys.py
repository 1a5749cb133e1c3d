"""What must hold on any way through the counter: shown on long journeys in both languages.

No turn touches the network (rule 8) or scans a table (rule 14), and every question is one an eighty-year-old can
follow (rule 13).
"""

import asyncio
import re
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Connection, event

from bot import doctor
from bot.auditor import Auditor
from bot.chores import bundling, helping, holds
from bot.doctor import Look
from bot.words import write
from storage import questions
from storage.writers import SqliteWriter
from tests.handlers.resident.conftest import Arrive, city, recognised, town, welcomed
from tests.handlers.resident.test_appeal import filed
from tests.handlers.resident.test_helper import code_in
from tests.handlers.resident.test_helping import asks_for_a_visit, kim_of, stranger
from tests.handlers.resident.test_papers import photo
from tests.journey import CITY, Officer, Resident, Town

__all__ = ["city", "recognised", "town", "welcomed"]

SMALL = {  # few rows for ever
    "pointers", "settings", "carriers", "tallies", "budget", "imports", "signals", "faults", "broadcasts",
    "alembic_version", "CONSTANT",
}  # fmt: skip

COMMANDS = (
    "/cases", "/mydata", "/privacy", "/notices", "/genuine", "/ask", "/help", "/language", "/visit", "/human",
    "/menu",
)  # fmt: skip


async def walk(resident: Resident) -> None:
    """See what one is entitled to and what was paid, appeal with a photo, look at the case, ask for a person."""
    await resident.writes("/eligibility")
    for _ in range(3):
        await resident.writes("1")
    await resident.writes("/payment")
    await resident.writes("/appeal")
    await resident.presses("livelihood-coupon-2025/1")
    await resident.writes("1")
    await resident.presses("amount")
    await resident.sends_photo(b"not a picture")
    await resident.town.fetch_files()
    for answer in ("later", "none", "right"):
        if answer in resident.codes:
            await resident.presses(answer)
    for command in COMMANDS:
        await resident.writes(command)
        await resident.writes("1")
    await resident.writes("900101-1234567")


@contextmanager
def statements(town: Town, *, reading: bool = False) -> Iterator[dict[str, Any]]:
    """Every statement that the writer runs, or the readers do, with the last values it was given."""
    writer = town.database.writer
    assert isinstance(writer, SqliteWriter)
    engine = town.database._async.sync_engine if reading else writer._connection.engine
    seen: dict[str, Any] = {}

    def note(_c: Connection, _cursor: Any, statement: str, parameters: Any, _context: Any, many: bool) -> None:
        seen[statement] = parameters[0] if many else parameters

    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)


@pytest.mark.parametrize("language", ["ko", "en"])
async def test_no_turn_scans_a_table(recognised: Arrive, town: Town, language: str) -> None:
    with statements(town) as seen:
        await walk(await recognised("park-junho", language=language))
    await explained(town, seen)


async def explained(town: Town, seen: Mapping[str, Any]) -> None:
    """No statement of these reads a table from end to end."""
    assert len(seen) > 20
    async with town.database.reading() as db:
        for statement, parameters in seen.items():
            if not statement.lstrip().upper().startswith(("SELECT", "UPDATE", "DELETE", "INSERT", "WITH")):
                continue
            for line in await _plan(db, statement, parameters):
                table = re.match(r"SCAN (\w+)", line)
                allowed = table is None or table[1] in SMALL or "USING" in line or "VIRTUAL TABLE" in line
                allowed |= "LIMIT" in statement and not re.search("WHERE|ORDER BY", statement)  # any one there is
                assert allowed, f"{line}\n{statement}"


async def files_with_a_paper(kim: Resident) -> None:
    """Appeal with a photo that was fetched."""
    await kim.writes("/appeal")
    for answer in ("livelihood-coupon-2025/1", "본인", "amount", "other"):
        await kim.presses(answer)
    await kim.sends_photo(photo())
    await kim.town.fetch_files()
    for answer in ("sent", "enough", "none", "right"):
        await kim.presses(answer)


async def work(han: Officer, case: UUID) -> None:
    """Look at the queue, take a case, read it, see its papers, send it on, look for it, and hang a board up."""
    for command in ("/queue", "/mine", "/find"):
        await han.writes(command)
    await han.writes("김영자 1948-05-17")
    await han.writes("/find")
    await han.writes("010-0000-0001")
    await han.writes("/queue")
    for answer in (case.hex, "take", "papers"):
        await han.presses(answer)
    await han.presses(han.codes[0])
    for answer in ("list", "no", "transfer", "yeonhui", "mine"):
        await han.presses(answer)
    await han.writes("/board")
    await han.presses(han.codes[0])


@pytest.mark.parametrize("language", ["ko", "en"])
async def test_no_turn_of_an_officer_scans_a_table(recognised: Arrive, town: Town, language: str) -> None:
    kim = await recognised("kim-youngja")
    await files_with_a_paper(kim)
    (case,) = await filed(town)
    han = await town.officer("han", dong=case.dong, language=language)
    with statements(town) as seen:
        await work(han, case.id)
        for chore in (holds.lapse(lambda: CITY, write), holds.take_away(write), holds.measure(lambda: CITY)):
            await town.within(chore)
    await explained(town, seen)
    for sheet in han.sheets:
        if sheet.rows and not _titled(sheet.text):
            assert len(sheet.text) <= 200, sheet.text
            assert sheet.text.count("\n") < 5, sheet.text
        assert len(sheet.text) <= 900
        assert all(len(data.encode()) <= 64 and len(label) <= 80 for row in sheet.rows for data, label in row)


async def is_helped_and_visited(kim: Resident, lee: Resident, seo: Officer) -> None:
    """Put a helper on record, who asks for a visit; the officer goes her round, calls who has not claimed, ends it."""
    await kim.writes("/helper")
    for answer in ("give", "visit", "7"):
        await kim.presses(answer)
    await lee.writes("/helper")
    await lee.presses("have")
    await lee.writes(code_in(kim))
    await asks_for_a_visit(lee, await kim_of(kim.town))
    await lee.writes("/cases")
    await seo.writes("/visits")
    await seo.presses("any")
    for answer in (seo.codes[0], "plan", "2025-07-30/pm"):
        await seo.presses(answer)
    await seo.writes("/outreach")
    await seo.presses("again")
    await seo.writes("/give")
    await seo.writes("김영자 1948-05-17")
    for answer in ("check", "30"):
        await seo.presses(answer)
    await lee.writes("/menu")
    await lee.writes("stop")
    await lee.presses("help")


@pytest.mark.parametrize("language", ["ko", "en"])
async def test_no_turn_of_helping_and_visiting_scans_a_table(recognised: Arrive, town: Town, language: str) -> None:
    kim, lee = await recognised("kim-youngja", language=language), await stranger(town, language)
    seo = await town.officer("seo", role="visits", dong="cheongna-1", language=language)
    with statements(town) as seen:
        await is_helped_and_visited(kim, lee, seo)
        await town.within(helping.end(write))
    await explained(town, seen)
    for sheet in (*kim.sheets, *lee.sheets, *seo.sheets):
        assert len(sheet.text) <= 900
        assert all(len(data.encode()) <= 64 and len(label) <= 80 for row in sheet.rows for data, label in row)


async def administers(yun: Officer, moon: Officer, han: Officer) -> None:
    """Ask that somebody be an admin, confirm it, suspend and lift, and look at what was done, by day and by month."""
    await yun.writes("/people")
    await yun.presses("invite")
    await yun.writes("조은비")
    for answer in ("admin", "open", "yes"):
        await yun.presses(answer)
    await moon.writes("/people")
    await moon.presses(next(code for code in moon.codes if code.startswith("request-")))
    await moon.presses("yes")
    assert han.account is not None
    for answer in (han.account.hex, "suspend", "yes", "lift", "list", "deeds", han.account.hex):
        await moon.presses(answer)
    await moon.writes("2025-07-28")
    for answer in ("all", "choice"):
        await moon.presses(answer)
    for answer in ("check", "review", "2025-07-01"):
        await moon.presses(answer)
    while await Auditor(moon.town.database, moon.town.vault, lambda: CITY, write, lambda: moon.town.now).once():
        pass
    for answer in ("2025-07-01", han.account.hex, "close"):
        await moon.presses(answer)
    await moon.writes("ok")


@pytest.mark.parametrize("language", ["ko", "en"])
async def test_no_turn_of_an_admin_scans_a_table(town: Town, language: str) -> None:
    yun, moon = [await town.officer(name, role="admin", language=language) for name in ("yun", "moon")]
    han = await town.officer("han", role="calls")
    town.later(days=8)
    for one in (yun, moon):
        await one.opens()
    with statements(town) as seen:
        await administers(yun, moon, han)
    await explained(town, seen)


async def answers(oh: Officer, moon: Officer) -> None:
    """Look an answer up; attach, hand over and send elsewhere what had none; rewrite an answer; another confirms."""
    await oh.writes("/ask")
    await oh.writes("강아지 몫도 나오나요")
    for answer in ("use_where", "hand", "elsewhere"):
        await oh.writes("/questions")
        await oh.presses(next(code for code in oh.codes if UUID_HEX.fullmatch(code)))
        await oh.presses(answer)
        if answer != "use_where":
            await oh.presses(oh.codes[0])
    await oh.writes("/questions")
    await oh.presses("rewrite")
    await oh.writes("기준일")
    for answer in ("ref_date", "keep", "keep", "ko"):
        await oh.presses(answer)
    await oh.writes("기준일은 {reference_date}입니다.")
    await oh.writes("It is {reference_date}.")
    await oh.presses("propose")
    for answer in ("yes", "yes", "no"):
        await moon.writes("/questions")
        await moon.presses("confirm")
        await moon.presses(moon.codes[0])
        await moon.presses(answer)


UUID_HEX = re.compile("[0-9a-f]{32}")


@pytest.mark.parametrize("language", ["ko", "en"])
async def test_no_turn_of_who_sees_to_answers_scans_a_table(town: Town, language: str) -> None:
    for words in ("강아지도 되나요", "담배를 살 수 있습니까", "복권은 왜 안 팔아요"):
        note = partial(questions.note, language="ko", verdict=questions.UNKNOWN, words=words, guesses=["use_where"])
        await town.within(note)
    oh, moon = [await town.officer(name, role="decision", language=language) for name in ("oh", "moon")]
    town.later(days=2)
    for one in (oh, moon):
        await one.opens()
    with statements(town) as seen:
        await town.within(bundling.gather)
        await answers(oh, moon)
    await explained(town, seen)
    for sheet in (*oh.sheets, *moon.sheets):
        assert len(sheet.text) <= 900
        assert all(len(data.encode()) <= 64 and len(label) <= 80 for row in sheet.rows for data, label in row)


async def test_no_look_of_the_doctor_scans_a_table(recognised: Arrive, town: Town) -> None:
    await files_with_a_paper(await recognised("kim-youngja"))
    with statements(town, reading=True) as seen:
        await doctor.examine(town.database, town.vault, Look(town.now, lambda: town.now, CITY))
    await explained(town, seen)


async def _plan(db: Any, statement: str, parameters: Any) -> list[str]:
    raw = await db.get_raw_connection()
    cursor = await raw.driver_connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
    return [row[3] for row in await cursor.fetchall()]


@pytest.mark.parametrize("language", ["ko", "en"])
async def test_no_turn_touches_the_network(recognised: Arrive, monkeypatch: pytest.MonkeyPatch, language: str) -> None:
    resident = await recognised("kim-youngja", language=language)

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a turn reached for the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    await walk(resident)
    assert asyncio.get_running_loop().is_running()


@pytest.mark.parametrize("name", ["kim-youngja", "park-junho", "nguyen-thi-lan", "lee-malsun"])
@pytest.mark.parametrize("language", ["ko", "en"])
async def test_every_question_can_be_followed(recognised: Arrive, name: str, language: str) -> None:
    resident = await recognised(name, language=language)
    await walk(resident)
    for sheet in resident.sheets:
        words = sheet.text
        assert words == words.strip()
        assert not re.search(r"://|www\.|\b\w+\.(kr|com|org|net)\b", words), words
        assert len(words.encode("utf-16-le")) // 2 <= 4096
        for row in sheet.rows:
            assert all(len(data.encode()) <= 64 for data, _ in row)
            assert all(0 < len(label) <= 60 for _, label in row)
        if sheet.rows and not _titled(words):
            assert len(words) <= 200, f"{len(words)} letters:\n{words}"
            assert words.count("\n") < 5, words
        assert len(words) <= 900 or not sheet.rows, words


def _titled(words: str) -> bool:
    """Consent, summary, receipt and letter may be longer, in short titled lines."""
    return sum(":" in line or line.startswith("■") for line in words.split("\n")) >= 3
