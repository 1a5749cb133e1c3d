"""Papers: announced with a case, kept sealed in parts, counted once whole."""

import pytest
from sqlalchemy import func, select

from storage import files
from storage.engine import Drawer
from storage.files import PART, File
from storage.ids import new_id
from storage.tables import file_parts, jobs
from storage.vault import Tampered
from tests.storage.conftest import Office

CASE, PERSON = new_id(), new_id()


async def wanted(office: Office) -> File:
    id = await office.do(lambda store: files.want(store, CASE, PERSON, 7001, "family", "ref", "가족.pdf"))
    file = await office.do(lambda store: files.by_id(store, id))
    assert file is not None
    return file


async def stored(office: Office, data: bytes) -> File:
    file = await wanted(office)
    key = await office.do(lambda store: store.key(CASE))
    parts = await files.keep(office.database, key, file.id, data)
    await office.do(lambda store: files.finish(store, file, "pdf", len(data), 1, parts))
    kept = await office.do(lambda store: files.by_id(store, file.id))
    assert kept is not None
    return kept


async def whole(office: Office, file: File) -> bytes:
    async def read(store: Drawer) -> bytes:
        return b"".join([part async for part in files.read(store, file)])

    return await office.do(read)


async def test_a_wanted_file_is_announced_with_its_errand(office: Office) -> None:
    file = await wanted(office)
    assert (file.state, file.ref, file.name, file.paper) == ("wanted", "ref", "가족.pdf", "family")
    async with office.database.reading() as db:
        assert [row.about for row in await db.execute(jobs.select())] == [file.id]


@pytest.mark.parametrize("size", [1, PART - 1, PART, PART + 1, 3 * PART + 7])
async def test_bytes_are_read_back_whole(office: Office, size: int) -> None:
    data = bytes(n % 251 for n in range(size))
    file = await stored(office, data)
    assert (file.state, file.size, file.parts) == ("stored", size, -(-size // PART))
    assert await whole(office, file) == data


async def test_a_fetch_begun_again_writes_over_what_was_half_done(office: Office) -> None:
    file = await wanted(office)
    key = await office.do(lambda store: store.key(CASE))
    await files.keep(office.database, key, file.id, b"first")
    assert await files.keep(office.database, key, file.id, b"second") == 1


@pytest.mark.parametrize("harm", ["lost", "flipped", "moved"])
async def test_a_part_that_was_harmed_fails_closed(office: Office, harm: str) -> None:
    file = await stored(office, b"x" * (PART + 1))

    async def do_harm(store: Drawer) -> None:
        first = file_parts.c.n == 0
        if harm == "lost":
            await store.write(file_parts.delete().where(first))
            return
        sealed = (await store.read(file_parts.select().where(file_parts.c.n == int(harm == "moved")))).one().sealed
        changed = sealed[:-1] + bytes([sealed[-1] ^ 1]) if harm == "flipped" else sealed
        await store.write(file_parts.update().where(first).values(sealed=changed))

    await office.do(do_harm)
    with pytest.raises(Tampered):
        await whole(office, file)


async def test_a_refused_file_keeps_nothing_and_counts_no_more(office: Office) -> None:
    file = await stored(office, b"data")
    assert await office.do(lambda store: files.tally(store, CASE)) == (1, 4)
    await office.do(lambda store: files.refuse(store, file, files.UNFIT, "kind"))
    assert await office.do(lambda store: files.tally(store, CASE)) == (0, 0)
    assert [one.outcome for one in await office.do(lambda store: files.of_case(store, CASE))] == ["kind"]
    assert await office.do(lambda store: files.of_case(store, CASE, files.STORED)) == ()
    assert await office.do(lambda store: files.by_id(store, new_id())) is None


async def test_a_forbidden_file_is_seen_by_nobody_and_its_bytes_are_destroyed(office: Office) -> None:
    data = bytes(range(256)) * 3000
    file = await stored(office, data)
    assert await office.do(lambda store: files.whole(store, file.id)) == ("paper.pdf", data)
    await office.do(lambda store: files.forbid(store, file, "number"))
    assert await office.do(lambda store: files.whole(store, file.id)) is None
    await files.destroy(office.database, file.id)

    async def left(store: Drawer) -> int:
        return int((await store.read(select(func.count()).select_from(file_parts))).scalar_one())

    assert await office.do(left) == 0
