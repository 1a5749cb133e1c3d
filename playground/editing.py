"""The methods that change or take back what was sent."""

from .call import Call
from .changes import Event
from .errors import Json, bad
from .keyboards import read_markup
from .sending import read_caption, read_message_text
from .world import Chat, World

DELETE_WITHIN = 48 * 3600
_NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)


async def edit_message_text(world: World, call: Call) -> Json:
    """Bot API editMessageText; without `reply_markup` the buttons go."""
    chat, message = _mine(world, call)
    if "text" not in message:
        raise bad("there is no text in the message to edit")
    return _edit(world, call, chat, message, read_message_text(call, "MESSAGE_TOO_LONG"), ("text", "entities"))


async def edit_message_caption(world: World, call: Call) -> Json:
    """Bot API editMessageCaption."""
    chat, message = _mine(world, call)
    if "text" in message:
        raise bad("there is no caption in the message to edit")
    return _edit(world, call, chat, message, read_caption(call), ("caption", "caption_entities"))


async def edit_message_reply_markup(world: World, call: Call) -> Json:
    """Bot API editMessageReplyMarkup; without `reply_markup` the buttons go."""
    chat, message = _mine(world, call)
    return _edit(world, call, chat, message, {}, ())


async def delete_message(world: World, call: Call) -> bool:
    """Bot API deleteMessage: one's own, and in private chats the person's too, for 48 hours."""
    chat = world.reachable(call.chat_id)
    message = world.message(chat, call.number("message_id"), "message to delete not found")
    _may_delete(world, chat, message)
    world.remove(chat, message["message_id"])
    return True


async def delete_messages(world: World, call: Call) -> bool:
    """Bot API deleteMessages: up to 100; those not found are passed over."""
    chat = world.reachable(call.chat_id)
    numbers = [int(number) for number in call.items("message_ids")]
    if not numbers:
        raise bad("message identifiers are not specified")
    if len(numbers) > 100:
        raise bad("too many message identifiers specified")
    messages = [chat.messages[number] for number in numbers if number in chat.messages]
    for message in messages:
        _may_delete(world, chat, message)
    for message in messages:
        world.remove(chat, message["message_id"])
    return True


async def pin_chat_message(world: World, call: Call) -> bool:
    """Bot API pinChatMessage: shown at the top of the chat, without the service message."""
    chat = world.reachable(call.chat_id)
    message = world.message(chat, call.number("message_id"), "message to pin not found")
    chat.pinned = message["message_id"]
    world.changes.announce(Event("pinned", chat.id, message))
    return True


def _mine(world: World, call: Call) -> tuple[Chat, Json]:
    chat = world.reachable(call.chat_id)
    message = world.message(chat, call.number("message_id"), "message to edit not found")
    if message["from"]["id"] != world.bot["id"] or "forward_origin" in message:
        raise bad("message can't be edited")
    return chat, message


def _edit(world: World, call: Call, chat: Chat, message: Json, content: Json, replaced: tuple[str, ...]) -> Json:
    markup = read_markup(call.value("reply_markup"), inline_only=True)
    kept = {k: v for k, v in message.items() if k not in (*replaced, "reply_markup")}
    edited = kept | content | ({"reply_markup": markup} if markup else {})
    if edited == message:
        raise bad(_NOT_MODIFIED)
    if replaced:
        edited["edit_date"] = world.clock.now()
    world.change(chat, edited)
    return edited


def _may_delete(world: World, chat: Chat, message: Json) -> None:
    mine = message["from"]["id"] == world.bot["id"]
    if not mine and not chat.private:
        raise bad("message can't be deleted")
    if world.clock.now() - int(message["date"]) > DELETE_WITHIN:
        raise bad("message can't be deleted for everyone")
