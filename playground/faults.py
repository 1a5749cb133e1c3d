"""A misbehaving Telegram, on a seed: the same seed and the same calls give the same faults."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Literal

from .call import Call

Kind = Literal[
    "delay", "drop_before", "drop_after", "too_many", "server_error", "blocked", "deactivated", "not_found", "migrated"
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens to one call instead of, or before, the ordinary thing.

    delay: `seconds` later · drop_before: reset, not accepted · drop_after: accepted, then reset, answer lost ·
    too_many: 429 with `seconds` · server_error: 500, not accepted · blocked: 403 as if the person had blocked us ·
    deactivated: 403, her account is no more · not_found: 400, no such chat · migrated: 400, the group became another.
    """

    kind: Kind
    seconds: float = 0.0


Faults = Callable[[Call], Fault | None]


def no_faults(_call: Call) -> Fault | None:
    """The ordinary plan: everything goes well."""
    return None


@dataclass(slots=True)
class FaultPlan:
    """Draws a fault for a share of calls; each chat's n-th call of a method has its fate whatever else goes on.

    `rates` maps kinds to probabilities (sum ≤ 1); `seconds` is how long a delay or a 429 lasts.
    """

    seed: int
    rates: dict[Kind, float]
    seconds: float = 1.0
    methods: tuple[str, ...] = ("send", "edit", "delete", "copy", "forward")
    _seen: Counter[tuple[int | None, str]] = field(default_factory=Counter)

    def __call__(self, call: Call) -> Fault | None:
        """The fate of this call."""
        if not call.method.startswith(self.methods):
            return None
        key = (call.chat_id, call.method)
        self._seen[key] += 1
        drawn = Random(f"{self.seed}:{key}:{self._seen[key]}").random()
        for kind, rate in self.rates.items():
            if (drawn := drawn - rate) < 0:
                return Fault(kind, self.seconds)
        return None
