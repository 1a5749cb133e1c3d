"""What a person does with her phone, and what the bot is told of it."""

from typing import Any

import pytest

from playground.people import Person
from playground.server import Playground

from .conftest import Api, picture
from .shapes import fits

ASKS = {"keyboard": [[{"text": "번호 보내기", "request_contact": True}], ["나중에"]], "one_time_keyboard": True}


async def told(api: Api) -> list[dict[str, Any]]:
    """The updates since the last call, which all fit the specification."""
    updates: list[dict[str, Any]] = await api.ok("getUpdates")
    assert fits(updates, "[Update") == []
    if updates:
        await api.ok("getUpdates", offset=updates[-1]["update_id"] + 1)
    return updates


async def test_words_come_as_a_private_message_with_language(api: Api, sunja: Person) -> None:
    await sunja.says("  /start  ")
    message = (await told(api))[0]["message"]
    assert message["text"] == "/start"
    assert message["from"]["language_code"] == "ko"
    assert message["chat"] == {"id": sunja.id, "first_name": "김순자", "type": "private"}
    assert message["entities"] == [{"type": "bot_command", "offset": 0, "length": 6}]


async def test_long_words_become_several_messages(api: Api, sunja: Person) -> None:
    await sunja.says("가" * 5000)
    assert [len(update["message"]["text"]) for update in await told(api)] == [4096, 904]


async def test_the_contact_button_sends_her_own_number_as_an_answer(api: Api, maria: Person) -> None:
    asked = await api.ok("sendMessage", chat_id=maria.id, text="번호?", reply_markup=ASKS)
    await told(api)
    await maria.presses("번호 보내기")
    message = (await told(api))[0]["message"]
    assert message["contact"] == {"phone_number": maria.phone, "first_name": "Maria", "user_id": maria.id}
    assert message["reply_to_message"]["message_id"] == asked["message_id"]
    assert maria.keyboard == []


async def test_other_contacts_can_be_told_apart(api: Api, maria: Person, sunja: Person) -> None:
    await told(api)
    await maria.forwards_contact(sunja)
    await maria.sends_contact("010-0000-0003", "이웃")
    forwarded, typed = [update["message"] for update in await told(api)]
    assert forwarded["forward_origin"]["sender_user"]["id"] == sunja.id
    assert forwarded["contact"]["user_id"] == sunja.id
    assert "user_id" not in typed["contact"]


async def test_photos_albums_and_documents(api: Api, maria: Person) -> None:
    await told(api)
    await maria.sends_photo(picture(), "등본")
    await maria.sends_album([picture(), picture()], "두 장")
    await maria.sends_document("가족.pdf", b"%PDF-1.7")
    one, two, three, four = [update["message"] for update in await told(api)]
    assert one["caption"] == "등본"
    assert two["media_group_id"] == three["media_group_id"]
    assert ("caption" in two, "caption" in three) == (True, False)
    assert four["document"]["file_name"] == "가족.pdf"


async def test_edits_and_forwards_and_anything_else(api: Api, maria: Person) -> None:
    await told(api)
    said = await maria.says("하나")
    await maria.edits(said, "둘")
    await maria.forwards(said)
    updates = await told(api)
    assert updates[1]["edited_message"]["text"] == "둘"
    assert updates[1]["edited_message"]["edit_date"] > 0
    assert updates[2]["message"]["forward_origin"]["type"] == "user"
    await maria.sends({"sticker": {"file_id": "s"}})
    assert "sticker" in (await api.ok("getUpdates"))[0]["message"]


async def test_blocking_and_coming_back_is_told(api: Api, maria: Person) -> None:
    await told(api)
    await maria.blocks()
    await maria.says("/start")
    gone, back, start = await told(api)
    assert gone["my_chat_member"]["new_chat_member"]["status"] == "kicked"
    assert back["my_chat_member"]["new_chat_member"]["status"] == "member"
    assert start["message"]["text"] == "/start"


async def test_she_hears_the_bot_in_order_and_sees_edits(api: Api, maria: Person) -> None:
    sent = [await api.ok("sendMessage", chat_id=maria.id, text=text) for text in ("하나", "둘", "셋")]
    assert (await maria.hears()).text == "하나"
    assert (await maria.hears("셋")).text == "셋"
    await api.ok("editMessageText", chat_id=maria.id, message_id=sent[-1]["message_id"], text="넷 seo.kr")
    assert (await maria.sees("넷")).links == ["seo.kr"]
    with pytest.raises(AssertionError, match=r"Maria does not hear '다섯'(.|\n)*bot: 하나"):
        await maria.hears("다섯", timeout=0.01)
    with pytest.raises(AssertionError, match="finds no button '예'"):
        await maria.presses("예", timeout=0.01)


async def test_a_button_may_be_named_by_label_data_or_part(play: Playground, api: Api, maria: Person) -> None:
    keyboard = {"inline_keyboard": [[{"text": "1. 동의합니다", "callback_data": "yes"}]]}
    await api.ok("sendMessage", chat_id=maria.id, text="동의?", reply_markup=keyboard)
    for label in ("1. 동의합니다", "yes", "동의"):
        await maria.presses(label)
    presses = [update["callback_query"] for update in await told(api) if "callback_query" in update]
    assert [press["data"] for press in presses] == ["yes"] * 3


async def test_a_forged_press_on_a_deleted_message_has_an_inaccessible_one(api: Api, maria: Person) -> None:
    sent = await api.ok("sendMessage", chat_id=maria.id, text="x")
    seen = await maria.hears()
    await api.ok("deleteMessage", chat_id=maria.id, message_id=sent["message_id"])
    await maria.forges("evil", on=seen)
    query = (await told(api))[-1]["callback_query"]
    assert (query["data"], query["message"]["date"]) == ("evil", 0)


async def test_broken_characters_reach_the_bot_as_they_are(api: Api, maria: Person) -> None:
    await told(api)
    await maria.says("\ud83d x.kr \u202egnp.exe")
    assert (await told(api))[0]["message"]["text"] == "\ud83d x.kr \u202egnp.exe"


async def test_one_can_wait_until_the_bot_has_taken_everything(play: Playground, api: Api, maria: Person) -> None:
    with pytest.raises(AssertionError, match="has not taken"):
        await play.settled(timeout=0.01)
    await told(api)
    await play.settled()
