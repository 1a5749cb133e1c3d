"""The channel to Telegram. Nothing of python-telegram-bot or the Bot API leaves this folder.

Of a send only the message number is kept: building the library's Message object from the answer costs more than the
whole send.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

from telegram import Bot, BotCommand, InputFile
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

from bot.channels import updates
from bot.channels.base import About, Bad, Busy, Doubt, Gone, Moved, NotSent, Sheet
from bot.channels.transport import AiohttpRequest, Body, NoAnswer, NoConnection
from handlers.dialog import Inbound

PICTURES = Path(__file__).parent.parent.parent / "handlers" / "pictures"
DRAWING = "drawing.png"  # what a picture made for one letter is called
UPDATES = ("message", "edited_message", "callback_query", "my_chat_member")
GONE = ("chat not found", "user is deactivated", "bot was blocked", "user not found", "peer_id_invalid")
NOT_MODIFIED, NOT_FOUND = "message is not modified", "message to delete not found"


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
        return updates.read(body)

    async def listen(self, offset: int | None, seconds: float) -> list[Any]:
        """Wait for updates by long polling: raw updates from `offset` on. Raises `Busy`."""
        data = {"offset": offset, "timeout": int(seconds), "allowed_updates": list(UPDATES), "limit": 100}
        try:
            found = await self._listening.post(
                f"{self._bot.base_url}/getUpdates", _body(data), read_timeout=seconds + 10, write_timeout=None
            )
        except TelegramError as error:
            raise Busy(type(error).__name__, _retry_after(error)) from None
        return list(found)  # type: ignore[arg-type]

    # ------------------------------------------------------------------------------------------------------ outward

    async def _call(self, method: str, data: Mapping[str, Any], file: tuple[str, InputFile] | None = None) -> Any:
        try:
            return await self._bot.request.post(f"{self._bot.base_url}/{method}", _body(data, file))
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
        data = {"chat_id": chat, **_options(sheet)}
        if sheet.file is not None:
            name, content = sheet.file
            data |= {"caption": text}
            sent = await self._call("sendDocument", data, ("document", InputFile(content, filename=name)))
        elif sheet.photo is not None:
            sent = await self._call("sendPhoto", data | {"photo": sheet.photo, "caption": text})
        elif sheet.picture is not None or sheet.drawing is not None:
            name = sheet.picture or DRAWING
            content = sheet.drawing or (PICTURES / name).read_bytes()
            data |= {"caption": text}
            sent = await self._call("sendPhoto", data, ("photo", InputFile(content, filename=name)))
        else:
            sent = await self._call("sendMessage", data | {"text": text})
        return int(sent["message_id"])

    async def edit(self, chat: int, message_id: int, sheet: Sheet) -> None:
        """Write words and buttons of one of our messages anew; that they are the same already is no fault."""
        data = {"chat_id": chat, "message_id": message_id, "reply_markup": _keyboard(sheet)}
        method, words = ("editMessageText", "text") if sheet.photo is None else ("editMessageCaption", "caption")
        try:
            await self._call(method, data | {words: sheet.text})
        except Bad as error:
            if NOT_MODIFIED not in str(error).lower():
                raise

    async def remove(self, chat: int, message_id: int) -> None:
        """Delete one of our messages; that it is gone already is no fault. Raises `Bad` where it is too late."""
        try:
            await self._call("deleteMessage", {"chat_id": chat, "message_id": message_id})
        except Bad as error:
            if NOT_FOUND not in str(error).lower():
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


def _body(data: Mapping[str, Any], file: tuple[str, InputFile] | None = None) -> Any:
    """What the transport reads; for the library it is anything."""
    return Body({name: value for name, value in data.items() if value is not None}, file)


def _options(sheet: Sheet) -> dict[str, Any]:
    """How a sheet is sent, whatever stands on it."""
    options: dict[str, Any] = {"link_preview_options": {"is_disabled": True}}
    if sheet.protect:
        options["protect_content"] = True
    if sheet.paid:
        options["allow_paid_broadcast"] = True
    if (keyboard := _keyboard(sheet)) is not None:
        options["reply_markup"] = keyboard
    return options


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
