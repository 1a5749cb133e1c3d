"""What stands before several `web` processes in production: takes an update and passes it to one that lives."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Self

from aiohttp import ClientError, ClientSession, web

from tests.processes.bot_process import HOST, free_port


@dataclass
class Front:
    """Posts to `url` go to the `ports` in turn; a connection refused goes to the next, a broken one is 502."""

    ports: Sequence[int]
    port: int = field(default_factory=free_port)
    _turns: "count[int]" = field(default_factory=count)

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

    async def _pass_on(self, request: web.Request) -> web.Response:
        body, turn = await request.read(), next(self._turns)
        for offset in range(len(self.ports)):
            port = self.ports[(turn + offset) % len(self.ports)]
            try:
                url = f"http://{HOST}:{port}/telegram"
                async with self._session.post(url, data=body, headers=request.headers) as answer:
                    return web.Response(status=answer.status)
            except (ClientError, OSError):
                continue
        return web.Response(status=502)
