"""The sender tells with its heartbeat what came of its sends: how many, how many 429 and 403."""

from pathlib import Path

from bot.channels.base import Busy, Gone, Sheet
from storage import tallies
from tests.journey import Town, Wall
from tests.waiting import until


class Moody(Wall):
    """Turns the first letter away, knows nobody of chat 7002."""

    turned_away = False

    async def send(self, chat: int, sheet: Sheet) -> int | None:
        if chat == 7002:
            raise Gone("403")
        if not self.turned_away:
            self.turned_away = True
            raise Busy("429", 0.01)
        return await super().send(chat, sheet)


async def test_sends_and_refusals_are_counted_for_all_to_read(tmp_path: Path) -> None:
    town = Town(tmp_path)
    town.wall = Moody()
    async with town:
        for name in ("kim", "lee"):
            await town.resident(name).writes("/start")

        async def counted() -> bool:
            async with town.database.reading() as db:
                seen = await tallies.recent(db)
            sends = len(town.wall.pinned) + 2
            return dict(seen) == {tallies.SENDS: sends, tallies.TOO_MANY: 1, tallies.FORBIDDEN: 1}

        await until(counted, what="the counts to be told")
