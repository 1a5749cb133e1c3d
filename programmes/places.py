"""Dongs and offices: dated rows, because a district is redrawn while its cases are open."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from programmes.wording import Wording


@dataclass(frozen=True, slots=True)
class Dong:
    """An administrative dong, in force on every day from `valid_from` to `valid_to`, both included.

    `former` are names people still say, `legal` the legal dongs inside it; `successors` are what it became.
    """

    code: str
    name: Wording
    area: Literal["main", "geomdan"]
    valid_from: date
    office: str
    source: str
    valid_to: date = date.max
    successors: tuple[str, ...] = ()
    former: tuple[str, ...] = ()
    legal: tuple[str, ...] = ()

    def stands_on(self, day: date) -> bool:
        """Whether the dong exists on that day."""
        return self.valid_from <= day <= self.valid_to


@dataclass(frozen=True, slots=True)
class Office:
    """Whom to turn to. An empty phone or address is one that no source gave: nothing is invented."""

    code: str
    name: Wording
    source: str
    phone: str = ""
    address: Wording | None = None
    valid_from: date = date.min
    valid_to: date = date.max


@dataclass(frozen=True, slots=True)
class Places:
    """All dongs and offices of the district; `no_phone` is said where a number is not known.

    `officers_named`: whether residents are told the name of the officer who writes to them.
    """

    dongs: Mapping[str, Dong]
    offices: Mapping[str, Office]
    no_phone: Wording
    officers_named: bool = False

    def dongs_on(self, day: date) -> tuple[Dong, ...]:
        """Dongs in force on that day, in the order of the file."""
        return tuple(dong for dong in self.dongs.values() if dong.stands_on(day))

    def dong(self, code: str) -> Dong:
        """A dong of any time. KeyError for a code that never was."""
        return self.dongs[code]

    def office(self, code: str) -> Office:
        """An office of any time. KeyError for a code that never was."""
        return self.offices[code]

    def reach(self, code: str) -> Wording:
        """How to ring an office: its number, or whom to ask for it. KeyError for an unknown office."""
        phone = self.offices[code].phone
        return Wording(phone, phone) if phone else self.no_phone

    def find(self, text: str, day: date) -> tuple[Dong, ...]:
        """Dongs of that day meant by a typed name: official, English, former or legal; else all sharing its stem.

        Spaces, dashes and the ending 동 may be missing. Empty when nothing fits.
        """
        asked = _key(text)
        standing = self.dongs_on(day)
        exact = tuple(dong for dong in standing if asked in (_key(dong.name.ko), _key(dong.name.en)))
        former = tuple(dong for dong in standing if asked in map(_key, (*dong.former, *dong.legal)))
        return exact or former or tuple(dong for dong in standing if asked and asked in _stems(dong))


def _key(name: str) -> str:
    """A name without Hangul in brackets, spaces, dashes, case and the ending 동."""
    bare = unicodedata.normalize("NFKC", name).partition("(")[0].lower()
    return "".join(letter for letter in bare if letter.isalnum()).removesuffix("dong").removesuffix("동")


def _stems(dong: Dong) -> tuple[str, ...]:
    return tuple(_key(name).rstrip("0123456789") for name in (dong.name.ko, dong.name.en))
