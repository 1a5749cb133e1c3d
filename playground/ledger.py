"""The truth of what the bot really said: every call that changed something, in order, accepted or refused."""

from dataclasses import asdict, dataclass
from itertools import count
from typing import Literal

from .errors import Json

Outcome = Literal["accepted", "refused", "dropped"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One call. `dropped` never reached the chat; `answered` is False where the bot never saw our answer."""

    number: int
    at: int
    method: str
    outcome: Outcome
    chat_id: int | None
    message_ids: tuple[int, ...]
    text: str
    error: str = ""
    answered: bool = True


class Ledger:
    """Entries in the order of acceptance; reading calls (getMe, getUpdates, getFile …) are not entered."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self._numbers = count(1)

    def enter(
        self, at: int, method: str, outcome: Outcome, chat_id: int | None = None,
        message_ids: tuple[int, ...] = (), text: str = "", error: str = "", answered: bool = True,
    ) -> None:  # fmt: skip
        """Write one line; `at` is the playground's clock in seconds since 1970."""
        number = next(self._numbers)
        self.entries.append(Entry(number, at, method, outcome, chat_id, message_ids, text, error, answered))

    def accepted(self, method: str = "", chat_id: int | None = None, saying: str = "") -> list[Entry]:
        """What got through, narrowed by method prefix ("send"), chat and words."""
        return [
            entry
            for entry in self.entries
            if entry.outcome == "accepted"
            and entry.method.startswith(method)
            and chat_id in (None, entry.chat_id)
            and saying in entry.text
        ]

    @property
    def refused(self) -> list[Entry]:
        """Calls answered with an error."""
        return [entry for entry in self.entries if entry.outcome == "refused"]

    def to_json(self) -> list[Json]:
        """All lines as JSON objects, for `/playground/ledger`."""
        return [asdict(entry) for entry in self.entries]
