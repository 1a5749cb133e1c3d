"""What the bot asked for: one method call, whichever of Telegram's four ways carried its parameters."""

import json
from dataclasses import dataclass, field
from typing import Any

from aiohttp import BodyPartReader, MultipartReader, web

from .errors import Json, bad


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came in a multipart body."""

    name: str
    mime: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Call:
    """A method with its parameters; readers accept both JSON values and form strings."""

    method: str
    params: Json
    uploads: dict[str, Upload] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """A string, empty where absent."""
        value = self.params.get(name)
        return "" if value is None else str(value)

    def number(self, name: str, default: int = 0) -> int:
        """An integer; 400 where something else was sent."""
        value = self.params.get(name)
        if value is None or value == "":
            return default
        try:
            return int(value)
        except (TypeError, ValueError):
            raise bad(f'field "{name}" must be of type Number') from None

    def flag(self, name: str) -> bool:
        """True for true, 1 and "true"."""
        return str(self.params.get(name, "")).lower() in ("true", "1")

    def value(self, name: str) -> Any:
        """A JSON value, None where absent; 400 where it does not parse."""
        raw = self.params.get(name)
        if not isinstance(raw, str):
            return raw
        try:
            return json.loads(raw) if raw else None
        except ValueError:
            raise bad(f"can't parse {name.replace('_', ' ')} JSON object") from None

    def items(self, name: str) -> list[Any]:
        """A JSON array, empty where absent."""
        value = self.value(name)
        if value is not None and not isinstance(value, list):
            raise bad(f'field "{name}" must be of type Array')
        return value or []

    @property
    def chat_id(self) -> int | None:
        """The chat meant, None where there is none or it is named by @username."""
        try:
            return int(self.params["chat_id"])
        except (KeyError, TypeError, ValueError):
            return None


async def read_call(request: web.Request, method: str) -> Call:
    """Read query, JSON, form or multipart into a `Call`; the body wins over the query."""
    params: Json = dict(request.query)
    kind = request.content_type
    if kind == "application/json":
        try:
            body = await request.json()
        except ValueError:
            raise bad("can't parse JSON object") from None
        return Call(method, params | (body if isinstance(body, dict) else {}))
    if kind == "application/x-www-form-urlencoded":
        return Call(method, params | dict(await request.post()))
    if kind == "multipart/form-data":
        return await _read_parts(await request.multipart(), Call(method, params))
    return Call(method, params)


async def _read_parts(reader: MultipartReader, call: Call) -> Call:
    while (part := await reader.next()) is not None:
        if not isinstance(part, BodyPartReader) or part.name is None:
            continue
        if part.filename is None:
            call.params[part.name] = await part.text()
        else:
            mime = part.headers.get("Content-Type", "application/octet-stream")
            call.uploads[part.name] = Upload(part.filename, mime, bytes(await part.read(decode=False)))
            call.params.setdefault(part.name, f"attach://{part.name}")
    return call
