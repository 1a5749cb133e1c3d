"""What a channel is to the rest of the bot: it reads updates into Inbounds, and carries sheets out.

Whatever a channel's library raises becomes one of five: `Busy` and `Bad` were surely not sent, `Gone` will never
arrive, `Doubt` may have arrived, `Moved` wants another address.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import msgspec

from handlers.dialog import Inbound


class NotAnUpdate(ValueError):
    """A body that is no update, from somebody who knows the secret."""


class NotSent(Exception):
    """Base of all that can become of a send besides success."""


class Busy(NotSent):
    """Surely not sent, may be tried again: no connection, or 429 with the seconds to wait."""

    def __init__(self, reason: str, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


class Doubt(NotSent):
    """Written, and no answer: it may have arrived."""


class Gone(NotSent):
    """The person blocked the bot, or the chat is no more."""


class Bad(NotSent):
    """The other side will not take it as it is: our fault."""


class Moved(NotSent):
    """The group became a supergroup with another number."""

    def __init__(self, chat: int) -> None:
        super().__init__("moved")
        self.chat = chat


class Sheet(msgspec.Struct, frozen=True):
    """A letter ready to go: words in the reader's language, no channel's vocabulary.

    `rows` are button rows of (data, label); `contact` the label of the button that shares one's phone; `clear` puts
    a reply keyboard away; `picture` a file name in `handlers/pictures`; `drawing` a picture made for this letter
    (PNG); `file` a document of ours; `delete` a message to remove first, after which `text`, if there is any, is said,
    or `otherwise` where that failed. `paper` is the id of a file the sender reads just before; `protect` lets nobody
    save it or pass it on. `photo` is the channel's own handle of a picture it has; `paid` is sent at the house's cost
    beyond what may be sent for nothing.
    """

    text: str
    rows: Sequence[Sequence[Sequence[str]]] = ()
    contact: str | None = None
    clear: bool = False
    picture: str | None = None
    drawing: bytes | None = None
    file: tuple[str, bytes] | None = None
    delete: int | None = None
    otherwise: str | None = None
    paper: str | None = None
    protect: bool = False
    photo: str | None = None
    paid: bool = False


@dataclass(frozen=True, slots=True)
class About:
    """What the other side says of us: where it brings updates to, how many wait, its last error, and its own time.

    `heard` is when we heard it, by our clock.
    """

    webhook: str
    pending: int
    error: str = ""
    error_at: datetime | None = None
    at: datetime | None = None
    heard: datetime | None = None


class Channel(Protocol):
    """A way to people. Sends raise the five of this file, nothing else."""

    def read(self, body: bytes) -> Inbound | None:
        """One update. None for what concerns nobody here; raises `NotAnUpdate`."""
        ...

    async def send(self, chat: int, sheet: Sheet) -> int | None:
        """Send one sheet; gives the channel's number of the message."""
        ...

    async def edit(self, chat: int, message_id: int, sheet: Sheet) -> None:
        """Write words and buttons of one of our messages anew."""
        ...

    async def remove(self, chat: int, message_id: int) -> None:
        """Delete one of our messages; that it is gone already is no fault. Raises `Bad` where it is too late."""
        ...

    async def acknowledge(self, press_id: str, window: str | None = None) -> None:
        """End the waiting sign on a pressed button, with a small window if there is something to say."""
        ...

    async def settle(self, chat: int, message_id: int, text: str) -> None:
        """Take the buttons off a pressed question and show what was chosen."""
        ...

    async def fetch(self, ref: str, limit: int) -> bytes:
        """The bytes of an announced file; raises `Bad` when it is larger than `limit`."""
        ...

    async def listen(self, offset: int | None, seconds: float) -> list[Any]:
        """Wait for updates by long polling: raw updates from `offset` on."""
        ...

    async def open(self, webhook: str | None, secret: str | None) -> None:
        """Introduce the bot: webhook or polling, and the command lists of each language."""
        ...

    async def close(self) -> None:
        """Let go of every connection."""
        ...
