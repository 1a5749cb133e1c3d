"""Work that dies: in a process of its own, killed by a real SIGKILL just before its n-th step.

A step is a statement that SQLAlchemy runs or PostgreSQL's driver by itself, a commit, the opening of a SQLite file, or
the putting of a file in its place.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg
from sqlalchemy import Engine, event

from tests.processes.bot_process import FORKS
from tests.waiting import until

Work = Callable[[], Awaitable[object]]  # of a module, so that another process can be told of it


async def dies(n: int, work: Work) -> bool:
    """Whether `work` was killed before its n-th step; false when it had fewer and ended well."""
    child = FORKS.Process(target=_live, args=(n, work), daemon=True)
    child.start()
    try:
        await until(lambda: child.exitcode is not None, 60, "a process to end")
    finally:
        child.kill()
    assert child.exitcode in (0, -signal.SIGKILL)
    return child.exitcode != 0


def _live(n: int, work: Work) -> None:
    left = n

    def here(*_: object) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Engine, "before_cursor_execute", here)
    event.listen(Engine, "commit", here)
    for name in ("fetch", "execute"):
        setattr(asyncpg.Connection, name, _after(here, getattr(asyncpg.Connection, name)))
    sys.addaudithook(lambda what, _: here() if what in ("os.rename", "sqlite3.connect") else None)
    asyncio.run(_await(work))


def _after(here: Callable[[], None], method: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    async def run(*given: Any, **named: Any) -> Any:
        here()
        return await method(*given, **named)

    return run


async def _await(work: Work) -> None:
    await work()
