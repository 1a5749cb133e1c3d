"""The bot's own `import` command with two watches: `python -m tests.bench.importing OUT KIND FILE`.

Writes to OUT the longest time for which a transaction held the writer, in milliseconds, and the seconds in which the
file was compared with the one in force.
"""

import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bot import bringing
from bot.__main__ import app
from storage.engine import Db
from storage.writers import SqliteWriter


@contextmanager
def watching() -> Iterator[list[float]]:
    """For how many milliseconds each transaction of this process holds the writer from now on; one of none first."""
    held = [0.0]
    transaction = SqliteWriter.transaction

    async def watched(self: SqliteWriter, work: Callable[[Db], Awaitable[Any]]) -> Any:
        began = time.perf_counter()
        try:
            return await transaction(self, work)
        finally:
            held.append(1000 * (time.perf_counter() - began))

    SqliteWriter.transaction = watched  # type: ignore[method-assign]
    try:
        yield held
    finally:
        SqliteWriter.transaction = transaction  # type: ignore[method-assign]


@contextmanager
def comparing() -> Iterator[list[float]]:
    """For how many seconds each comparison of this process goes on from now on; one of none first."""
    took, names = [0.0], vars(bringing)
    compare = names["compare"]

    async def watched(*given: Any) -> Any:
        began = time.perf_counter()
        try:
            return await compare(*given)
        finally:
            took.append(time.perf_counter() - began)

    names["compare"] = watched
    try:
        yield took
    finally:
        names["compare"] = compare


def main(out: Path, *command: str) -> None:
    """Run the command and write the figures."""
    with watching() as held, comparing() as took:
        try:
            app(["import", *command], standalone_mode=False)
        finally:
            out.write_text(f"{max(held)} {max(took)}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
