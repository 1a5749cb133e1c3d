"""Backup and restore: all comes back as it was, nothing goes out again, and who was erased is erased there too."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import URL, select

from storage import audit, backup, broadcasts, cases, outbox, people, registry, restore, signals
from storage.backup import BackupFailed
from storage.engine import Database, Db
from storage.outbox import Row
from storage.restore import Restored
from storage.tables import keys, metadata
from storage.tables import outbox as letters
from storage.vault import OfficeKey, Vault, new_office_key
from tests.conftest import FreshPostgres
from tests.postgres import Postgres
from tests.storage.conftest import NOW, Office
from tests.storage.dying import dies
from tests.storage.live import LANES, SECRET, contents, draft, fill

OUR_OWN = {"audit", "carriers", "signals", "case_days", "alembic_version"}  # what a restore itself writes


@pytest.fixture(autouse=True)
def postgres_tools(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tools that came with the tests' server are the ones to be found."""
    if "office" in request.fixturenames and not request.getfixturevalue("office").database.is_sqlite:
        server: Postgres = request.getfixturevalue("postgres")
        monkeypatch.setenv("PATH", f"{server.psql.parent}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
def empty_url(request: pytest.FixtureRequest, office: Office, tmp_path: Path) -> str:
    """An empty place of the same kind."""
    if office.database.is_sqlite:
        return f"sqlite+aiosqlite:///{tmp_path}/restored.db"
    fresh: FreshPostgres = request.getfixturevalue("fresh_postgres")
    return fresh()


async def bring_back(office: Office, url: str, folder: Path, name: str | None = None) -> tuple[Restored, list[Row]]:
    lost: list[Row] = []

    async def remember(_db: Db, row: Row) -> None:
        lost.append(row)

    return await restore.restore(url, office.vault, folder, name, office.now, remember), lost


@asynccontextmanager
async def restored(office: Office, url: str) -> AsyncIterator[Office]:
    database = Database(url)
    try:
        yield replace(office, database=database, vault=Vault(office.vault.office))
    finally:
        await database.close()


async def make(office: Office, folder: Path, *, days: int = 0) -> backup.Made:
    return await backup.make(office.database, office.vault, folder, office.now, NOW + timedelta(days=days))


async def test_all_comes_back_and_nothing_of_the_outbox_goes_again(
    office: Office, empty_url: str, tmp_path: Path
) -> None:
    await fill(office)
    folder, live = tmp_path / "backup", await contents(office.database)
    made = await make(office, folder)
    told, lost = await bring_back(office, empty_url, folder)
    assert (told.name, told.replies, told.notices, told.broadcasts) == (made.data.name, 4, 4, 1)
    assert [row.kind for row in lost] == ["n3", "n4", "n3", "n4"]
    async with restored(office, empty_url) as there:
        back = await contents(there.database)
        assert back["claims"]
        for table in live.keys() - OUR_OWN - {"outbox", "broadcasts", "recipients"}:
            assert back[table] == live[table], table
        async with there.database.reading() as db:
            rows = (await db.execute(select(letters.c.lane, letters.c.state, letters.c.outcome))).all()
        assert {tuple(row) for row in rows if row.outcome} == {
            ("reply", "failed", "restored"),
            ("notice", "failed", "restored"),
        }
        assert await there.do(lambda store: outbox.lanes_with_letters(store.db, LANES)) == []
        (ended,) = await there.do(lambda store: broadcasts.latest(store.db, 1))
        assert (ended.stage, ended.sent, ended.parked, ended.cancelled, ended.left) == ("cancelled", 2, 3, 2, 0)
        assert back["carriers"] == back["signals"] == set()
        assert await there.do(lambda store: cases.count_of_day(store, NOW.date())) > restore.GAP
        assert (await there.do(lambda store: audit.verify(store.db, store.vault))).first_bad is None
        assert len(await there.do(lambda store: registry.by_phone(store, "+821020000007"))) == 1


async def test_who_was_erased_is_gone_from_yesterdays_backup_and_everybody_else_reads(
    office: Office, empty_url: str, tmp_path: Path
) -> None:
    kim, lee = await fill(office)
    folder = tmp_path / "backup"
    yesterday = await make(office, folder)
    gone = await office.do(lambda store: cases.of_person(store, kim.id))
    await office.do(lambda store: people.erase(store, kim))
    await make(office, folder, days=1)
    await bring_back(office, empty_url, folder, yesterday.data.name)
    async with restored(office, empty_url) as there:
        assert await there.do(lambda store: people.by_chat(store, kim.chat)) is None
        assert await there.do(lambda store: people.by_chat(store, lee.chat)) == lee
        back = await contents(there.database)
        assert {row[0] for row in back["sessions"]} == {lee.chat}
        assert await draft(there, lee) == {"statement": SECRET}
        assert kim.id not in {row[0] for row in back["keys"]}
        (case,) = await there.do(lambda store: cases.of_person(store, lee.id))
        assert case.told == {"words": SECRET}
        assert [one.id for one in gone] == [one.id for one in await there.do(partial(cases.of_person, person=kim.id))]


async def test_what_was_destroyed_since_does_not_come_back(office: Office, empty_url: str, tmp_path: Path) -> None:
    kim, lee = await fill(office)
    folder = tmp_path / "backup"
    yesterday = await make(office, folder)
    (case,) = await office.do(lambda store: cases.of_person(store, kim.id))
    async with office.database.reading() as db:
        resident = (await db.execute(select(metadata.tables["residents"].c.id).limit(1))).scalar_one()
    owners = keys.c.owner.in_((case.id, resident))
    await office.do(lambda store: store.write(keys.delete().where(owners)))
    await make(office, folder, days=1)
    await bring_back(office, empty_url, folder, yesterday.data.name)
    async with restored(office, empty_url) as there:
        assert await there.do(lambda store: cases.of_person(store, kim.id)) == ()
        assert len(await there.do(lambda store: cases.of_person(store, lee.id))) == 1
        back = await contents(there.database)
        assert (len(back["roster"]), len(back["residents"])) == (19, 19)


async def test_the_data_file_holds_no_key_and_neither_file_the_offices(office: Office, tmp_path: Path) -> None:
    await fill(office)
    made = await make(office, tmp_path / "backup")
    async with office.database.reading() as db:
        wrapped = [row.sealed for row in await db.execute(select(keys.c.sealed))]
    data, keys_file = made.data.read_bytes(), made.keys.read_bytes()
    assert made.owners == len(wrapped)
    assert not any(one in data or one.hex().encode() in data for one in wrapped)
    assert all(one in keys_file for one in wrapped)
    assert SECRET.encode() not in data
    for key in office.vault.office:
        assert not any(secret in file for secret in (key.wrap, key.lookup) for file in (data, keys_file))
    assert {path.stat().st_mode & 0o777 for path in (made.data, made.keys)} == {0o600}


async def test_a_place_where_something_is_is_refused(office: Office, database_url: str, tmp_path: Path) -> None:
    await fill(office)
    await make(office, tmp_path / "backup")
    before = await contents(office.database)
    with pytest.raises(BackupFailed, match="empty"):
        await bring_back(office, database_url, tmp_path / "backup")
    assert await contents(office.database) == before


async def test_without_the_offices_key_nothing_is_touched(office: Office, empty_url: str, tmp_path: Path) -> None:
    await fill(office)
    await make(office, tmp_path / "backup")
    with pytest.raises(BackupFailed, match="DATA_KEYS lacks"):
        await bring_back(replace(office, vault=Vault.of(new_office_key())), empty_url, tmp_path / "backup")
    await bring_back(office, empty_url, tmp_path / "backup")


async def test_a_file_that_is_cut_off_or_unknown_is_refused(office: Office, empty_url: str, tmp_path: Path) -> None:
    made = await make(office, tmp_path / "backup")
    for name in ("changgu-20250101T000000Z.db", "keys.db"):
        with pytest.raises(BackupFailed, match="no whole backup"):
            await bring_back(office, empty_url, tmp_path / "backup", name)
    made.data.write_bytes(made.data.read_bytes()[:-1])
    with pytest.raises(BackupFailed, match="not as it was made"):
        await bring_back(office, empty_url, tmp_path / "backup")


async def test_data_files_live_a_month_and_half_written_ones_not_at_all(office: Office, tmp_path: Path) -> None:
    folder = tmp_path / "backup"
    names = [(await make(office, folder, days=days)).data.name for days in (0, 1, 31)]
    left = folder / "changgu-20260101T000000Z.db.part"
    left.write_bytes(b"half")
    names.append((await make(office, folder, days=32)).data.name)
    assert sorted(path.name for path in folder.iterdir()) == [*names[2:], "keys.db"]
    assert list(backup.copies(folder)) == names[2:]


async def test_a_backup_killed_anywhere_leaves_one_that_can_be_brought_back(
    office: Office, empty_url: str, tmp_path: Path
) -> None:
    if not office.database.is_sqlite:  # the same steps around another tool
        return
    folder = tmp_path / "backup"
    await fill(office)
    whole = await make(office, folder)
    live, url = (await contents(office.database))["cases"], office.database.url
    for n in count(1):
        if not await dies(n, partial(backup_of, url, office.vault.office, folder, hours=n)):
            break
        known = backup.copies(folder)
        assert whole.data.name in known
        assert all(backup.digest(folder / name) == digest for name, digest in known.items())
    assert not list(folder.glob("*.part"))
    await bring_back(office, empty_url, folder)
    async with restored(office, empty_url) as there:
        assert (await contents(there.database))["cases"] == live


async def backup_of(url: URL, office: tuple[OfficeKey, ...], folder: Path, *, hours: int) -> None:
    database = Database(url.render_as_string(hide_password=False))
    await backup.make(database, Vault(office), folder, NOW, NOW + timedelta(hours=hours))
    await database.close()


async def test_a_backup_is_a_sign_of_life(office: Office, tmp_path: Path) -> None:
    await make(office, tmp_path / "backup")
    async with office.database.reading() as db:
        assert (await signals.ages(db))["backup"] < 3600
