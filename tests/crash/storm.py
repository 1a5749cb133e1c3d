"""A busy counter under blows: residents walk, something falls on the processes again and again, and all must hold."""

import asyncio
import os
import sqlite3
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from bot import clock
from playground.server import Playground
from storage.vault import Vault
from tests.crash.front import Front
from tests.crash.ground import Ground
from tests.crash.journeys import PATIENCE, Journey, talk, whole
from tests.crash.moments import KILLS, Moment, hurry
from tests.crash.town import Town
from tests.postgres import Postgres
from tests.processes.bot_process import SECRET, BotProcess, Start, free_port, settings, starting, webhook
from tests.waiting import until

WALKERS, LETTERS = 4, 20
ENOUGH = 20  # of the roster are left for those who are still walking
DAY, LOCKED = 86_400, 1.0
Life = Callable[[], None]


@dataclass
class House:
    """Processes of one bot and what befalls them; `life` is what each does in its child before it begins."""

    town: Town
    start: Start
    places: Sequence[tuple[str, dict[str, str]]]
    url: str
    chance: Random
    life: Life
    server: Postgres | None = None
    children: list[BotProcess] = field(default_factory=list)
    resident: list[int] = field(default_factory=list)

    def opens(self) -> None:
        """Start every process."""
        self.children = [self.start(kind, environment, self.life) for kind, environment in self.places]


Blow = Callable[[House], Awaitable[None]]


def resident(pid: int) -> int:
    """How many bytes of memory a process holds for itself: pages of the database's file come and go."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("RssAnon:")[2].split()[0]) * 1024


async def kill(house: House) -> None:
    """One process dies: at once, or at the next time that a certain place is reached."""
    victim, place = house.chance.randrange(len(house.children)), house.chance.choice(["", *KILLS])
    house.children[victim].kill()
    await house.town.dies(house.children[victim])
    kind, environment = house.places[victim]
    if place:
        dying = house.start(kind, environment, Moment(place, house.chance.randint(1, 8)))
        calls, wanted = house.town.play.ledger.entries, house.chance.randint(1, LETTERS)
        wanted += len(calls)
        await until(lambda: not dying.alive or len(calls) >= wanted, PATIENCE, f"a death {place}, or {LETTERS} calls")
        house.children[victim] = dying
        dying.kill()
        await house.town.dies(house.children[victim])
    house.children[victim] = house.start(kind, environment, house.life)


async def fall(house: House) -> None:
    """PostgreSQL falls over and comes up again; what was being sent is in doubt."""
    assert house.server is not None
    await asyncio.to_thread(house.server.restart)
    house.town.kills.append(len(house.town.play.ledger.entries))


async def lock(house: House) -> None:
    """Another process holds SQLite's writer for longer than anybody waits."""

    def hold() -> None:
        with sqlite3.connect(house.url.partition(":///")[2], isolation_level=None, timeout=30) as other:
            other.execute("BEGIN IMMEDIATE")
            threading.Event().wait(LOCKED)
            other.execute("ROLLBACK")

    await asyncio.to_thread(hold)


async def jump(house: House) -> None:
    """The clock jumps by up to a day, forth and back."""
    ahead = house.chance.choice([-DAY, -3600, 0, 3600, DAY])
    (Path(house.url.partition(":///")[2]).parent / "ahead").write_text(str(ahead))


async def flood(house: House) -> None:
    """One chat brings three hundred things at once, and is heard out."""
    play, number = house.town.play, 500_000 + house.chance.randrange(100_000)
    stranger = play.person(number, "손님")
    for _ in range(300):
        await stranger.says("/menu")
    await until(lambda: not any(one.queue == f"chat:{number}" for one in play.delivery.waiting()), PATIENCE, "a flood")


async def nothing(house: House) -> None:
    """Time goes by; how much memory the first process holds is noted."""
    house.resident.append(resident(house.children[0].child.pid))


def impatient() -> None:
    """Give up a locked database in a third of a second."""
    hurry()
    os.environ["BUSY_SECONDS"] = f"{LOCKED / 3}"


def with_a_clock_that_jumps() -> None:
    """Read the real time through a file beside the database."""
    hurry()
    real = clock.real

    def jumping() -> datetime:
        ahead = Path("ahead")
        return real() + timedelta(seconds=int(ahead.read_text() or 0) if ahead.exists() else 0)

    clock.real = jumping


@asynccontextmanager
async def walking(town: Town, ways: Sequence[Journey]) -> AsyncIterator[None]:
    """Residents walk, so many at once, for the length of the block; the last of them arrive before it ends."""
    over = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        for number in range(WALKERS):
            turned = number % len(ways)
            group.create_task(town.walk_until(over, *ways[turned:], *ways[:turned]))
        yield
        over.set()


@asynccontextmanager
async def house_of(
    kinds: Sequence[str], ground: Ground, url: str, folder: Path, chance: Random, life: Life
) -> AsyncIterator[House]:
    """A bot of these processes over a fresh copy of the ground; a front stands before several `web`."""
    ports = [free_port() for kind in kinds if kind == "web"]
    async with Playground(time_scale=0.01) as play, Front(ports) as front:
        common = settings(folder, play.url, play.token, DATABASE_URL=url, DATA_KEYS=ground.keys)
        shared = {**common, "WEBHOOK_URL": front.url, "WEBHOOK_SECRET": SECRET} if ports else webhook(common)
        numbers = iter(ports)
        places = [
            (kind, {**shared, "PORT": str(next(numbers) if kind == "web" else free_port())} if ports else shared)
            for kind in kinds
        ]
        with starting(folder) as start:
            yield House(Town(play, ground), start, places, url, chance, life)


async def storm(house: House, blow: Blow, over: Callable[[int], bool], ways: Sequence[Journey] = (whole, talk)) -> int:
    """Blow after blow until it is `over` (asked with the number of blows); then all must hold."""
    ground = house.town.ground
    assert ground is not None
    house.opens()
    calm = [await house.town.walk(way) for way in ways]
    blows = 0
    async with walking(house.town, ways):
        while not over(blows) and len(house.town.walked) < len(ground.members) - ENOUGH:
            await house.town.hears_more(house.chance.randint(1, LETTERS))
            await blow(house)
            blows += 1
    await house.town.holds(house.url, Vault.of(ground.keys), *calm)
    assert [await child.stops() for child in house.children] == [0] * len(house.children)
    return blows
