"""The floor: a bare aiohttp server and client with json, which says back what it hears and keeps nothing.

Run as `python -m tests.bench.echo PORT API_URL SECRET`.
"""

import json
import sys

from aiohttp import ClientSession, DummyCookieJar, TCPConnector, web


async def application(api_url: str, secret: str) -> web.Application:
    """POST /telegram: check the secret, read the update, send its text back, answer 200."""
    session = ClientSession(connector=TCPConnector(limit=128), cookie_jar=DummyCookieJar())

    async def telegram(request: web.Request) -> web.Response:
        if request.headers.get("X-Telegram-Bot-Api-Secret-Token") != secret:
            return web.Response(status=403)
        message = json.loads(await request.read())["message"]
        reply = {"chat_id": message["chat"]["id"], "text": message["text"]}
        async with session.post(f"{api_url}/bot1:floor/sendMessage", json=reply) as answer:
            json.loads(await answer.read())
        return web.Response()

    async def readyz(_request: web.Request) -> web.Response:
        return web.Response(text="ready")

    async def close(_app: web.Application) -> None:
        await session.close()

    app = web.Application()
    app.router.add_post("/telegram", telegram)
    app.router.add_get("/readyz", readyz)
    app.on_cleanup.append(close)
    return app


if __name__ == "__main__":
    port, api_url, secret = sys.argv[1:]
    web.run_app(application(api_url, secret), host="127.0.0.1", port=int(port), print=None, access_log=None)
