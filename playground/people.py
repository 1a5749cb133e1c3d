"""Residents and officials with a phone in their hand, played by a test or by the chat page."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from .call import Upload
from .changes import Event
from .entities import read_text
from .errors import Json
from .media import uploaded_document, uploaded_photo
from .sending import TEXT_LIMIT, origin
from .views import Seen
from .world import Chat, Press, World

PATIENCE = 10.0
"""Seconds a test waits for the bot unless it says otherwise."""


@dataclass(slots=True)
class Person:
    """Somebody with a Telegram account. Verbs act as her app would and return what came of it.

    Each takes `chat` (a group's id) where it is not meant for the private chat with the bot. `note` is what the page
    says beside her name.
    """

    world: World
    id: int
    name: str
    phone: str = ""
    note: str = ""
    _heard: dict[int, int] = field(default_factory=dict)

    async def says(self, text: str, *, chat: int = 0, reply_to: Seen | None = None) -> Seen:
        """Write a message; as her app does, what is over 4,096 characters becomes several."""
        extra: Json = {"reply_to_message": reply_to.raw} if reply_to else {}
        parts = [text[at : at + TEXT_LIMIT] for at in range(0, len(text), TEXT_LIMIT)]
        return [self._send(_worded(part) | extra, chat) for part in parts][-1]

    async def starts(self) -> Seen:
        """Press the Start button of an empty or blocked chat."""
        return await self.says("/start")

    async def sends_photo(self, data: bytes, caption: str = "") -> Seen:
        """A photo; her app has made it a JPEG already."""
        return self._send(uploaded_photo(self.world, data) | _captioned(caption))

    async def sends_album(self, photos: Sequence[bytes], caption: str = "") -> list[Seen]:
        """Several photos at once: a message each, one `media_group_id`."""
        group = {"media_group_id": str(self.world.last_message + 10**12)}
        contents = [uploaded_photo(self.world, data) | group for data in photos]
        contents[0] |= _captioned(caption)
        return [self._send(content) for content in contents]

    async def sends_document(self, name: str, data: bytes, mime: str = "application/pdf", caption: str = "") -> Seen:
        """A file as it is."""
        return self._send(uploaded_document(self.world, Upload(name, mime, data)) | _captioned(caption))

    async def sends(self, content: Json, *, chat: int = 0) -> Seen:
        """Any message content in Telegram's shape: a sticker, a voice message, a venue, an attack."""
        return self._send(content, chat)

    async def shares_contact(self, *, asked: bool = True) -> Seen:
        """Her own number by the contact button (`asked`: as the answer to the message that showed it)."""
        contact = {"contact": {"phone_number": self.phone, "first_name": self.name, "user_id": self.id}}
        shown = self._chat().keyboard or {}
        request = self._chat().messages.get(shown.get("message_id", 0)) if asked else None
        sent = self._send(contact | ({"reply_to_message": request} if request else {}))
        if request and shown.get("one_time_keyboard"):
            self._chat().keyboard = None
        return sent

    async def sends_contact(self, phone: str, name: str, user_id: int | None = None) -> Seen:
        """Somebody's card from the address book."""
        card: Json = {"phone_number": phone, "first_name": name}
        return self._send({"contact": card | ({"user_id": user_id} if user_id else {})})

    async def forwards_contact(self, other: "Person") -> Seen:
        """Another person's shared contact, passed on."""
        card = {"phone_number": other.phone, "first_name": other.name, "user_id": other.id}
        source = {"from": self.world.users[other.id], "date": self.world.clock.now()}
        return self._send({"contact": card, "forward_origin": origin(source)})

    async def forwards(self, seen: Seen) -> Seen:
        """A message she sees, passed on to the bot."""
        content = {k: v for k, v in seen.raw.items() if k in ("text", "entities", "photo", "document", "caption")}
        return self._send(content | {"forward_origin": origin(seen.raw)})

    async def edits(self, seen: Seen, text: str) -> None:
        """Change what she wrote; the bot gets `edited_message`."""
        chat = self.world.chats[seen.chat_id]
        message = {k: v for k, v in seen.raw.items() if k != "entities"} | _worded(text)
        message["edit_date"] = self.world.clock.now()
        self.world.change(chat, message)
        self.world.delivery.push("edited_message", message, f"chat:{chat.id}")

    async def presses(
        self, label: str, *, on: Seen | None = None, chat: int = 0, timeout: float = PATIENCE
    ) -> Press | Seen | None:
        """Press the newest button with this label (or callback data, or part of the label), waiting for it to appear.

        A reply-keyboard button sends its words or the contact (`Seen`); a link button opens nothing here (None).
        """
        here = chat or self.id
        found = await self.world.changes.until(lambda: self._find_button(label, on, here), timeout)
        if found is None:
            raise AssertionError(f"{self.name} finds no button {label!r} in:\n{self._screen(here)}")
        message_id, button = found
        if "callback_data" in button:
            return self.world.press(self.id, here, message_id, str(button["callback_data"]))
        if "url" in button:
            return None
        if button.get("request_contact"):
            return await self.shares_contact()
        return await self.says(str(button["text"]), chat=chat)

    async def forges(self, data: str, *, on: Seen, chat: int = 0) -> Press:
        """Press a button that is not there (any more, or ever): a stale screen or a changed app."""
        return self.world.press(self.id, chat or self.id, on.id, data)

    async def answered(self, press: Press | Seen | None, timeout: float = PATIENCE) -> str:
        """Wait until the button that was pressed stops spinning; returns the words of the answer."""
        assert isinstance(press, Press), "only an inline button with data is answered"
        answer = await self.world.changes.until(lambda: press.answer, timeout)
        if answer is None:
            raise AssertionError(f"the press {press.data!r} of {self.name} is still unanswered")
        return str(answer["text"])

    async def hears(self, saying: str = "", *, chat: int = 0, timeout: float = PATIENCE) -> Seen:
        """The bot's next message (that says this), waiting for it; those before it count as heard."""
        here = chat or self.id
        found = await self.world.changes.until(lambda: self._next(saying, here), timeout)
        if found is None:
            raise AssertionError(f"{self.name} does not hear {saying!r} in:\n{self._screen(here)}")
        self._heard[here] = found.id
        return found

    async def sees(self, saying: str, *, chat: int = 0, timeout: float = PATIENCE) -> Seen:
        """The newest of the bot's messages on the screen that says this now, edits counted; waits for it."""
        here = chat or self.id
        found = await self.world.changes.until(
            lambda: next((m for m in reversed(self._all(here)) if m.by_bot and saying in m.text), None), timeout
        )
        if found is None:
            raise AssertionError(f"{self.name} does not see {saying!r} in:\n{self._screen(here)}")
        return found

    async def blocks(self) -> None:
        """Stop the bot."""
        self._membership("kicked")

    async def unblocks(self) -> None:
        """Let the bot write again."""
        self._membership("member")

    @property
    def transcript(self) -> list[Seen]:
        """All that stands in the private chat, oldest first."""
        return self._all(self.id)

    @property
    def keyboard(self) -> list[str]:
        """Labels of the reply keyboard, none where there is none."""
        rows = (self._chat().keyboard or {}).get("keyboard", [])
        return [str(button["text"]) for row in rows for button in row]

    def _chat(self, chat: int = 0) -> Chat:
        return self.world.chats[chat] if chat else self.world.private_chat(self.id)

    def _send(self, content: Json, chat_id: int = 0) -> Seen:
        chat = self._chat(chat_id)
        if chat.private and chat.bot == "kicked":
            self._membership("member")
        if chat.private:
            chat.bot = "member"
        message = self.world.put(chat, self.world.users[self.id], content)
        if chat.private or _for_bot(message, self.world.bot):
            self.world.delivery.push("message", message, f"chat:{chat.id}")
        return Seen(self.world, chat.id, message["message_id"])

    def _membership(self, status: str) -> None:
        chat = self._chat()
        before, chat.bot = chat.bot, status
        if before != status:
            body = membership(self.world, chat, self.id, before, status)
            self.world.delivery.push("my_chat_member", body, f"chat:{chat.id}")
            self.world.changes.announce(Event("chat", chat.id, {"bot": status}))

    def _all(self, chat: int) -> list[Seen]:
        return [Seen(self.world, chat, number) for number in self._chat(chat if chat != self.id else 0).messages]

    def _next(self, saying: str, chat: int) -> Seen | None:
        after = self._heard.get(chat, 0)
        return next((m for m in self._all(chat) if m.id > after and m.by_bot and saying in m.text), None)

    def _find_button(self, label: str, on: Seen | None, chat: int) -> tuple[int, Json] | None:
        seen = [on] if on else list(reversed(self._all(chat)))
        keys = [(message.id, key) for message in seen for key in message.keys]
        shown = [] if on else (self._chat(chat if chat != self.id else 0).keyboard or {}).get("keyboard", [])
        keys += [(0, key) for row in shown for key in row]
        exact = (pair for pair in keys if label in (pair[1]["text"], pair[1].get("callback_data")))
        return next(exact, None) or next((pair for pair in keys if label in str(pair[1]["text"])), None)

    def _screen(self, chat: int) -> str:
        return "\n".join(str(message) for message in self._all(chat)) or "(an empty chat)"


def membership(world: World, chat: Chat, by: int, before: str, after: str) -> Json:
    """ChatMemberUpdated of the bot itself."""

    def member(status: str) -> Json:
        told: Json = {"status": "left" if status == "absent" else status, "user": world.bot}
        return told | ({"until_date": 0} if status == "kicked" else {})

    return {"chat": chat.data, "from": world.users[by], "date": world.clock.now(),
            "old_chat_member": member(before), "new_chat_member": member(after)}  # fmt: skip


def _worded(text: str) -> Json:
    said, entities = read_text(text, "", [])
    return {"text": said} | ({"entities": entities} if entities else {})


def _captioned(caption: str) -> Json:
    said, entities = read_text(caption, "", [])
    return ({"caption": said} if said else {}) | ({"caption_entities": entities} if entities else {})


def _for_bot(message: Json, bot: Json) -> bool:
    """Privacy mode: in groups a bot hears commands, mentions, replies to itself and service messages."""
    text = str(message.get("text", ""))
    replied: Any = message.get("reply_to_message", {})
    service = not any(key in message for key in ("text", "photo", "document", "contact", "sticker", "voice"))
    mine = replied.get("from", {}).get("id") == bot["id"]
    return service or mine or text.startswith("/") or f"@{bot['username']}" in text
