"""Changing the office's keys: killed half-way it goes on, and afterwards the old key is not needed."""

import asyncio
from dataclasses import replace
from functools import partial
from itertools import count
from uuid import UUID

import pytest
from sqlalchemy import select

from storage import audit, cases, imports, ledger, people, registry, rotation, staff
from storage.engine import Database, Drawer
from storage.ids import new_id
from storage.import_rows import BadFile
from storage.tables import keys, roster_lookups
from storage.tables import outbox as letters
from storage.tables import people as people_table
from storage.vault import OfficeKey, Tampered, Vault, new_office_key
from tests.storage.conftest import NOW, Office
from tests.storage.conftest import people as roster_lines
from tests.storage.dying import dies
from tests.storage.live import SECRET, fill, live_case, reads
from tests.storage.test_cases import a_case
from tests.waiting import until

COUNT = 60


class Killed(BaseException):
    pass


async def changing(office: Office, monkeypatch: pytest.MonkeyPatch) -> tuple[Office, Office]:
    """An office with people, once with both keys and once with the new one only."""
    monkeypatch.setattr(rotation, "AT_ONCE", 25)
    old, new = new_office_key(), new_office_key()
    before = replace(office, vault=Vault.of(old))
    await before.bring(roster_lines(COUNT))
    await before.do(audited)
    return replace(office, vault=Vault.of(f"{new},{old}")), replace(office, vault=Vault.of(new))


async def audited(store: Drawer) -> None:
    store.audit("looked", n=1)


