"""The life of a case as data: states, who may move it where, whose turn it is; and the number it is known by.

An appeal goes filed → checking (a dong officer holds it) → proposed → deciding (the team holds it) → closed; where
its reason says the dong decides, straight from checking. Talks and visits end `done`. Who holds a case, transfers
between offices and second calls are rows beside the state, not states.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final, Literal

Turn = Literal["office", "resident", "nobody"]
Who = Literal["resident", "dong", "team", "clock"]


class State(StrEnum):
    """Where a case stands."""

    FILED = "filed"
    CHECKING = "checking"
    SUPPLEMENT = "supplement"
    PROPOSED = "proposed"
    DECIDING = "deciding"
    REOPENED = "reopened"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Move:
    """One legal step. `dong_decides` steps are legal only where the appeal reason leaves the decision to the dong."""

    name: str
    source: State
    target: State
    who: frozenset[Who]
    dong_decides: bool = False


CLOSED: Final = frozenset(
    {State.ACCEPTED, State.REJECTED, State.RETURNED, State.WITHDRAWN, State.LAPSED, State.DONE}
)  # fmt: skip
OPEN: Final = frozenset(State) - CLOSED


def _moves(name: str, sources: str, target: str, who: str, dong_decides: bool = False) -> tuple[Move, ...]:
    roles = frozenset[Who](who.split())  # type: ignore[arg-type]
    return tuple(Move(name, State(source), State(target), roles, dong_decides) for source in sources.split())


MOVES: Final[tuple[Move, ...]] = (
    *_moves("take", "filed reopened", "checking", "dong team"),
    *_moves("release", "checking", "filed", "dong team clock"),
    *_moves("ask", "checking", "supplement", "dong team"),
    *_moves("answer", "supplement", "checking", "resident dong"),
    *_moves("propose", "checking", "proposed", "dong"),
    *_moves("take", "proposed", "deciding", "team"),
    *_moves("release", "deciding", "proposed", "team clock"),
    *_moves("send_back", "deciding", "filed", "team"),
    *_moves("accept", "deciding", "accepted", "team"),
    *_moves("reject", "deciding", "rejected", "team"),
    *_moves("accept", "checking", "accepted", "dong", dong_decides=True),
    *_moves("reject", "checking", "rejected", "dong", dong_decides=True),
    *_moves("return", "checking supplement", "returned", "dong team"),
    *_moves("return", "deciding", "returned", "team"),
    *_moves("lapse", "supplement", "lapsed", "clock"),
    *_moves("finish", "checking", "done", "dong team"),
    *_moves("withdraw", "filed checking supplement proposed deciding reopened", "withdrawn", "resident"),
    *_moves("reopen", "lapsed", "reopened", "resident dong team"),
    *_moves("reopen", "done", "reopened", "resident dong team"),
    *_moves("reopen", "accepted rejected returned withdrawn", "reopened", "team"),
)

HOLD: Final = timedelta(minutes=30)
"""Working time after which a case its holder does not touch goes back into the queue, before the others."""

CALL_DAYS: Final = (5, 10)
"""Working days an officer may give a resident to answer a first call."""

LAST_CALL_DAYS: Final = 10
"""Working days of the second call, which is the last, and of an extension (Administrative Procedures Act §17)."""

MOST_CALLS: Final = 2
MOST_EXTENSIONS: Final = 2
UNOPENED_DAYS: Final = 3
"""Working days after which a decision nobody opened becomes a task to call or post."""

TALK_AGAIN: Final = timedelta(days=7)
"""Time after which a talk that was ended is not opened again by its resident: she begins another, tied to it."""

STEPS: Final = ("received", "papers", "decision", "result")
"""What a resident is shown, in order; the words are the bot's own."""

_STEP_OF: Final = {
    State.FILED: "received", State.REOPENED: "received", State.CHECKING: "papers", State.SUPPLEMENT: "papers",
    State.PROPOSED: "decision", State.DECIDING: "decision",
}  # fmt: skip


def moves_from(state: State | str, who: Who, decides: Literal["team", "dong"] = "team") -> tuple[Move, ...]:
    """What this person may do with a case in this state. ValueError for a state that is none."""
    here = State(state)
    return tuple(
        move for move in MOVES
        if move.source == here and who in move.who and (decides == "dong" or not move.dong_decides)
    )  # fmt: skip


def whose_turn(state: State | str) -> Turn:
    """Who must act next; the clock stands still in the resident's turn. ValueError for a state that is none."""
    if State(state) in CLOSED:
        return "nobody"
    return "resident" if state == State.SUPPLEMENT else "office"


def is_open(state: State | str) -> bool:
    """Whether something may still happen without reopening. ValueError for a state that is none."""
    return State(state) in OPEN


def step_of(state: State | str) -> str:
    """The one of STEPS a case stands at. ValueError for a state that is none."""
    return _STEP_OF.get(State(state), "result")


_DAMM: Final = (
    "0317598642", "7092154863", "4206871359", "1750983426", "6123045978",
    "3674209581", "5869720134", "8945362017", "9438617205", "2581436790",
)  # fmt: skip
_NUMBER: Final = re.compile(r"([A-Z]{2})([0-9]{6})([0-9]{4,})([0-9])")


def case_number(prefix: str, day: date, n: int) -> str:
    """`SG-250728-0427-6`: two letters, the day, its count from 1, a check digit.

    The digit (H. M. Damm, 2004) finds every single wrong digit and every two neighbours swapped.
    """
    dated = f"{day:%y%m%d}"
    return f"{prefix}-{dated}-{n:04d}-{_check(prefix + dated + f'{n:04d}')}"


def read_case_number(text: str) -> str | None:
    """A typed case number as it is written, or None. Forgives case, spaces, missing dashes and full-width signs."""
    bare = re.sub(r"[\s\-‐-―−_.]", "", unicodedata.normalize("NFKC", text)).upper()
    found = _NUMBER.fullmatch(bare)
    if not found:
        return None
    prefix, dated, count, _ = found.groups()
    try:
        day = date.fromisoformat(f"20{dated}")
    except ValueError:
        return None
    return number if (number := case_number(prefix, day, int(count))).replace("-", "") == bare else None


def _check(letters_and_digits: str) -> str:
    row = 0
    for sign in letters_and_digits:
        row = int(_DAMM[row][int(sign) if sign.isdigit() else ord(sign) % 10])
    return str(row)
