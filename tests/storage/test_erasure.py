"""Erasing one person: nothing of hers opens any more, and in SQLite's files not even what was sealed is left."""

from pathlib import Path

from sqlalchemy import select

from storage import people
from storage.tables import keys, outbox
from storage.tables import people as people_table
from storage.tables import sessions as sessions_table
from storage.vault import Vault
from tests.storage.conftest import Office
from tests.storage.live import SECRET, contents, fill, reads


def on_disk(office: Office) -> bytes:
    """The database file and its log, free pages and all."""
    file = Path(office.database.url.database or "")
    return b"".join(path.read_bytes() for path in (file, file.with_name(f"{file.name}-wal")) if path.exists())


async def sealed_of(office: Office, person: people.Person) -> list[bytes]:
    """Her wrapped key and her draft as they stand in their rows."""
    async with office.database.reading() as db:
        key = (await db.execute(select(keys.c.sealed).where(keys.c.owner == person.id))).scalar_one()
        draft = select(sessions_table.c.sealed).where(sessions_table.c.chat == person.chat)
        return [key, (await db.execute(draft)).scalar_one()]


async def test_an_erased_person_is_gone_and_everybody_else_reads(office: Office) -> None:
    kim, lee = await fill(office)
    before = await contents(office.database)
    await office.do(lambda store: people.erase(store, kim))
    left = await contents(office.database)
    for table, hers in (("people", kim.chat), ("sessions", kim.chat), ("keys", kim.id)):
        gone = {row[0] for row in before[table]} - {row[0] for row in left[table]}
        assert gone == {hers}, table
    await reads(office, lee)


async def test_what_she_was_told_opens_for_nobody(office: Office) -> None:
    kim, lee = await fill(office)
    await office.do(lambda store: people.erase(store, kim))
    async with office.database.reading() as db:
        found = select(outbox.c.chat, people_table.c.id).outerjoin(people_table, people_table.c.chat == outbox.c.chat)
        owners = {row.chat: row.id for row in await db.execute(found)}
    assert owners == {kim.chat: None, lee.chat: lee.id}


async def test_no_plain_word_of_anybody_was_ever_on_the_disk(office: Office) -> None:
    if not office.database.is_sqlite:
        return
    await fill(office)
    for word in (SECRET, "홍길동", "821020000007", "1950-03-08"):
        assert word.encode() not in on_disk(office)
    assert not any(key.wrap in on_disk(office) for key in Vault(office.vault.office).office)


async def test_her_key_and_her_draft_are_overwritten_in_the_file_and_its_log(office: Office) -> None:
    if not office.database.is_sqlite:
        return
    kim, lee = await fill(office)
    hers, others = await sealed_of(office, kim), await sealed_of(office, lee)
    assert all(part in on_disk(office) for part in hers + others)
    await office.do(lambda store: people.erase(store, kim))
    assert await office.database.scrub()
    assert not any(part in on_disk(office) for part in hers)
    assert all(part in on_disk(office) for part in others)


async def test_the_log_is_emptied_later_while_somebody_reads(office: Office) -> None:
    if not office.database.is_sqlite:
        return
    kim, _ = await fill(office)
    async with office.database.reading() as db:
        await db.execute(select(keys.c.owner).limit(1))
        await office.do(lambda store: people.erase(store, kim))
        assert not await office.database.scrub()
    assert await office.database.scrub()
