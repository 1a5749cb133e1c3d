"""The live cards of broadcasts in admins' chats. The rate on one is measured between two looks of this process."""

from collections import deque
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cached_property
from typing import Final
from uuid import UUID

from bot.channels.base import NotSent, Sheet
from bot.chores.live import LiveCards
from handlers.admin.broadcast import CANCEL, PAUSE, RESUME
from handlers.admin.broadcast_card import going, live
from handlers.admin.broadcast_whom import SIGN
from handlers.dialog import Saying, lines, t
from handlers.staff.rights import grants_of
from programmes.broadcasting import STARTED, Halt
from programmes.model import Lang
from programmes.reading import KST
from programmes.roles import May, may_anywhere
from storage import broadcast_cards, broadcasts, ledger, people, staff
from storage.broadcast_cards import Card
from storage.broadcasts import Broadcast
from storage.engine import Drawer

EVERY: Final = 3.0  # seconds
MEASURED: Final = timedelta(seconds=30)  # over which the rate is taken


class Rates:
    """How many letters a second meet their fate, over the last half minute of a broadcast that goes on."""

    def __init__(self) -> None:
        self._seen: dict[UUID, deque[tuple[datetime, int]]] = {}

    def measure(self, one: Broadcast, now: datetime) -> float | None:
        """The rate by now; None while it stands still, or was not looked at twice."""
        if one.stage not in STARTED or one.halt is not None:
            self._seen.pop(one.id, None)
            return None
        seen = self._seen.setdefault(one.id, deque())
        seen.append((now, one.told))
        while len(seen) > 1 and now - seen[0][0] > MEASURED:
            seen.popleft()
        (since, before), span = seen[0], now - seen[0][0]
        return (one.told - before) / span.total_seconds() if since < now else None


class Cards(LiveCards[Card]):
    """The cards of all broadcasts; each is shown a last time when its broadcast is over."""

    every = EVERY

    @cached_property
    def _rates(self) -> Rates:
        return Rates()

    async def _claim(self, store: Drawer, before: datetime) -> Sequence[Card]:
        return await broadcast_cards.claim(store, before)

    async def _update(self, card: Card, now: datetime) -> None:
        one, lang = await self._write(lambda store: self._whose(store, card))
        if one is None or lang is None:
            await self._write(lambda store: broadcast_cards.put_away(store, card))
            return
        sheet = self._sheet(one, lang, now, self._rates.measure(one, now))
        digest = self._vault.lookup("card", sheet.text)
        message = card.message_id
        if digest != card.digest:
            message = await self._show(card, sheet)
            await self._write(lambda store: ledger.note_shown(store, card.chat, sheet.text))
        await self._write(lambda store: self._shown(store, card, message, digest, last=not going(one)))

    async def _refused(self, store: Drawer, card: Card, failed: NotSent) -> None:  # noqa: ARG002 - whatever it was
        await broadcast_cards.put_away(store, card)

    async def _whose(self, store: Drawer, card: Card) -> tuple[Broadcast | None, Lang | None]:
        """Which broadcast, and the language of the one who looks; None once she may broadcast no more."""
        reader = await people.by_chat(store, card.chat)
        officer = await staff.by_id(store, reader.officer) if reader and reader.officer else None
        day, city = store.now.astimezone(KST).date(), self._city()
        if reader is None or officer is None or not may_anywhere(grants_of(officer), May.BROADCAST, day, city.places):
            return None, None
        return await broadcasts.by_id(store.db, card.broadcast), reader.language

    async def _shown(self, store: Drawer, card: Card, message: int | None, digest: bytes, *, last: bool) -> None:
        if last or message is None:
            await broadcast_cards.put_away(store, card)
        else:
            await broadcast_cards.shown(store, card, message, digest)

    def _sheet(self, one: Broadcast, lang: Lang, now: datetime, rate: float | None) -> Sheet:
        rows = [((f"{SIGN}{what}.{one.number}", self._words(label, lang)),) for what, label in _ways(one)]
        return Sheet(self._words(lines(t("admin.title"), live(one, now, rate)), lang), tuple(rows))


def _ways(one: Broadcast) -> list[tuple[str, Saying]]:
    """What can be done with it from its card."""
    ways: list[tuple[str, Saying]] = [("open", t("broadcast.open"))]
    if one.stage in STARTED:
        stopped = one.halt in (Halt.PERSON, Halt.FAILING)
        first = (RESUME, t("broadcast.resume")) if stopped else (PAUSE, t("broadcast.pause"))
        ways = [first, (CANCEL, t("broadcast.cancel")), *ways]
    return ways
