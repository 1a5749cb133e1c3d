"""One text for many: drafted by one admin, approved as it is by another, moved by the clock, ended once.

Every sentence is one conditional update by stage: of two hands one wins, and the other hears False. Who may move it
where is asked before, of `programmes/broadcasting.py`. What became of each recipient: `storage/recipients.py`.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Select, and_, bindparam, func, insert, or_, select, update

from storage.audiences import Audience, Count, Purpose
from storage.engine import Db, Drawer
from storage.ids import new_id
from storage.people import Lang
from storage.tables import broadcasts, recipients

DRAFT, ASKED, APPROVED, RUNNING, DONE, CANCELLED = "draft", "asked", "approved", "running", "done", "cancelled"
BEFORE: Final = (DRAFT, ASKED, APPROVED)
OVER: Final = (DONE, CANCELLED)
NEXT: Final = {APPROVED: "canary", "canary": "trial", "trial": "minute", "minute": RUNNING}  # by the clock
PERSON, NIGHT, FAILING = "person", "night", "failing"
FATES: Final = ("sent", "unreachable", "refused", "parked", "skipped")
Recall = Literal["delete", "edit"]


class Content(msgspec.Struct, frozen=True):
    """What is approved: the words in each language, `{dong}` in them; the channel's handle of a picture; whom; when.

    `starts_at` None is as soon as it is approved.
    """

    purpose: Purpose = "service"
    audience: Audience = Audience()
    words: Mapping[Lang, str] = {}
    picture: str | None = None
    starts_at: datetime | None = None

    @property
    def digest(self) -> bytes:
        """By which exactly this is known again."""
        return hashlib.sha256(msgspec.json.encode(self, order="sorted")).digest()


class Counted(msgspec.Struct, frozen=True):
    """Whom a rule reached at a moment, some of them by the random ids of people, and how many a second can be told."""

    purpose: Purpose
    audience: Audience
    at: datetime
    count: Count
    examples: Mapping[Lang, tuple[UUID, ...]]
    a_second: float


class Broadcast(msgspec.Struct, frozen=True):
    """One broadcast as it stands: its stage, what halts it, and what became of its recipients so far.

    `digest` is that of the content as it was put before the approver; `wanted` grows until it is `filled`. `counted`
    is None while its rule was not counted since it was changed.
    """

    id: UUID
    number: int
    stage: str
    halt: str | None
    content: Content
    digest: bytes | None
    drafter: UUID
    approver: UUID | None
    created_at: datetime
    asked_at: datetime | None
    approved_at: datetime | None
    stage_at: datetime
    rests_until: datetime | None
    ended_at: datetime | None
    filled_to: int | None
    filled: bool
    taken_to: int | None
    wanted: int
    sent: int
    unreachable: int
    refused: int
    parked: int
    skipped: int
    cancelled: int
    sent_then: int
    refused_then: int
    unreachable_then: int
    recall: Recall | None
    recall_at: datetime | None
    recall_ended_at: datetime | None
    recalled: int
    correction: Mapping[Lang, str]
    corrected_by: UUID | None = None
    counted: Counted | None = None

    @property
    def corrected(self) -> bytes:
        """By which exactly its correction is known again."""
        return hashlib.sha256(msgspec.json.encode(self.correction, order="sorted")).digest()

    @property
    def told(self) -> int:
        """Recipients whose fate is known."""
        return self.sent + self.unreachable + self.refused + self.parked + self.skipped

    @property
    def left(self) -> int:
        """Recipients whose fate is not."""
        return self.wanted - self.told - self.cancelled

    @property
    def lately(self) -> tuple[int, int, int]:
        """Sent, refused and unreachable since somebody last let it go on."""
        return (
            self.sent - self.sent_then,
            self.refused - self.refused_then,
            self.unreachable - self.unreachable_then,
        )


_all = select(broadcasts)
_started = broadcasts.c.stage.not_in((*BEFORE, *OVER))
_taking_back = and_(broadcasts.c.recall.is_not(None), broadcasts.c.recall_ended_at.is_(None))
_untouched = and_(broadcasts.c.stage.in_(OVER), broadcasts.c.recall.is_(None))
_of_the_clock = or_(broadcasts.c.stage == APPROVED, _started, _taking_back)
_lock_all = select(broadcasts.c.id).where(_of_the_clock).order_by(broadcasts.c.number).with_for_update()


def _from_row(row: Any) -> Broadcast:
    fields = dict(row)
    content = Content(
        fields.pop("purpose"),
        msgspec.json.decode(fields.pop("audience"), type=Audience),
        msgspec.json.decode(fields.pop("words")),
        fields.pop("picture"),
        fields.pop("starts_at"),
    )
    correction = msgspec.json.decode(fields.pop("correction") or "{}")
    counted = msgspec.json.decode(fields.pop("counted") or "null", type=Counted | None)
    if counted is not None and (counted.purpose, counted.audience) != (content.purpose, content.audience):
        counted = None
    return Broadcast(**fields, content=content, correction=correction, counted=counted)


async def _found(db: Db, statement: Select[Any]) -> tuple[Broadcast, ...]:
    return tuple(_from_row(row) for row in (await db.execute(statement)).mappings())


# --------------------------------------------------------------------------------------------------------- looking


async def by_id(db: Db, id: UUID) -> Broadcast | None:
    """The broadcast as it stands."""
    found = await _found(db, _all.where(broadcasts.c.id == id))
    return found[0] if found else None


async def by_number(db: Db, number: int) -> Broadcast | None:
    """The broadcast people call by this number."""
    found = await _found(db, _all.where(broadcasts.c.number == number))
    return found[0] if found else None


async def latest(db: Db, limit: int) -> tuple[Broadcast, ...]:
    """The last ones drafted, newest first."""
    return await _found(db, _all.order_by(broadcasts.c.number.desc()).limit(limit))


async def at_work(db: Db) -> tuple[Broadcast, ...]:
    """Those the clock has to do with: approved, started, or being taken back; in the order of their numbers."""
    return await _found(db, _all.where(_of_the_clock).order_by(broadcasts.c.number))


async def lock_all(db: Db) -> bool:
    """Let nobody else change those the clock has to do with, in the order of their numbers; whether there are any."""
    return (await db.execute(_lock_all)).first() is not None


async def locked(db: Db, id: UUID) -> Broadcast | None:
    """The broadcast, which nobody else changes before this transaction is over."""
    found = await _found(db, _all.where(broadcasts.c.id == id).with_for_update())
    return found[0] if found else None


# ---------------------------------------------------------------------------------------------- until it is approved


async def draft(store: Drawer, drafter: UUID, content: Content) -> Broadcast:
    """Begin one; it has a number from now on."""
    last = (await store.read(select(func.max(broadcasts.c.number)))).scalar() or 0
    counts = dict.fromkeys(
        (*FATES, "wanted", "cancelled", "sent_then", "refused_then", "unreachable_then", "recalled"), 0
    )
    id = new_id()
    row = {"id": id, "number": last + 1, "drafter": drafter, "created_at": store.now, "filled": False}
    await store.write(insert(broadcasts), row | counts | _written(content) | {"stage": DRAFT, "stage_at": store.now})
    store.audit("broadcast.drafted", actor=drafter, number=last + 1)
    if (one := await by_id(store.db, id)) is None:
        raise LookupError("a broadcast written just now")
    return one


async def change(store: Drawer, id: UUID, officer: UUID, content: Content) -> bool:
    """Write it anew; whatever was approved is so no longer. False once it has started."""
    values = _written(content) | _unapproved(store)
    return await _changed(store, id, broadcasts.c.stage.in_(BEFORE), officer, "changed", values)


async def keep_count(store: Drawer, id: UUID, counted: Counted) -> bool:
    """Keep whom its rule reaches; False when the rule was changed meanwhile."""
    one = await locked(store.db, id)
    if one is None or (one.content.purpose, one.content.audience) != (counted.purpose, counted.audience):
        return False
    values = {"counted": msgspec.json.encode(counted).decode()}
    await store.write(update(broadcasts).where(broadcasts.c.id == id).values(values))
    return True


async def ask(store: Drawer, id: UUID, drafter: UUID) -> bytes | None:
    """Put it before a second admin as it is; gives the digest that is to be approved. None: it is no draft."""
    one = await locked(store.db, id)
    if one is None:
        return None
    digest = one.content.digest
    values = {"stage": ASKED, "stage_at": store.now, "asked_at": store.now, "digest": digest, "drafter": drafter}
    return digest if await _changed(store, id, broadcasts.c.stage == DRAFT, drafter, "asked", values) else None


async def approve(store: Drawer, id: UUID, approver: UUID, digest: bytes) -> bool:
    """Approve exactly what has this digest. False: it was changed, withdrawn or approved, or she drafted it herself."""
    one = await locked(store.db, id)
    if one is None or one.content.digest != digest:
        return False
    values = {"stage": APPROVED, "stage_at": store.now, "approved_at": store.now, "approver": approver}
    asked = and_(broadcasts.c.stage == ASKED, broadcasts.c.digest == digest, broadcasts.c.drafter != approver)
    return await _changed(store, id, asked, approver, "approved", values)


async def withdraw(store: Drawer, id: UUID, officer: UUID) -> bool:
    """Make it a draft again before it has started."""
    waiting = broadcasts.c.stage.in_((ASKED, APPROVED))
    return await _changed(store, id, waiting, officer, "withdrawn", _unapproved(store))


def _unapproved(store: Drawer) -> dict[str, Any]:
    nothing = dict.fromkeys(("digest", "asked_at", "approver", "approved_at"))
    return {"stage": DRAFT, "stage_at": store.now, **nothing}


def _written(content: Content) -> dict[str, Any]:
    return {
        "purpose": content.purpose,
        "audience": msgspec.json.encode(content.audience).decode(),
        "words": msgspec.json.encode(content.words).decode(),
        "picture": content.picture,
        "starts_at": content.starts_at,
    }


# ----------------------------------------------------------------------------------------------- once it is approved


async def move(store: Drawer, one: Broadcast, target: str) -> bool:
    """Take it from the stage it was seen in to the next. False: another hand was quicker, it stands still, or nobody
    but its drafter approved it.
    """
    if NEXT.get(one.stage) != target:
        return False
    by_another = broadcasts.c.approver != broadcasts.c.drafter
    seen = and_(broadcasts.c.stage == one.stage, broadcasts.c.halt.is_(None), by_another)
    return await _changed(store, one.id, seen, None, target, {"stage": target, "stage_at": store.now})


async def pause(store: Drawer, id: UUID, officer: UUID | None) -> bool:
    """Let it stand still until somebody lets it go on; `officer` None: at the command line."""
    able = and_(_started, or_(broadcasts.c.halt.is_(None), broadcasts.c.halt != PERSON))
    return await _changed(store, id, able, officer, "paused", {"halt": PERSON, "rests_until": None})


async def resume(store: Drawer, id: UUID, officer: UUID | None) -> bool:
    """Let it go on; what failed until now is known and stops it no more."""
    then = {f"{name}_then": broadcasts.c[name] for name in ("sent", "refused", "unreachable")}
    stopped = and_(_started, broadcasts.c.halt.in_((PERSON, FAILING)))
    return await _changed(store, id, stopped, officer, "resumed", {"halt": None, "rests_until": None, **then})


async def halt(store: Drawer, id: UUID, why: str, until: datetime | None = None) -> bool:
    """Let it stand still by itself: for the night `until` the morning, or failing until a person has looked."""
    able = and_(_started, broadcasts.c.halt.is_(None))
    return await _changed(store, id, able, None, f"halted_{why}", {"halt": why, "rests_until": until})


async def wake(store: Drawer, id: UUID) -> bool:
    """Let it go on after the night."""
    rested = and_(_started, broadcasts.c.halt == NIGHT, broadcasts.c.rests_until <= store.now)
    return await _changed(store, id, rested, None, "woken", {"halt": None, "rests_until": None})


async def finish(store: Drawer, id: UUID) -> bool:
    """It is done once the fate of every recipient is known."""
    told = sum((broadcasts.c[name] for name in FATES[1:]), broadcasts.c.sent)
    whole = and_(broadcasts.c.stage == RUNNING, broadcasts.c.filled, told == broadcasts.c.wanted)
    return await _changed(store, id, whole, None, DONE, _ended(store, DONE))


async def cancel(store: Drawer, id: UUID, officer: UUID | None) -> bool:
    """End it: whoever was not begun with is counted as cancelled; what is on its way meets its fate."""
    one = await locked(store.db, id)
    if one is None:
        return False
    values = _ended(store, CANCELLED) | {"halt": None, "cancelled": one.left - await in_hand(store.db, id)}
    return await _changed(store, id, broadcasts.c.stage.not_in(OVER), officer, CANCELLED, values)


async def in_hand(db: Db, id: UUID) -> int:
    """How many of its recipients are in somebody's hand."""
    held = select(func.count()).where(recipients.c.carrier.is_not(None), recipients.c.broadcast == bindparam("b"))
    return int((await db.execute(held, {"b": id})).scalar_one())


