"""A playground, two residents and a hand that calls the Bot API over real HTTP."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pytest
from aiohttp import ClientSession
from PIL import Image

from playground.people import Person
from playground.server import Playground


@dataclass
class Api:
    """Calls methods as a bot would, by JSON, and returns the body or its parts."""

    play: Playground
    session: ClientSession

    async def body(self, method: str, **params: Any) -> dict[str, Any]:
        url = f"{self.play.url}/bot{self.play.token}/{method}"
        async with self.session.post(url, json=params) as answer:
            body: dict[str, Any] = await answer.json()
            assert answer.status == body.get("error_code", 200)
            return body

    async def ok(self, method: str, **params: Any) -> Any:
        body = await self.body(method, **params)
        assert body["ok"], body
        return body["result"]

    async def refused(self, method: str, **params: Any) -> str:
        body = await self.body(method, **params)
        assert not body["ok"], body
        return str(body["description"])


def picture(width: int = 40, height: int = 30, shade: int = 120) -> bytes:
    """A small plain JPEG."""
    file = BytesIO()
    Image.new("RGB", (width, height), (shade, shade, 90)).save(file, "JPEG")
    return file.getvalue()


@pytest.fixture
async def play() -> AsyncIterator[Playground]:
    async with Playground(time_scale=0.01) as play:
        yield play


@pytest.fixture
async def api(play: Playground) -> AsyncIterator[Api]:
    async with ClientSession() as session:
        yield Api(play, session)


@pytest.fixture
def sunja(play: Playground) -> Person:
    """A Korean resident who has not yet written."""
    return play.person(7101, "김순자", "ko", "+821000000001")


@pytest.fixture
async def maria(play: Playground) -> Person:
    """An English-speaking resident who has pressed Start."""
    person = play.person(7102, "Maria", "en", "+821000000002")
    await person.starts()
    return person
