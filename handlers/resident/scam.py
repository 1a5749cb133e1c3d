"""Texts that want something no office wants by message: known by addresses and by words, without the network."""

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_DOT = r"\s?(?:\.|\[\.\]|\(\.\))\s?"


@dataclass(frozen=True, slots=True)
class _Marks:
    """What `scam.toml` names, ready to be looked for."""

    address: re.Pattern[str]
    link: re.Pattern[str]  # more than a bare name of a site
    korean: tuple[str, ...]
    english: re.Pattern[str]
    signs: tuple[str, ...]


@cache
def _marks() -> _Marks:
    read = tomllib.loads((Path(__file__).parent / "scam.toml").read_text(encoding="utf-8"))
    endings = "|".join(map(re.escape, read["endings"]))
    link = rf"\bh\w\wps?\s?:\s?//|://|\bwww\s?\.|(?<![\w-])[\w-]++{_DOT}(?:{endings})\s?/\s?\w"
    name = rf"(?<![\w-])[a-z0-9-]++\.[a-z]{{2,}}\b|(?<![\w-])[\w-]++{_DOT}(?:{endings})\b"
    return _Marks(
        re.compile(f"{link}|{name}"),
        re.compile(link),
        tuple("".join(word.split()) for word in read["asks"]["ko"]),
        re.compile(rf"\b(?:{'|'.join(map(re.escape, read['asks']['en']))})\b"),
        tuple(read["signs"]),
    )


def _said(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def is_scam(text: str) -> bool:
    """Whether a text that is not ours has an address, or asks for what no office asks for by message."""
    said, marks = _said(text), _marks()
    squeezed = "".join(said.split())
    return bool(
        marks.address.search(said)
        or any(word in squeezed for word in marks.korean)
        or marks.english.search(" ".join(said.split()))
    )


def was_pasted(text: str) -> bool:
    """Whether somebody plainly shows us another's words: sent to many, or with a link and without a question."""
    said, marks = _said(text).rstrip(), _marks()
    squeezed = "".join(said.split())
    return any(sign in squeezed for sign in marks.signs) or (
        not said.endswith("?") and marks.link.search(said) is not None
    )
