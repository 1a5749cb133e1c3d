"""How fast the sender may be, and when a carrier is dead: what it knows of time without touching the outbox."""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from uuid import UUID

BUCKETS = 5_000  # chats whose tokens are remembered: the longest silent are forgotten first


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast and how patient the sender is; seconds of real time. Tests use tenths of these."""

    beat: float = 1.0
    lease: float = 5.0
    poll: float = 0.25
    flush: float = 0.05
    receipt: float = 1.0  # a question waits so long for the receipt that was promised with it
    reply_patience: float = 60.0
    notice_patience: float = 7 * 24 * 3600.0
    first_pause: float = 0.5
    longest_pause: float = 60.0
    unasked_a_second: float = 30.0
    broadcast_a_second: float = 22.0
    chat_burst: float = 20.0
    chat_a_second: float = 1.0
    group_burst: float = 8.0  # of the twenty a minute that Telegram allows, the card of a group has the others
    group_a_second: float = 8 / 60
    at_once: int = 100
    round: float = 0.05  # between two looks at a broadcast that runs
    freshness: float = 0.1  # nothing of it goes by an older look
    broadcasts_at_once: int = 128
    in_hand: int = 400  # what a crash leaves in doubt, at the most
    paid: bool = False  # broadcasts are paid for, and no part of what is sent unasked for nothing


class Buckets:
    """Tokens for each chat: one a second after a short burst, eight a minute for a group beside its card."""

    def __init__(self, pace: Pace, clock: Callable[[], float]) -> None:
        self._pace, self._clock = pace, clock
        self._levels: OrderedDict[int, tuple[float, float]] = OrderedDict()

    def wait_for(self, chat: int) -> float:
        """Take a token; gives the seconds to wait first."""
        pace, now = self._pace, self._clock()
        burst, rate = (pace.chat_burst, pace.chat_a_second) if chat > 0 else (pace.group_burst, pace.group_a_second)
        level, at = self._levels.get(chat, (burst, now))
        level = min(burst, level + (now - at) * rate) - 1
        self._levels[chat] = (level, now)
        self._levels.move_to_end(chat)
        if len(self._levels) > BUCKETS:
            self._levels.popitem(last=False)
        return 0.0 if level >= 0 else -level / rate


class Hearts:
    """The carriers as one of them sees them: dead is whose heart stood still for a lease of her own watching.

    No clock on a wall is asked, for it may jump; and who could not look for half a lease begins to watch anew.
    """

    def __init__(self, lease: float, clock: Callable[[], float]) -> None:
        self._lease, self._clock = lease, clock
        self._looked_at = 0.0
        self._seen: dict[UUID, tuple[float, float]] = {}

    def still(self, pulses: Mapping[UUID, float]) -> dict[UUID, float]:
        """Look at when each heart last beat; gives those that are dead."""
        now = self._clock()
        known = self._seen if now - self._looked_at < self._lease / 2 else {}
        same = {id: known[id] for id, beat in pulses.items() if id in known and known[id][0] == beat}
        self._looked_at, self._seen = now, {id: same.get(id, (beat, now)) for id, beat in pulses.items()}
        return {id: beat for id, (beat, since) in self._seen.items() if now - since > self._lease}
