"""The cards of staff groups. Telegram lets a bot write 20 messages a minute into a group, edits among them."""

from collections.abc import Sequence
from datetime import datetime
from typing import cast

from bot.channels.base import Bad, Gone, Moved, NotSent, Sheet
from bot.chores.live import LiveCards
from handlers.dialog import Lines, lines, t
from handlers.staff.board import office_name
from handlers.staff.rights import grants_of
from programmes.duty import half_of, on_duty
from programmes.model import Lang
from programmes.reading import KST
from programmes.roles import RIGHTS, Role
from storage import boards, duty, staff
from storage.boards import Board, Figures
from storage.engine import Drawer

EVERY = 5.0  # seconds


class Boards(LiveCards[Board]):
    """The cards of all groups."""

    every = EVERY

    async def _claim(self, store: Drawer, before: datetime) -> Sequence[Board]:
        return await boards.claim(store, before)

    async def _update(self, card: Board, now: datetime) -> None:
        async with self._database.reading() as db:
            figures = await boards.figures(db, card.office, now)
            there = await self._on_duty(Drawer(db, self._vault, now), card.office)
        sheet = self._sheet(card, figures, there)
        digest = self._vault.lookup("card", sheet.text)
        if digest != card.digest and (number := await self._show(card, sheet)) is not None:
            await self._write(lambda store: boards.shown(store, card, number, digest))

    async def _refused(self, store: Drawer, card: Board, failed: NotSent) -> None:
        match failed:
            case Gone():
                await boards.take_down(store, card)
            case Moved(chat=chat):
                await boards.follow(store, card, chat)
            case Bad():
                await boards.lost(store, card)

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
