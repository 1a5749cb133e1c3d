"""Processes beside the bot: nobody is left behind, whoever ends and whenever."""

import asyncio
import sys
import time
from contextlib import suppress
from pathlib import Path

from bot import apart
from tests.waiting import until


def gone(pid: int) -> bool:
    """Also one that is dead and not yet buried."""
    stat = Path(f"/proc/{pid}/stat")
    return not stat.exists() or ") Z " in stat.read_text()


async def test_one_that_is_dismissed_while_it_is_being_begun_does_not_go_on_with_its_work() -> None:
    pool = apart.process()
    children = pool._processes
    task = asyncio.create_task(apart.run(pool, time.sleep, 600))
    await until(pool._shutdown_lock.locked, 20, "somebody to be begun", step=0)
    task.cancel()
    apart.dismiss(pool)
    with suppress(asyncio.CancelledError):
        await task
    (pid,) = children
    await until(lambda: gone(pid), 20, "it to go")


async def test_whoever_is_killed_takes_the_processes_apart_along() -> None:
    begin = "import asyncio, os; from bot import apart; one = apart.process()"
    code = f"{begin}; print(asyncio.run(apart.run(one, os.getpid)), flush=True); input()"
    pipe = asyncio.subprocess.PIPE
    killed = await asyncio.create_subprocess_exec(sys.executable, "-c", code, stdin=pipe, stdout=pipe)
    assert killed.stdout is not None
    pid = int(await killed.stdout.readline())
    assert not gone(pid)
    killed.kill()
    await killed.wait()
    await until(lambda: gone(pid), 20, "it to go along")