def _ended(store: Drawer, stage: str) -> dict[str, Any]:
    return {"stage": stage, "stage_at": store.now, "ended_at": store.now}


# -------------------------------------------------------------------------------------------------- taking it back


async def take_back(store: Drawer, id: UUID, officer: UUID) -> bool:
    """Delete what was delivered, which takes one hand. False while it is not over, or once it was taken back."""
    return await _take_back(store, id, officer, "delete", correction=None)


async def _take_back(store: Drawer, id: UUID, officer: UUID, how: Recall, **besides: None) -> bool:
    values = {"recall": how, "recall_at": store.now, "taken_to": None, **besides}
    return await _changed(store, id, _untouched, officer, f"recall_{how}", values)


async def correct(store: Drawer, id: UUID, officer: UUID, words: Mapping[Lang, str]) -> bool:
    """Put words before a second admin that shall take its place. False while it is not over, or once taken back."""
    values = {"correction": msgspec.json.encode(words).decode(), "corrected_by": officer}
    return await _changed(store, id, _untouched, officer, "corrected", values)


async def approve_correction(store: Drawer, id: UUID, approver: UUID, digest: bytes) -> bool:
    """Let exactly these words take its place. False: they were changed or approved, or she wrote them herself."""
    one = await locked(store.db, id)
    if one is None or one.corrected != digest or one.corrected_by in (None, approver):
        return False
    return await _take_back(store, id, approver, "edit")


async def taken_back(store: Drawer, id: UUID) -> bool:
    """All that could be taken back has been."""
    return await _changed(store, id, _taking_back, None, "recalled", {"recall_ended_at": store.now})


async def _changed(
    store: Drawer, id: UUID, when: ColumnElement[bool], officer: UUID | None, what: str, values: Mapping[str, Any]
) -> bool:
    statement = update(broadcasts).where(broadcasts.c.id == id, when).values(values).returning(broadcasts.c.number)
    row = (await store.write(statement)).first()
    if row is not None:
        store.audit(f"broadcast.{what}", actor=officer, number=row.number)
    return row is not None
