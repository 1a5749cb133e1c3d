"""Changing and taking back messages."""

from playground.people import Person
from playground.server import Playground

from .conftest import Api, picture
from .shapes import fits

YES = {"inline_keyboard": [[{"text": "예", "callback_data": "y"}]]}


async def test_an_edit_shows_and_takes_the_buttons_along(api: Api, maria: Person) -> None:
    sent = await api.ok("sendMessage", chat_id=maria.id, text="하나", reply_markup=YES)
    seen = await maria.hears("하나")
    edited = await api.ok("editMessageText", chat_id=maria.id, message_id=sent["message_id"], text="둘")
    assert fits(edited, "Message") == []
    assert (seen.text, seen.edited, seen.buttons) == ("둘", True, [])


async def test_an_edit_that_changes_nothing_is_refused(api: Api, maria: Person) -> None:
    sent = await api.ok("sendMessage", chat_id=maria.id, text="하나", reply_markup=YES)
    where = {"chat_id": maria.id, "message_id": sent["message_id"], "reply_markup": YES}
    unchanged = "Bad Request: message is not modified"
    assert (await api.refused("editMessageText", text=" 하나 ", **where)).startswith(unchanged)
    assert (await api.refused("editMessageReplyMarkup", **where)).startswith(unchanged)
    assert await api.refused("editMessageText", text="가" * 4097, **where) == "Bad Request: MESSAGE_TOO_LONG"


async def test_only_the_bots_own_messages_of_the_right_kind_are_edited(api: Api, maria: Person) -> None:
    said = await maria.says("안녕")
    where = {"chat_id": maria.id, "message_id": said.id}
    assert await api.refused("editMessageText", text="x", **where) == "Bad Request: message can't be edited"
    where["message_id"] = 9999
    assert await api.refused("editMessageText", text="x", **where) == "Bad Request: message to edit not found"
    file = (await maria.sends_photo(picture())).raw["photo"][-1]["file_id"]
    where["message_id"] = (await api.ok("sendPhoto", chat_id=maria.id, photo=file))["message_id"]
    said_why = await api.refused("editMessageText", text="x", **where)
    assert said_why == "Bad Request: there is no text in the message to edit"
    assert (await api.ok("editMessageCaption", caption="x", **where))["caption"] == "x"


async def test_both_sides_messages_can_be_deleted_for_48_hours(play: Playground, api: Api, maria: Person) -> None:
    mine, old = await maria.says("950302-1234567"), await maria.says("오래된 말")
    await api.ok("deleteMessage", chat_id=maria.id, message_id=mine.id)
    assert mine.gone
    said = await api.refused("deleteMessage", chat_id=maria.id, message_id=mine.id)
    assert said == "Bad Request: message to delete not found"
    play.clock.advance(48 * 3600 + 60)
    said = await api.refused("deleteMessage", chat_id=maria.id, message_id=old.id)
    assert said == "Bad Request: message can't be deleted for everyone"


async def test_several_are_deleted_at_once_and_missing_ones_passed_over(api: Api, maria: Person) -> None:
    said = [await maria.says(text) for text in ("하나", "둘")]
    assert await api.ok("deleteMessages", chat_id=maria.id, message_ids=[said[0].id, 9999, said[1].id])
    assert all(message.gone for message in said)


async def test_in_a_group_the_bot_deletes_only_its_own(play: Playground, api: Api, maria: Person) -> None:
    group = play.group(-100, "서구", maria)
    said = await maria.says("/hello", chat=group.id)
    refusal = await api.refused("deleteMessage", chat_id=group.id, message_id=said.id)
    assert refusal == "Bad Request: message can't be deleted"
