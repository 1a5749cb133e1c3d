"""python-telegram-bot's documented extension point for HTTP, over aiohttp.

The library's own transport costs 2 to 7 ms of processor time a call, this one 0.5 (measured; `docs/bench.md`). It
tells apart what surely was not sent from what may have been, which the library's errors do not say.
"""

import json
from collections.abc import Mapping
from typing import Any

import aiohttp
import msgspec
import orjson
from telegram import InputFile
from telegram._utils.defaultvalue import DefaultValue
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest

POOL = 256  # replies, and beside them a broadcast, never wait for a connection
CONNECT_SECONDS = 5.0
ANSWER_SECONDS = 20.0


PATIENCE = aiohttp.ClientTimeout(total=ANSWER_SECONDS, sock_connect=CONNECT_SECONDS)


def _patience(seconds: float) -> aiohttp.ClientTimeout:
    """For files and long polls: as long for each piece of an answer, and three times as long for all of it."""
    return aiohttp.ClientTimeout(total=3 * seconds, sock_connect=CONNECT_SECONDS, sock_read=seconds)


class Body(msgspec.Struct, frozen=True):
    """What one call brings: its parameters, and under a name a file.

    It goes where the library puts its own `RequestData`, which only the library may make and which has an object for
    every parameter.
    """

    parameters: Mapping[str, Any]
    file: tuple[str, InputFile] | None = None


class NoConnection(NetworkError):
    """Nothing was written."""


class NoAnswer(TimedOut):
    """Written, or partly, and no answer came."""

    def __init__(self, message: str) -> None:
        NetworkError.__init__(self, message)


class AiohttpRequest(BaseRequest):
    """One connection pool for one bot."""

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None
        self.date = ""  # what the last answer said of its time

    @property
    def read_timeout(self) -> float:
        """Seconds a call may wait for its answer."""
        return ANSWER_SECONDS

    async def initialize(self) -> None:
        """Open the pool; done by the first call."""
        self._open()

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=POOL, ttl_dns_cache=300)
            self._session = aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())
        return self._session

    async def shutdown(self) -> None:
        """Close the pool."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """Read an answer. Raises `TelegramError` without quoting it."""
        try:
            parsed: dict[str, Any] = orjson.loads(payload)
        except ValueError:
            return _forgiving(payload)
        return parsed

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: Any = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ARG002 - the library's signature
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ARG002
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ARG002
    ) -> tuple[int, bytes]:
        """Make one call with a `Body`, or none; gives status and what was answered.

        Raises `NoConnection` or `NoAnswer`.
        """
        timeout = PATIENCE
        if not isinstance(read_timeout, DefaultValue) and read_timeout is not None:
            timeout = _patience(read_timeout)
        elif request_data is None or request_data.file is not None:
            timeout = _patience(ANSWER_SECONDS)
        body, headers = _body(request_data)
        try:
            answer = await self._open().request(method, url, data=body, headers=headers, timeout=timeout)
            payload = await answer.read()  # to its end, or it is closed: the connection needs no other care
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise NoConnection(type(error).__name__) from None
        except (aiohttp.ClientError, TimeoutError, ConnectionError) as error:
            raise NoAnswer(type(error).__name__) from None
        self.date = answer.headers.get("Date", "")
        return answer.status, payload


def _forgiving(payload: bytes) -> dict[str, Any]:
    """Half a character (a lone surrogate) in one update must not hide all others; orjson refuses it."""
    try:
        parsed: dict[str, Any] = json.loads(payload.decode("utf-8", "surrogatepass"))
    except (ValueError, RecursionError):
        raise TelegramError("the answer is not JSON") from None
    return parsed


def _body(body: Body | None) -> tuple[Any, dict[str, str]]:
    if body is None:
        return None, {}
    if body.file is None:
        return orjson.dumps(body.parameters), {"Content-Type": "application/json"}
    form = aiohttp.FormData()
    for name, value in body.parameters.items():
        form.add_field(name, value if isinstance(value, str) else orjson.dumps(value).decode())
    name, file = body.file
    filename, content, mime = file.field_tuple
    form.add_field(name, content, filename=filename, content_type=mime)
    return form, {}
