"""Counts on a read connection and draws in a process of its own; the answer comes back as an Inbound.

A drawing process lives for one job: what it imports (a hundred megabytes) is given back with it. What was counted is
shown to others for a minute, so that the whole office may ask at ten to nine; of the files in force only what is new.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from bot import apart, worker
from bot.figures import work
from bot.figures.page import Tiles
from bot.figures.pages import PAGES, page
from bot.figures.table import COLUMNS
from bot.figures.view import View
from bot.words import write
from bot.worker import Answer, Answering
from handlers.admin.figures import BOARD, DIGEST, JOB, OF_ALL, REPORT, TABLE
from handlers.dialog import t
from programmes import worktime
from programmes.model import City
from storage import figures
from storage.engine import Database
from storage.figures import Claims, Figures
from storage.jobs import Job
from storage.vault import Vault


@dataclass(frozen=True, slots=True)
class Patience(worker.Patience):
    """As of any worker; `draw` is how long a drawing may take, `fresh` how long what was counted is shown to others."""

    lease: float = 180.0
    draw: float = 60.0
    fresh: float = 60.0


class Studio(Answering):
    """Does the jobs of figures, one at a time."""

    kinds = (JOB,)
    patience: Patience

    def __init__(
        self,
        database: Database,
        vault: Vault,
        city: Callable[[], City],
        clock: Callable[[], datetime],
        answer: Answer,
        patience: Patience | None = None,
    ) -> None:
        super().__init__(database, vault, clock, answer, patience or Patience())
        self._city = city
        self._counted: tuple[float, Figures] | None = None
        self._claims: tuple[object, tuple[Claims, ...]] | None = None

    async def do(self, job: Job) -> None:
        """One picture, table or report, from order to answer."""
        try:
            told = await self._made(job.wanted)
        except Exception as error:
            if await self._again(job, error):
                return
            told = {"failed": True}
        await self._tell(job, told)

    async def figures(self) -> Figures:
        """All figures, counted now or a moment ago."""
        now = asyncio.get_running_loop().time()
        if self._counted is not None and now - self._counted[0] < self.patience.fresh:
            return self._counted[1]
        async with self._database.reading() as db:
            versions = await figures.files(db)
            known = self._claims[1] if self._claims is not None and self._claims[0] == versions else None
            found = await figures.everything(db, self._clock(), partial(_worked, self._city()), known)
        self._claims = versions, found.claims
        self._counted = now, found
        return found

    async def _made(self, wanted: Mapping[str, Any]) -> dict[str, Any]:
        began = asyncio.get_running_loop().time()
        dongs = None if wanted["dongs"] is None else frozenset(wanted["dongs"])
        view = View(await self.figures(), self._city(), wanted["lang"], dongs)
        told = await self._drawn(wanted["what"], view, dark=wanted["dark"])
        return told | {"seconds": round(asyncio.get_running_loop().time() - began) + 1}

    async def _drawn(self, what: str, view: View, *, dark: bool) -> dict[str, Any]:
        day = view.today.isoformat()
        if what == REPORT:
            pages = [page(one, view) for one in PAGES if view.dongs is None or one not in OF_ALL]
            title = t("figure.report", scope=pages[0].subtitle, at=view.figures.at)
            return {
                "text": write(title, view.lang),
                "file": (f"figures-{day}.pdf", await self.at_work(work.report, pages)),
            }
        if what == TABLE:
            mine, header = (
                view.figures.within(view.dongs),
                [write(t(f"figure.column.{one}"), view.lang) for one in COLUMNS],
            )
            names = {code: dong.name[view.lang] for code, dong in view.city.places.dongs.items()}
            data = await self.at_work(work.table, mine, header, names)
            return {
                "text": write(t("figure.table", at=view.figures.at), view.lang),
                "file": (f"figures-{day}.csv", data),
            }
        shown = page(BOARD if what == DIGEST else what, view)
        text = _digest(view, shown.panels) if what == DIGEST else f"{shown.title}\n{shown.subtitle}"
        return {"text": text, "drawing": await self.at_work(work.picture, shown, dark)}

    async def at_work(self, task: Callable[..., bytes], *what: Any) -> bytes:
        """Do this in a process of its own, which goes with it. Raises `TimeoutError` or `BrokenProcessPool`."""
        pool = apart.process()
        try:
            async with asyncio.timeout(self.patience.draw):
                return await apart.run(pool, task, *what)
        finally:
            apart.dismiss(pool)


def _worked(city: City, start: datetime, end: datetime, pauses: Sequence[figures.Span]) -> timedelta:
    return worktime.worked(start, end, city.calendar, pauses)


def _digest(view: View, panels: Sequence[object]) -> str:
    """The numbers of the board in a few lines."""
    tiles = [tile for panel in panels if isinstance(panel, Tiles) for tile in panel.tiles]
    title = write(t("figure.digest", at=view.figures.at), view.lang)
    rows = (f"{one.label}: {one.value}" + (f" ({one.note})" if one.note else "") for one in tiles)
    return "\n".join((title, *rows))
