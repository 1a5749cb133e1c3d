"""Keeps the cards of staff groups up to date: one edit for all that changed, and no more than the group bears.

Telegram lets a bot write 20 messages a minute into a group, edits among them. A card is looked at every five seconds at
most, by one process at a time, and edited only when it would say something else.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import cast

from bot.channels.base import Bad, Busy, Channel, Gone, Moved, NotSent, Sheet
from bot.letters import Words
from bot.logs import log
from handlers.dialog import Lines, lines, t
from handlers.staff.board import office_name
from handlers.staff.rights import grants_of
from programmes.duty import half_of, on_duty
from programmes.model import City, Lang
from programmes.reading import KST
from programmes.roles import RIGHTS, Role
from storage import boards, duty, staff
from storage.boards import Board, Figures
from storage.engine import Database, Drawer
from storage.outbox import said
from storage.unit import in_one
from storage.vault import Vault

EVERY = 5.0  # seconds between two looks at a card


class Boards:
    """The cards of all groups; `look` is one round."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        channel: Channel,
        city: Callable[[], City],
        words: Words,
        clock: Callable[[], datetime],
    ) -> None:
        self._database, self._vault, self._channel = database, vault, channel
        self._city, self._words, self._clock = city, words, clock
        self._not_before: dict[int, datetime] = {}

    async def run(self) -> None:
        """Look round for ever."""
        while True:
            try:
                await self.look()
            except Exception as error:
                log.warning("boards.failed", error=type(error).__name__)
            await asyncio.sleep(EVERY)

    async def look(self) -> None:
        """Bring up to date every card that was not looked at for a while."""
        now = self._clock()
        before = now - timedelta(seconds=EVERY * 0.9)
        for board in await in_one(self._database, self._vault, now, lambda store: boards.claim(store, before)):
            if now >= self._not_before.get(board.chat, now):
                await self._update(board)

    async def _update(self, board: Board) -> None:
        """Send the card, or edit it if it would say something else; what hinders is tried again next time."""
        async with self._database.reading() as db:
            figures = await boards.figures(db, board.office, self._clock())
            there = await self._on_duty(Drawer(db, self._vault, self._clock()), board.office)
        sheet = self._sheet(board, figures, there)
        digest = said(self._vault, board.chat, sheet.text)
        if digest == board.digest:
            return
        try:
            if board.message_id is None:
                number = await self._channel.send(board.chat, sheet)
            else:
                number = board.message_id
                await self._channel.edit(board.chat, number, sheet)
        except NotSent as failed:
            await self._hindered(board, failed)
            return
        if number is not None:
            await self._write(lambda store: boards.shown(store, board, number, digest))

    async def _hindered(self, board: Board, failed: NotSent) -> None:
        log.info("board.waiting", chat=board.chat, error=type(failed).__name__)
        match failed:
            case Busy(retry_after=float(seconds)):
                self._not_before[board.chat] = self._clock() + timedelta(seconds=seconds)
            case Gone():
                await self._write(lambda store: boards.take_down(store, board))
            case Moved(chat=chat):
                await self._write(lambda store: boards.follow(store, board, chat))
            case Bad():
                await self._write(lambda store: boards.lost(store, board))

    async def _write(self, work: Callable[[Drawer], Awaitable[None]]) -> None:
        await in_one(self._database, self._vault, self._clock(), work)

    async def _on_duty(self, store: Drawer, office: str) -> int:
        """How many of the office's people work this half of the day."""
        city, day = self._city(), store.now.astimezone(KST).date()
        dong = city.places.dongs.get(office)
        roles = [role for role, rights in RIGHTS.items() if rights.hand == "dong"] if dong else [Role(office)]
        found = await staff.with_role(store, tuple(roles), (office, *dong.successors) if dong else None)
        half = half_of(store.now, city.calendar)
        said_of = await duty.said(store, [one.id for one in found], day, day)
        return sum(on_duty(grants_of(one), day, city.calendar, said_of.get((one.id, day, half))) for one in found)

    def _sheet(self, board: Board, figures: Figures, there: int) -> Sheet:
        lang = cast("Lang", board.language)
        label = self._words(t("board.button"), lang)
        return Sheet(self._words(self._card(board, figures, there), lang), ((("board", label),),))

    def _card(self, board: Board, figures: Figures, there: int) -> Lines:
        def count(*states: str) -> int:
            return sum(figures.states.get(state, 0) for state in states)

        return lines(
            t("board.title", office=office_name(board.office, self._city())),
            t("board.new", count=count("filed", "reopened")),
            t("board.checking", count=count("checking")),
            t("board.supplement", count=count("supplement")),
            t("board.deciding", count=count("proposed", "deciding")),
            t("board.over", count=figures.overdue),
            *((t("board.oldest", at=figures.oldest),) if figures.oldest else ()),
            t("board.staff", count=there),
        )
