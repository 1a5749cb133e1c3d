"""The morning's figures while processes are killed: each officer who wants them has them once."""

import asyncio
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.figures import studio
from handlers.admin.figures import JOB
from playground.server import Playground
from storage import digests, people, staff
from storage.engine import Database, Drawer
from storage.migrate import upgrade
from storage.tables import jobs, outbox
from storage.tables import people as people_table
from storage.unit import in_one
from storage.vault import Vault
from tests.crash.ground import NOW
from tests.crash.town import rows
from tests.processes.bot_process import Start, free_port, settings
from tests.waiting import until

MORNING = "2025-07-29T08:50+09:00"
CHATS = (7101, 7102, 7103)
PATIENCE = 60
ONCE = iter([True])  # of a process


async def drawn(_studio: studio.Studio, task: Callable[..., bytes], *what: Any) -> bytes:
    """In a thread, for a fork of a test may have no children."""
    return await asyncio.to_thread(task, *what)


async def drawn_once(_studio: studio.Studio, task: Callable[..., bytes], *what: Any) -> bytes:
    """One picture; the pencil moves for ever over the next, so that nothing is on its way to anybody meanwhile."""
    return await (drawn if next(ONCE, False) else never_drawn)(_studio, task, *what)


async def never_drawn(*_: Any) -> bytes:
    """The pencil moves for ever, so that nobody comes too late to see it."""
    return await asyncio.Future()


def prepare(at_work: Callable[..., Any]) -> None:
    """What a process does before it begins: it is patient for seconds instead of minutes, and draws like this."""
    studio.Patience = partial(studio.Patience, poll=0.1, lease=4.0)  # type: ignore[misc, assignment]
    studio.Studio.at_work = at_work  # type: ignore[method-assign]


async def wish(store: Drawer) -> None:
    """Officers of a team who want the figures since Monday."""
    for chat in CHATS:
        officer, code = await staff.invite(store, str(chat), "support")
        person = people.stranger(chat, "ko", store.now)
        assert await staff.accept(store, code, chat, person.id)
        await store.write(people_table.insert(), people.to_row(person) | {"officer": officer})
        await digests.want(store, officer, date(2025, 7, 28))


@pytest.mark.crash
@pytest.mark.parametrize(
    ("database", "commands"),
    [
        ("sqlite_url", ("run",)),
        pytest.param("postgres_url", ("chores", "chores", "sender", "sender"), marks=pytest.mark.postgres),
    ],
)
async def test_each_has_one_wherever_all_are_killed(
    play: Playground, start: Start, tmp_path: Path, request: pytest.FixtureRequest, database: str, commands: tuple[str]
) -> None:
    url = request.getfixturevalue(database)
    await upgrade(url)
    shared = settings(tmp_path, play.url, play.token, DATABASE_URL=url, CLOCK=MORNING)
    base = Database(url)
    for chat in CHATS:
        await play.person(chat, str(chat)).starts()
    await in_one(base, Vault.of(shared["DATA_KEYS"]), NOW - timedelta(days=1), wish)

    async def states() -> Counter[str]:
        return Counter(row.state for row in await rows(base, select(jobs.c.state)))

    async def promised() -> bool:
        return (await states()).total() == len(CHATS)

    async def being_drawn() -> bool:
        return (await states())["taken"] > 0

    async def each_drew_one() -> bool:
        sent = [row.state for row in await rows(base, select(outbox.c.state).where(outbox.c.kind == JOB))]
        return sent == ["sent"] * sum(one in ("run", "chores") for one in commands)

    async def all_sent() -> bool:
        sent = [row.state for row in await rows(base, select(outbox.c.state).where(outbox.c.kind == JOB))]
        return (await states())["done"] == len(CHATS) and set(sent) == {"sent"}

    moments = (promised, never_drawn), (being_drawn, never_drawn), (each_drew_one, drawn_once), (all_sent, drawn)
    for moment, at_work in moments:
        children = [start(one, {**shared, "PORT": str(free_port())}, partial(prepare, at_work)) for one in commands]
        await until(moment, PATIENCE, moment.__name__)
        for child in children:
            child.kill()
            await child.ends()
    await base.close()
    assert Counter(entry.chat_id for entry in play.ledger.accepted("sendPhoto")) == dict.fromkeys(CHATS, 1)
