"""One walk, one death, one restart, on a ground of its own; and every point of a way, several at once."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from playground.server import Playground
from storage.vault import Vault
from tests.crash.ground import Ground
from tests.crash.journeys import JOURNEYS, Journey
from tests.crash.moments import Moment, calmly
from tests.crash.town import Effect, Town
from tests.processes.bot_process import settings, starting, webhook
from tests.waiting import until

AT_ONCE = 4  # much of a point is waiting
LAST_SAID = 2_000  # characters of a log
SOON = partial(calmly, poll=0.03)  # nobody else is there who could take a late heart for a dead one
CALM = partial(calmly, lease=1.0)
Lend = Callable[[Path], str]
"""Gives the URL of a fresh copy of the ground."""


@dataclass
class Way:
    """A journey on one kind of database; `effect` is what it leaves behind in peace."""

    journey: Journey
    ground: Ground
    lend: Lend
    effect: Effect | None = None

    async def in_peace(self) -> None:
        """Walk once without a death, to know what is promised."""
        await self._walk(None)

    async def died_at(self, place: str, number: int) -> bool:
        """Walk, and die at this point; then all must hold. False when the way ended before the point was reached."""
        return await self._walk(Moment(place, number, CALM))

    async def _walk(self, moment: Moment | None) -> bool:
        with TemporaryDirectory() as folder, starting(Path(folder)) as start:
            async with Playground(time_scale=0.01) as play:
                url, town = self.lend(Path(folder)), Town(play, self.ground)
                environment = webhook(
                    settings(Path(folder), play.url, play.token, DATABASE_URL=url, DATA_KEYS=self.ground.keys)
                )
                child = start("run", environment, moment or CALM)
                chat = JOURNEYS[self.journey]
                walk = asyncio.create_task(town.walk(self.journey, chat))
                await until(lambda: walk.done() or not child.alive, 60, f"an end of {self.journey.__name__}")
                died = not walk.done()
                if moment is not None:  # where the way was over first, it dies all the same
                    child.kill()
                    await town.dies(child)
                    start("run", environment, SOON)
                known = {} if self.effect is None else {self.journey: self.effect}
                calm = [chat] if self.effect is None else []
                with _telling(child.log, moment):
                    await walk
                    effects = await town.holds(url, Vault.of(self.ground.keys), *calm, known=known)
                self.effect = effects[self.journey]
                return died


@contextmanager
def _telling(log: Path, moment: Moment | None) -> Iterator[None]:
    """What does not hold is told with the moment of the death and the last that the bot said."""
    try:
        yield
    except AssertionError as error:
        when = f"died at {moment.place} {moment.after}" if moment else "in peace"
        raise AssertionError(f"{when}: {error}\n{log.read_text()[-LAST_SAID:]}") from error


async def every_point(way: Way, place: str, step: int = 1, over: Callable[[], bool] = lambda: False) -> int:
    """Die at the first point, the second, … until a walk ends clean, several at once; gives how many there were.

    It ends early when it is `over`.
    """
    await way.in_peace()
    for first in count(1, step * AT_ONCE):
        numbers = range(first, first + step * AT_ONCE, step)
        died = await asyncio.gather(*(way.died_at(place, number) for number in numbers))
        if not all(died) or over():
            return (first - 1) // step + sum(died)
    raise AssertionError
