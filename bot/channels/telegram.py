"""The channel to Telegram. Nothing of python-telegram-bot or the Bot API leaves this folder.

Ordinary updates are read by msgspec into the few fields we use, all others by python-telegram-bot; one test shows
that both give the same Inbound. Of a send only the message number is kept: building the library's Message object
from the answer costs more than the whole send.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Annotated, Any

import msgspec
import orjson
from telegram import Bot, BotCommand, InputFile, Message, Update, User
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)
from telegram.request import RequestData
from telegram.request._requestparameter import RequestParameter

from bot.channels.base import About, Bad, Busy, Doubt, Gone, Moved, NotAnUpdate, NotSent, Sheet
from bot.channels.transport import AiohttpRequest, NoAnswer, NoConnection
from handlers.dialog import Contact, Inbound, Kind, Upload

PICTURES = Path(__file__).parent.parent.parent / "handlers" / "pictures"
UPDATES = ("message", "edited_message", "callback_query", "my_chat_member")
GONE = ("chat not found", "user is deactivated", "bot was blocked", "user not found", "peer_id_invalid")
Number = Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)]  # what a database holds
NOT_MODIFIED, NOT_FOUND = "message is not modified", "message to delete not found"


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


class Telegram:
    """One bot at Telegram, or at a server that speaks its language."""

    def __init__(
        self, token: str, api_url: str, commands: Mapping[str, Sequence[tuple[str, str]]] | None = None
    ) -> None:
        base = api_url.rstrip("/")
        self._sending, self._listening = AiohttpRequest(), AiohttpRequest()
        self._bot = Bot(
            token,
            base_url=f"{base}/bot",
            base_file_url=f"{base}/file/bot",
            request=self._sending,
            get_updates_request=self._listening,
        )
        self._commands = commands or {}

    # ------------------------------------------------------------------------------------------------------- inward

    def read(self, body: bytes) -> Inbound | None:
        """One update. None for what concerns nobody here; raises `NotAnUpdate`."""
        try:
            quick = _quick(_decode(body))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            quick = None
        return quick if quick is not None else self._read_any(body)

    def _read_any(self, body: bytes) -> Inbound | None:
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

    async def listen(self, offset: int | None, seconds: float) -> list[Any]:
        """Wait for updates by long polling: raw updates from `offset` on. Raises `Busy`."""
        data = {"offset": offset, "timeout": int(seconds), "allowed_updates": list(UPDATES), "limit": 100}
        try:
            found = await self._listening.post(
                f"{self._bot.base_url}/getUpdates", _request(data), read_timeout=seconds + 10, write_timeout=None
            )
        except TelegramError as error:
            raise Busy(type(error).__name__, _retry_after(error)) from None
        return list(found)  # type: ignore[arg-type]

    # ------------------------------------------------------------------------------------------------------ outward

    async def _call(self, method: str, data: Mapping[str, Any], file: tuple[str, InputFile] | None = None) -> Any:
        try:
            return await self._bot.request.post(f"{self._bot.base_url}/{method}", _request(data, file))
        except TelegramError as error:
            raise _sorted(error) from None

    async def send(self, chat: int, sheet: Sheet) -> int | None:
        """Send one sheet; gives the message's number. A removal that fails turns to the other sentence."""
        text = sheet.text
        if sheet.delete is not None:
            try:
                await self._call("deleteMessage", {"chat_id": chat, "message_id": sheet.delete})
            except Bad as error:
                if NOT_FOUND not in str(error).lower():  # else it is gone already: by an earlier try, or by its writer
                    text = sheet.otherwise or text
            if not text:
                return None
        data: dict[str, Any] = {"chat_id": chat, "link_preview_options": {"is_disabled": True}}
        if sheet.protect:
            data["protect_content"] = True
        if (keyboard := _keyboard(sheet)) is not None:
            data["reply_markup"] = keyboard
        if sheet.file is not None:
            name, content = sheet.file
            data |= {"caption": text}
            sent = await self._call("sendDocument", data, ("document", InputFile(content, filename=name)))
        elif sheet.picture is not None:
            content = (PICTURES / sheet.picture).read_bytes()
            data |= {"caption": text}
            sent = await self._call("sendPhoto", data, ("photo", InputFile(content, filename=sheet.picture)))
        else:
            sent = await self._call("sendMessage", data | {"text": text})
        return int(sent["message_id"])

    async def edit(self, chat: int, message_id: int, sheet: Sheet) -> None:
        """Write words and buttons of one of our messages anew; that they are the same already is no fault."""
        data = {"chat_id": chat, "message_id": message_id, "text": sheet.text, "reply_markup": _keyboard(sheet)}
        try:
            await self._call("editMessageText", data)
        except Bad as error:
            if NOT_MODIFIED not in str(error).lower():
                raise

    async def acknowledge(self, press_id: str, window: str | None = None) -> None:
        """End the waiting sign on a pressed button, with a small window if there is something to say."""
        shown = {"text": window, "show_alert": True} if window else {}
        await self._call("answerCallbackQuery", {"callback_query_id": press_id} | shown)

    async def settle(self, chat: int, message_id: int, text: str) -> None:
        """Take the buttons off a pressed question and show what was chosen; without `text` only the former."""
        data: dict[str, Any] = {"chat_id": chat, "message_id": message_id}
        try:
            if text:
                await self._call("editMessageText", data | {"text": text})
            else:
                await self._call("editMessageReplyMarkup", data)
        except Bad as error:
            if NOT_MODIFIED not in str(error).lower() and text:
                await self._call("editMessageReplyMarkup", data)

    async def fetch(self, ref: str, limit: int) -> bytes:
        """The bytes of an announced file; raises `Bad` when it is larger than `limit` or no longer there."""
        found = await self._call("getFile", {"file_id": ref})
        if (found.get("file_size") or 0) > limit or "file_path" not in found:
            raise Bad("file is too large")
        try:
            data = await self._bot.request.retrieve(f"{self._bot.base_file_url}/{found['file_path']}")
        except TelegramError as error:
            raise _sorted(error) from None
        if len(data) > limit:
            raise Bad("file is too large")
        return data

    # ---------------------------------------------------------------------------------------------- coming and going

    async def open(self, webhook: str | None, secret: str | None) -> None:
        """Introduce the bot: webhook or polling, and the command lists of each language."""
        if webhook is not None:
            data = {"url": webhook, "secret_token": secret, "allowed_updates": list(UPDATES), "max_connections": 100}
            await self._call("setWebhook", data)
        else:
            await self._call("deleteWebhook", {})
        for language, commands in self._commands.items():
            listed = [BotCommand(name, about).to_dict() for name, about in commands]
            await self._call(
                "setMyCommands",
                {"commands": listed, "scope": {"type": "all_private_chats"}}
                | ({"language_code": language} if language else {}),
            )

    async def about(self) -> About:
        """What Telegram says of the webhook: where it leads, pending updates, its last error; and what time it is."""
        found: Mapping[str, Any] = await self._call("getWebhookInfo", {})
        failed = found.get("last_error_date")
        return About(
            found.get("url", ""),
            found.get("pending_update_count", 0),
            found.get("last_error_message", ""),
            datetime.fromtimestamp(failed, UTC) if failed else None,
            _date(self._sending.date),
        )

    async def close(self) -> None:
        """Let go of every connection."""
        await self._sending.shutdown()
        await self._listening.shutdown()


