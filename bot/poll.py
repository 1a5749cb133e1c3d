"""Long polling: the same reception without a webhook.

Polling has no 500. A turn that faults is tried again here, in the order of its chat, and the offset moves on only when
every update of the answer is kept or given up; a crash before that brings all of them again, and claims know them.
An empty answer confirms all before it: the offset is dropped then, for after a quiet week numbers may begin lower.
"""

import asyncio
import json
from collections import defaultdict

from bot.channels.base import Channel, NotAnUpdate, NotSent
from bot.logs import log
from bot.metrics import NOT_UPDATES
from bot.reception import Reception
from handlers.dialog import Inbound

WAIT_SECONDS = 25.0
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 30.0


async def run(channel: Channel, reception: Reception) -> None:
    """Listen for ever."""
    offset: int | None = None
    pause = FIRST_PAUSE
    while True:
        try:
            updates = await channel.listen(offset, WAIT_SECONDS)
            pause = FIRST_PAUSE
        except NotSent as error:
            log.warning("poll.waiting", reason=str(error))
            await asyncio.sleep(getattr(error, "retry_after", None) or pause)
            pause = min(LONGEST_PAUSE, pause * 2)
            continue
        lines: dict[int, list[Inbound]] = defaultdict(list)
        offset = max((int(update["update_id"]) + 1 for update in updates), default=None)
        for update in updates:
            try:
                inbound = channel.read(json.dumps(update).encode())
            except NotAnUpdate as error:
                NOT_UPDATES.inc()
                log.error("update.unreadable", error=str(error))
                continue
            if inbound is not None:
                lines[inbound.chat].append(inbound)
        await asyncio.gather(*(_one_after_another(reception, line) for line in lines.values()))


async def _one_after_another(reception: Reception, line: list[Inbound]) -> None:
    """The updates of one chat in order, each until it is kept; all at once while none faults."""
    kept = [reception.receive(inbound) for inbound in line]
    for number, inbound in enumerate(line):
        pause = FIRST_PAUSE
        done = await kept[number]
        while not done:
            await asyncio.sleep(pause)
            pause = min(LONGEST_PAUSE, pause * 2)
            done = await reception.receive(inbound)
