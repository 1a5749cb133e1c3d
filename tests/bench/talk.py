"""One person who writes, waits for the reply, and writes again: for what is compared update by update."""

import asyncio

from tests.bench.wire import Caller, Wire


class Talk(Wire):
    """One update at a time over one connection."""

    def __init__(self, host: str, secret: str) -> None:
        super().__init__(host, secret)
        self._caller: Caller
        self._done: asyncio.Future[None]

    async def begin(self, port: int) -> None:
        """Turn to the bot at `port`."""
        self._caller = await self.connect(port)

    async def tell(self, chat: int, content: str, seconds: float = 60) -> float:
        """Let a chat bring something; gives how long its reply took, in seconds."""
        self._done = asyncio.get_running_loop().create_future()
        self.post(self._caller, chat, content)
        async with asyncio.timeout(seconds):
            await self._done
        return self.latencies[-1]

    def done(self, caller: Caller) -> None:
        """What was told is answered."""
        self._done.set_result(None)
