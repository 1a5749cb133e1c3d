"""Questions without an answer that say the same lie together in a bundle, which has the id of its first.

What says the same is not known here (`programmes/likeness.py`): a chore takes the loose ones, one process at a time.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

import msgspec
from sqlalchemy import Select, case, func, insert, select, text, update

from storage import audit, questions
from storage.engine import Drawer
from storage.tables import bundles
from storage.tables import questions as rows
from storage.vault import Key

OPEN, PROPOSED, HANDED, SETTLED = "open", "proposed", "handed", "settled"
LIVING: Final = 500  # bundles that a new question is held against, the newest
GUESSES: Final = 5

_loose = text("questions.verdict = 'unknown' AND questions.sealed IS NOT NULL AND questions.bundle IS NULL")
_open, _living = text("bundles.state = 'open'"), text("bundles.state <> 'settled'")  # as the partial indexes have it


class Question(msgspec.Struct, frozen=True):
    """One question of nobody, and the topics it may be about, the likeliest first."""

    id: UUID
    language: str
    day: date
    words: str
    guesses: tuple[str, ...] = ()


class Bundle(msgspec.Struct, frozen=True):
    """How often something was asked, when last, what became of it, and the `words` of its first question."""

    id: UUID
    language: str
    state: str
    times: int
    newest: date
    guesses: tuple[str, ...]
    words: str


_question = (rows.c.id, rows.c.language, rows.c.day, rows.c.sealed, rows.c.guesses)
_plain = ("id", "language", "state", "times", "newest")
_bundle = select(*(bundles.c[name] for name in _plain), bundles.c.guesses, rows.c.sealed).join(
    rows, rows.c.id == bundles.c.id
)


async def loose(store: Drawer, limit: int) -> tuple[Question, ...]:
    """The next questions that lie in no bundle; nobody else takes them until this transaction ends."""
    found = select(*_question).where(_loose).order_by(rows.c.id).limit(limit).with_for_update()
    return await _opened(store, (await store.read(found)).all())


async def heads(store: Drawer) -> tuple[Question, ...]:
    """The first question of each bundle that is not settled, the newest bundle first."""
    found = select(*_question).join(bundles, bundles.c.id == rows.c.id).where(_living, rows.c.sealed.is_not(None))
    return await _opened(store, (await store.read(found.order_by(bundles.c.newest.desc()).limit(LIVING))).all())


async def _opened(store: Drawer, found: Sequence[Any]) -> tuple[Question, ...]:
    if not found:
        return ()
    key = await audit.house_key(store.db, store.vault)
    return tuple(Question(row.id, row.language, row.day, _words(key, row), _listed(row.guesses)) for row in found)


def _listed(guesses: str | None) -> tuple[str, ...]:
    return tuple((guesses or "").split())


async def begin(store: Drawer, one: Question) -> None:
    """Nothing like it was asked before."""
    row = {"id": one.id, "language": one.language, "state": OPEN, "times": 1, "newest": one.day}
    await store.write(insert(bundles), row | {"guesses": " ".join(one.guesses[:GUESSES])})
    await _put(store, one, one.id)


async def join(store: Drawer, one: Question, bundle: UUID) -> None:
    """It says what the first of this bundle says."""
    newest = case((bundles.c.newest < one.day, one.day), else_=bundles.c.newest)
    more = {"times": bundles.c.times + 1, "newest": newest}
    await store.write(update(bundles).where(bundles.c.id == bundle).values(more))
    await _put(store, one, bundle)


async def _put(store: Drawer, one: Question, bundle: UUID) -> None:
    await store.write(update(rows).where(rows.c.id == one.id).values(bundle=bundle))


# ------------------------------------------------------------------------------------------------- what is looked at


async def waiting(store: Drawer, limit: int) -> tuple[Bundle, ...]:
    """Bundles of which nobody has said yet what becomes of them, what was asked most first."""
    found = _bundle.where(_open).order_by(bundles.c.times.desc(), bundles.c.newest.desc()).limit(limit)
    return await _made(store, found)


async def count(store: Drawer) -> int:
    """How many of them there are."""
    return int((await store.read(select(func.count()).select_from(bundles).where(_open))).scalar_one())


async def by_id(store: Drawer, id: UUID) -> Bundle | None:
    """One bundle, whatever became of it."""
    found = await _made(store, _bundle.where(bundles.c.id == id))
    return found[0] if found else None


async def _made(store: Drawer, which: Select[Any]) -> tuple[Bundle, ...]:
    found = (await store.read(which)).all()
    if not found:
        return ()
    key = await audit.house_key(store.db, store.vault)
    return tuple(
        Bundle(row.id, row.language, row.state, row.times, row.newest, _listed(row.guesses), _words(key, row))
        for row in found
    )


def _words(key: Key, row: Any) -> str:
    return key.open(row.sealed, questions.place(row.id)).decode() if row.sealed is not None else ""


async def words_of(store: Drawer, bundle: UUID, limit: int) -> tuple[str, ...]:
    """What was asked, each wording once, the newest first."""
    mine = rows.c.bundle == bundle, rows.c.bundle.is_not(None), rows.c.sealed.is_not(None)
    found = select(*_question).where(*mine).order_by(rows.c.day.desc(), rows.c.id).limit(limit)
    return tuple(dict.fromkeys(one.words for one in await _opened(store, (await store.read(found)).all())))


async def settle(store: Drawer, bundle: UUID, topic: str | None) -> None:
    """These questions have an answer from now on: what was asked need not be kept."""
    await move(store, bundle, PROPOSED, SETTLED)
    mine = rows.c.bundle == bundle, rows.c.bundle.is_not(None)
    await store.write(update(rows).where(*mine).values(topic=topic, sealed=None))


async def move(store: Drawer, bundle: UUID, source: str, target: str) -> bool:
    """Say what became of it; false when somebody else did meanwhile."""
    mine = bundles.c.id == bundle, bundles.c.state == source
    return (await store.write(update(bundles).where(*mine).values(state=target))).rowcount == 1
