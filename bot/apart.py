"""Work in a process of its own, begun without holding up the loop, and done when nobody is to be served."""

import asyncio
import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context, parent_process
from threading import Thread
from typing import Final, TypeVar

LOADED: Final = ["bot.politely", "bot.papers"]  # by the server that forks them, once for all
SERVER: Final = get_context("forkserver")
SERVER.set_forkserver_preload(LOADED)
T = TypeVar("T")


def process(tasks: int | None = None) -> ProcessPoolExecutor:
    """A pool of one, which is another one after so many tasks and goes with whoever began it, however that ended."""
    return ProcessPoolExecutor(1, SERVER, _follow, max_tasks_per_child=tasks)


async def run(of: ProcessPoolExecutor, work: Callable[..., T], *given: object) -> T:
    """What `work` gives, done by a process of the pool.

    A pool begins its processes while work is handed in: a third of a second goes by until the first one stands, and
    a loop that waited for it would answer nobody meanwhile.
    """
    return await asyncio.wrap_future(await asyncio.to_thread(of.submit, work, *given))


def dismiss(of: ProcessPoolExecutor) -> None:
    """End a pool whose worker may be at work for ever: there is no public way to kill one.

    One that is just being begun is waited for: nobody could kill it else, and whoever ends would wait for its work.
    """
    children = of._processes  # noqa: SLF001
    of.shutdown(wait=False, cancel_futures=True)
    for child in list(children.values()):
        child.kill()


def _follow() -> None:
    """The first thing in a new process."""
    Thread(target=_go_with_parent, daemon=True).start()


def _go_with_parent() -> None:
    if (parent := parent_process()) is not None:
        parent.join()
        os._exit(0)