async def all_readable(office: Office) -> bool:
    async def readable(store: Drawer, n: int) -> bool:
        found = await registry.by_phone(store, f"+82102000{n:04}")
        household = await registry.household_of(store, found[0])
        named = await registry.by_identity(store, found[0].name, found[0].birth_date)
        known = await registry.by_person_id(store, f"P{n}")
        return len(household) == 2 and named == found and known == found[0]

    return all([await office.do(partial(readable, n=n)) for n in (1, COUNT // 2, COUNT)])


async def test_after_rotation_everything_is_found_without_the_old_key(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    both, new = await changing(office, monkeypatch)
    assert await all_readable(both)
    async with office.database.reading() as db:
        row = (await db.execute(select(keys).limit(1))).one()
    with pytest.raises(Tampered):
        new.vault.unwrap(row.owner, row.sealed)
    done = await rotation.rotate(office.database, both.vault, office.now)
    assert done.free_at == office.now
    assert await all_readable(new)
    assert (await new.do(lambda store: audit.verify(store.db, store.vault))).first_bad is None


async def test_an_old_key_stays_until_invitations_made_under_it_have_run_out(office: Office) -> None:
    old, new = new_office_key(), new_office_key()
    before, both, after = (replace(office, vault=Vault.of(keys)) for keys in (old, f"{new},{old}", new))
    _, code = await before.do(lambda store: staff.invite(store, "한지민", "calls"))
    done = await rotation.rotate(office.database, both.vault, office.now)
    assert done.free_at == office.now + staff.CODE_LASTS
    assert await after.do(lambda store: staff.accept(store, code, 7001, new_id())) is None
    bound = await both.do(lambda store: staff.accept(store, code, 7001, new_id()))
    assert bound is not None
    assert bound.name == "한지민"


@pytest.mark.parametrize("stage", [stage.name for stage in rotation.STAGES if stage.name not in ("cases", "letters")])
async def test_killed_half_way_it_goes_on_where_it_stopped(
    office: Office, monkeypatch: pytest.MonkeyPatch, stage: str
) -> None:
    both, new = await changing(office, monkeypatch)

    def kill(what: str, _done: int, _total: int) -> None:
        if what == stage:
            raise Killed

    with pytest.raises(Killed):
        await rotation.rotate(office.database, both.vault, office.now, kill)
    assert await all_readable(replace(office, vault=Vault(both.vault.office)))
    seen: list[str] = []
    await rotation.rotate(office.database, both.vault, office.now, lambda what, _d, _t: seen.append(what))
    assert seen[0] == stage
    assert await all_readable(new)


async def test_lookups_are_moved_and_not_doubled(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    both, _ = await changing(office, monkeypatch)

    async def count(store: Drawer) -> int:
        return len((await store.read(select(roster_lookups))).all())

    before = await office.do(count)
    await rotation.rotate(office.database, both.vault, office.now)
    await rotation.rotate(office.database, both.vault, office.now)
    assert await office.do(count) == before


async def test_no_file_is_taken_while_keys_are_being_changed(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    both, new = await changing(office, monkeypatch)
    with pytest.raises(BadFile, match="rotate_first"):
        await both.bring(roster_lines(COUNT))
    await rotation.rotate(office.database, both.vault, office.now)
    assert (await new.bring(roster_lines(COUNT))).changed == 0


async def test_a_key_made_meanwhile_by_a_process_not_started_again_is_taken_along(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    both, new = await changing(office, monkeypatch)
    owner, late = UUID(int=1), Vault(both.vault.office[1:])  # an id that the first pass has gone by

    class Meanwhile(Exception):
        pass

    def stop(what: str, _done: int, _total: int) -> None:
        if what == "residents":
            raise Meanwhile

    with pytest.raises(Meanwhile):
        await rotation.rotate(office.database, both.vault, office.now, stop)
    await replace(office, vault=late).do(lambda store: store.key(owner))
    await rotation.rotate(office.database, both.vault, office.now)
    assert await new.do(lambda store: store.key(owner)) is not None


# ------------------------------------------------------------------------------------- with everything else at work


async def test_open_cases_and_letters_are_known_without_the_old_key(office: Office) -> None:
    old, new = new_office_key(), new_office_key()
    before, both, after = (replace(office, vault=Vault.of(keys)) for keys in (old, f"{new},{old}", new))
    whom = await fill(before)
    (subject, *_) = await before.do(lambda store: cases.subjects(store, "talk", "7001"))
    case = await before.do(
        lambda store: cases.file(store, replace(live_case(whom[0]), number="SG-1", subject_hash=subject))
    )
    await rotation.rotate(office.database, both.vault, NOW)
    await reads(after, whom[1])

    async def known(store: Drawer) -> cases.Case | None:
        return await cases.open_about(store, "talk", "", "", await cases.subjects(store, "talk", "7001"))

    assert (await after.do(known)) == case
    async with office.database.reading() as db:
        told = {(row.chat, row.digest) for row in await db.execute(select(letters.c.chat, letters.c.digest))}
    house = await after.do(lambda store: audit.house_key(store.db, after.vault))
    assert told == {(one.chat, ledger.said(house, one.chat, SECRET)) for one in whom}


@pytest.mark.parametrize("listed", [True, False])
async def test_a_case_keeps_the_household_it_was_filed_for(office: Office, listed: bool) -> None:
    """Also of a child on no roster, whose household nothing else tells; and of somebody who has moved since."""
    old, new = new_office_key(), new_office_key()
    before, both, after = (replace(office, vault=Vault.of(keys)) for keys in (old, f"{new},{old}", new))
    await before.bring(roster_lines(4))
    parent, other = [await one_of(before, person_id) for person_id in ("P1", "P3")]
    (subject, *_) = await before.do(lambda store: cases.subjects(store, "new_child", "홍길동|1950|2025-07-01"))
    case = a_case(
        "SG-1", subject, for_whom="new_child", household=parent.household, resident=other.id if listed else None
    )
    await before.do(lambda store: cases.file(store, case))
    await rotation.rotate(office.database, both.vault, NOW)
    found = await after.do(lambda store: cases.by_id(store, case.id))
    assert found is not None
    assert found.household == (await one_of(after, "P1")).household != parent.household
    again = replace(case, id=new_id(), number="SG-2")
    with pytest.raises(cases.AlreadyOpen):
        await after.do(lambda store: cases.file(store, again))


async def test_of_a_household_nobody_is_left_of_the_residents_own_is_kept(office: Office) -> None:
    old, new = new_office_key(), new_office_key()
    before, both, after = (replace(office, vault=Vault.of(keys)) for keys in (old, f"{new},{old}", new))
    await before.bring(roster_lines(4))
    whom = (await one_of(before, "P1")).id
    gone = [a_case(f"SG-{n}", bytes([n] * 16), household=b"g" * 16, resident=one) for n, one in ((1, whom), (2, None))]
    for case in gone:
        await before.do(partial(cases.file, case=case))
    await rotation.rotate(office.database, both.vault, NOW)
    found = [await after.do(partial(cases.by_id, case=case.id)) for case in gone]
    assert [case and case.household for case in found] == [(await one_of(after, "P1")).household, b"g" * 16]


async def one_of(office: Office, person_id: str) -> registry.Resident:
    found = await office.do(lambda store: registry.by_person_id(store, person_id))
    assert found is not None
    return found


async def test_killed_at_any_step_under_live_writes_all_is_readable_with_the_new_key_alone(office: Office) -> None:
    old, new = new_office_key(), new_office_key()
    before, both, after = (replace(office, vault=Vault.of(keys)) for keys in (old, f"{new},{old}", new))
    whom = await fill(before)
    url, written, over = office.database.url.render_as_string(hide_password=False), [], asyncio.Event()

    async def live() -> None:
        for number in count(1):
            turns = count()
            await until(lambda turns=turns: next(turns) >= 3, what="others to have had a turn")  # type: ignore[misc]
            if over.is_set():
                return
            person = people.stranger(number, "ko", NOW)
            await both.do(partial(_meet, person=person))
            written.append(person)
            assert len(await both.do(partial(registry.by_phone, e164="+821020000007"))) == 1

    async with asyncio.TaskGroup() as group:
        group.create_task(live())
        kills = 0
        while await dies(6 + 12 * kills, partial(rotated, url, both.vault.office)):
            kills += 1
        over.set()
    assert kills > 3
    assert len(written) > kills
    await reads(after, *whom)
    for person in written:
        (case,) = await after.do(partial(cases.of_person, person=person.id))
        assert case.told == {"words": SECRET}


async def _meet(store: Drawer, person: people.Person) -> None:
    """Somebody new comes, and files a case."""
    await store.key(person.id)
    await store.write(people_table.insert(), people.to_row(person))
    await cases.file(store, live_case(person))


async def rotated(url: str, office: tuple[OfficeKey, ...]) -> None:
    rotation.AT_ONCE = 8  # type: ignore[misc]
    database = Database(url)
    async with imports.alone(database):
        await rotation.rotate(database, Vault(office), NOW)
    await database.close()
