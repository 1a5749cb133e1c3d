"""What Linux tells of processes, read from /proc: processor seconds, memory in megabytes, and where they may run."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

TICKS: Final = os.sysconf("SC_CLK_TCK")
BOT_CORE: Final = 0
OTHER_CORE: Final = 1
"""Where a bot runs that is measured, and where everybody else does, unless a measurement says otherwise."""


def busy(pids: Iterable[int]) -> float:
    """Seconds these processes have spent on a processor, in all their threads and ended children."""
    return sum(_ticks(pid) for pid in pids) / TICKS


def _ticks(pid: int) -> int:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return sum(int(field) for field in fields[11:15])


def family(pid: int) -> Iterator[int]:
    """A process and all that descend from it; nobody, once it has ended."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return
    yield pid
    for child in children:
        yield from family(int(child))


def keep_on(cores: Iterable[int], pids: Iterable[int]) -> None:
    """Let these processes, with all their threads, run on these cores only; who has just ended is passed over."""
    wanted = set(cores)
    for pid in pids:
        with suppress(OSError):
            for thread in Path(f"/proc/{pid}/task").iterdir():
                os.sched_setaffinity(int(thread.name), wanted)


@contextmanager
def first() -> Iterator[None]:
    """Meanwhile this process goes before others on its core, where the system lets it: it is not what is measured."""
    with suppress(PermissionError):
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
    try:
        yield
    finally:
        os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))


def resident(pid: int) -> float:
    """Memory a process has in RAM, pages of files it has mapped included."""
    return _kilobytes(Path(f"/proc/{pid}/status"), "VmRSS") / 1000


def own(pid: int) -> float:
    """Memory of a process that is nobody else's: without pages of files, which the kernel takes back when it likes."""
    return _kilobytes(Path(f"/proc/{pid}/status"), "RssAnon") / 1000


def share(pid: int, pages: str = "Pss") -> float:
    """Memory of a process and its children, what they share counted once; 0 for who has just ended.

    `pages` is what the kernel calls it: `Pss_Anon` leaves out pages of files, which it takes back when it likes.
    """
    try:
        mine = _kilobytes(Path(f"/proc/{pid}/smaps_rollup"), pages) / 1000
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except (OSError, StopIteration):
        return 0.0
    return mine + sum(share(int(child), pages) for child in children)


def _kilobytes(file: Path, name: str) -> int:
    line = next(line for line in file.read_text().splitlines() if line.startswith(f"{name}:"))
    return int(line.split()[1])
