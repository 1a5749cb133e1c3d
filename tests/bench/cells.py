"""What is measured side by side: bots of other makes, ours on either database, and the floor under all of them."""

import asyncio
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Final

from storage import migrate
from storage.bulk import Bulk
from storage.engine import Database
from storage.people import COLUMNS, stranger, to_row
from storage.tables import people
from tests.bench.crowd import AUDITED, STEPS, Script
from tests.bench.wire import FIRST_CHAT
from tests.postgres import Postgres
from tests.processes.bot_process import HOST, MONDAY, ROOT, SECRET, BotProcess, free_port, settings, spawned, webhook
from tests.waiting import until

PEERS: Final = ROOT / ".bench" / "bin" / "python"
SLOW: Final = 0.04  # seconds that a Bot API far away takes
Bots = Sequence[BotProcess]
Start = Callable[[str], AbstractContextManager[Bots]]  # gets the address of the Bot API, lends the bot's processes


@dataclass(frozen=True, slots=True)
class Cell:
    """One bot under one load. Where `both_cores` is set, it shares both with the other side, else each has its own."""

    name: str
    start: Start
    at_once: int = 64
    script: Script = STEPS
    delay: float = 0.0
    both_cores: bool = False


def all_cells(folder: Path, server: Postgres, chats: int) -> tuple[Cell, ...]:
    """Every cell, in the order of a round; a floor stands before those it is the floor of."""
    conversation = peer("conversation", folder, keeps=True)
    sqlite = ours_on_sqlite(folder, chats)
    one_web, two_webs = ours_on_postgres(folder, server, chats)
    return (
        Cell("floor", floor(folder)),
        Cell("ConversationHandler", conversation),
        Cell("PTB + ORM", peer("orm", folder, keeps=True)),
        Cell("aiogram, memory", peer("fsm", folder, keeps=False)),
        Cell("SQLite", sqlite),
        Cell("SQLite, audited", sqlite, script=AUDITED),
        Cell("PostgreSQL", one_web),
        Cell("PostgreSQL, one web, both cores", one_web, both_cores=True),
        Cell("PostgreSQL, two web, both cores", two_webs, both_cores=True),
        Cell("ConversationHandler, 40 ms", conversation, delay=SLOW),
        Cell("SQLite, 40 ms", sqlite, delay=SLOW),
        Cell("floor, 1 at a time", floor(folder), at_once=1),
        Cell("SQLite, 1 at a time", sqlite, at_once=1),
    )


def floor(folder: Path) -> Start:
    """A bare echo."""

    @contextmanager
    def start(api_url: str) -> Iterator[Bots]:
        port = str(free_port())
        with spawned(("-m", "tests.bench.echo", port, api_url, SECRET), {"PORT": port}, folder, name="floor") as one:
            yield [one]

    return start


def peer(module: str, folder: Path, *, keeps: bool) -> Start:
    """A bot of another make, started in the environment of the peers; `keeps` gives it a file to keep things in."""
    numbers = count(1)

    @contextmanager
    def start(api_url: str) -> Iterator[Bots]:
        port, file = str(free_port()), folder / f"{module}-{next(numbers)}"
        arguments = ("-m", f"tests.bench.peers.{module}", port, api_url, SECRET, *([str(file)] if keeps else []))
        with _peer(arguments, port, folder / f"{module}.log") as one:
            yield [one]

    return start


def _peer(arguments: Sequence[str], port: str, log: Path) -> BotProcess:
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    with log.open("a") as said:
        child = subprocess.Popen([PEERS, *arguments], env=environment, stdout=said, stderr=subprocess.STDOUT)
    return BotProcess(child, {"PORT": port}, log)


def ours_on_sqlite(folder: Path, chats: int) -> Start:
    """`run` on a fresh copy of a file in which `chats` people have consented."""
    template, numbers = folder / "template.db", count(1)
    asyncio.run(populate(f"sqlite+aiosqlite:///{template}", chats))

    @contextmanager
    def start(api_url: str) -> Iterator[Bots]:
        file = Path(shutil.copy(template, folder / f"turns-{next(numbers)}.db"))
        with ours("run", f"sqlite+aiosqlite:///{file}", api_url, folder) as one:
            yield [one]

    return start


def ours_on_postgres(folder: Path, server: Postgres, chats: int) -> tuple[Start, Start]:
    """One `web` and two of them, each time on a fresh copy of a database in which `chats` people have consented."""
    asyncio.run(populate(server.create("template"), chats))
    numbers = count(1)

    def webs(how_many: int) -> Start:
        @contextmanager
        def start(api_url: str) -> Iterator[Bots]:
            name = f"turns-{next(numbers)}"
            url, keys = server.create(name, "template"), settings(folder, "", "")["DATA_KEYS"]
            with ExitStack() as stack:
                stack.callback(server.drop, name)
                yield [stack.enter_context(ours("web", url, api_url, folder, DATA_KEYS=keys)) for _ in range(how_many)]

        return start

    return webs(1), webs(2)


def ours(command: str, database_url: str, api_url: str, folder: Path, **changed: str | None) -> BotProcess:
    """One process of ours with webhooks, warnings in its log, and settings changed as said."""
    given = {"DATABASE_URL": database_url, "LOG_LEVEL": "WARNING", **changed}
    return spawned(("-m", "bot", command), webhook(settings(folder, api_url, "1:bench", **given)), folder)


async def populate(url: str, chats: int) -> None:
    """A migrated database with people who have consented, each of whom stands nowhere yet."""
    await migrate.upgrade(url)
    database = Database(url)
    now = datetime.fromisoformat(MONDAY)
    known = (stranger(FIRST_CHAT + n, "ko", now) for n in range(chats))
    rows = [to_row(one) | {"consent": 1, "consent_at": now} for one in known]
    await database.writer.transaction(lambda db: Bulk(people, COLUMNS).put(db, rows))
    await database.close()


def ports(bots: Bots) -> list[int]:
    """Where they listen."""
    return [int(one.environment["PORT"]) for one in bots]


async def listening(bots: Bots) -> None:
    """Wait until each has opened its door; fail with its words when one ends instead."""

    async def is_open() -> bool:
        for one in bots:
            assert one.alive, one.log.read_text()[-3000:]
            try:
                _, writer = await asyncio.open_connection(HOST, int(one.environment["PORT"]))
            except OSError:
                return False
            writer.close()
        return True

    await until(is_open, 60, "a bot to open its door")
