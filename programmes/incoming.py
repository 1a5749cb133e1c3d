"""How much an office's file may change before two people must agree to it, and when it is late."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal


@dataclass(frozen=True, slots=True)
class Incoming:
    """What the city expects of one kind of file: shares in per cent of the rows in force, its age in hours."""

    changed_percent: int
    lose_percent: int
    late_hours: int

    def large(self, former: int, changed: int, lost: int) -> bool:
        """Whether a second person must confirm it; a first file changes nothing for anybody."""
        return former > 0 and (changed * 100 > self.changed_percent * former or lost * 100 > self.lose_percent * former)

    def late(self, since: datetime, now: datetime) -> bool:
        """Whether the next one should have come by now."""
        return now - since > timedelta(hours=self.late_hours)


@dataclass(frozen=True, slots=True)
class Files:
    """What is expected of each kind."""

    roster: Incoming
    payments: Incoming

    def of(self, kind: Literal["roster", "payments"]) -> Incoming:
        """What is expected of one."""
        return self.roster if kind == "roster" else self.payments
