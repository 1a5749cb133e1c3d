"""What officers say every day, ready in both languages (`phrases.toml`), filled in for one talk."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from handlers.dialog import Text, Turn, said
from programmes import worktime
from programmes.reading import Page, Spot, build
from programmes.wording import Wording
from storage.cases import Case

DISTRICT = "district-office"


@dataclass(frozen=True, slots=True)
class Phrase:
    """A sentence by the name an officer finds it by."""

    code: str
    name: Wording
    text: Wording


@dataclass(frozen=True, slots=True)
class _Phrases:
    phrases: Mapping[str, Phrase]


@cache
def all_phrases() -> Mapping[str, Phrase]:
    """Every phrase by its code. `BadProgramme` for a file that lacks a language or names an address."""
    page = Page.open(Path(__file__).parent / "phrases.toml")
    found: _Phrases = build(_Phrases, page.data, Spot(page))
    return found.phrases


def filled(turn: Turn, phrase: Phrase, case: Case) -> Text:
    """The phrase as it is said in this talk."""
    return said(phrase.text, **_values(turn, case))


def _values(turn: Turn, case: Case) -> Mapping[str, Any]:
    calendar, places = turn.city.calendar, turn.city.places
    dong = places.dongs.get(case.dong or "")
    office = dong.office if dong else DISTRICT
    return {
        "number": case.number,
        "opening": worktime.next_opening(turn.now, calendar),
        "opens": f"{calendar.opens:%H:%M}",
        "closes": f"{calendar.closes:%H:%M}",
        "office": places.office(office).name,
        "phone": places.reach(office),
    }
