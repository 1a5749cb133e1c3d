"""What a finder learns from: how people ask for each topic, repeat a wrong claim, or write about something else."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Final

from programmes.model import City
from programmes.schema import Phrasings
from programmes.topics import Shelf, phrasings
from programmes.wording import Lang

LANGS: Final[tuple[Lang, ...]] = ("ko", "en")


@dataclass(frozen=True, slots=True)
class Lesson:
    """Words, and what they are about: a topic, perhaps by way of a wrong claim, or a kind of thing elsewhere."""

    text: str
    lang: Lang
    topic: str | None = None
    claim: str | None = None
    kind: str | None = None


def written(city: City, folder: Path) -> tuple[Lesson, ...]:
    """All that stands in the files of a city's folder."""
    return tuple(_written(city, folder))


def digest(lessons: Iterable[Lesson], more: str) -> str:
    """Names a set of lessons, and `more`: how they are learned."""
    made = hashlib.sha256(more.encode())
    for one in lessons:
        made.update(repr(astuple(one)).encode())
    return made.hexdigest()[:32]


def _written(city: City, folder: Path) -> Iterator[Lesson]:
    for programme in city.programmes.values():
        shelf: Shelf[Phrasings] = phrasings(folder / programme.id)
        for lang in LANGS:
            for id, topic in programme.answers.items():
                asked = shelf.all[id][lang] if id in shelf.kept else ()
                yield from (Lesson(text, lang, id) for text in (topic.title[lang], *asked))
            for claim in programme.claims.values():
                yield from (Lesson(text, lang, claim.topic, claim.code) for text in claim.phrasings[lang])
    for lang in LANGS:
        for kind in city.elsewhere.values():
            yield from (Lesson(text, lang, kind=kind.code) for text in kind.phrasings[lang])
