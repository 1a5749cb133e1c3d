"""All that Telegram would remember: people, chats, messages, files, commands and presses."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field

from .changes import Changes, Event
from .clock import Clock
from .delivery import PRESS_LIVES, Delivery
from .errors import Json, Refused, bad, forbidden

FREE_BOT: Json = {
    "id": 7000000001, "is_bot": True, "first_name": "창구", "username": "changgu_playground_bot",
    "can_join_groups": True, "can_read_all_group_messages": False, "supports_inline_queries": False,
}  # fmt: skip


@dataclass(slots=True)
class Chat:
    """A private chat or a group with its messages; `bot` is what became of the bot in it."""

    data: Json
    members: list[int] = field(default_factory=list)
    messages: dict[int, Json] = field(default_factory=dict)
    keyboard: Json | None = None
    bot: str = "absent"
    migrated_to: int = 0
    pinned: int = 0

    @property
    def id(self) -> int:
        """Negative for groups."""
        return int(self.data["id"])

    @property
    def private(self) -> bool:
        """Whether it is a person's chat with the bot."""
        return bool(self.data["type"] == "private")


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A photo or document as uploaded."""

    file_id: str
    unique_id: str
    path: str
    name: str
    mime: str
    data: bytes


@dataclass(slots=True)
class Press:
    """A button press; `answer` stays None until the bot calls answerCallbackQuery."""

    id: str
    user_id: int
    chat_id: int
    message_id: int
    data: str
    at: int
    answer: Json | None = None


class World:
    """State and its small verbs; every change is announced through `changes`."""

    def __init__(self, clock: Clock, delivery: Delivery) -> None:
        self.clock, self.delivery, self.changes = clock, delivery, Changes()
        delivery.taken = lambda: self.changes.announce(Event("taken"))
        self.bot: Json = dict(FREE_BOT)
        self.users: dict[int, Json] = {}
        self.phones: dict[int, str] = {}
        self.chats: dict[int, Chat] = {}
        self.files: dict[str, StoredFile] = {}
        self.presses: dict[str, Press] = {}
        self.commands: dict[str, list[Json]] = {}
        self.profile: dict[str, str] = {}
        self.last_message = 0
        self.webhook_set_at = 0.0

    def private_chat(self, user_id: int) -> Chat:
        """The chat of a person with the bot; it exists for the bot only once she has written."""
        user = self.users[user_id]
        shown = {k: user[k] for k in ("id", "first_name", "last_name", "username") if k in user}
        return self.chats.setdefault(user_id, Chat(shown | {"type": "private"}, [user_id]))

    def reachable(self, chat_id: int | None) -> Chat:
        """The chat the bot may write to; otherwise Telegram's refusal (400 or 403)."""
        chat = self.chats.get(chat_id or 0)
        if chat is not None and chat.migrated_to:
            raise Refused(400, "Bad Request: group chat was upgraded to a supergroup chat",
                          migrate_to_chat_id=chat.migrated_to)  # fmt: skip
        if chat is None or chat.bot == "absent":
            met = any(chat_id in group.members and not group.private for group in self.chats.values())
            raise forbidden("bot can't initiate conversation with a user") if met else bad("chat not found")
        if chat.bot == "kicked":
            kind = "the group chat" if chat.data["type"] == "group" else "the supergroup chat"
            raise forbidden("bot was blocked by the user" if chat.private else f"bot was kicked from {kind}")
        if chat.bot == "left":
            raise forbidden(f"bot is not a member of the {chat.data['type']} chat")
        return chat

    def message(self, chat: Chat, message_id: int, missing: str) -> Json:
        """A message still there; `missing` ends Telegram's sentence where it is not."""
        if message_id not in chat.messages:
            raise bad(missing)
        return chat.messages[message_id]

    def put(self, chat: Chat, sender: Json, content: Json) -> Json:
        """A new message at the end of a chat."""
        self.last_message += 1
        head = {"message_id": self.last_message, "from": sender, "chat": chat.data, "date": self.clock.now()}
        message = head | content
        chat.messages[self.last_message] = message
        self.changes.announce(Event("message", chat.id, message))
        return message

    def change(self, chat: Chat, message: Json) -> None:
        """An edited message takes the place of the former one."""
        chat.messages[message["message_id"]] = message
        self.changes.announce(Event("edited", chat.id, message))

    def remove(self, chat: Chat, message_id: int) -> None:
        """The message vanishes for everybody."""
        del chat.messages[message_id]
        self.changes.announce(Event("deleted", chat.id, {"message_id": message_id}))

    def keep(self, data: bytes, name: str, mime: str, folder: str) -> StoredFile:
        """Store an upload under new ids."""
        ending = name.rpartition(".")[2] if "." in name else "bin"
        file_id = "BQACAgUAAx" + secrets.token_urlsafe(30)
        path = f"{folder}/file_{len(self.files)}.{ending}"
        stored = StoredFile(file_id, "AgAD" + secrets.token_urlsafe(9), path, name, mime, data)
        self.files[file_id] = stored
        return stored

    def press(self, user_id: int, chat_id: int, message_id: int, data: str) -> Press:
        """A person presses (or forges) a callback button; the update stands in her own queue for 150 s."""
        press = Press(str(secrets.randbits(62)), user_id, chat_id, message_id, data, self.clock.now())
        self.presses[press.id] = press
        chat = self.chats[chat_id]
        gone = {"chat": chat.data, "message_id": message_id, "date": 0}
        query = {
            "id": press.id, "from": self.users[user_id], "message": chat.messages.get(message_id, gone),
            "chat_instance": str(chat_id * 7919), "data": data,
        }  # fmt: skip
        self.changes.announce(Event("pressed", chat_id, {"id": press.id, "message_id": message_id, "data": data}))
        self.delivery.push("callback_query", query, f"presses:{user_id}", PRESS_LIVES)
        return press

    def answer(self, press_id: str, answer: Json) -> None:
        """answerCallbackQuery; 400 where the press is unknown or too old."""
        press = self.presses.get(press_id)
        if press is None or self.clock.now() - press.at > PRESS_LIVES:
            raise bad("query is too old and response timeout expired or query ID is invalid")
        press.answer = answer
        body = answer | {"id": press.id, "message_id": press.message_id, "data": press.data}
        self.changes.announce(Event("answered", press.chat_id, body))

    def unanswered(self) -> list[Press]:
        """Presses the bot has left spinning."""
        return [press for press in self.presses.values() if press.answer is None]

    def said_of_bot(self, field: str, language: str) -> str:
        """The bot's name or description in this language, else the general one, else nothing."""
        return self.profile.get(f"{field}|{language}") or self.profile.get(f"{field}|", "")

    def commands_for(self, chat_id: int, language: str) -> list[Json]:
        """The command menu a person sees: the narrowest scope first, her language before the general list."""
        group = chat_id < 0
        scopes = [f"chat:{chat_id}", "all_group_chats" if group else "all_private_chats", "default"]
        keys: Iterator[str] = (f"{scope}|{lang}" for scope in scopes for lang in (language[:2], ""))
        return next((self.commands[key] for key in keys if self.commands.get(key)), [])
