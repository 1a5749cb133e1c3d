"""How much one chat is answered: ten things at once, then twenty a minute; over that one warning, and silence.

What is let go is answered 200 and counted, never stored: refused with 429 it would lie at Telegram for a day and come
back. An album counts once, words of danger are heard though it is too much, and an update that was let in is let in
again, so that what faulted is not lost. In memory, for each process by itself.
"""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

import msgspec
from msgspec.structs import replace

from bot.metrics import FLOODED
from handlers.dialog import Inbound, Kind
from handlers.resident.danger import in_danger

FREE = (Kind.ERRAND, Kind.LEFT, Kind.BACK)  # our own errands, and what is not answered
REMEMBERED = 32  # updates of a chat that may come again


@dataclass(frozen=True, slots=True)
class Measure:
    """What one chat may bring, and how many chats are remembered: the longest silent ones are forgotten first."""

    a_minute: float = 20.0
    at_once: int = 10
    chats: int = 10_000


class Level(msgspec.Struct):
    """Where a chat stands: what it may still bring at `at`; below nothing for as long as it does not slow down."""

    left: float
    at: float
    warned: bool = False
    dangers: int = 0
    album: tuple[str, bool] = ("", False)  # the last one, and whether it was let in
    let_in: tuple[int, ...] = ()  # a deque takes 600 bytes of each chat before anything is in it


class Floods:
    """Stands before reception. `clock` gives seconds of real time."""

    def __init__(self, clock: Callable[[], float], measure: Measure | None = None) -> None:
        self._clock, self._measure = clock, measure or Measure()
        self._levels: OrderedDict[int, Level] = OrderedDict()

    def pass_on(self, inbound: Inbound) -> Inbound | None:
        """What is to be answered: the Inbound, once a warning in its place, or nothing."""
        number = inbound.update_id
        if number is None or inbound.kind in FREE:
            return inbound
        level = self._level(inbound.chat)
        if number in level.let_in:
            return inbound
        if self._lets_in(level, inbound):
            level.let_in = (*level.let_in, number)[-REMEMBERED:]
            return inbound
        FLOODED.inc()
        if level.warned:
            return None
        level.warned = True
        return replace(inbound, kind=Kind.FLOOD)

    def _level(self, chat: int) -> Level:
        """The chat's level as it is by now."""
        now, most = self._clock(), self._measure.at_once
        if (level := self._levels.get(chat)) is None:
            level = self._levels[chat] = Level(most, now)
            if len(self._levels) > self._measure.chats:
                self._levels.popitem(last=False)
        else:
            self._levels.move_to_end(chat)
        level.left = min(most, level.left + (now - level.at) * self._measure.a_minute / 60)
        level.at = now
        if level.left == most:
            level.warned, level.dangers = False, 0
        return level

    def _lets_in(self, level: Level, inbound: Inbound) -> bool:
        album = inbound.upload.album if inbound.upload else None
        if album and album == level.album[0]:
            return level.album[1]
        fits = level.left >= 1
        level.left = max(level.left - 1, -self._measure.at_once)
        if album:
            level.album = (album, fits)
        return fits or self._in_danger(level, inbound)

    def _in_danger(self, level: Level, inbound: Inbound) -> bool:
        if level.dangers >= self._measure.at_once or inbound.kind is not Kind.TEXT or not in_danger(inbound.text):
            return False
        level.dangers += 1
        return True
