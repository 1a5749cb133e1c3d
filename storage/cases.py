"""Cases: an appeal, or a wish to talk to a person. Filed once, numbered, never lost, moved by one hand at a time."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Insert, and_, bindparam, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from storage import audit, forms, helpers
from storage.connections import is_postgres
from storage.engine import Drawer
from storage.ids import new_id
from storage.ready import Ready
from storage.tables import case_days, case_events, cases


@dataclass(frozen=True, slots=True)
class Case:
    """One case. `told` is what the person said in her own words and names (sealed with the case's key).

    `identity` is `recognised`, `to_check` or `refused`; `resident` whom it is about if she is on the roster; `person`
    who filed. `office` is in whose queue it stands, `holder` who has it in hand and last stirred at `held_at`; at
    `place` 0 it came back from a hand and goes before the others, at 1. `version` rises by one with every move.
    """

    id: UUID
    number: str
    kind: str
    programme: str
    round: str
    reason: str
    state: str
    identity: str
    for_whom: str
    subject_hash: bytes
    resident: UUID | None
    household: bytes | None
    person: UUID
    chat: int
    dong: str | None
    language: str
    filed_at: datetime
    due_at: datetime | None
    target_minutes: int | None
    version: int = 1
    closed_at: datetime | None = None
    open: bool = True
    office: str | None = None
    holder: UUID | None = None
    held_at: datetime | None = None
    place: int = 1
    answer_by: datetime | None = None
    calls: int = 0
    extensions: int = 0
    alerted: int = 0
    decided_by: UUID | None = None
    told: Mapping[str, Any] = field(default_factory=dict)


FREE: Mapping[str, Any] = {"holder": None, "held_at": None, "place": 1}  # in nobody's hand
PHONE, NAME = "phone", "name"  # what was told of whom a case is about; a name is looked up with its birth date
CALLS, DECISION = "calls", "decision"  # queues of teams; every other one is a dong's


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a case."""

    at: datetime
    kind: str
    actor: UUID | None
    detail: Mapping[str, Any]


class AlreadyOpen(Exception):
    """The same case is open already; `own` says whether the same person filed it. Nobody else is told by whom."""

    def __init__(self, case: Case, own: bool) -> None:
        super().__init__(case.number)
        self.case, self.own = case, own


class Moved(Exception):
    """Somebody else moved the case first."""


_plain = tuple(name for name in Case.__dataclass_fields__ if name != "told")
_select = select(*(cases.c[name] for name in _plain), cases.c.sealed)
_story = Ready(select(case_events).where(case_events.c.case == bindparam("of")).order_by(case_events.c.id))
_by_id = Ready(_select.where(cases.c.id == bindparam("case")))


def _file_with(make: Any) -> Insert:
    return make(cases).on_conflict_do_nothing().returning(cases.c.id)  # type: ignore[no-any-return]


_file_postgres, _file_sqlite = _file_with(postgresql.insert), _file_with(sqlite.insert)


def _count_with(make: Any) -> Insert:
    statement = make(case_days)
    return statement.on_conflict_do_update(  # type: ignore[no-any-return]
        index_elements=["day"], set_={"last": case_days.c.last + 1}
    ).returning(case_days.c.last)


_count_postgres, _count_sqlite = _count_with(postgresql.insert), _count_with(sqlite.insert)


def _place(case: UUID) -> str:
    return f"cases|sealed|{case.hex}"


async def count_of_day(store: Drawer, day: date) -> int:
    """Draw the next number of the day, from 1."""
    statement = _count_postgres if is_postgres(store.db) else _count_sqlite
    return int((await store.write(statement, {"day": day, "last": 1})).scalar_one())


async def subjects(store: Drawer, kind: str, *written: str) -> tuple[bytes, ...]:
    """The digests by which a case about this subject is known, however it was written; the first for new cases.

    It is keyed by the house's own key, so that a change of the office's keys does not hide an open case; those of the
    first release were keyed by the office's.
    """
    house = await audit.house_key(store.db, store.vault)
    now = (house.digest(kind, one) for one in written)
    return (*now, *(digest for one in written for digest in store.vault.lookups(kind, one)))


async def file(store: Drawer, case: Case) -> Case:
    """Take a case in. Raises `AlreadyOpen` when the same one is open, also when both came at the same instant.

    One that names no office stands in the queue of its dong if it is an appeal, else where somebody finds out.
    """
    if case.office is None:
        case = replace(case, office=(case.dong or DECISION) if case.kind == "appeal" else CALLS)
    values = {name: getattr(case, name) for name in _plain}
    values |= await _found_by(store, case.told)
    key = await store.key(case.id)
    values["sealed"] = key.seal(orjson.dumps(dict(case.told)), _place(case.id))
    statement = _file_postgres if is_postgres(store.db) else _file_sqlite
    if (await store.write(statement, values)).first() is None:
        before = await open_about(store, case.kind, case.programme, case.round, (case.subject_hash,))
        if before is None:
            raise Moved(case.number)
        raise AlreadyOpen(before, before.person == case.person)
    await note(store, case.id, "filed", case.person)
    store.audit("case.filed", actor=case.person, subject=case.resident or case.person, case=str(case.id))
    return case


async def open_about(store: Drawer, kind: str, programme: str, round: str, subjects: tuple[bytes, ...]) -> Case | None:
    """The open case about this subject, under any of the digests it may be stored by."""
    found = _select.where(
        cases.c.open,
        cases.c.kind == kind,
        cases.c.programme == programme,
        cases.c.round == round,
        cases.c.subject_hash.in_(subjects),
    )
    row = (await store.read(found)).first()
    return await _opened(store, row) if row else None


async def of_person(store: Drawer, person: UUID, resident: UUID | None = None, limit: int = 50) -> tuple[Case, ...]:
    """The cases a person filed, and those about the resident she is recognised as; newest first. Tasks are ours.

    What she filed for another she sees no longer than she helps.
    """
    mine = and_(cases.c.person == person, helpers.still_hers(store))
    about = or_(mine, and_(cases.c.resident == resident, cases.c.identity == "recognised")) if resident else mine
    hers = _select.where(about, cases.c.kind != "task").order_by(cases.c.filed_at.desc()).limit(limit)
    rows = (await store.read(hers)).all()
    return tuple([await _opened(store, row) for row in rows])


async def by_id(store: Drawer, case: UUID) -> Case | None:
    """A case by its random id; rights are the caller's to check."""
    rows = await _by_id.run(store.db, {"case": case})
    return await _opened(store, rows[0]) if rows else None


async def by_number(store: Drawer, number: str) -> Case | None:
    """A case by the number it is known by; knowing one opens nothing."""
    row = (await store.read(_select.where(cases.c.number == number))).first()
    return await _opened(store, row) if row else None


async def known_by(store: Drawer, what: str, written: str, limit: int = 20) -> tuple[Case, ...]:
    """Cases in which exactly this was told of whom they are about, newest first; `what` is `PHONE` or `NAME`."""
    digest = (await audit.house_key(store.db, store.vault)).digest(what, written)
    found = _select.where(cases.c[f"{what}_hash"] == digest).order_by(cases.c.filed_at.desc()).limit(limit)
    return tuple([await _opened(store, row) for row in await store.read(found)])


async def _found_by(store: Drawer, told: Mapping[str, Any]) -> dict[str, bytes]:
    """What a case is looked up by beside its number, keyed by the house's own key, which never changes."""
    written = {
        PHONE: forms.e164(told["phone"]) if told.get("phone") else None,
        NAME: forms.identity(told["name"], told["birth"]) if told.get("name") and told.get("birth") else None,
    }
    if not any(written.values()):
        return {}
    house = await audit.house_key(store.db, store.vault)
    return {f"{what}_hash": house.digest(what, text) for what, text in written.items() if text}


async def about_residents(store: Drawer, residents: Collection[UUID], limit: int = 20) -> tuple[Case, ...]:
    """The cases about these residents, newest first."""
    found = _select.where(cases.c.resident.in_(residents)).order_by(cases.c.filed_at.desc()).limit(limit)
    return tuple([await _opened(store, row) for row in await store.read(found)])


async def move(
    store: Drawer,
    case: Case,
    state: str,
    *,
    open: bool,
    actor: UUID | None,
    kind: str,
    changes: Mapping[str, Any] | None = None,
    **detail: Any,
) -> Case:
    """Move a case by one legal edge (`programmes.casework` says which). Raises `Moved` when another was first.

    `changes` are columns that change along with it. Who closes a case lets go of it.
    """
    values = {
        **({} if open else FREE), "closed_at": None if open else store.now, **(changes or {}),
        "state": state, "open": open, "version": case.version + 1,
    }  # fmt: skip
    statement = (
        update(cases)
        .where(cases.c.id == case.id, cases.c.version == case.version, cases.c.state == case.state)
        .values(values)
    )
    if (await store.write(statement)).rowcount != 1:
        raise Moved(case.number)
    await note(store, case.id, kind, actor, **detail)
    store.audit(f"case.{kind}", actor=actor, subject=case.resident or case.person, case=str(case.id))
    return replace(case, **values)


async def identify(
    store: Drawer,
    case: Case,
    identity: str,
    actor: UUID,
    *,
    resident: UUID | None = None,
    household: bytes | None = None,
    subject: bytes | None = None,
) -> Case:
    """Say who a case is about, or that it is not who was said. Raises `Moved` when another was first.

    Bound to a resident, or to another `subject`, it is known by that from now on, so that a second one is not opened.
    """
    subject = resident.bytes if resident else subject
    values: dict[str, Any] = {"identity": identity, "version": case.version + 1}
    values |= {"household": household} if household else {}
    values |= {"resident": resident} if resident else {}
    values |= {"subject_hash": subject} if subject else {}
    same = cases.c.id == case.id, cases.c.version == case.version
    if (await store.write(update(cases).where(*same).values(values))).rowcount != 1:
        raise Moved(case.number)
    await note(store, case.id, "identity", actor, identity=identity)
    store.audit("case.identity", actor=actor, subject=resident or case.person, case=str(case.id), identity=identity)
    return replace(case, **values)


async def note(store: Drawer, case: UUID, kind: str, actor: UUID | None, **detail: Any) -> None:
    """Add to the story of a case."""
    id = new_id()
    sealed = (await store.key(case)).seal(orjson.dumps(detail), f"case_events|sealed|{id.hex}") if detail else None
    row = {"id": id, "case": case, "at": store.now, "kind": kind, "actor": actor, "sealed": sealed}
    await store.write(insert(case_events), row)


async def story(store: Drawer, case: UUID) -> tuple[Event, ...]:
    """Everything that happened to a case, in order."""
    rows = await _story.run(store.db, {"of": case})
    key = await store.key(case)
    return tuple(
        Event(
            row.at,
            row.kind,
            row.actor,
            orjson.loads(key.open(row.sealed, f"case_events|sealed|{row.id.hex}")) if row.sealed is not None else {},
        )
        for row in rows
    )


async def _opened(store: Drawer, row: Any) -> Case:
    key = await store.key(row.id)
    told = orjson.loads(key.open(row.sealed, _place(row.id))) if row.sealed is not None else {}
    return Case(**{name: getattr(row, name) for name in _plain}, told=told)
