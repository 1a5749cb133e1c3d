"""What there is at the counter of the matrix: one thing of each kind, all of one dong, and everybody who may press."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from shutil import copyfile
from typing import Any, Final
from uuid import UUID

import msgspec
from sqlalchemy import insert, update

from bot.sample import CAST, write_sample
from programmes.casework import case_number
from programmes.roles import Grant, Role
from storage import (
    amendments,
    bundles,
    cases,
    closures,
    decisions,
    duty,
    imports,
    people,
    questions,
    registry,
    requests,
    reviews,
    staff,
    staging,
    talks,
)
from storage.cases import Case
from storage.decisions import Ruling
from storage.differences import Difference, Tally
from storage.engine import Database, Drawer
from storage.ids import new_id
from storage.people import Person
from storage.registry import Resident
from storage.staff import Officer
from storage.tables import files, grants, helpers, invitations, outreach, roster, visits
from storage.tables import people as people_rows
from storage.unit import in_one
from storage.vault import Vault, new_office_key
from tests import blank
from tests.handlers.staff import campaigns
from tests.handlers.staff.expected import DONG, OF_A_DONG, PLACES, ROLES, Place
from tests.journey import CITY, MONDAY, PIN
from tests.storage.test_cases import a_case

COUPON, CARD = "livelihood-coupon-2025", "education-card"  # of the second the dong decides
FILER, HELPER, ANOTHER = new_id(), new_id(), new_id()
"""Who filed all there is; who helps her; a colleague of the presser."""
CHAT: Final = 1
REVIEWED: Final = date(2025, 6, 1)  # a month whose review was begun
SECRETS: Final[Mapping[str, str]] = {
    "statement": "저희 집 이야기", "line": "남편 몰래 여쭙니다", "phone": "+821011112222", "door": "+821033334444",
    "address": "서로로 12 나동 304호",
}  # fmt: skip
"""What few are told."""


@dataclass(frozen=True, slots=True)
class Who:
    """Somebody at her open desk, with this role for this place; `gone` says why she is nobody any more."""

    role: Role
    place: Place
    person: Person
    officer: Officer | None
    gone: str = ""


@dataclass(frozen=True, slots=True)
class World:
    """Everybody and everything by its id; `told` are the secrets as they would be seen."""

    vault: Vault
    file: Path
    who: tuple[Who, ...]
    resident: UUID
    housemate: UUID
    colleague: UUID
    invited: UUID
    suspended: UUID
    request: UUID
    bundle: UUID
    amendment: UUID
    appeal: UUID
    talk: UUID
    visit: UUID
    task: UUID
    told: Mapping[str, str]

    def copy(self, folder: Path) -> Database:
        """A database of it to press in."""
        return Database(f"sqlite+aiosqlite:///{copyfile(self.file, folder / 'matrix.db')}")

    def at(self, role: Role, place: Place = PLACES[0]) -> Who:
        """The one of this role there."""
        return next(one for one in self.who if (one.role, one.place, one.gone) == (role, place, ""))


def laid_out(folder: Path) -> World:
    """Make it in a new file."""
    return asyncio.run(_laid_out(folder))


async def _laid_out(folder: Path) -> World:
    database, vault = Database(blank.sqlite(folder / "world.db")), Vault.of(new_office_key())
    try:
        await _import_roster(database, vault, folder)
        return await in_one(database, vault, MONDAY, partial(_fill, file=folder / "world.db"))
    finally:
        await database.writer.scrub()  # type: ignore[attr-defined]
        await database.close()


async def _import_roster(database: Database, vault: Vault, folder: Path) -> None:
    write_sample(folder, len(CAST), 1, MONDAY, lambda _done, _all: None)
    dongs = {name: dong.code for dong in CITY.places.dongs.values() for name in (dong.code, dong.name.ko)}
    for kind in imports.KINDS:
        staged = await staging.stage(database, vault, kind, folder / f"{kind}.csv", dongs, MONDAY)
        await imports.apply(database, vault, staged.version, MONDAY)
    await staging.stage(database, vault, "payments", folder / "payments.csv", dongs, MONDAY)  # waits


async def _fill(store: Drawer, file: Path) -> World:
    her, housemate = [await registry.by_person_id(store, name) for name in ("park-junho", "lee-sujin")]
    assert her is not None
    assert housemate is not None
    await store.write(update(roster).values(dong=DONG))
    await _their_people(store, her)
    colleague = await _colleague(store)
    invited, _ = await staff.invite(store, "가 부르다", "visits", DONG)
    suspended, request = await _suspended(store), await _request(store)
    bundle, amendment = await _questions(store, colleague)
    appeal = await _appeal(store, her, colleague)
    talk, visit, task = (
        await _talk(store, her),
        await _visit(store, her, date(2025, 7, 29)),
        await _task(store, her, colleague),
    )
    await _visit(store, her, None)
    paper = await _paper(store, appeal)
    await _paper(store, talk)
    for code in ("1", "2", "2025"):
        row = {"resident": her.id, "round": code, "dong": DONG, "alone": True, "birth_year": 1983, "listing": 1}
        await store.write(insert(outreach), row)
    await closures.put(store, date(2025, 12, 24), "temporary", works=False, officer=colleague)
    found: dict[str, Any] = dict.fromkeys(("openings", "out_of_hours", "not_hers", "downloads"), 1)
    found |= {"counts": {"case.read": 1}, "flags": []}
    await reviews.begin(store, REVIEWED, dict.fromkeys((colleague, invited), found))
    who = [await _who(store, n, role, place) for n, (role, place) in enumerate(ROLES, 100)]
    admin = next(one.officer for one in who if one.role is Role.ADMIN)
    assert admin is not None
    await campaigns.lay_out(store, admin.id, colleague, CHAT)
    waits = (await imports.latest(store, 1))[0]
    same = Difference(rows=waits.rows, former=waits.rows, bad=0, kept=waits.rows, whole=Tally())
    await imports.compared(store, waits.version, same, None)
    long_ago = MONDAY - timedelta(days=30)
    await store.write(update(grants).values(since=long_ago))
    await store.write(update(invitations).where(invitations.c.used_at.is_not(None)).values(used_at=long_ago))
    told = {"at_home": her.phone or "", "paper": str(paper), "number": appeal.number, "name": her.name}
    return World(
        vault=store.vault, file=file, who=(*who, *_nobody_any_more(who)), resident=her.id, housemate=housemate.id,
        colleague=colleague, invited=invited, suspended=suspended, request=request, bundle=bundle,
        amendment=amendment, appeal=appeal.id, talk=talk.id,
        visit=visit.id, task=task.id, told={**SECRETS, **told},
    )  # fmt: skip


async def _their_people(store: Drawer, her: Resident) -> None:
    filer = people.stranger(CHAT, "ko", MONDAY)
    row = people.to_row(filer) | {"id": FILER, "consent": 1, "decisions_here": True}
    await store.write(insert(people_rows), row)
    helps = {"person": HELPER, "resident": her.id, "purpose": "check", "until": date(2025, 12, 1), "since": MONDAY}
    await store.write(insert(helpers), {"id": new_id(), **helps})


async def _colleague(store: Drawer) -> UUID:
    """Who has a desk with a PIN, and works otherwise than usual on some days."""
    account, code = await staff.invite(store, "가 가나", "appeals", DONG)
    officer = await staff.accept(store, code, 50, new_id())
    assert officer is not None
    await staff.set_pin(store, officer, PIN)
    for n in range(7):
        await duty.say(store, account, MONDAY.date() + timedelta(days=n), {"am": True, "pm": True}, account)
    return account


async def _suspended(store: Drawer) -> UUID:
    account, _ = await staff.invite(store, "가 쉬다", "appeals", DONG)
    officer = await staff.by_id(store, account)
    assert officer is not None
    await staff.suspend(store, officer, None)
    return account


async def _request(store: Drawer) -> UUID:
    """That somebody be an admin: asked for by one who has been an admin for long, as all of them have."""
    asker, code = await staff.invite(store, "가 묻다", "admin")
    await staff.accept(store, code, 51, new_id())
    await requests.ask(store, await staff.enrol(store, "가 바라다"), None, asker)
    return (await requests.waiting(store))[0].id


async def _questions(store: Drawer, colleague: UUID) -> tuple[UUID, UUID]:
    """Two that nobody could answer: one waits, of the other a colleague says what it asks for."""
    for words in ("강아지도 되나요", "담배도 살 수 있나요"):
        await questions.note(store, "ko", questions.UNKNOWN, words=words, guesses=("use_where",))
    for one in await bundles.loose(store, 2):
        await bundles.begin(store, one)
    waits, asked = await bundles.waiting(store, 2)
    told = {"ko": [asked.words], "en": []}
    await amendments.propose(store, amendments.PHRASINGS, COUPON, "use_where", told, colleague, asked.id)
    return waits.id, (await amendments.waiting(store))[0].id


async def _appeal(store: Drawer, her: Resident, colleague: UUID) -> Case:
    """That her sum is wrong; the dong has proposed to accept it."""
    told = {"statement": SECRETS["statement"], "phone": SECRETS["phone"], "name": her.name}
    case = await _filed(
        store, "appeal", COUPON, her.id, "amount", told={**told, "birth": her.birth_date.isoformat()},
        household=her.household, subject_hash=her.id.bytes,
    )  # fmt: skip
    proposal = {"outcome": "accepted", "code": "confirmed", "seen": ["roster"], "sums": [], "words": ""}
    await cases.note(store, case.id, "propose", colleague, **proposal)
    return case


async def _talk(store: Drawer, her: Resident) -> Case:
    subject, *_ = await cases.subjects(store, talks.TALK, str(CHAT))
    case = await _filed(store, talks.TALK, "", her.id, "", subject_hash=subject)
    await talks.say(store, case.id, SECRETS["line"])
    return case


async def _visit(store: Drawer, her: Resident, day: date | None) -> Case:
    told = {"name": "방문", "phone": SECRETS["door"], "address": SECRETS["address"]}
    case = await _filed(store, "visit", "", her.id, "mobility", told=told)
    await store.write(insert(visits), {"case": case.id, "day": day, "half": "am", "times": 0})
    return case


async def _task(store: Drawer, her: Resident, colleague: UUID) -> Case:
    """To post the letter of an appeal that was decided."""
    about = await _filed(store, "appeal", CARD, None, "category", state="deciding", subject_hash=b"k" * 16)
    version = CITY.programmes[CARD].version
    closed, _ = await decisions.close(store, about, Ruling("accepted", "confirmed", version, ("roster",)), colleague)
    told = {"about": str(closed.id), "number": closed.number, "name": "우편"}
    return await _filed(store, "task", CARD, her.id, "post.decision", told=told)


async def _filed(store: Drawer, kind: str, programme: str, resident: UUID | None, reason: str, **more: Any) -> Case:
    code = CITY.programmes[programme].rounds[0].code if programme else ""
    number = cases_number(await cases.count_of_day(store, MONDAY.date()))
    case = a_case(
        number=number, subject=more.pop("subject_hash", new_id().bytes), kind=kind, programme=programme, round=code,
        reason=reason, resident=resident, person=FILER, chat=CHAT, dong=DONG, office=DONG, filed_at=MONDAY,
        due_at=MONDAY + timedelta(days=3), target_minutes=960, **{"told": {}, **more},
    )  # fmt: skip
    return await cases.file(store, case)


def cases_number(n: int) -> str:
    """The number of the n-th case of the day."""
    return case_number("TK", MONDAY.date(), n)


async def _paper(store: Drawer, case: Case) -> UUID:
    paper = new_id()
    sealed = (await store.key(case.id)).seal(b'["ref","name.jpg"]', f"files|sealed|{paper.hex}")
    row = {"id": paper, "case": case.id, "person": FILER, "paper": "other", "state": "stored", "at": MONDAY}
    await store.write(insert(files), {**row, "kind": "jpg", "size": 1, "pages": 1, "parts": 1, "sealed": sealed})
    return paper


async def _who(store: Drawer, chat: int, role: Role, place: Place) -> Who:
    """Somebody with this role, at her open desk."""
    person = people.stranger(chat, "ko", MONDAY)
    grant = Grant(role, place.grant if role.value in OF_A_DONG else None)
    account, code = await staff.invite(store, f"힣 {role} {place.name}", role.value, grant.dong)
    bound = await staff.accept(store, code, chat, person.id)
    assert bound is not None
    await store.key(person.id)
    await staff.stir(store, bound)
    officer = msgspec.structs.replace(bound, stirred_at=place.now, pin=True, lives=staff.ELSEWHERE)
    return Who(role, place, msgspec.structs.replace(person, officer=account, desk="staff", consent=1), officer)


def _nobody_any_more(who: list[Who]) -> list[Who]:
    """Those who might do most, their desk closed, their contract or account ended, or suspended."""
    found = []
    for one in who:
        if one.place.name == "own" and one.role in (Role.HEAD, Role.DECISION, Role.ADMIN) and one.officer is not None:
            past = tuple(msgspec.structs.replace(held, until=date(2025, 7, 27)) for held in one.officer.held)
            changes: dict[str, dict[str, Any]] = {
                "shut": {"stirred_at": None}, "lapsed": {"held": past}, "suspended": {"suspended": True}
            }  # fmt: skip
            gone = {why: msgspec.structs.replace(one.officer, **change) for why, change in changes.items()}
            found += [replace(one, officer=officer, gone=why) for why, officer in gone.items()]
            found.append(replace(one, officer=None, gone="former"))
    return found
