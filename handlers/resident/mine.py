"""Whether somebody asks about her own case or money: then the desk that knows her answers, by data (`mine.toml`)."""

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

DESKS: Final = ("payment", "eligibility", "cases")  # who answers there knows who is asking


@cache
def _words() -> Mapping[str, Any]:
    return tomllib.loads((Path(__file__).parent / "mine.toml").read_text(encoding="utf-8"))


@cache
def _english(desk: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, _words()[desk]['en']))})\b")


def asks_of_herself(question: str, desk: str) -> bool:
    """Whether these words ask how it stands with her in what this desk knows; false for a desk that knows nobody."""
    if desk not in DESKS:
        return False
    plain = unicodedata.normalize("NFKC", question).casefold().replace("’", "'")
    return _speaks(plain) and _asks(plain, desk)


def _speaks(plain: str) -> bool:
    """Whether somebody speaks of herself."""
    words = re.findall(r"[\w']+", plain)
    known = _words()
    return any(
        word in known["i"]["ko"] or word in known["i"]["en"] or word.startswith(tuple(known["i_begins"]))
        for word in words
    )


def _asks(plain: str, desk: str) -> bool:
    squeezed = "".join(filter(str.isalnum, plain))
    return any(word in squeezed for word in _words()[desk]["ko"]) or _english(desk).search(plain) is not None
