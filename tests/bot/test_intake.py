"""A file on its way from an admin's chat: told of while it goes on, tried again, told once, staged by a child."""

from pathlib import Path
from uuid import UUID

import pytest
from pydantic import SecretStr
from sqlalchemy import func, select, update

from bot import intake as intake_of
from bot import words
from bot.config import Config
from bot.intake import Intake, in_a_child
from bot.sample import write_sample
from storage import imports
from storage.engine import Database
from storage.import_rows import BadFile
from storage.imports import Progress
from storage.tables import file_parts, files, jobs
from storage.vault import new_office_key
from tests.bot.conftest import town
from tests.incoming import as_file, intake, sample
from tests.journey import MONDAY, Officer, Town

__all__ = ["town"]

HERE = "http://127.0.0.1:1"  # a clock of our own is refused with Telegram's address


@pytest.fixture
async def yun(town: Town) -> Officer:
    """An admin."""
    yun = await town.officer("윤서아", role="admin")
    await yun.presses("admin")
    return yun


async def sends(yun: Officer, data: bytes) -> None:
    await yun.writes("/imports")
    for answer in ("send", "roster"):
        await yun.presses(answer)
    await yun.sends_photo(data, name="roster.csv")


def with_stage(town: Town, stage: intake_of.Stage) -> Intake:
    return Intake(town.database, town.vault, town.wall, words.write, lambda: town.now, stage)


async def test_it_is_told_how_far_it_is_and_nothing_of_the_file_stays(town: Town, yun: Officer, tmp_path: Path) -> None:
    roster, _ = sample(tmp_path, town)
    await sends(yun, as_file(roster))
    await intake(town, tmp_path).once()
    await town.settled()
    shown = [text for text in yun.all if "%" in text]
    assert shown
    assert "파일 확인 중: 0%" in shown[0]
    assert "명부 버전 1" in yun.last
    async with town.database.reading() as db:
        assert (await db.execute(select(files.c.state))).scalars().all() == ["gone"]
        assert (await db.execute(select(func.count()).select_from(file_parts))).scalar_one() == 0
    assert not await intake(town, tmp_path).once()


async def test_while_another_import_is_under_way_it_waits_and_is_not_refused(town: Town, yun: Officer) -> None:
    async def busy(_kind: str, _data: bytes, _officer: UUID | None, _progress: Progress) -> int:
        raise BadFile("busy")

    async def staged(_kind: str, _data: bytes, officer: UUID | None, _progress: Progress) -> int:
        assert officer == yun.account
        return 7

    await sends(yun, b"whatever")
    await with_stage(town, busy).once()
    await town.settled()
    assert "다른 가져오기" not in yun.last
    assert not await with_stage(town, staged).once()
    town.later(seconds=11)
    assert await with_stage(town, staged).once()
    await town.settled()
    assert "명부 버전 7" in yun.last


async def test_of_two_who_believe_to_have_the_job_one_tells(town: Town, yun: Officer) -> None:
    async def slow(_kind: str, _data: bytes, _officer: UUID | None, _progress: Progress) -> int:
        async with town.database.reading() as db:
            (job,) = (await db.execute(select(jobs.c.id).where(jobs.c.kind == "import"))).scalars()
        await town.within(lambda store: store.write(update(jobs).where(jobs.c.id == job).values(taken_until=0.0)))
        if not slept:
            slept.append(True)
            await with_stage(town, slow).once()
        return 7

    slept: list[bool] = []
    await sends(yun, b"whatever")
    await with_stage(town, slow).once()
    await town.settled()
    assert sum("명부 버전 7" in text for text in yun.all) == 1


async def test_a_fault_of_ours_is_tried_again_and_told_in_the_end(town: Town, yun: Officer) -> None:
    async def broken(_kind: str, _data: bytes, _officer: UUID | None, _progress: Progress) -> int:
        raise LookupError("the child died")

    await sends(yun, b"whatever")
    for _ in range(3):
        assert await with_stage(town, broken).once()
        town.later(seconds=11)
    await town.settled()
    assert "가져오지 못했습니다" in yun.last
    assert not await with_stage(town, broken).once()


async def test_a_child_stages_it_and_says_how_far_it_is(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLOCK", MONDAY.isoformat())
    monkeypatch.setenv("BOT_API_URL", HERE)
    write_sample(tmp_path, 100, 1, MONDAY, lambda _done, _all: None)
    data, seen = (tmp_path / "roster.csv").read_bytes(), list[str]()
    stage = in_a_child(Config(database_url=sqlite_url, data_keys=SecretStr(new_office_key()), bot_api_url=HERE))
    assert await stage("roster", data, None, lambda what, _done, _total: seen.append(what)) == 1
    assert {"checking", "writing"} <= set(seen)
    database = Database(sqlite_url)
    async with database.reading() as db:
        assert await imports.in_force(db, "roster") is None
    await database.close()
    with pytest.raises(BadFile, match="cut_off"):
        await stage("roster", data[:-3], None, imports.silent)


async def test_a_child_that_cannot_begin_is_a_fault(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'other.db'}"
    stage = in_a_child(Config(database_url=url, data_keys=SecretStr(new_office_key()), bot_api_url=HERE))
    with pytest.raises(LookupError):
        await stage("roster", b"on a database nobody has migrated", None, imports.silent)
