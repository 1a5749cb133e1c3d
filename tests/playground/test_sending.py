"""What the bot may send, and Telegram's words where it may not."""

from typing import Any

import pytest

from playground.people import Person
from playground.server import Playground

from .conftest import Api, picture
from .shapes import fits


async def test_a_bot_cannot_start_a_conversation(api: Api, sunja: Person) -> None:
    assert await api.refused("sendMessage", chat_id=sunja.id, text="x") == "Bad Request: chat not found"
    await sunja.starts()
    assert fits(await api.ok("sendMessage", chat_id=sunja.id, text="안녕하세요"), "Message") == []


async def test_a_person_met_only_in_a_group_is_not_written_to(play: Playground, api: Api, sunja: Person) -> None:
    play.group(-100, "서구", sunja)
    said = await api.refused("sendMessage", chat_id=sunja.id, text="x")
    assert said == "Forbidden: bot can't initiate conversation with a user"


async def test_who_blocks_the_bot_is_not_written_to(api: Api, maria: Person) -> None:
    await maria.blocks()
    said = await api.refused("sendMessage", chat_id=maria.id, text="x")
    assert said == "Forbidden: bot was blocked by the user"
    await maria.starts()
    await api.ok("sendMessage", chat_id=maria.id, text="x")


@pytest.mark.parametrize(
    ("params", "reason"),
    [
        ({"text": ""}, "message text is empty"),
        ({"text": " \n "}, "text must be non-empty"),
        ({"text": "가" * 4097}, "message is too long"),
        ({"text": "😀" * 2049}, "message is too long"),
        ({"text": "</b>", "parse_mode": "HTML"}, "can't parse entities: Unexpected end tag at byte offset 0"),
        ({"text": "x", "parse_mode": "BBCode"}, "unsupported parse_mode"),
        ({"text": "x", "reply_parameters": {"message_id": 99}}, "message to be replied not found"),
        ({"text": "x", "reply_markup": [1]}, "object expected as reply markup"),
    ],
)
async def test_a_message_must_be_whole(api: Api, maria: Person, params: dict[str, Any], reason: str) -> None:
    assert await api.refused("sendMessage", chat_id=maria.id, **params) == f"Bad Request: {reason}"


async def test_4096_units_pass(api: Api, maria: Person) -> None:
    await api.ok("sendMessage", chat_id=maria.id, text="😀" * 2048)


async def test_the_answer_holds_inline_keyboards_only(api: Api, maria: Person) -> None:
    inline = {"inline_keyboard": [[{"text": "예", "callback_data": "y"}]]}
    sent = await api.ok("sendMessage", chat_id=maria.id, text="x", reply_markup=inline)
    assert sent["reply_markup"] == inline
    reply = {"keyboard": [["예"], [{"text": "번호", "request_contact": True}]], "one_time_keyboard": True}
    assert "reply_markup" not in await api.ok("sendMessage", chat_id=maria.id, text="x", reply_markup=reply)
    assert maria.keyboard == ["예", "번호"]
    await api.ok("sendMessage", chat_id=maria.id, text="x", reply_markup={"remove_keyboard": True})
    assert maria.keyboard == []


async def test_albums_photos_documents_and_copies_fit_the_specification(api: Api, maria: Person) -> None:
    first = await maria.sends_photo(picture())
    photo, document = first.raw["photo"][-1]["file_id"], (await maria.sends_document("a.pdf", b"%PDF-1.7")).raw
    media = [{"type": "photo", "media": photo, "caption": "하나"}, {"type": "photo", "media": photo}]
    album = await api.ok("sendMediaGroup", chat_id=maria.id, media=media)
    assert fits(album, "[Message") == []
    assert len({message["media_group_id"] for message in album}) == 1
    sent = await api.ok("sendDocument", chat_id=maria.id, document=document["document"]["file_id"], caption="<b>x</b>",
                        parse_mode="HTML", protect_content=True)  # fmt: skip
    assert fits(sent, "Message") == []
    kept = {"chat_id": maria.id, "from_chat_id": maria.id, "message_id": sent["message_id"]}
    assert await api.refused("copyMessage", **kept) == "Bad Request: message can't be copied"
    kept["message_id"] = first.id
    assert fits(await api.ok("copyMessage", **kept), "MessageId") == []
    assert fits(await api.ok("forwardMessage", **kept), "Message") == []
    assert await api.refused("copyMessage", **kept | {"message_id": 999}) == "Bad Request: message to copy not found"


async def test_pictures_must_be_pictures_and_captions_short(api: Api, maria: Person) -> None:
    file = (await maria.sends_document("a.jpg", b"MZ\x90", "image/jpeg")).raw["document"]["file_id"]
    assert await api.refused("sendPhoto", chat_id=maria.id, photo=file) == "Bad Request: IMAGE_PROCESS_FAILED"
    said = await api.refused("sendDocument", chat_id=maria.id, document=file, caption="가" * 1025)
    assert said == "Bad Request: message caption is too long"
    said = await api.refused("sendPhoto", chat_id=maria.id, photo="nonsense")
    assert said.startswith("Bad Request: wrong remote file identifier")


async def test_an_unknown_method_is_not_found(api: Api) -> None:
    body = await api.body("sendPigeon")
    assert (body["error_code"], body["description"]) == (404, "Not Found: method not found")
    assert fits(body, "Refusal") == []
