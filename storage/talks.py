"""Talks with a person: who waits for one, who has one in hand or open, and what was said.

A talk is a case of kind `talk`. It waits in the queue of its office until an officer takes it in hand; she may have
several in hand and one of them open (`staff.talking`), to which what she writes goes.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import ColumnElement, and_, insert, select, update

from storage import cases, queue
from storage.cases import CALLS, FREE, Case
from storage.engine import Drawer
from storage.ids import new_id
from storage.tables import cases as case_rows
from storage.tables import staff, talk_lines

TALK = "talk"
TOLD_OF_DANGER = 100  # `cases.alerted` of a talk: the call centre was woken


class Over(Exception):
    """The talk has ended, or is in another's hand."""


@dataclass(frozen=True, slots=True)
class Talk:
    """An open talk as it stands in a list."""

    id: UUID
    number: str
    office: str | None
    resident: UUID | None
    language: str
    filed_at: datetime
    place: int


@dataclass(frozen=True, slots=True)
class Line:
    """What was said at once, by the resident where `officer` is None: `words`, or a `phrase` by its code.

    `photo` is a file that came with it.
    """

    at: datetime
    officer: UUID | None
    words: str
    phrase: str
    photo: UUID | None
    edited: bool


_listed = select(*(case_rows.c[name] for name in Talk.__dataclass_fields__)).where(
    case_rows.c.open, case_rows.c.kind == TALK
)


async def waiting(store: Drawer, offices: Collection[str], limit: int) -> tuple[Talk, ...]:
    """Those in nobody's hand in these offices: the call centre's own before the dongs', then whoever waits longest."""
    found = _listed.where(case_rows.c.office.in_(offices), case_rows.c.holder.is_(None))
    order = case_rows.c.office != CALLS, case_rows.c.place, case_rows.c.filed_at
    return tuple(Talk(*row) for row in await store.read(found.order_by(*order).limit(limit)))


async def in_hand(store: Drawer, officer: UUID) -> tuple[Talk, ...]:
    """The talks this officer has taken, oldest first."""
    found = _listed.where(case_rows.c.holder == officer).order_by(case_rows.c.filed_at)
    return tuple(Talk(*row) for row in await store.read(found))


async def of_chat(store: Drawer, chat: int) -> Case | None:
    """The open talk of a chat; there is one at most."""
    return await cases.open_about(store, TALK, "", "", await cases.subjects(store, TALK, str(chat)))


# ------------------------------------------------------------------------------------------------------- whose it is


async def take(store: Drawer, case: Case, state: str, officer: UUID) -> Case:
    """Take a waiting talk in hand and open it. Raises `cases.Moved` when another officer was first."""
    taken = await queue.take(store, case, state, officer)
    await open_for(store, officer, case.id)
    return taken


async def open_for(store: Drawer, officer: UUID, case: UUID | None) -> None:
    """What this officer writes goes to this talk from now on; None: to nobody."""
    await store.write(update(staff).where(staff.c.id == officer).values(talking=case))


async def give_back(store: Drawer, case: Case, state: str, officer: UUID) -> None:
    """Let go of a talk: it waits again, before the others. Raises `cases.Moved`."""
    before = {**FREE, "place": 0}
    await cases.move(store, case, state, open=True, actor=officer, kind="release", changes=before)
    await open_for(store, officer, None)


async def close(store: Drawer, case: Case, state: str, officer: UUID) -> None:
    """End a talk. Raises `cases.Moved` when it has ended or changed hands."""
    await cases.move(store, case, state, open=False, actor=officer, kind="finish")
    await open_for(store, officer, None)


async def reopen(store: Drawer, case: Case, state: str, actor: UUID) -> Case | None:
    """Let a talk that was ended wait again; words of danger in it wake anew.

    None when its person has begun another meanwhile. Raises `cases.Moved`.
    """
    if await of_chat(store, case.chat) is not None:
        return None
    return await cases.move(store, case, state, open=True, actor=actor, kind="reopen", changes={"alerted": 0})


