"""Reads updates. Nothing of python-telegram-bot or the Bot API leaves this folder.

Ordinary updates are read by msgspec into the few fields we use, all others by python-telegram-bot; one test shows
that both give the same Inbound.
"""

import json
from typing import Annotated, Any

import msgspec
import orjson
from telegram import Message, Update, User

from bot.channels.base import NotAnUpdate
from handlers.dialog import Contact, Inbound, Kind, Upload

Number = Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)]  # what a database holds


def read(body: bytes) -> Inbound | None:
    """One update. None for what concerns nobody here; raises `NotAnUpdate`."""
    try:
        quick = _quick(_decode(body))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        quick = None
    return quick if quick is not None else read_any(body)


def read_any(body: bytes) -> Inbound | None:
    """The same, whatever it is, by the library alone."""
    try:
        parsed = orjson.loads(body)
    except ValueError:
        parsed = _forgiving(body)
    try:
        update = Update.de_json(parsed, None)
        msgspec.convert(update.update_id, Number)
        return _sound(_thorough(update))
    except Exception as error:  # whatever the library stumbles over, the body is no update; it is never logged
        raise NotAnUpdate(type(error).__name__) from None


def _forgiving(body: bytes) -> Any:
    """Telegram's JSON with a lone surrogate in it, which orjson refuses."""
    try:
        return json.loads(body.decode("utf-8", "surrogatepass"))
    except (ValueError, RecursionError):
        raise NotAnUpdate("not JSON") from None


# ------------------------------------------------------------------------------------------------ the ordinary kinds


class RawUser(msgspec.Struct):
    """Who wrote."""

    id: int
    is_bot: bool = False
    language_code: str = ""


class RawChat(msgspec.Struct):
    """Where; `type` is private, group, supergroup or channel."""

    id: Number
    type: str


class RawPhoto(msgspec.Struct):
    """One size of a photo; the last one listed is the largest."""

    file_id: str
    file_size: int | None = None


class RawDocument(msgspec.Struct):
    """A file sent as a file."""

    file_id: str
    file_name: str = ""
    file_size: int | None = None


class RawContact(msgspec.Struct):
    """A phone number; `user_id` is whose Telegram account it is, if anybody's."""

    phone_number: str
    user_id: int | None = None


class RawMessage(msgspec.Struct):
    """The fields of a message that a dialog can take."""

    message_id: Number
    chat: RawChat
    from_: RawUser | None = msgspec.field(name="from", default=None)
    text: str | None = None
    caption: str = ""
    photo: list[RawPhoto] | None = None
    document: RawDocument | None = None
    contact: RawContact | None = None
    media_group_id: str | None = None
    forward_origin: msgspec.Raw | None = None


class RawPress(msgspec.Struct):
    """A pressed button and the message it stands under."""

    id: str
    from_: RawUser = msgspec.field(name="from")
    message: RawMessage | None = None
    data: str = ""


class RawUpdate(msgspec.Struct):
    """An update of the two ordinary kinds."""

    update_id: Number
    message: RawMessage | None = None
    callback_query: RawPress | None = None


_decode = msgspec.json.Decoder(RawUpdate).decode


def _quick(raw: RawUpdate) -> Inbound | None:
    """The Inbound of an ordinary private message or press; None for all else."""
    if raw.callback_query is not None:
        return _press(raw.update_id, raw.callback_query)
    message = raw.message
    if message is None or message.chat.type != "private" or message.from_ is None:
        return None
    common: dict[str, Any] = {
        "update_id": raw.update_id,
        "chat": message.chat.id,
        "message_id": message.message_id,
        "language": message.from_.language_code,
        "forwarded": message.forward_origin is not None,
    }
    if message.text is not None:
        return Inbound(kind=Kind.TEXT, text=message.text, **common)
    upload = None
    if message.photo:
        largest = message.photo[-1]
        upload = Upload(largest.file_id, "photo.jpg", largest.file_size, message.media_group_id)
    elif message.document is not None:
        paper = message.document
        upload = Upload(paper.file_id, paper.file_name, paper.file_size, message.media_group_id)
    if upload is not None:
        return Inbound(kind=Kind.UPLOAD, text=message.caption, upload=upload, **common)
    if message.contact is not None:
        own = message.contact.user_id == message.from_.id and message.forward_origin is None
        contact = Contact(message.contact.phone_number, own)
        return Inbound(kind=Kind.CONTACT, contact=contact, **common)
    return None


