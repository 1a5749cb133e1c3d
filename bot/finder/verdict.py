"""What comes of a question: the answer, a few to choose from, or nothing that we know."""

from dataclasses import dataclass
from typing import Literal

Verdict = Literal["answer", "choose", "unknown"]


@dataclass(frozen=True, slots=True)
class Found:
    """`topics` are ids, best first, up to five, also where the verdict is unknown.

    `claim` is the wrong claim that the question repeats; `kind` is what an unknown one is about instead.
    """

    verdict: Verdict
    topics: tuple[str, ...]
    claim: str | None = None
    kind: str | None = None
