"""The methods about the bot itself, its chats and how it hears of updates."""

import re
import time

from .call import Call
from .changes import Event
from .delivery import Webhook
from .errors import Json, bad, forbidden, too_many
from .html import units
from .media import DOWNLOAD_LIMIT
from .world import World

_GIFTS = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")
_SECRET = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-")
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_SCOPES = ("default", "all_private_chats", "all_group_chats", "all_chat_administrators")
_CHAT_SCOPES = ("chat", "chat_administrators", "chat_member")


async def get_me(world: World, _call: Call) -> Json:
    """Bot API getMe."""
    return world.bot


async def get_updates(world: World, call: Call) -> list[Json]:
    """Bot API getUpdates: long polling; `timeout` in seconds, at most 50."""
    if call.value("allowed_updates") is not None:
        world.delivery.allowed = tuple(call.items("allowed_updates"))
    timeout = min(call.number("timeout"), 50)
    return await world.delivery.updates(call.number("offset"), call.number("limit", 100), timeout)


async def set_webhook(world: World, call: Call) -> bool:
    """Bot API setWebhook; plain http and any port are taken, as a Bot API server started with --local does."""
    now, last = time.monotonic(), world.webhook_set_at
    if now - last < 1:
        raise too_many(1)
    world.webhook_set_at = now
    url, secret = call.text("url"), call.text("secret_token")
    if url and not url.startswith(("http://", "https://")):
        raise bad("bad webhook: invalid webhook URL specified")
    if not set(secret) <= _SECRET or len(secret) > 256:
        raise bad("secret token contains unallowed characters")
    if call.value("allowed_updates") is not None:
        world.delivery.allowed = tuple(call.items("allowed_updates"))
    room = min(max(call.number("max_connections", 40), 1), 100)
    await world.delivery.point(Webhook(url, secret, room) if url else Webhook(), call.flag("drop_pending_updates"))
    return True


async def delete_webhook(world: World, call: Call) -> bool:
    """Bot API deleteWebhook."""
    await world.delivery.point(Webhook(), call.flag("drop_pending_updates"))
    return True


async def get_webhook_info(world: World, _call: Call) -> Json:
    """Bot API getWebhookInfo."""
    delivery = world.delivery
    info: Json = {"url": delivery.webhook.url, "has_custom_certificate": False,
                  "pending_update_count": len(delivery.waiting())}  # fmt: skip
    if delivery.webhook.url:
        info["max_connections"] = delivery.webhook.max_connections
    if delivery.last_error and delivery.webhook.url:
        info["last_error_date"], info["last_error_message"] = delivery.last_error
    return info | ({"allowed_updates": list(delivery.allowed)} if delivery.allowed else {})


async def answer_callback_query(world: World, call: Call) -> bool:
    """Bot API answerCallbackQuery."""
    if units(call.text("text")) > 200:
        raise bad("MESSAGE_TOO_LONG")
    answer = {"text": call.text("text"), "show_alert": call.flag("show_alert")}
    world.answer(call.text("callback_query_id"), answer)
    return True


async def get_file(world: World, call: Call) -> Json:
    """Bot API getFile: up to 20 MB; `file_path` is fetched under /file/bot<token>/."""
    stored = world.files.get(call.text("file_id"))
    if stored is None:
        raise bad("wrong file_id or the file is temporarily unavailable")
    if len(stored.data) > DOWNLOAD_LIMIT:
        raise bad("file is too big")
    return {"file_id": stored.file_id, "file_unique_id": stored.unique_id, "file_size": len(stored.data),
            "file_path": stored.path}  # fmt: skip


async def set_my_commands(world: World, call: Call) -> bool:
    """Bot API setMyCommands: one list per scope and language."""
    commands = call.items("commands")
    for command in commands:
        name, words = str(command.get("command", "")).removeprefix("/"), str(command.get("description", ""))
        if not _COMMAND.fullmatch(name):
            raise bad("BOT_COMMAND_INVALID")
        if not 1 <= len(words) <= 256:
            raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
    if len(commands) > 100:
        raise bad("BOT_COMMANDS_TOO_MUCH")
    world.commands[_scope(call)] = [
        {"command": str(c["command"]).removeprefix("/"), "description": str(c["description"])} for c in commands
    ]
    world.changes.announce(Event("commands"))
    return True


async def get_my_commands(world: World, call: Call) -> list[Json]:
    """Bot API getMyCommands."""
    return world.commands.get(_scope(call), [])


async def delete_my_commands(world: World, call: Call) -> bool:
    """Bot API deleteMyCommands."""
    world.commands.pop(_scope(call), None)
    world.changes.announce(Event("commands"))
    return True


async def set_profile(world: World, call: Call) -> bool:
    """Bot API setMyName, setMyDescription and setMyShortDescription: one text per language."""
    field = _profile_field(call.method)
    limit = {"name": 64, "description": 512, "short_description": 120}[field]
    if len(call.text(field)) > limit:
        raise bad(f"bot {field.replace('_', ' ')} is too long")
    world.profile[f"{field}|{call.text('language_code')}"] = call.text(field)
    world.changes.announce(Event("commands"))
    return True


async def get_profile(world: World, call: Call) -> Json:
    """Bot API getMyName, getMyDescription and getMyShortDescription."""
    field = _profile_field(call.method)
    found = world.said_of_bot(field, call.text("language_code"))
    return {field: found or (world.bot["first_name"] if field == "name" else "")}


async def send_chat_action(world: World, call: Call) -> bool:
    """Bot API sendChatAction: the chat shows that the bot is at work."""
    chat = world.reachable(call.chat_id)
    if not call.text("action"):
        raise bad("wrong parameter action in request")
    world.changes.announce(Event("typing", chat.id, {"action": call.text("action")}))
    return True


async def get_chat(world: World, call: Call) -> Json:
    """Bot API getChat (ChatFullInfo)."""
    chat = world.reachable(call.chat_id)
    accepted = dict.fromkeys(_GIFTS, False)
    info = chat.data | {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": accepted}
    pinned = chat.messages.get(chat.pinned)
    return info | ({"pinned_message": pinned} if pinned else {})


async def get_chat_member(world: World, call: Call) -> Json:
    """Bot API getChatMember: every person in a group is an ordinary member, and so is the bot."""
    chat, user_id = world.reachable(call.chat_id), call.number("user_id")
    if user_id == world.bot["id"]:
        return {"status": "member", "user": world.bot}
    if user_id not in world.users:
        raise bad("PARTICIPANT_ID_INVALID")
    return {"status": "member" if user_id in chat.members else "left", "user": world.users[user_id]}


async def leave_chat(world: World, call: Call) -> bool:
    """Bot API leaveChat: groups only."""
    chat = world.reachable(call.chat_id)
    if chat.private:
        raise bad("chat member status can't be changed in private chats")
    if chat.bot != "member":
        raise forbidden("bot is not a member of the group chat")
    chat.bot = "left"
    return True


def _scope(call: Call) -> str:
    scope = call.value("scope") or {}
    kind = str(scope.get("type", "default"))
    if kind not in _SCOPES + _CHAT_SCOPES:
        raise bad("can't parse BotCommandScope: unsupported type specified")
    where = ":".join(str(scope[key]) for key in ("chat_id", "user_id") if key in scope)
    return f"{kind}{':' + where if where else ''}|{call.text('language_code')}"


def _profile_field(method: str) -> str:
    words = method.lower()[len("setmy") :]
    return {"name": "name", "description": "description", "shortdescription": "short_description"}[words]