def _press(update_id: int, press: RawPress) -> Inbound | None:
    if press.message is None or press.message.chat.type != "private":
        return None
    return Inbound(
        update_id,
        press.message.chat.id,
        Kind.PRESS,
        press=press.data,
        press_id=press.id,
        shown=press.message.text or press.message.caption,
        message_id=press.message.message_id,
        language=press.from_.language_code,
    )


# --------------------------------------------------------------------------------------------------------- any other


def _thorough(update: Update) -> Inbound | None:
    """The Inbound of any update, read by python-telegram-bot."""
    if (press := update.callback_query) is not None:
        shown = press.message if isinstance(press.message, Message) else None
        if press.message is None or press.message.chat.type != "private":
            chat = press.message.chat.id if press.message else press.from_user.id
            return Inbound(update.update_id, chat, Kind.GROUP, press_id=press.id)
        return Inbound(
            update.update_id,
            press.message.chat.id,
            Kind.PRESS,
            press=press.data or "",
            press_id=press.id,
            shown=(shown.text or shown.caption or "") if shown else "",
            message_id=press.message.message_id,
            language=press.from_user.language_code or "",
        )
    if (change := update.my_chat_member) is not None:
        if change.chat.type != "private":
            return None
        left = change.new_chat_member.status in ("kicked", "left")
        return Inbound(update.update_id, change.chat.id, Kind.LEFT if left else Kind.BACK)
    message = update.message or update.edited_message
    if message is None or message.from_user is None:
        return None
    return _message(update.update_id, message, message.from_user, edited=update.edited_message is not None)


def _message(update_id: int, message: Message, user: User, *, edited: bool) -> Inbound | None:
    common: dict[str, Any] = {
        "update_id": update_id,
        "chat": message.chat.id,
        "message_id": message.message_id,
        "language": user.language_code or "",
        "forwarded": message.forward_origin is not None,
    }
    if message.chat.type != "private":
        addressed = message.text if message.text and message.text.startswith("/") else None
        return Inbound(kind=Kind.GROUP, text=addressed, **common) if addressed else None
    if edited:
        return Inbound(kind=Kind.EDIT, text=message.text or message.caption or "", **common)
    if message.text is not None:
        return Inbound(kind=Kind.TEXT, text=message.text, **common)
    if message.photo:
        largest = message.photo[-1]
        upload = Upload(largest.file_id, "photo.jpg", largest.file_size, message.media_group_id)
        return Inbound(kind=Kind.UPLOAD, text=message.caption or "", upload=upload, **common)
    if message.document is not None:
        paper = message.document
        upload = Upload(paper.file_id, paper.file_name or "", paper.file_size, message.media_group_id)
        return Inbound(kind=Kind.UPLOAD, text=message.caption or "", upload=upload, **common)
    if message.contact is not None:
        own = message.contact.user_id == user.id and message.forward_origin is None
        return Inbound(kind=Kind.CONTACT, contact=Contact(message.contact.phone_number, own), **common)
    return Inbound(kind=Kind.OTHER, text=message.caption or "", **common)


def _sound(inbound: Inbound | None) -> Inbound | None:
    """The same, if it is of the types it says, which the library does not look at. Raises ValueError."""
    if inbound is not None:
        msgspec.convert(msgspec.to_builtins(inbound), Inbound)
        msgspec.convert((inbound.chat, inbound.message_id), tuple[Number, Number | None])
    return inbound
