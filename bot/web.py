"""The HTTP side: Telegram's updates in, health and figures out.

The secret is compared in constant time before the body is read; 200 is said only after the update is kept for good.
"""

import hmac
from collections.abc import Awaitable, Callable

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from bot.channels.base import Channel, NotAnUpdate
from bot.logs import log
from bot.metrics import NOT_UPDATES
from bot.reception import Reception

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - a header's name
LARGEST_BODY = 1024 * 1024
Ready = Callable[[], Awaitable[str | None]]


def application(reception: Reception | None, channel: Channel, secret: str, ready: Ready) -> web.Application:
    """The routes. `ready` gives None when all is well, else a sentence; without `reception` no updates are taken."""
    expected = secret.encode()

    async def telegram(request: web.Request) -> web.Response:
        headers = request.headers.getall(SECRET_HEADER, [])
        given = headers[0].encode("utf-8", "surrogateescape") if len(headers) == 1 else b""
        if reception is None or not expected or not hmac.compare_digest(given, expected):
            return web.Response(status=403)
        try:
            inbound = channel.read(await request.read())
        except NotAnUpdate as error:
            NOT_UPDATES.inc()
            log.error("update.unreadable", error=str(error))
            return web.Response()
        if inbound is None or await reception.receive(inbound):
            return web.Response()
        return web.Response(status=500)

    async def healthz(_request: web.Request) -> web.Response:
        return web.Response(text="ok")

    async def readyz(_request: web.Request) -> web.Response:
        wanting = await ready()
        return web.Response(text=wanting or "ready", status=503 if wanting else 200)

    async def metrics(_request: web.Request) -> web.Response:
        return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    app = web.Application(client_max_size=LARGEST_BODY)
    app.router.add_post("/telegram", telegram)
    app.router.add_get("/healthz", healthz)
    app.router.add_get("/readyz", readyz)
    app.router.add_get("/metrics", metrics)
    return app


async def serve(app: web.Application, host: str, port: int) -> web.AppRunner:
    """Open the door; `cleanup()` of what is returned closes it after the requests under way are answered."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=8)
    await runner.setup()
    await web.TCPSite(runner, host, port, backlog=1024).start()
    return runner
