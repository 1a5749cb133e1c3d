"""The methods that put a message into a chat."""

from typing import Any

from .call import Call
from .changes import Event
from .entities import read_text
from .errors import Json, Refused, bad
from .html import units
from .keyboards import read_markup
from .media import document, find_file, photo
from .world import Chat, World

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
CONTENT = ("text", "entities", "photo", "document", "caption", "caption_entities", "contact", "sticker", "voice")


async def send_message(world: World, call: Call) -> Json:
    """Bot API sendMessage."""
    chat = world.reachable(call.chat_id)
    return post(world, call, chat, read_message_text(call, "message is too long"))


async def send_photo(world: World, call: Call) -> Json:
    """Bot API sendPhoto."""
    chat = world.reachable(call.chat_id)
    stored = find_file(world, call, call.params.get("photo"), "photo", "photos")
    return post(world, call, chat, photo(world, stored) | read_caption(call))


async def send_document(world: World, call: Call) -> Json:
    """Bot API sendDocument."""
    chat = world.reachable(call.chat_id)
    stored = find_file(world, call, call.params.get("document"), "document", "documents")
    return post(world, call, chat, document(stored) | read_caption(call))


async def send_media_group(world: World, call: Call) -> list[Json]:
    """Bot API sendMediaGroup: two to ten photos or documents, not mixed."""
    chat = world.reachable(call.chat_id)
    media = call.items("media")
    if not 2 <= len(media) <= 10:
        raise bad("wrong number of media items specified" if media else "there are no media in the request")
    if len({item.get("type") for item in media}) > 1 or media[0].get("type") not in ("photo", "document"):
        raise bad("can't use the media of the specified type in the album")
    contents = [_album_item(world, call, item) for item in media]
    group = {"media_group_id": str(world.last_message + 10**12)}
    return [post(world, call, chat, content | group) for content in contents]


async def copy_message(world: World, call: Call) -> Json:
    """Bot API copyMessage: the same content as a message of one's own."""
    chat, source = world.reachable(call.chat_id), _source(world, call, "copied")
    content = {key: source[key] for key in CONTENT if key in source}
    if "caption" in call.params:
        content = {k: v for k, v in content.items() if not k.startswith("caption")} | read_caption(call)
    return {"message_id": post(world, call, chat, content)["message_id"]}


async def forward_message(world: World, call: Call) -> Json:
    """Bot API forwardMessage: the same content, with where it came from."""
    chat, source = world.reachable(call.chat_id), _source(world, call, "forwarded")
    content = {key: source[key] for key in CONTENT if key in source}
    return post(world, call, chat, content | {"forward_origin": origin(source)})


def origin(source: Json) -> Json:
    """MessageOriginUser of a message, or the origin it already has."""
    first: Json = {"type": "user", "sender_user": source["from"], "date": source["date"]}
    return source.get("forward_origin") or first


def post(world: World, call: Call, chat: Chat, content: Json) -> Json:
    """Write the message with its keyboard, reply and flags, and return it as the bot sees it."""
    markup = read_markup(call.value("reply_markup"))
    extra = _reply(world, call, chat)
    if call.flag("protect_content"):
        extra["has_protected_content"] = True
    if preview := call.value("link_preview_options"):
        extra["link_preview_options"] = preview
    if markup and "inline_keyboard" in markup:
        extra["reply_markup"] = markup
    elif markup and "force_reply" not in markup:
        chat.keyboard = None if markup.get("remove_keyboard") else markup
    message = world.put(chat, world.bot, content | extra)
    if markup and "inline_keyboard" not in markup:
        shown = (chat.keyboard or {}) | {"message_id": message["message_id"]} if chat.keyboard else {}
        chat.keyboard = shown or None
        world.changes.announce(Event("keyboard", chat.id, shown))
    return message


def read_message_text(call: Call, too_long: str) -> Json:
    """`text` and its `entities`; `Refused` where empty or over 4,096 UTF-16 units."""
    if not call.text("text"):
        raise bad("message text is empty")
    text, entities = read_text(call.text("text"), call.text("parse_mode"), call.items("entities"))
    if not text:
        raise bad("text must be non-empty")
    if units(text) > TEXT_LIMIT:
        raise bad(too_long)
    return {"text": text} | ({"entities": entities} if entities else {})


def read_caption(source: Call) -> Json:
    """`caption` and its `caption_entities`; `Refused` over 1,024 UTF-16 units."""
    text, entities = read_text(source.text("caption"), source.text("parse_mode"), source.items("caption_entities"))
    if units(text) > CAPTION_LIMIT:
        raise bad("message caption is too long")
    return ({"caption": text} if text else {}) | ({"caption_entities": entities} if entities else {})


def _album_item(world: World, call: Call, item: Json) -> Json:
    kind = str(item["type"])
    stored = find_file(world, call, item.get("media"), "media", f"{kind}s")
    caption = read_caption(Call(call.method, item))
    return (photo(world, stored) if kind == "photo" else document(stored)) | caption


def _source(world: World, call: Call, done: str) -> Json:
    verb = {"copied": "copy", "forwarded": "forward"}[done]
    chat = world.reachable(Call(call.method, {"chat_id": call.params.get("from_chat_id")}).chat_id)
    message = world.message(chat, call.number("message_id"), f"message to {verb} not found")
    if message.get("has_protected_content"):
        raise bad(f"message can't be {done}")
    return message


def _reply(world: World, call: Call, chat: Chat) -> Json:
    wanted: Any = call.value("reply_parameters") or {}
    number = int(wanted.get("message_id") or call.number("reply_to_message_id"))
    if not number:
        return {}
    try:
        target = world.message(chat, number, "message to be replied not found")
    except Refused:
        if wanted.get("allow_sending_without_reply") or call.flag("allow_sending_without_reply"):
            return {}
        raise
    return {"reply_to_message": {k: v for k, v in target.items() if k != "reply_to_message"}}
