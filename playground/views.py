"""What a person sees of a message, for tests that read the chat."""

from dataclasses import dataclass

from .entities import pieces
from .errors import Json
from .world import World


@dataclass(frozen=True, slots=True)
class Seen:
    """A message on the screen; it is live, so that an edit or a deletion shows."""

    world: World
    chat_id: int
    id: int

    @property
    def raw(self) -> Json:
        """The message in Telegram's shape, empty once deleted."""
        return self.world.chats[self.chat_id].messages.get(self.id, {})

    @property
    def gone(self) -> bool:
        """Whether it was deleted."""
        return not self.raw

    @property
    def edited(self) -> bool:
        """Whether it bears the mark of an edit."""
        return "edit_date" in self.raw

    @property
    def by_bot(self) -> bool:
        """Whether the bot wrote it."""
        return bool(self.raw and self.raw["from"]["id"] == self.world.bot["id"])

    @property
    def text(self) -> str:
        """Its text or caption."""
        return str(self.raw.get("text") or self.raw.get("caption") or "")

    @property
    def keys(self) -> list[Json]:
        """Inline buttons in reading order, in Telegram's shape."""
        markup = self.raw.get("reply_markup", {})
        return [key for row in markup.get("inline_keyboard", []) for key in row]

    @property
    def buttons(self) -> list[str]:
        """Labels of its inline buttons."""
        return [str(key["text"]) for key in self.keys]

    @property
    def links(self) -> list[str]:
        """Words Telegram made clickable: addresses, bare domains and hidden links."""
        entities = self.raw.get("entities") or self.raw.get("caption_entities") or []
        return pieces(self.text, [e for e in entities if e["type"] in ("url", "text_link", "email")])

    def __str__(self) -> str:
        who = "bot" if self.by_bot else "person"
        kind = next((k for k in ("photo", "document", "contact", "sticker", "voice") if k in self.raw), "")
        said = " ".join(filter(None, (f"({kind})" if kind else "", self.text)))
        return f"{who}: {said}" + "".join(f" [{label}]" for label in self.buttons)
