"""What comes of an upload that was looked at (`bot/papers.py`): for those who wait for it and never look themselves."""

from dataclasses import dataclass
from typing import Literal

MAX_BYTES = 10 * 2**20

Kind = Literal["jpeg", "pdf"]
Code = Literal["empty", "large", "kind", "broken", "pages", "locked", "active", "number"]


@dataclass(frozen=True, slots=True)
class Paper:
    """A file that may be kept; `name` is masked and ends as its kind does. Width and height (pixels) of a PDF are 0."""

    data: bytes
    kind: Kind
    name: str
    pages: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Unfit:
    """A file that may not be kept; the sentence that says so is `paper.unfit.<code>`."""

    code: Code
