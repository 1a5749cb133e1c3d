"""A flood poured over a town's reception: small ones in the tests, the whole ones where somebody asks for chaos."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count

from handlers.dialog import Inbound, Kind
from tests.journey import Town
from tests.waiting import until

ONE_CHAT, MANY_CHATS = 10_000, (1_000, 20)  # presses of one chat; chats, and updates of each
PATIENCE = 300.0
_numbers = count(50_000_000)


@dataclass(frozen=True, slots=True)
class Flood:
    """Who floods, and with how many presses each."""

    chats: Sequence[int]
    each: int


WHOLE = (Flood(range(30_000, 30_001), ONE_CHAT), Flood(range(40_000, 40_000 + MANY_CHATS[0]), MANY_CHATS[1]))


async def pour(town: Town, flood: Flood) -> list[bool]:
    """Bring all of it at once; gives which updates were acknowledged, and waits until all that is due was said."""
    kept = [
        town.reception.receive(Inbound(next(_numbers), chat, Kind.PRESS, press="1.nothing", press_id="p"))
        for _ in range(flood.each)
        for chat in flood.chats
    ]
    done = await asyncio.gather(*kept)
    await until(lambda: not town.sender.busy, PATIENCE, "the last letter of a flood")
    await town.settled()
    return done
