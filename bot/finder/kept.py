"""What was learned is kept in a file, named after the lessons, so that only other lessons take their time again."""

from collections.abc import Iterator
from contextlib import contextmanager
from fcntl import LOCK_EX, flock
from pathlib import Path
from typing import Final
from zipfile import BadZipFile

from bot.finder import model
from bot.finder.features import WAY
from bot.finder.finder import Finder
from bot.finder.lessons import Lesson, digest
from bot.logs import log

SHELF: Final = 3  # models that are kept


def finder(lessons: tuple[Lesson, ...], deep: bool, folder: Path) -> Finder:
    """The finder that has had these lessons: from its file, or taught now, by one process while others wait for it."""
    path = _path(lessons, deep, folder)
    with _alone(folder):
        learned = _loaded(path)
        if learned is None:
            learned = model.learn(lessons, deep)
            _keep(learned, path)
    return Finder(learned)


def at_hand(lessons: tuple[Lesson, ...], deep: bool, folder: Path) -> tuple[Finder, bool]:
    """The finder that has had these lessons, and whether it is the one that is wanted.

    Where that one was not kept it is one that goes by letters alone, which takes a third of the time to teach.
    """
    if not deep:
        return finder(lessons, deep, folder), True
    learned = _loaded(_path(lessons, deep, folder))
    return Finder(learned or model.learn(lessons, deep=False)), learned is not None


def _path(lessons: tuple[Lesson, ...], deep: bool, folder: Path) -> Path:
    return folder / f"{digest(lessons, f'{WAY} {deep}')}.npz"


def _loaded(path: Path) -> model.Model | None:
    """None for what is not there or spoilt."""
    try:
        learned = model.load(path)
        path.touch()
    except (OSError, EOFError, ValueError, KeyError, BadZipFile):
        return None
    return learned


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / "lock").open("w")
    except OSError:
        yield
        return
    with lock:
        flock(lock, LOCK_EX)
        yield


def _keep(learned: model.Model, path: Path) -> None:
    """Where nothing can be written, it is learned again at the next start."""
    try:
        learned.save(path)
        for old in sorted(path.parent.glob("*.npz"), key=lambda one: one.stat().st_mtime)[:-SHELF]:
            old.unlink(missing_ok=True)
    except OSError as error:
        log.warning("finder.not_kept", error=type(error).__name__)
