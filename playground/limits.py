"""Telegram's sending limits (core.telegram.org/bots/faq): 1 a second per chat, 20 a minute per group, 30 a second."""

import math
import time
from dataclasses import dataclass, field

from .errors import too_many


@dataclass(slots=True)
class Bucket:
    """Holds up to `burst` tokens and gains `rate` of them a second."""

    rate: float
    burst: float
    tokens: float = field(default=-1.0)
    at: float = field(default_factory=time.monotonic)

    def wait(self) -> float:
        """Seconds until a token is there (0: now)."""
        now = time.monotonic()
        held = self.burst if self.tokens < 0 else self.tokens
        self.tokens, self.at = min(self.burst, held + (now - self.at) * self.rate), now
        return max(0.0, (1 - self.tokens) / self.rate)


class Limits:
    """Refuses with 429 what comes too fast; short bursts to one person pass, as at Telegram."""

    def __init__(
        self, per_chat: float = 1, chat_burst: float = 5, per_group_minute: float = 20, overall: float = 30
    ) -> None:
        self._chat = (per_chat, chat_burst)
        self._group = (per_group_minute / 60, per_group_minute)
        self._overall = Bucket(overall, overall)
        self._buckets: dict[int, Bucket] = {}

    def take(self, chat_id: int, messages: int = 1) -> None:
        """Count so many messages to a chat (negative ids are groups); `Refused` 429 takes nothing."""
        rate, burst = self._group if chat_id < 0 else self._chat
        bucket = self._buckets.setdefault(chat_id, Bucket(rate, burst))
        wait = max(bucket.wait(), self._overall.wait())
        if wait > 0:
            raise too_many(math.ceil(wait))
        for each in (bucket, self._overall):
            each.tokens = max(0.0, each.tokens - messages)
