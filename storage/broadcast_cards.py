"""Live cards of broadcasts in admins' chats: who looks at which, when it was last looked at, and what it shows."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, or_, update
from sqlalchemy.dialects import postgresql, sqlite

from storage.connections import is_postgres
from storage.engine import Drawer
from storage.tables import broadcast_cards as cards


@dataclass(frozen=True, slots=True)
class Card:
    """The card of a broadcast in a chat; `message_id` None until it was sent, `digest` of the words it shows."""

    broadcast: UUID
    chat: int
    message_id: int | None
    digest: bytes | None


async def lay_out(store: Drawer, broadcast: UUID, chats: Iterable[int]) -> None:
    """Show a card in these chats from now on, below what was said there; one that lies there already stays behind."""
    make: Any = postgresql.insert if is_postgres(store.db) else sqlite.insert
    fresh = {"message_id": None, "shown_at": None, "digest": None}
    for chat in sorted(set(chats)):
        put = make(cards).values(broadcast=broadcast, chat=chat, **fresh)
        await store.write(put.on_conflict_do_update(index_elements=["broadcast", "chat"], set_=fresh))


async def claim(store: Drawer, before: datetime) -> tuple[Card, ...]:
    """Cards last looked at before then, or by a clock ahead of ours; they are this process's to look at now."""
    due = or_(cards.c.shown_at.is_(None), cards.c.shown_at <= before, cards.c.shown_at > store.now)
    looked = update(cards).where(due).values(shown_at=store.now)
    columns = cards.c.broadcast, cards.c.chat, cards.c.message_id, cards.c.digest
    found = [Card(*row) for row in await store.write(looked.returning(*columns))]
    return tuple(sorted(found, key=lambda card: (card.broadcast, card.chat)))


async def shown(store: Drawer, card: Card, message_id: int, digest: bytes) -> None:
    """Note what the card shows by now, unless another was laid out meanwhile."""
    values = {"message_id": message_id, "digest": digest}
    await store.write(update(cards).where(_this(card)).values(values))


async def put_away(store: Drawer, card: Card) -> None:
    """It says its last, or cannot be shown: nobody looks at it any more."""
    await store.write(delete(cards).where(_this(card)))


def _this(card: Card) -> ColumnElement[bool]:
    same = cards.c.message_id.is_(None) if card.message_id is None else cards.c.message_id == card.message_id
    return and_(cards.c.broadcast == card.broadcast, cards.c.chat == card.chat, same)
