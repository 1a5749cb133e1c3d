"""What every crash begins with: a migrated database with a roster in force; one chat welcomed, one recognised, some
whose appeal stands somewhere on its way; and officers at their desks.
"""

import csv
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from shutil import copyfile
from uuid import UUID

from msgspec.structs import replace
from sqlalchemy import insert

from bot.sample import Member, write_sample
from handlers.resident.guards import CONSENT_VERSION
from programmes.casework import State, case_number
from programmes.model import Programme, load_all
from storage import cases, imports, pauses, people, queue, recognition, registry, staff, staging
from storage.cases import Case
from storage.engine import Database, Drawer
from storage.ids import new_id
from storage.migrate import upgrade
from storage.people import Person
from storage.registry import Resident
from storage.tables import people as people_table
from storage.unit import in_one
from storage.vault import Vault, new_office_key
from tests.crash.journeys import (
    ASKED,
    ASKER,
    CHECKED,
    CHECKER,
    DONG,
    KNOWN,
    NEW,
    PROPOSED,
    SERVED,
    TEAM,
    WELCOMED,
)
from tests.processes.bot_process import MONDAY

PEOPLE = 300
RECEIVED = (WELCOMED, KNOWN, SERVED, ASKED, CHECKED, PROPOSED)
NOW = datetime.fromisoformat(MONDAY)


@dataclass(frozen=True, slots=True)
class Ground:
    """A database that is never opened, only copied; `members` are those of its roster who have a phone."""

    url: str
    keys: str
    members: tuple[Member, ...]
    code: str

    def lent(self, folder: Path) -> str:
        """A copy of it, on SQLite."""
        copyfile(self.url.partition(":///")[2], folder / "changgu.db")
        return f"sqlite+aiosqlite:///{folder / 'changgu.db'}"

    def member(self, chat: int) -> Member:
        """Who writes from this chat: everybody somebody else, for a second phone ends the first."""
        return self.members[RECEIVED.index(chat) if chat < NEW else len(RECEIVED) + chat - NEW]


async def settle(url: str, folder: Path, people: int = PEOPLE) -> Ground:
    """Make one in the database at `url`; the files of the sample are written into `folder`."""
    keys = new_office_key()
    await upgrade(url)
    database, vault = Database(url), Vault.of(keys)
    try:
        members = await _import_roster(database, vault, folder, people)
        ground = Ground(url, keys, members, "")
        code = await in_one(database, vault, NOW, lambda store: _open(store, ground))
    finally:
        await database.close()
    return Ground(url, keys, members, code)


async def _import_roster(database: Database, vault: Vault, folder: Path, people: int) -> tuple[Member, ...]:
    write_sample(folder, people, 1, NOW, lambda _done, _all: None)
    dongs = {name: dong.code for dong in load_all().places.dongs.values() for name in (dong.code, dong.name.ko)}
    for kind in imports.KINDS:
        staged = await staging.stage(database, vault, kind, folder / f"{kind}.csv", dongs, NOW)
        await imports.apply(database, vault, staged.version, NOW)
    with (folder / "roster.csv").open(encoding="utf-8", newline="") as file:
        everybody = list(csv.DictReader(file))
    size = Counter(row["household_id"] for row in everybody)
    rows = [row for row in everybody if row["phone"] and row["person_id"].startswith("S")]
    rows.sort(key=lambda row: size[row["household_id"]] > 1)  # who lives alone is not asked for whom
    return tuple(
        Member(row["person_id"], row["name"], date.fromisoformat(row["birth_date"]), row["dong"], row["household_id"],
               row["phone"])
        for row in rows
    )  # fmt: skip


async def _open(store: Drawer, ground: Ground) -> str:
    """Welcome residents, recognise all but one, file for those who have filed; put officers at their desks.

    Gives a code of the dong for the one who is not recognised.
    """
    found = {chat: await registry.by_person_id(store, ground.member(chat).person_id) for chat in RECEIVED}
    people_of = {chat: await _welcomed(store, chat) for chat in RECEIVED}
    served, welcomed = found[SERVED], found[WELCOMED]
    assert served is not None
    assert welcomed is not None
    officers = [await _at_a_desk(store, chat, "appeals", served.dong) for chat in (DONG, ASKER, CHECKER)]
    await _at_a_desk(store, TEAM, "decision", None)
    for chat, resident in found.items():
        assert resident is not None
        if chat != WELCOMED:
            await people.bind(store, people_of[chat], resident.id)
        if chat in (SERVED, ASKED, CHECKED, PROPOSED):
            case = await cases.file(store, await _appeal(store, people_of[chat], resident, served.dong))
            await _on_its_way(store, chat, case, *officers[1:])
    return await recognition.make_code(store, welcomed.id)


async def _on_its_way(store: Drawer, chat: int, case: Case, asker: UUID, checker: UUID) -> None:
    """Let an appeal stand where this chat's stands."""
    if chat == ASKED:
        taken = await queue.take(store, case, State.CHECKING, asker)
        until, asked = NOW + timedelta(days=7), list(_programme().requests)[:1]
        changes, told = {"answer_by": until, "calls": 1}, {"asks": asked, "words": "", "until": until.isoformat()}
        await cases.move(store, taken, State.SUPPLEMENT, open=True, actor=asker, kind="ask", changes=changes, **told)
        await pauses.begin(store, case.id)
    if chat in (CHECKED, PROPOSED):
        taken = await queue.take(store, case, State.CHECKING, checker)
        if chat == PROPOSED:
            await queue.pass_on(
                store, taken, State.PROPOSED, cases.DECISION, checker, kind="propose",
                outcome="accepted", code="confirmed", seen=["roster"], sums=["near_poverty"], words="",
            )  # fmt: skip


async def _welcomed(store: Drawer, chat: int) -> Person:
    person = people.stranger(chat, "ko", NOW)
    await store.write(insert(people_table), people.to_row(person))
    agreed = await people.consent(
        store, person, CONSENT_VERSION, case_notices=True, information=False, decisions_here=True
    )
    await people.save(store, person, agreed)
    return agreed


def _programme() -> Programme:
    return next(iter(load_all().programmes.values()))


async def _appeal(store: Drawer, person: Person, resident: Resident, dong: str) -> Case:
    """That her sum is wrong; it goes to this dong."""
    programme = _programme()
    subject, *_ = await cases.subjects(store, "appeal", f"{resident.id}")
    return Case(
        id=new_id(), number=case_number("TK", NOW.date(), await cases.count_of_day(store, NOW.date())), kind="appeal",
        programme=programme.id, round=programme.rounds[0].code, reason="amount", state=State.FILED,
        identity="recognised", for_whom="self", subject_hash=subject, resident=resident.id,
        household=resident.household, person=person.id, chat=person.chat, dong=dong, language="ko",
        filed_at=NOW, due_at=NOW + timedelta(days=2), target_minutes=960, told={"name": resident.name},
    )  # fmt: skip


async def _at_a_desk(store: Drawer, chat: int, role: str, dong: str | None) -> UUID:
    """An officer whose desk stands open; gives her account."""
    account, code = await staff.invite(store, role, role, dong, None)
    person = await _welcomed(store, chat)
    officer = await staff.accept(store, code, chat, person.id)
    assert officer is not None
    await staff.set_pin(store, officer, "4827")
    await staff.settle(store, officer, staff.ELSEWHERE)
    await people.save(store, person, replace(person, desk="staff", officer=account))
    return account
