"""Witnesses of the machine: one on each core, with nothing to wait for, who tell when they were kept waiting even so.

Every half millisecond each looks at the clock, before anybody else on its core where the system lets it (SCHED_FIFO).
What it misses is the machine's: a neighbour had the core. So a stall that was ours is told from one that was not.

Run as `python -m tests.bench.witness CORE`: says at the end of its input, in JSON, from when to when it was kept.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from select import select
from typing import Final

STEP: Final = 0.0005  # seconds
Span = tuple[float, float]  # seconds of `time.perf_counter`, which all processes share


@contextmanager
def witnesses(cores: Iterable[int]) -> Iterator[list[Span]]:
    """Have these cores watched; when they are not any more, the spans in which one of them stood still are there."""
    found: list[Span] = []
    watching = [
        subprocess.Popen(
            [sys.executable, "-m", __name__, str(core)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for core in cores
    ]
    try:
        yield found
    finally:
        spans = [span for one in watching for span in json.loads(one.communicate()[0])]
        found += united(spans)


def united(spans: Iterable[Sequence[float]]) -> Iterator[Span]:
    """The same time, with no moment in two of them."""
    began, ended = 0.0, 0.0
    for start, end in sorted((span[0], span[1]) for span in spans):
        if start > ended:
            if ended:
                yield began, ended
            began = start
        ended = max(ended, end)
    if ended:
        yield began, ended


def without(one: Span, others: Sequence[Span]) -> float:
    """How long it was, less what of it lies in the others (none over another)."""
    taken = (min(one[1], end) - max(one[0], start) for start, end in others)
    return one[1] - one[0] - sum(max(0.0, part) for part in taken)


def _watch(core: int) -> list[Span]:
    os.sched_setaffinity(0, {core})
    with suppress(PermissionError):
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
    kept: list[Span] = []
    last = time.perf_counter()
    while not select([sys.stdin], [], [], STEP)[0]:
        now = time.perf_counter()
        if now - last > 2 * STEP:
            kept.append((last + STEP, now))
        last = now
    return kept


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_watch(int(sys.argv[1]))))
