"""The fields of the Bot API 10.2 objects that the playground answers with, as far as it uses them.

A field ends in `?` where the specification calls it optional. `fits` says where a value departs.
"""

from typing import Any

SHAPES: dict[str, dict[str, str]] = {
    "User": {"id": "int", "is_bot": "bool", "first_name": "str", "last_name?": "str", "username?": "str",
             "language_code?": "str", "can_join_groups?": "bool", "can_read_all_group_messages?": "bool",
             "supports_inline_queries?": "bool"},
    "Chat": {"id": "int", "type": "str", "title?": "str", "username?": "str", "first_name?": "str",
             "last_name?": "str"},
    "Message": {"message_id": "int", "date": "int", "chat": "Chat", "from?": "User", "text?": "str",
                "entities?": "[MessageEntity", "caption?": "str", "caption_entities?": "[MessageEntity",
                "photo?": "[PhotoSize", "document?": "Document", "contact?": "Contact", "edit_date?": "int",
                "media_group_id?": "str", "reply_to_message?": "Message", "reply_markup?": "InlineKeyboardMarkup",
                "forward_origin?": "MessageOriginUser", "has_protected_content?": "bool",
                "link_preview_options?": "LinkPreviewOptions", "migrate_to_chat_id?": "int",
                "migrate_from_chat_id?": "int"},
    "MessageEntity": {"type": "str", "offset": "int", "length": "int", "url?": "str", "language?": "str"},
    "MessageOriginUser": {"type": "str", "date": "int", "sender_user": "User"},
    "LinkPreviewOptions": {"is_disabled?": "bool", "url?": "str"},
    "PhotoSize": {"file_id": "str", "file_unique_id": "str", "width": "int", "height": "int", "file_size?": "int"},
    "Document": {"file_id": "str", "file_unique_id": "str", "file_name?": "str", "mime_type?": "str",
                 "file_size?": "int"},
    "Contact": {"phone_number": "str", "first_name": "str", "last_name?": "str", "user_id?": "int"},
    "InlineKeyboardMarkup": {"inline_keyboard": "[[InlineKeyboardButton"},
    "InlineKeyboardButton": {"text": "str", "callback_data?": "str", "url?": "str"},
    "CallbackQuery": {"id": "str", "from": "User", "message?": "Message", "chat_instance": "str", "data?": "str"},
    "ChatMemberUpdated": {"chat": "Chat", "from": "User", "date": "int", "old_chat_member": "ChatMember",
                          "new_chat_member": "ChatMember"},
    "ChatMember": {"status": "str", "user": "User", "until_date?": "int"},
    "Update": {"update_id": "int", "message?": "Message", "edited_message?": "Message",
               "callback_query?": "CallbackQuery", "my_chat_member?": "ChatMemberUpdated"},
    "WebhookInfo": {"url": "str", "has_custom_certificate": "bool", "pending_update_count": "int",
                    "max_connections?": "int", "last_error_date?": "int", "last_error_message?": "str",
                    "allowed_updates?": "[str"},
    "File": {"file_id": "str", "file_unique_id": "str", "file_size?": "int", "file_path?": "str"},
    "BotCommand": {"command": "str", "description": "str"},
    "BotName": {"name": "str"},
    "BotDescription": {"description": "str"},
    "MessageId": {"message_id": "int"},
    "ChatFullInfo": {"id": "int", "type": "str", "title?": "str", "username?": "str", "first_name?": "str",
                     "last_name?": "str", "accent_color_id": "int", "max_reaction_count": "int",
                     "accepted_gift_types": "AcceptedGiftTypes", "pinned_message?": "Message"},
    "AcceptedGiftTypes": {"unlimited_gifts": "bool", "limited_gifts": "bool", "unique_gifts": "bool",
                          "premium_subscription": "bool", "gifts_from_channels": "bool"},
    "Refusal": {"ok": "bool", "error_code": "int", "description": "str", "parameters?": "ResponseParameters"},
    "ResponseParameters": {"retry_after?": "int", "migrate_to_chat_id?": "int"},
}  # fmt: skip
_PLAIN = {"int": int, "str": str, "bool": bool}


def fits(value: Any, shape: str, where: str = "") -> list[str]:
    """Every place where `value` departs from the shape; empty when it fits. `[X` means an array of X."""
    if shape.startswith("["):
        if not isinstance(value, list):
            return [f"{where}: no array"]
        return [wrong for i, each in enumerate(value) for wrong in fits(each, shape[1:], f"{where}[{i}]")]
    if shape in _PLAIN:
        return [] if type(value) is _PLAIN[shape] else [f"{where}: {value!r} is no {shape}"]
    fields = SHAPES[shape]
    known = {name.rstrip("?"): kind for name, kind in fields.items()}
    missing = [f"{where}.{name}: missing" for name in fields if not name.endswith("?") and name not in value]
    strange = [f"{where}.{name}: not in {shape}" for name in value if name not in known]
    inner = [w for name in value if name in known for w in fits(value[name], known[name], f"{where}.{name}")]
    return missing + strange + inner