def _request(data: Mapping[str, Any], file: tuple[str, InputFile] | None = None) -> RequestData:
    parameters = [RequestParameter(name, value, None) for name, value in data.items() if value is not None]
    if file is not None:
        parameters.append(RequestParameter(file[0], None, [file[1]]))
    return RequestData(parameters)


def _keyboard(sheet: Sheet) -> dict[str, Any] | None:
    if sheet.contact is not None:
        rows: list[list[dict[str, Any]]] = [[{"text": sheet.contact, "request_contact": True}]]
        rows += [[{"text": label} for _, label in row] for row in sheet.rows]
        return {"keyboard": rows, "resize_keyboard": True, "one_time_keyboard": True}
    if sheet.rows:
        return {
            "inline_keyboard": [[{"text": label, "callback_data": data} for data, label in row] for row in sheet.rows]
        }
    return {"remove_keyboard": True} if sheet.clear else None


def _date(header: str) -> datetime | None:
    """The time in an answer's Date header, exact to a second."""
    try:
        return parsedate_to_datetime(header)
    except ValueError:
        return None


def _retry_after(error: TelegramError) -> float | None:
    if not isinstance(error, RetryAfter):
        return None
    after = error.retry_after
    return float(after) if isinstance(after, int | float) else after.total_seconds()


def _sorted(error: TelegramError) -> NotSent:
    """One of our five for what the library raised. BadRequest is a NetworkError there: it comes first here."""
    match error:
        case RetryAfter():
            return Busy("429", _retry_after(error))
        case ChatMigrated():
            return Moved(error.new_chat_id)
        case Forbidden():
            return Gone("403")
        case BadRequest():
            said = error.message.lower()
            return Gone(said) if any(word in said for word in GONE) else Bad(error.message)
        case NoConnection() | Conflict() | InvalidToken():
            return Busy(type(error).__name__)
        case NoAnswer() | NetworkError():
            return Doubt(type(error).__name__)
        case _:
            return Doubt(type(error).__name__)


def _forgiving(body: bytes) -> Any:
    """Telegram's JSON with a lone surrogate in it, which orjson refuses."""
    try:
        return json.loads(body.decode("utf-8", "surrogatepass"))
    except (ValueError, RecursionError):
        raise NotAnUpdate("not JSON") from None
