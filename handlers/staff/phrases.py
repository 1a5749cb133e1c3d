"""What stands ready in both languages for a talk: what officers say every day (`phrases.toml`), and every answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from handlers.dialog import Text, Turn, said
from handlers.resident import topics
from programmes import worktime
from programmes.reading import Page, Spot, build
from programmes.topics import params
from programmes.wording import Wording
from storage.cases import Case

DISTRICT = "district-office"
ANSWER: Final = "answer:"  # stands before the id of a topic


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


def ready(turn: Turn, code: str, case: Case) -> Text | None:
    """What stands ready under this code, as it is said in this talk; None for what is there no more."""
    if not code.startswith(ANSWER):
        phrase = all_phrases().get(code)
        return filled(turn, phrase, case) if phrase is not None else None
    known = topics.found(turn, code.removeprefix(ANSWER))
    return said(known[1].answer, **params(*known)) if known is not None else None


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
