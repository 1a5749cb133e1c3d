"""A day the office adds or takes back while two processes run: both follow, and each side hears of it once."""

from datetime import date, timedelta
from functools import partial
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import insert, select

from playground.server import Playground
from programmes import worktime
from programmes.model import load_all
from storage import cases, closures, people, staff
from storage.cases import Case
from storage.engine import Database, Drawer
from storage.ids import new_id
from storage.migrate import upgrade
from storage.tables import closures as closure_table
from storage.tables import outbox
from storage.tables import people as people_table
from storage.unit import in_one
from storage.vault import Vault
from tests.crash.ground import NOW
from tests.crash.town import rows
from tests.processes.bot_process import Start, free_port, settings
from tests.storage.test_cases import a_case
from tests.waiting import until

pytestmark = pytest.mark.postgres
KIM, HAN = 7001, 7101
TUESDAY = date(2025, 7, 29)
CALENDAR = load_all().calendar


async def held(store: Drawer) -> Case:
    """Kim's appeal in Han's hand, due on Wednesday."""
    officer, code = await staff.invite(store, "han", "appeals", "gajeong-1")
    han, kim = people.stranger(HAN, "ko", store.now), people.stranger(KIM, "ko", store.now)
    assert await staff.accept(store, code, HAN, han.id)
    await store.write(insert(people_table), people.to_row(han) | {"officer": officer})
    await store.write(insert(people_table), people.to_row(kim))
    case = a_case(
        person=kim.id, chat=KIM, state="checking", holder=officer, held_at=NOW, filed_at=NOW,
        due_at=worktime.due(NOW, 16, CALENDAR), target_minutes=16 * 60,
    )  # fmt: skip
    return await cases.file(store, case)


async def test_two_processes_follow_and_each_side_hears_once(
    play: Playground, start: Start, tmp_path: Path, postgres_url: str
) -> None:
    await upgrade(postgres_url)
    for chat in (KIM, HAN):
        await play.person(chat, str(chat)).starts()
    shared = settings(tmp_path, play.url, play.token, DATABASE_URL=postgres_url)
    database, vault = Database(postgres_url), Vault.of(shared["DATA_KEYS"])
    case = await in_one(database, vault, NOW, held)
    two = [start("chores", {**shared, "PORT": str(free_port())}) for _ in range(2)]
    start("sender", {**shared, "PORT": str(free_port())})
    for process in two:
        await process.says("city.followed")
    for times, works in enumerate((False, True), 1):
        await in_one(database, vault, NOW - timedelta(minutes=1), partial(_says, works=works))
        for process in two:
            await until(partial(_followed, process.log, times + 1), 20, "a process to follow")
        await until(partial(_walked, database), 20, "the cases to be walked through")
        await until(partial(_heard, play, case.number, times), 20, "both sides to hear")
        moved = await in_one(database, vault, NOW, lambda store: cases.by_id(store, case.id))
        assert moved is not None
        calendar = CALENDAR if works else CALENDAR.changed({TUESDAY: "temporary"})
        assert moved.due_at == worktime.due(NOW, 16, calendar)
    letters = await rows(database, select(outbox.c.chat).where(outbox.c.kind == "moved").order_by(outbox.c.id))
    assert sorted(row.chat for row in letters) == [KIM, KIM, HAN, HAN]
    await database.close()


async def _says(store: Drawer, *, works: bool) -> None:
    officer: UUID = new_id()
    await closures.put(store, TUESDAY, "" if works else "temporary", works=works, officer=officer)


def _followed(log: Path, times: int) -> bool:
    return log.read_text().count("city.followed") == times


async def _walked(database: Database) -> bool:
    return all(row.moved_at is not None for row in await rows(database, select(closure_table.c.moved_at)))


def _heard(play: Playground, number: str, times: int) -> bool:
    told = [len(play.ledger.accepted("send", chat, number)) for chat in (KIM, HAN)]
    assert max(told) <= times
    return told == [times, times]
