"""A network that delivers every update three times: in its turn, and twice more somewhere among the next fifty."""

from dataclasses import dataclass, field
from random import Random
from typing import Self

from aiohttp import ClientSession, web

from tests.processes.bot_process import HOST, free_port

TIMES, NEAR = 3, 50


@dataclass
class Repeater:
    """Posts to `url` go on to the bot at `target`; what was taken is brought again, each copy at a moment of its own.

    `posted` counts all of them; `refused` notes answers to copies besides 200.
    """

    target: str
    repeats: bool = False
    port: int = field(default_factory=free_port)
    posted: int = 0
    refused: list[int] = field(default_factory=list)
    _chance: Random = field(default_factory=lambda: Random(50))
    _copies: list[tuple[int, web.Request]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}/telegram"

    async def __aenter__(self) -> Self:
        self._session = ClientSession()
        app = web.Application()
        app.router.add_post("/telegram", self._pass_on)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        await web.TCPSite(self._runner, HOST, self.port).start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()
        await self._session.close()

    async def brings_the_rest(self) -> None:
        """All copies still on their way arrive."""
        await self._bring(all=True)

    async def _pass_on(self, request: web.Request) -> web.Response:
        status = await self._post(request)
        if self.repeats and status == 200:
            self._copies += [(self.posted + self._chance.randrange(NEAR), request) for _ in range(TIMES - 1)]
        await self._bring()
        return web.Response(status=status)

    async def _bring(self, *, all: bool = False) -> None:
        due = [request for at, request in self._copies if all or at <= self.posted]
        self._copies = [(at, request) for at, request in self._copies if not all and at > self.posted]
        for request in due:
            if (status := await self._post(request)) != 200:
                self.refused.append(status)

    async def _post(self, request: web.Request) -> int:
        self.posted += 1
        body = await request.read()
        async with self._session.post(self.target, data=body, headers=request.headers) as answer:
            return answer.status
