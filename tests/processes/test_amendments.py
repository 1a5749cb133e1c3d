"""An answer confirmed while two processes run reaches both, and what the files say is let go of once."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from playground.server import Playground
from programmes.model import load_all
from storage import amendments
from storage.amendments import ANSWER, PHRASINGS
from storage.engine import Database, Drawer
from storage.ids import new_id
from storage.migrate import upgrade
from storage.tables import amendments as rows
from storage.unit import in_one
from storage.vault import Vault
from tests.crash.ground import NOW
from tests.processes.bot_process import Start, free_port, settings
from tests.waiting import until

pytestmark = pytest.mark.postgres
COUPON = "livelihood-coupon-2025"
HOURS = load_all().programmes[COUPON].answers["hours"].answer
AS_IT_IS = {"ko": HOURS.ko, "en": HOURS.en}


async def confirmed(store: Drawer, kind: str, words: Mapping[str, object]) -> UUID:
    await amendments.propose(store, kind, COUPON, "hours", words, new_id())
    (one,) = await amendments.waiting(store)
    assert await amendments.confirm(store, one, new_id())
    return one.id


async def test_two_processes_follow_and_what_stands_in_the_files_is_retired(
    play: Playground, start: Start, tmp_path: Path, postgres_url: str
) -> None:
    await upgrade(postgres_url)
    shared = settings(tmp_path, play.url, play.token, DATABASE_URL=postgres_url)
    database, vault = Database(postgres_url), Vault.of(shared["DATA_KEYS"])
    home = await in_one(database, vault, NOW, partial(confirmed, kind=ANSWER, words=AS_IT_IS))
    two = [start("chores", {**shared, "PORT": str(free_port())}) for _ in range(2)]
    for process in two:
        await until(process.log.exists, 20, "a process to begin")
        await process.says("city.followed")
    await until(partial(_retired, database, home), 20, "what the files say to be retired")
    before = [_followed(process.log) for process in two]
    new = {"ko": ["강아지랑 몇 시에 가요"], "en": []}
    fresh = await in_one(database, vault, NOW, partial(confirmed, kind=PHRASINGS, words=new))
    for process, times in zip(two, before, strict=True):
        await until(partial(_more, process.log, times), 20, "a process to follow")
    assert not await _retired(database, fresh)
    await database.close()


def _followed(log: Path) -> int:
    return log.read_text().count("city.followed")


def _more(log: Path, times: int) -> bool:
    return _followed(log) > times


async def _retired(database: Database, id: UUID) -> bool:
    async with database.reading() as db:
        return (await db.execute(select(rows.c.retired_at).where(rows.c.id == id))).scalar_one() is not None
