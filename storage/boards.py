"""Live cards in staff groups: by which code one is hung up, when it was last looked at, and what it shows."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, exists, func, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from storage.connections import is_postgres
from storage.engine import Db, Drawer
from storage.tables import board_codes, boards, cases, staff

CODE_DIGITS = 8
CODE_LASTS = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Board:
    """A group's card; `message_id` None until it was sent, `digest` of the words it shows."""

    chat: int
    office: str
    language: str
    message_id: int | None
    digest: bytes | None


@dataclass(frozen=True, slots=True)
class Figures:
    """How an office stands: open cases by state, how many are overdue, since when the oldest waits."""

    states: Mapping[str, int]
    overdue: int
    oldest: datetime | None


async def make_code(store: Drawer, officer: UUID, office: str, language: str) -> str:
    """A one-time code with which this officer hangs a card up in a group: 8 digits, an hour. Only a digest is kept."""
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"
    row = {
        "code_hash": store.vault.lookup("board", code), "staff": officer, "office": office, "language": language,
        "expires_at": store.now + CODE_LASTS,
    }  # fmt: skip
    await store.write(insert(board_codes), row)
    return code


async def hang(store: Drawer, chat: int, code: str) -> bool:
    """Hang a card up in this group, in place of one that hung there; false for a code that cannot be used."""
    digests = store.vault.lookups("board", "".join(digit for digit in code if digit.isdecimal()))
    works = exists().where(staff.c.id == board_codes.c.staff, staff.c.ended_at.is_(None))
    good = board_codes.c.code_hash.in_(digests), board_codes.c.used_at.is_(None), board_codes.c.expires_at > store.now
    use = update(board_codes).where(*good, works).values(used_at=store.now)
    used = (await store.write(use.returning(board_codes.c.staff, board_codes.c.office, board_codes.c.language))).first()
    if used is None:
        return False
    make: Any = postgresql.insert if is_postgres(store.db) else sqlite.insert
    fresh = {"office": used.office, "language": used.language, "message_id": None, "shown_at": None, "digest": None}
    put = make(boards).values(chat=chat, **fresh)
    await store.write(put.on_conflict_do_update(index_elements=["chat"], set_=fresh))
    store.audit("board.hung", actor=used.staff, office=used.office)
    return True


async def claim(store: Drawer, before: datetime) -> tuple[Board, ...]:
    """Cards last looked at before then, or by a clock ahead of ours; they are this process's to look at now."""
    due = or_(boards.c.shown_at.is_(None), boards.c.shown_at <= before, boards.c.shown_at > store.now)
    looked = update(boards).where(due).values(shown_at=store.now)
    columns = boards.c.chat, boards.c.office, boards.c.language, boards.c.message_id, boards.c.digest
    return tuple(Board(*row) for row in await store.write(looked.returning(*columns)))


async def shown(store: Drawer, board: Board, message_id: int, digest: bytes) -> None:
    """Note what the card shows by now."""
    values = {"message_id": message_id, "digest": digest}
    await store.write(update(boards).where(boards.c.chat == board.chat).values(values))


async def lost(store: Drawer, board: Board) -> None:
    """Somebody deleted the card: another is sent next time."""
    await store.write(update(boards).where(boards.c.chat == board.chat).values(message_id=None, digest=None))


async def take_down(store: Drawer, board: Board) -> None:
    """The bot was put out of the group."""
    await store.write(delete(boards).where(boards.c.chat == board.chat))


async def follow(store: Drawer, board: Board, chat: int) -> None:
    """The group became another one: its card is sent there anew."""
    await store.write(delete(boards).where(boards.c.chat == chat))
    values = {"chat": chat, "message_id": None, "digest": None}
    await store.write(update(boards).where(boards.c.chat == board.chat).values(values))


async def figures(db: Db, office: str, now: datetime) -> Figures:
    """How an office stands now. It counts all its open cases: for a read connection, not for a turn."""
    here = cases.c.open, cases.c.office == office
    overdue = func.count().filter(cases.c.due_at < now)
    counted = select(cases.c.state, func.count(), overdue, func.min(cases.c.filed_at)).where(*here)
    rows = (await db.execute(counted.group_by(cases.c.state))).all()
    return Figures(
        {state: count for state, count, _, _ in rows},
        sum(late for _, _, late, _ in rows),
        min((first for *_, first in rows), default=None),
    )
