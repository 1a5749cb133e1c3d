"""What lay over the files of the city is let go of once they say the same: after a release that brought it home."""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final
from uuid import UUID

from bot.finder.lessons import LANGS
from bot.logs import log
from programmes.model import HERE, City, Phrasings, Wording
from programmes.sameness import forms
from programmes.topics import phrasings
from storage import amendments
from storage.amendments import ANSWER, Amendment
from storage.engine import Database
from storage.unit import in_one
from storage.vault import Vault

EVERY: Final = 3_600.0  # seconds
NOTHING: Final = Phrasings((), ())
Asked = Mapping[tuple[str, str], Phrasings]


async def keep(database: Database, vault: Vault, clock: Callable[[], datetime], base: City) -> None:
    """Look at the start and then hourly, for ever; `base` is the city as its files have it."""
    while True:
        try:
            await retire(database, vault, clock(), base)
        except Exception as error:
            log.warning("retiring.failed", error=type(error).__name__)
        await asyncio.sleep(EVERY)


async def retire(database: Database, vault: Vault, now: datetime, base: City, folder: Path = HERE) -> int:
    """Retire what this city's files say; gives how many those were."""
    async with database.reading() as db:
        found = await amendments.in_force(db, vault)
    said = await asyncio.to_thread(at_home, found, base, folder) if found else ()
    done = await in_one(database, vault, now, lambda store: amendments.retire(store, said)) if said else ()
    return len(done)


def at_home(found: Sequence[Amendment], city: City, folder: Path) -> tuple[UUID, ...]:
    """Those that stand in the files: an answer word for word, questions as phrasings that say the same."""
    known = asked(city, folder)
    return tuple(one.id for one in found if _stands(one, city, known))


def _stands(one: Amendment, city: City, known: Asked) -> bool:
    if one.kind != ANSWER:
        there = known.get((one.programme, one.code))
        return there is not None and news(there, one) == NOTHING
    programme = city.programmes.get(one.programme)
    topic = programme.answers.get(one.code) if programme is not None else None
    return topic is not None and topic.answer == Wording(one.words["ko"], one.words["en"])


def asked(city: City, folder: Path) -> Asked:
    """How people are known to ask, by the files, for each topic of a programme and for each kind elsewhere."""
    found = {("", code): kind.phrasings for code, kind in city.elsewhere.items()}
    for id in city.programmes:
        found |= {(id, code): one for code, one in phrasings(folder / id).all.items()}
    return found


def news(known: Phrasings, one: Amendment) -> Phrasings:
    """Of the questions of an amendment those that none of the known ones says."""
    fresh = {lang: tuple(_fresh(known[lang], one.words[lang])) for lang in LANGS}
    return Phrasings(fresh["ko"], fresh["en"])


def _fresh(known: Sequence[str], texts: Sequence[str]) -> Iterator[str]:
    said = set().union(*map(forms, known))
    for text in texts:
        if not forms(text) & said:
            said |= forms(text)
            yield text
