"""What every crash begins with: a migrated database with a roster in force, one chat welcomed and one recognised."""

import csv
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from shutil import copyfile

from sqlalchemy import insert

from bot.sample import Member, write_sample
from handlers.resident.guards import CONSENT_VERSION
from programmes.model import load_all
from storage import imports, people, recognition, registry, staging
from storage.engine import Database, Drawer
from storage.migrate import upgrade
from storage.tables import people as people_table
from storage.unit import in_one
from storage.vault import Vault, new_office_key
from tests.crash.journeys import KNOWN, NEW, WELCOMED
from tests.processes.bot_process import MONDAY

PEOPLE = 300
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
        return self.members[(WELCOMED, KNOWN).index(chat) if chat < NEW else 2 + chat - NEW]


async def settle(url: str, folder: Path, people: int = PEOPLE) -> Ground:
    """Make one in the database at `url`; the files of the sample are written into `folder`."""
    keys = new_office_key()
    await upgrade(url)
    database, vault = Database(url), Vault.of(keys)
    try:
        members = await _import_roster(database, vault, folder, people)
        ground = Ground(url, keys, members, "")
        code = await in_one(database, vault, NOW, lambda store: _receive_two(store, ground))
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
        rows = [row for row in csv.DictReader(file) if row["phone"] and row["person_id"].startswith("S")]
    return tuple(
        Member(row["person_id"], row["name"], date.fromisoformat(row["birth_date"]), row["dong"], row["household_id"],
               row["phone"])
        for row in rows
    )  # fmt: skip


async def _receive_two(store: Drawer, ground: Ground) -> str:
    """Welcome two chats, recognise one of them; gives a code of the dong for the other."""
    code = ""
    for chat in (WELCOMED, KNOWN):
        person = people.stranger(chat, "ko", NOW)
        await store.write(insert(people_table), people.to_row(person))
        agreed = await people.consent(
            store, person, CONSENT_VERSION, case_notices=True, information=False, decisions_here=True
        )
        await people.save(store, person, agreed)
        found = await registry.by_person_id(store, ground.member(chat).person_id)
        assert found is not None
        if chat == KNOWN:
            await people.bind(store, agreed, found.id)
        else:
            code = await recognition.make_code(store, found.id)
    return code
