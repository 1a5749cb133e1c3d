"""The only place where a test waits for the clock on the wall: for what another process or task will do."""

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable

STEP = 0.01  # seconds between two looks; what looks at its own process a thousand times takes shorter ones


async def until(
    holds: Callable[[], object | Awaitable[object]], seconds: float = 10, what: str = "", step: float = STEP
) -> None:
    """Return as soon as `holds` (plain or async) is true; fail the test, naming `what`, when it is not in time."""
    end = time.monotonic() + seconds
    while True:
        answer = holds()
        if await answer if inspect.isawaitable(answer) else answer:
            return
        assert time.monotonic() < end, f"waited {seconds} s for {what or inspect.getsource(holds).strip()}"
        await asyncio.sleep(step)
