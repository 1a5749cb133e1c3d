"""Which Bot API methods the playground knows; any other is answered 404, as Telegram does."""

from collections.abc import Awaitable, Callable
from typing import Any

from . import editing, sending, settings
from .call import Call
from .errors import Refused
from .world import World

Method = Callable[[World, Call], Awaitable[Any]]

METHODS: dict[str, Method] = {
    "getMe": settings.get_me,
    "getUpdates": settings.get_updates,
    "setWebhook": settings.set_webhook,
    "deleteWebhook": settings.delete_webhook,
    "getWebhookInfo": settings.get_webhook_info,
    "sendMessage": sending.send_message,
    "sendPhoto": sending.send_photo,
    "sendDocument": sending.send_document,
    "sendMediaGroup": sending.send_media_group,
    "copyMessage": sending.copy_message,
    "forwardMessage": sending.forward_message,
    "editMessageText": editing.edit_message_text,
    "editMessageCaption": editing.edit_message_caption,
    "editMessageReplyMarkup": editing.edit_message_reply_markup,
    "deleteMessage": editing.delete_message,
    "deleteMessages": editing.delete_messages,
    "pinChatMessage": editing.pin_chat_message,
    "answerCallbackQuery": settings.answer_callback_query,
    "getFile": settings.get_file,
    "setMyCommands": settings.set_my_commands,
    "getMyCommands": settings.get_my_commands,
    "deleteMyCommands": settings.delete_my_commands,
    "setMyName": settings.set_profile,
    "setMyDescription": settings.set_profile,
    "setMyShortDescription": settings.set_profile,
    "getMyName": settings.get_profile,
    "getMyDescription": settings.get_profile,
    "getMyShortDescription": settings.get_profile,
    "sendChatAction": settings.send_chat_action,
    "getChat": settings.get_chat,
    "getChatMember": settings.get_chat_member,
    "leaveChat": settings.leave_chat,
}
_BY_LOWER = {name.lower(): name for name in METHODS}
_READING = ("get",)
_SETTING = ("setWebhook", "deleteWebhook")


def named(name: str) -> str:
    """The method's proper name (Telegram does not mind the case); `Refused` 404 where there is none."""
    try:
        return _BY_LOWER[name.lower()]
    except KeyError:
        raise Refused(404, "Not Found: method not found") from None


def entered(method: str) -> bool:
    """Whether a call belongs in the ledger: all but those which only read or set up delivery."""
    return not method.startswith(_READING) and method not in _SETTING
