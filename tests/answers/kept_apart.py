"""The questions that no lesson was made from, and what the finder makes of them.

Whoever wrote them knew the topics' titles and nothing else. They measure; nobody learns from them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import msgspec

from bot.finder.finder import Finder
from bot.finder.kept import finder
from bot.finder.lessons import written
from bot.finder.verdict import Found
from programmes.model import HERE, load_all
from programmes.wording import Lang

ROOT: Final = Path(__file__).parents[2]
KEPT: Final = ROOT / "var/finder"


class Question(msgspec.Struct, frozen=True):
    """What somebody writes, the topic that answers it, none when none does, and how she speaks."""

    q: str
    lang: Lang
    topic: str | None
    register: str


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of some questions, as shares of 1; nan where there were none to tell by."""

    within: int
    first: float
    in_three: float
    wrongly_refused: float
    without: int
    refused: float


def questions() -> list[Question]:
    """All that are kept apart."""
    lines = (Path(__file__).parent / "questions.jsonl").read_bytes().splitlines()
    return [msgspec.json.decode(line, type=Question) for line in lines]


@cache
def taught(deep: bool = True) -> Finder:
    """The finder as it ships; taught once, and kept for all who ask."""
    return finder(written(load_all(), HERE), deep, KEPT)


def tally(asked: Sequence[tuple[Question, Found]]) -> Tally:
    """Count."""
    within = [(one, found) for one, found in asked if one.topic is not None]
    without = [found for one, found in asked if one.topic is None]
    return Tally(
        len(within),
        _share(found.topics[0] == one.topic for one, found in within),
        _share(one.topic in found.topics[:3] for one, found in within),
        _share(found.verdict == "unknown" for _, found in within),
        len(without),
        _share(found.verdict == "unknown" for found in without),
    )


def _share(hits: Iterable[bool]) -> float:
    counted = list(hits)
    return sum(counted) / len(counted) if counted else float("nan")
