"""The life of a broadcast: its stages, who may move it where, what makes it stand still, and when the night is.

Nothing is sent before the stage `canary`, and no way leads there but through the approval of somebody who did not
draft it: `tests/programmes/test_broadcasting.py` walks every path.
"""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from enum import StrEnum
from random import Random
from typing import Final, Literal

from programmes.reading import KST

Who = Literal["drafter", "approver", "admin", "clock"]


class Stage(StrEnum):
    """How far a broadcast has come."""

    DRAFT = "draft"
    ASKED = "asked"  # put before the second admin, as it is: any change makes it a draft again
    APPROVED = "approved"  # waits for its time
    CANARY = "canary"  # to the two admins, in every language
    TRIAL = "trial"  # to the first ten
    MINUTE = "minute"  # a minute to stop it
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"


class Halt(StrEnum):
    """Why a broadcast stands still, wherever it has come to."""

    PERSON = "person"
    NIGHT = "night"
    FAILING = "failing"


MOVES: Final[Mapping[Stage, Mapping[Stage, frozenset[Who]]]] = {
    Stage.DRAFT: {Stage.ASKED: frozenset({"drafter"}), Stage.CANCELLED: frozenset({"admin"})},
    Stage.ASKED: {
        Stage.APPROVED: frozenset({"approver"}),
        Stage.DRAFT: frozenset({"drafter", "approver"}),
        Stage.CANCELLED: frozenset({"admin"}),
    },
    Stage.APPROVED: {
        Stage.CANARY: frozenset({"clock"}),
        Stage.DRAFT: frozenset({"drafter", "approver"}),
        Stage.CANCELLED: frozenset({"admin"}),
    },
    Stage.CANARY: {Stage.TRIAL: frozenset({"clock"}), Stage.CANCELLED: frozenset({"admin"})},
    Stage.TRIAL: {Stage.MINUTE: frozenset({"clock"}), Stage.CANCELLED: frozenset({"admin"})},
    Stage.MINUTE: {Stage.RUNNING: frozenset({"clock"}), Stage.CANCELLED: frozenset({"admin"})},
    Stage.RUNNING: {Stage.DONE: frozenset({"clock"}), Stage.CANCELLED: frozenset({"admin"})},
    Stage.DONE: {},
    Stage.CANCELLED: {},
}
SENDING: Final = frozenset({Stage.CANARY, Stage.TRIAL, Stage.RUNNING})
OVER: Final = frozenset({Stage.DONE, Stage.CANCELLED})
STARTED: Final = frozenset({Stage.CANARY, Stage.TRIAL, Stage.MINUTE, Stage.RUNNING})

TRIED: Final = 10
"""How many hear it first, after the canary."""

MINUTE: Final = timedelta(minutes=1)
SLOW_START: Final = timedelta(minutes=1)
"""Over this time the rate rises from a tenth to the whole."""

NIGHT: Final = (time(21), time(8))
"""Nothing is sent unasked at night, KST (Information and Communications Network Act §50(3): 21:00 to 08:00)."""

MORNING: Final = timedelta(minutes=30)
"""A broadcast that waited for the night to end goes on at a moment of its own within this span."""

MOST_REFUSED: Final = 0.001
"""Share of letters the other side will not take as they are (our fault) at which a broadcast stops by itself."""

MOST_GONE: Final = 0.3
"""Share of chats that are gone at which it stops: then the audience is not what it was thought to be."""

FEWEST: Final = 200
"""Letters whose fate must be known before a share means anything; a single refusal among the first ten stops it."""


def may_move(source: Stage, target: Stage, who: Who) -> bool:
    """Whether this hand may move a broadcast so."""
    return who in MOVES[source].get(target, frozenset())


def is_night(now: datetime) -> bool:
    """Whether nothing may be sent unasked at this moment."""
    begins, ends = NIGHT
    clock = now.astimezone(KST).time()
    return clock >= begins or clock < ends


def morning_after(now: datetime, seed: str) -> datetime:
    """When a broadcast that rests at this moment of a night goes on: after it, not all of them at once."""
    local = now.astimezone(KST)
    day = local.date() + timedelta(days=local.time() >= NIGHT[0])
    ends = datetime.combine(day, NIGHT[1], KST)
    return ends + MORNING * Random(f"{seed} {day}").random()  # noqa: S311 - to spread a load, not a secret


def is_failing(sent: int, refused: int, gone: int) -> bool:
    """Whether so much went wrong that a person must look before it goes on."""
    told = sent + refused + gone
    if told <= TRIED:
        return refused > 0
    return told >= FEWEST and (refused > MOST_REFUSED * told or gone > MOST_GONE * told)


def rate_after(began: timedelta, full: float) -> float:
    """Letters a second that long after it began to run: a slow start."""
    return full * min(1.0, 0.1 + 0.9 * max(timedelta(), began) / SLOW_START)


def finish(now: datetime, left: int, rate: float, seed: str) -> datetime:
    """When the last of `left` letters goes at this rate, with the nights left out."""
    at, needed = (morning_after(now, seed) if is_night(now) else now), timedelta(seconds=left / rate)
    while at + needed > (evening := datetime.combine(at.astimezone(KST).date(), NIGHT[0], KST)):
        needed -= evening - at
        at = morning_after(evening, seed)
    return at + needed
