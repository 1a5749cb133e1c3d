"""Where each chat stands at each desk: dialog, step, and the draft of its answers, sealed with the person's key."""

from datetime import datetime
from typing import Any

import msgspec
import orjson
from msgspec.structs import replace
from sqlalchemy import and_, delete, insert, select

from storage.bulk import Bulk
from storage.engine import Db, Drawer
from storage.tables import sessions
from storage.vault import Key, Tampered


class Session(msgspec.Struct, frozen=True):
    """One chat at one desk.

    `turn` numbers the questions asked, so that a button of an earlier one is known; `trail` is the way back (steps);
    `page` the page of a long list; `tail` six digits that ended the last message, and when.
    """

    chat: int
    desk: str
    dialog: str | None = None
    step: str | None = None
    turn: int = 0
    updated_at: datetime | None = None
    draft: dict[str, Any] = msgspec.field(default_factory=dict)
    trail: tuple[str, ...] = ()
    page: int = 0
    tail: tuple[str, str, int] | None = None  # digits, ISO instant, message id

    def at(self, dialog: str, step: str, draft: dict[str, Any], trail: tuple[str, ...] = ()) -> "Session":
        """The same chat at a step, its list on the first page."""
        return replace(self, dialog=dialog, step=step, draft=draft, trail=trail, page=0)


COLUMNS = ("chat", "desk", "dialog", "step", "turn", "updated_at", "sealed")
_save = Bulk(sessions, COLUMNS, overwrite=("chat", "desk"))


def _place(chat: int, desk: str) -> str:
    return f"sessions|sealed|{chat}|{desk}"


def from_row(row: Any, key: Key) -> Session:
    """A session from its row. Whose draft does not open (changed, moved, its key erased) stands nowhere any more."""
    kept: dict[str, Any] = {}
    if row.session_sealed is not None:
        try:
            kept = orjson.loads(key.open(row.session_sealed, _place(row.chat, row.desk)))
        except Tampered:
            return Session(row.chat, row.desk, row.dialog, turn=row.turn or 0, updated_at=row.updated_at)
    tail = kept.get("tail")
    return Session(
        row.chat,
        row.desk,
        row.dialog,
        row.step,
        row.turn or 0,
        row.updated_at,
        kept.get("draft", {}),
        tuple(kept.get("trail", ())),
        kept.get("page", 0),
        (tail[0], tail[1], tail[2]) if tail else None,
    )


def to_row(session: Session, key: Key) -> dict[str, Any]:
    """The session's row, its draft sealed."""
    kept: dict[str, Any] = {}
    for name in ("draft", "trail", "page", "tail"):
        if value := getattr(session, name):
            kept[name] = value
    sealed = key.seal(orjson.dumps(kept), _place(session.chat, session.desk)) if kept else None
    return {
        "chat": session.chat,
        "desk": session.desk,
        "dialog": session.dialog,
        "step": session.step,
        "turn": session.turn,
        "updated_at": session.updated_at,
        "sealed": sealed,
    }


async def save(db: Db, rows: list[dict[str, Any]]) -> None:
    """Write the rows of a batch in one statement."""
    await _save.put(db, rows)


async def at_desk(store: Drawer, chat: int, desk: str, key: Key) -> Session:
    """The session of another desk of this chat, an empty one if there is none."""
    found = select(sessions, sessions.c.sealed.label("session_sealed")).where(
        sessions.c.chat == chat, sessions.c.desk == desk
    )
    row = (await store.read(found)).first()
    return from_row(row, key) if row else Session(chat, desk)


async def leave(store: Drawer, session: Session, key: Key) -> None:
    """Keep where somebody stood at a desk she leaves; the one she goes to is written with the batch."""
    here = and_(sessions.c.chat == session.chat, sessions.c.desk == session.desk)
    await store.write(delete(sessions).where(here))
    await store.write(insert(sessions), to_row(session, key))