async def first_danger(store: Drawer, case: UUID) -> bool:
    """Put a talk in which a life may be at stake before the others; true once for each talk."""
    told = update(case_rows).where(case_rows.c.id == case, case_rows.c.alerted < TOLD_OF_DANGER)
    return (await store.write(told.values(alerted=TOLD_OF_DANGER, place=0))).rowcount == 1


# ------------------------------------------------------------------------------------------------------ what is said


async def say(
    store: Drawer,
    case: UUID,
    words: str,
    *,
    officer: UUID | None = None,
    message_id: int | None = None,
    photo: UUID | None = None,
    phrase: str = "",
) -> UUID | None:
    """Add a line to an open talk; gives who has it in hand. Raises `Over`, for an officer also when she has it not.

    The case is locked, so that a talk cannot be closed while something is said in it.
    """
    holder = await _hold_open(store, case, officer)
    id = new_id()
    said = {"words": words} | ({"photo": photo.hex} if photo else {}) | ({"phrase": phrase} if phrase else {})
    row = {"id": id, "case": case, "at": store.now, "officer": officer, "message_id": message_id}
    await store.write(insert(talk_lines), row | {"sealed": await _sealed(store, case, id, said)})
    return holder


async def correct(store: Drawer, case: UUID, message_id: int, words: str, officer: UUID | None = None) -> UUID | None:
    """Say a line anew that its writer edited; what stood there is kept beside it. Gives who has the talk in hand.

    Raises `Over`, also for a message that is no line of this talk by this writer.
    """
    holder = await _hold_open(store, case, officer)
    mine = and_(talk_lines.c.case == case, talk_lines.c.message_id == message_id, _by(officer))
    row = (await store.read(select(talk_lines).where(mine))).first()
    if row is None:
        raise Over
    said = await _opened(store, row)
    said = {**said, "words": words, "before": [*said.get("before", ()), said["words"]]}
    sealed = await _sealed(store, case, row.id, said)
    await store.write(update(talk_lines).where(talk_lines.c.id == row.id).values(sealed=sealed))
    return holder


async def last_lines(store: Drawer, case: UUID, limit: int) -> tuple[Line, ...]:
    """What was said last, in order."""
    found = select(talk_lines).where(talk_lines.c.case == case).order_by(talk_lines.c.id.desc()).limit(limit)
    lines = []
    for row in reversed((await store.read(found)).all()):
        said = await _opened(store, row)
        photo = UUID(said["photo"]) if "photo" in said else None
        lines.append(Line(row.at, row.officer, said["words"], said.get("phrase", ""), photo, "before" in said))
    return tuple(lines)


def _by(officer: UUID | None) -> ColumnElement[bool]:
    return talk_lines.c.officer.is_(None) if officer is None else talk_lines.c.officer == officer


async def _hold_open(store: Drawer, case: UUID, officer: UUID | None) -> UUID | None:
    """Lock an open talk; an officer's word renews her hold on it."""
    this = and_(case_rows.c.id == case, case_rows.c.open)
    if officer is not None:
        mine = update(case_rows).where(this, case_rows.c.holder == officer).values(held_at=store.now)
        if (await store.write(mine)).rowcount != 1:
            raise Over
        return officer
    row = (await store.read(select(case_rows.c.holder).where(this).with_for_update())).first()
    if row is None:
        raise Over
    holder: UUID | None = row.holder
    return holder


async def _sealed(store: Drawer, case: UUID, line: UUID, said: dict[str, Any]) -> bytes:
    return (await store.key(case)).seal(orjson.dumps(said), f"talk_lines|sealed|{line.hex}")


async def _opened(store: Drawer, row: Any) -> dict[str, Any]:
    key = await store.key(row.case)
    said: dict[str, Any] = orjson.loads(key.open(row.sealed, f"talk_lines|sealed|{row.id.hex}"))
    return said
