"""How Telegram says no: a code, a sentence and sometimes what to do (Bot API, "Making requests")."""

from typing import Any

Json = dict[str, Any]


class Refused(Exception):
    """A call that is not accepted; `body` is the answer in Telegram's shape."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters

    @property
    def body(self) -> Json:
        """`{"ok": false, "error_code": …, "description": …}`, with `parameters` where there are any."""
        answer: Json = {"ok": False, "error_code": self.code, "description": self.description}
        return answer | ({"parameters": self.parameters} if self.parameters else {})


def bad(reason: str) -> Refused:
    """400: the bot's own fault."""
    return Refused(400, f"Bad Request: {reason}")


def forbidden(reason: str) -> Refused:
    """403: the person or group does not want this bot."""
    return Refused(403, f"Forbidden: {reason}")


def too_many(seconds: int) -> Refused:
    """429: the same call is welcome again after so many seconds."""
    return Refused(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)
