"""The one clock of the playground: what messages are dated with and what the page shows."""

import time
from datetime import datetime


class Clock:
    """Real time plus an offset, so that a tour can start on 28 July 2025 and a test can let a day go by."""

    def __init__(self, offset: float = 0.0) -> None:
        self.offset = offset

    def now(self) -> int:
        """Seconds since 1970, as Telegram dates its messages."""
        return int(time.time() + self.offset)

    def set(self, moment: datetime) -> None:
        """Go on from this (aware) instant."""
        self.offset = moment.timestamp() - time.time()

    def advance(self, seconds: float) -> None:
        """Let so much time have gone by."""
        self.offset += seconds
