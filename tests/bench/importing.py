"""The bot's own `import` command with a watch on its writer: `python -m tests.bench.importing OUT KIND FILE`.

Writes the longest time for which a transaction held the writer, in milliseconds, to OUT.
"""

import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from bot.__main__ import app
from storage.engine import Db, SqliteWriter


def main(out: Path, kind: str, file: str) -> None:
    """Run the command and write the figure."""
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
        app(["import", kind, file], standalone_mode=False)
    finally:
        out.write_text(str(max(held)))


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
