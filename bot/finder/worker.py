"""The finder's own process: loads what was learned once, and answers one question after the other.

It alone imports the libraries of the model.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from bot.finder.lessons import Lesson, written
from bot.finder.verdict import Found
from programmes.model import load_all
from programmes.wording import Lang

if TYPE_CHECKING:
    from bot.finder.finder import Finder

_finder: "Finder | None" = None


def take(programmes: Path, added: tuple[Lesson, ...], deep: bool, kept: Path) -> None:
    """From now on answer by what these files and the lessons `added` teach; learned here if it was not before."""
    global _finder
    from bot.finder.kept import finder

    _finder = finder(_lessons(programmes, added), deep, kept)


def take_at_hand(programmes: Path, added: tuple[Lesson, ...], deep: bool, kept: Path) -> bool:
    """Like `take`, but by letters alone where nothing was kept, for a beginning; gives whether it is all there is."""
    global _finder
    from bot.finder.kept import at_hand

    _finder, whole = at_hand(_lessons(programmes, added), deep, kept)
    return whole


def _lessons(programmes: Path, added: tuple[Lesson, ...]) -> tuple[Lesson, ...]:
    return *written(load_all(programmes), programmes), *added


def find(question: str, lang: Lang) -> Found:
    """What a question is about. `take` came before."""
    if _finder is None:
        raise RuntimeError("nothing was learned yet")
    return _finder.find(question, lang)
