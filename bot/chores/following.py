"""What the office says of its days and its answers while the bot runs: every process follows within seconds."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.chores.days import with_closures
from bot.finder.lessons import LANGS, Lesson
from bot.logs import log
from programmes.model import City, Programme, Wording
from storage import amendments, closures
from storage.amendments import ANSWER, PHRASINGS, Amendment
from storage.engine import Database
from storage.vault import Vault

EVERY = 2.0  # seconds
Lessons = tuple[Lesson, ...]
Tell = Callable[[City, Lessons], None]


def with_answers(base: City, found: Sequence[Amendment]) -> City:
    """The city as its files have it, with the answers that were confirmed since."""
    programmes = dict(base.programmes)
    for one in found:
        programme = programmes.get(one.programme)
        if one.kind == ANSWER and programme is not None and one.code in programme.answers:
            programmes[one.programme] = _answering(programme, one.code, one.words)
    return replace(base, programmes=programmes)


def _answering(programme: Programme, topic: str, words: Mapping[str, Any]) -> Programme:
    amended = replace(programme.answers[topic], answer=Wording(words["ko"], words["en"]))
    return replace(programme, answers={**programme.answers, topic: amended})


def learned(found: Sequence[Amendment]) -> Lessons:
    """What the finder is to know beside the files: the questions that were confirmed since."""
    return tuple(
        Lesson(text, lang, topic=one.code) if one.kind == PHRASINGS else Lesson(text, lang, kind=one.code)
        for one in found
        if one.kind != ANSWER
        for lang in LANGS
        for text in one.words[lang]
    )


async def city_of_today(database: Database, vault: Vault, base: City) -> tuple[City, Lessons]:
    """The city with all the office has said of it so far, and what it learned."""
    async with database.reading() as db:
        found = await amendments.in_force(db, vault)
        return with_closures(with_answers(base, found), await closures.every(db)), learned(found)


async def follow(database: Database, vault: Vault, base: City, tell: Tell, every: float = EVERY) -> None:
    """Tell of the city whenever it has changed, for ever; a database that is away is asked again."""
    known = None
    while True:
        try:
            found = await city_of_today(database, vault, base)
        except Exception as error:
            log.warning("city.waiting", error=type(error).__name__)
        else:
            if found != known:
                tell(*found)
                log.info("city.followed", changed=known is not None)
            known = found
        await asyncio.sleep(every)
