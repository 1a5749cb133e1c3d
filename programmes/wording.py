"""What is said to residents, in every language of the house."""

import re
from dataclasses import dataclass
from string import Formatter
from typing import Final, Literal

Lang = Literal["ko", "en"]

_LINK: Final = re.compile(r"://|\bwww\.|\b[a-z0-9-]+\.[a-z]{2,}\b", re.IGNORECASE)
_PARTICLE: Final = re.compile(r"\}(은|는|이|가|을|를|와|과|로|으로|이나|나|이며|며)(?![가-힣])")


@dataclass(frozen=True, slots=True)
class Wording:
    """One thing said in Korean and in English; both may hold the same `{placeholders}`."""

    ko: str
    en: str

    def __getitem__(self, lang: Lang) -> str:
        return self.ko if lang == "ko" else self.en


class Won(int):
    """A sum in South Korean won; shown by the bot as 150,000원 and KRW 150,000."""

    __slots__ = ()


def placeholders(text: str) -> frozenset[str]:
    """Names in `{braces}`. ValueError when a brace is left open or a placeholder has no name."""
    names = frozenset(name for _, name, _, _ in Formatter().parse(text) if name is not None)
    if not all(name.isidentifier() for name in names):
        raise ValueError("a placeholder needs a plain name")
    return names


def names_address(text: str) -> bool:
    """Whether an address of the web stands in it: no text of ours has one, so that residents know what is not ours."""
    return _LINK.search(text) is not None


def particle_follows(text: str) -> bool:
    """Whether a Korean particle that depends on the last sound stands directly after a placeholder."""
    return _PARTICLE.search(text) is not None


def fault(said: Wording) -> str | None:
    """Why this wording may not be shown to a resident, or None when it may."""
    if not (said.ko.strip() and said.en.strip()):
        return "one language is empty"
    try:
        same = placeholders(said.ko) == placeholders(said.en)
    except ValueError as error:
        return str(error)
    if not same:
        return "the languages have different placeholders"
    if names_address(said.ko) or names_address(said.en):
        return "no address of the web may stand in a text to residents"
    if particle_follows(said.ko):
        return "a Korean particle stands directly after a placeholder"
    return None
