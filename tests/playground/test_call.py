"""The four ways a bot may pass parameters."""

import json

import pytest
from aiohttp import FormData

from playground.call import Call
from playground.errors import Refused
from playground.people import Person
from playground.server import Playground

from .conftest import Api, picture


async def test_query_form_and_json_say_the_same(play: Playground, api: Api, maria: Person) -> None:
    url = f"{play.url}/bot{play.token}/sendMessage"
    keyboard = {"inline_keyboard": [[{"text": "예", "callback_data": "y"}]]}
    told = {"chat_id": str(maria.id), "text": "안녕", "reply_markup": json.dumps(keyboard)}
    async with api.session.get(url, params=told) as by_query, api.session.post(url, data=told) as by_form:
        results = [(await by_query.json())["result"], (await by_form.json())["result"]]
    results.append(await api.ok("SENDMESSAGE", chat_id=maria.id, text="안녕", reply_markup=keyboard))
    assert {json.dumps(result["reply_markup"]) for result in results} == {json.dumps(keyboard)}


async def test_files_come_up_in_parts(play: Playground, api: Api, maria: Person) -> None:
    form = FormData({"chat_id": str(maria.id), "caption": "그림"})
    form.add_field("photo", picture(), filename="a.jpg", content_type="image/jpeg")
    async with api.session.post(f"{play.url}/bot{play.token}/sendPhoto", data=form) as answer:
        assert (await answer.json())["result"]["photo"][-1]["width"] == 40
    media = [{"type": "document", "media": "attach://one"}, {"type": "document", "media": "attach://two"}]
    form = FormData({"chat_id": str(maria.id), "media": json.dumps(media)})
    form.add_field("one", b"1", filename="1.txt")
    form.add_field("two", b"2", filename="2.txt")
    async with api.session.post(f"{play.url}/bot{play.token}/sendMediaGroup", data=form) as answer:
        names = [message["document"]["file_name"] for message in (await answer.json())["result"]]
    assert names == ["1.txt", "2.txt"]


async def test_a_wrong_token_and_a_broken_body_are_refused_in_telegrams_shape(play: Playground, api: Api) -> None:
    async with api.session.get(f"{play.url}/botnobody/getMe") as answer:
        assert await answer.json() == {"ok": False, "error_code": 401, "description": "Unauthorized"}
    headers = {"Content-Type": "application/json"}
    async with api.session.post(f"{play.url}/bot{play.token}/getMe", data=b"{", headers=headers) as answer:
        assert (await answer.json())["description"] == "Bad Request: can't parse JSON object"


def test_readers_take_strings_and_values_alike() -> None:
    call = Call("x", {"a": "7", "b": 7, "c": "true", "d": True, "e": "[1]", "f": [1], "g": "x"})
    assert (call.number("a"), call.number("b"), call.number("z", 3)) == (7, 7, 3)
    assert (call.flag("c"), call.flag("d"), call.flag("z")) == (True, True, False)
    assert call.items("e") == call.items("f") == [1]
    for wrong in (call.number, call.items):
        with pytest.raises(Refused):
            wrong("g")
