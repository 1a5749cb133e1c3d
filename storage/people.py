"""People who write to us: language, consent, recognition. One row a private chat, loaded with every turn."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

import msgspec
from msgspec.structs import replace
from sqlalchemy import bindparam, delete, insert, select, update

from storage.engine import Db, Drawer
from storage.ids import new_id
from storage.ready import Ready
from storage.tables import consents, keys, people, sessions

Lang = Literal["ko", "en"]

RESIDENT = "resident"  # the desk everybody begins at
CONSENT_REFUSED = -1
RECOGNITION_LASTS = timedelta(days=180)  # of silence: a phone number may have a new owner by then


class Person(msgspec.Struct, frozen=True):
    """Somebody who writes to us. `resident` is whom she was recognised as; `consent` a version, 0 none, -1 refused."""

    chat: int
    id: UUID
    language: Lang
    desk: str = RESIDENT
    resident: UUID | None = None
    recognised_at: datetime | None = None
    consent: int = 0
    consent_at: datetime | None = None
    case_notices: bool = True
    information: bool = False
    decisions_here: bool = False
    reachable: bool = True
    created_at: datetime | None = None
    officer: UUID | None = None  # her account in `staff`, while she has one
    sealed: bytes | None = None
    helps: bool = False  # she was once put on record as somebody's helper: else nobody asks for whom

    @property
    def consents(self) -> bool:
        """Whether she consented to what is required."""
        return self.consent > 0


COLUMNS = Person.__struct_fields__
_columns = tuple(people.c[name] for name in COLUMNS)
_change = Ready(
    update(people)
    .where(people.c.chat == bindparam("new_chat"))
    .values({name: bindparam(f"new_{name}") for name in COLUMNS if name != "chat"})
)
_answer = Ready(insert(consents))


def from_row(row: Sequence[Any]) -> Person:
    """A person from a result row that begins with the columns of `people`."""
    return Person(*row[: len(COLUMNS)])


def stranger(chat: int, language: Lang, now: datetime) -> Person:
    """Somebody who writes for the first time."""
    return Person(chat, new_id(), language, created_at=now)


def to_row(person: Person) -> dict[str, Any]:
    """The person's row."""
    return {name: getattr(person, name) for name in COLUMNS}


async def save(store: Drawer, before: Person, after: Person) -> None:
    """Write what changed about a person in a turn; one who was erased is a new row."""
    if after is before:
        return
    if after.id != before.id:
        await store.write(insert(people), to_row(after))
    elif after != before:
        await store.write_ready(_change, {f"new_{name}": value for name, value in to_row(after).items()})


async def unreachable(db: Db, chat: int) -> None:
    """Note that this chat cannot be written to: the person blocked the bot or is gone."""
    await db.execute(update(people).where(people.c.chat == chat).values(reachable=False))


async def note_helper(store: Drawer, person: UUID) -> None:
    """Note that this person was put on record as somebody's helper, for good: records end one by one, unasked."""
    await store.write(update(people).where(people.c.id == person).values(helps=True))


async def by_chat(store: Drawer, chat: int) -> Person | None:
    """The person of a private chat."""
    row = (await store.read(select(*_columns).where(people.c.chat == chat))).first()
    return from_row(row) if row else None


async def by_id(store: Drawer, person: UUID) -> Person | None:
    """The person of this random id, None when she was erased."""
    row = (await store.read(select(*_columns).where(people.c.id == person))).first()
    return from_row(row) if row else None


async def recognised_as(store: Drawer, resident: UUID) -> Person | None:
    """The one person who is recognised as this resident."""
    row = (await store.read(select(*_columns).where(people.c.resident == resident))).first()
    return from_row(row) if row else None


async def bind(store: Drawer, person: Person, resident: UUID) -> tuple[Person, Person | None]:
    """Recognise `person` as `resident`: one Telegram id, one person. Gives her, and whom that ended, if anybody."""
    before = await recognised_as(store, resident)
    if before is not None and before.chat != person.chat:
        await store.write(update(people).where(people.c.chat == before.chat).values(resident=None, recognised_at=None))
        store.touched.add(before.chat)
        store.audit("recognition.ended", actor=person.id, subject=resident, chat_of=str(before.id))
    else:
        before = None
    bound = replace(person, resident=resident, recognised_at=store.now)
    await store.write(
        update(people).where(people.c.chat == person.chat).values(resident=resident, recognised_at=store.now)
    )
    store.audit("recognised", actor=person.id, subject=resident)
    return bound, before


async def consent(
    store: Drawer, person: Person, version: int, *, case_notices: bool, information: bool, decisions_here: bool
) -> Person:
    """Write down what was consented to, or with version -1 that it was refused; every answer is kept with its time."""
    choices: dict[str, Any] = {
        "case_notices": case_notices,
        "information": information,
        "decisions_here": decisions_here,
    }
    await store.write_ready(
        _answer,
        {
            "id": new_id(),
            "person": person.id,
            "at": store.now,
            "version": abs(version),
            "given": version > 0,
            **choices,
        },
    )
    store.audit("consent", actor=person.id, version=version, **choices)
    return replace(
        person,
        consent=version,
        consent_at=store.now,
        case_notices=case_notices,
        information=information,
        decisions_here=decisions_here,
    )


def stranger_again(person: Person) -> Person:
    """The same person, no longer recognised as anybody on the roster."""
    return replace(person, resident=None, recognised_at=None)


async def unbind(store: Drawer, person: Person) -> Person:
    """Forget this phone: the person is a stranger to the roster again."""
    await store.write(update(people).where(people.c.chat == person.chat).values(resident=None, recognised_at=None))
    store.audit("recognition.forgotten", actor=person.id, subject=person.resident)
    return stranger_again(person)


async def erase(store: Drawer, person: Person) -> Person:
    """Destroy the person's key: drafts, talk and sent texts are unreadable from now on, in old backups too.

    Gives the stranger who is left at that chat: only her language is the same.
    """
    await store.write(delete(keys).where(keys.c.owner == person.id))
    await store.write(delete(sessions).where(sessions.c.chat == person.chat))
    await store.write(delete(people).where(people.c.chat == person.chat))
    store.audit("erased", actor=person.id)
    store.forget(person.id)
    return replace(stranger(person.chat, person.language, store.now), officer=person.officer)


def quiet_too_long(person: Person, last_seen: datetime, now: datetime) -> bool:
    """Whether recognition must be asked again because the phone was silent for 180 days."""
    return person.resident is not None and now - last_seen > RECOGNITION_LASTS
