"""`export answers FOLDER`: what was confirmed at the counter, written home into the data files it lies over.

FOLDER is a checkout's `programmes`, whose files are changed where they differ and nowhere else; or an empty one, which
then holds the files that changed, each where it belongs.
"""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Final

import typer

from bot import clock
from bot.chores.retiring import NOTHING, asked, news
from bot.commands.office import in_a_sentence, out, with_office
from programmes.exporting import kinds_written, written
from programmes.model import HERE, BadProgramme, Phrasings, Programme, Wording, load_all
from storage import amendments
from storage.amendments import ANSWER, Amendment
from storage.engine import Database, Drawer
from storage.unit import in_one
from storage.vault import Vault

ELSEWHERE: Final = Path("city/elsewhere.toml")
Place = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Change:
    """One file as it is to be, and in a few words what is new in it."""

    path: Path
    text: str
    what: str


def answers(folder: Annotated[Path, typer.Argument(help="`programmes` of a checkout, or an empty folder")]) -> None:
    """Answers and questions that were confirmed at the counter, as the data files they came from."""

    async def work(database: Database, vault: Vault, now: clock.Clock) -> list[Change]:
        async with database.reading() as db:
            found = await amendments.in_force(db, vault)
        made = list(changes(found, folder if (folder / "city").is_dir() else HERE))
        for one in made:
            path = folder / one.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(one.text, encoding="utf-8")
        await in_one(database, vault, now(), lambda store: _noted(store, made))
        return made

    with in_a_sentence(BadProgramme):
        made = asyncio.run(with_office(work))
    for one in made:
        out.print(f"{one.path}: {one.what}", markup=False, soft_wrap=True)
    if not made:
        out.print("새로 옮길 것이 없습니다. · There is nothing to bring home.", markup=False, soft_wrap=True)


async def _noted(store: Drawer, made: Sequence[Change]) -> None:
    if made:
        store.audit("answers.exported", files=len(made))


def changes(found: Sequence[Amendment], source: Path) -> Iterator[Change]:
    """The files of `source`, a city's folder, that these amendments change."""
    city = load_all(source)
    known, more = asked(city, source), dict[Place, Phrasings]()
    words: dict[Place, Wording] = {}
    for one in found:
        place = one.programme, one.code
        if one.kind == ANSWER:
            words[place] = Wording(one.words["ko"], one.words["en"])
        elif place in known:
            had = more.get(place, NOTHING)
            more[place] = _both(had, news(_both(known[place], had), one))
    for id, programme in city.programmes.items():
        for code in programme.answers:
            yield from _topic(
                programme, code, source, known.get((id, code), NOTHING), more.get((id, code)), words.get((id, code))
            )
    yield from _kinds(source, {code: added for (id, code), added in more.items() if not id})


def _both(one: Phrasings, other: Phrasings) -> Phrasings:
    return Phrasings((*one.ko, *other.ko), (*one.en, *other.en))


def _topic(
    programme: Programme, code: str, source: Path, known: Phrasings, more: Phrasings | None, words: Wording | None
) -> Iterator[Change]:
    topic, added = programme.answers[code], more or NOTHING
    new = replace(topic, answer=words or topic.answer)
    if new == topic and added == NOTHING:
        return
    path = Path(programme.id) / "answers" / f"{code}.toml"
    text = written(new, _both(known, added), programme, (source / path).read_text(encoding="utf-8"))
    yield Change(path, text, ", ".join([*(["answer"] if new != topic else []), *_counted(added)]))


def _counted(added: Phrasings) -> list[str]:
    count = len(added.ko) + len(added.en)
    return [f"phrasings: {count}"] if count else []


def _kinds(source: Path, more: Mapping[str, Phrasings]) -> Iterator[Change]:
    what = [f"{code} {text}" for code, added in more.items() for text in _counted(added)]
    if what:
        text = kinds_written(more, (source / ELSEWHERE).read_text(encoding="utf-8"))
        yield Change(ELSEWHERE, text, ", ".join(what))
