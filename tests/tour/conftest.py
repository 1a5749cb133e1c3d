"""A city on which the tour has been started once, and the counter that the browser tests walk up to."""

import asyncio
import os
import secrets
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from aiohttp import ClientSession
from playwright.async_api import Page

from bot.sample import CAST
from bot.sample import staff as sample_staff
from playground.server import TOKEN
from tests.playground.browser import chat_page
from tests.tour.phone import Phone
from tests.waiting import until

ROOT = Path(__file__).parents[2]
LEARNED = ROOT / "var" / "finder"  # learning takes a minute, so that it is done once for all
PEOPLE = 60
MONDAY = "2025-07-28T10:00+09:00"
MEMBERS = {member.person_id: member for member in CAST}


def free_port() -> int:
    """A port that is free, and the next one too; below those that the system lends to clients."""
    while True:
        port = secrets.choice(range(20_000, 30_000, 2))
        with socket.socket() as one, socket.socket() as next_one, suppress(OSError):
            one.bind(("127.0.0.1", port))
            next_one.bind(("127.0.0.1", port + 1))
            return port


@dataclass
class Process:
    """`python -m COMMAND` in a folder, with nothing else of ours in its environment; what it says goes to a file."""

    command: tuple[str, ...]
    home: Path
    environment: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.start()

    def start(self) -> None:
        """Start it, or start it again after its end."""
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        python = {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "PYTHONFAULTHANDLER": "1"}
        env = {**kept, **python, "FINDER_FOLDER": str(LEARNED), **self.environment}
        command = [sys.executable, "-m", *self.command]
        with self.log.open("w") as log:
            self.child = subprocess.Popen(command, cwd=self.home, env=env, stdout=log, stderr=subprocess.STDOUT)

    @property
    def log(self) -> Path:
        return self.home / f"{self.command[0]}.log"

    @property
    def said(self) -> str:
        return self.log.read_text("utf-8")

    async def says(self, words: str) -> None:
        """Wait until it says so; fails at once, with all it said, when it ends instead."""

        def heard() -> bool:
            assert words in self.said or self.child.poll() is None, self.said
            return words in self.said

        await until(heard, 60, f"{self.command} to say {words!r}")

    def stops(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Ask it to stop; gives the exit code. Where it hangs, what it said and where it stands are told."""
        self.child.send_signal(how)
        try:
            return self.child.wait(30)
        except subprocess.TimeoutExpired as hangs:
            self.child.send_signal(signal.SIGABRT)
            self.child.wait()
            raise AssertionError(self.said[-4_000:]) from hangs


def tour(home: Path, *arguments: str, port: int | None = None) -> Process:
    """Start the tour on a small city."""
    told = ("--people", str(PEOPLE), "--port", str(port or free_port()), *arguments)
    return Process(("playground.tour", *told), home)


@dataclass(frozen=True)
class City:
    """Where a first start of the tour has settled; `said` is what it said, `code` how it ended on Ctrl+C."""

    home: Path
    said: str
    code: int

    @property
    def folder(self) -> Path:
        return self.home / ".tour" / f"{PEOPLE}-20250728-1000"

    @property
    def database(self) -> str:
        return f"sqlite+aiosqlite:///{self.folder / 'changgu.db'}"


@pytest.fixture(scope="session")
def city(tmp_path_factory: pytest.TempPathFactory) -> City:
    """A first start of the tour, closed by Ctrl+C."""
    home = tmp_path_factory.mktemp("tour")
    first = tour(home)
    asyncio.run(first.says("Changgu is open"))
    code = first.stops(signal.SIGINT)
    return City(home, first.said, code)


@dataclass
class Counter:
    """The local Bot API and the bot on that city, as the tour starts them."""

    url: str
    bot: Process

    async def opens(self) -> None:
        """Wait until the bot says that it works."""
        await self.bot.says('"started"')

    async def loses_power(self) -> None:
        """Kill the bot as a power cut would, and start it again."""
        self.bot.stops(signal.SIGKILL)
        self.bot.start()
        await self.opens()

    @asynccontextmanager
    async def phones(self, *staff: str, **languages: str) -> AsyncIterator[tuple[Page, tuple[Phone, ...]]]:
        """A page with the phones of these people (by their id in the sample, `_` for `-`) and nobody else's.

        After them come those of the staff and of groups that are named.
        """
        shown = {MEMBERS[name.replace("_", "-")]: language for name, language in languages.items()}
        people = [
            {"id": 7101 + CAST.index(one), "name": one.name, "language": language, "phone": one.phone}
            for one, language in shown.items()
        ]
        people += [one for one in sample_staff.on_the_page() if one["name"] in staff]
        async with ClientSession() as session, session.post(f"{self.url}/playground/people", json=people) as answer:
            assert answer.status == 200
        async with chat_page(self.url) as page:
            residents = [Phone(page, one.name, lang, one.birth_date) for one, lang in shown.items()]
            yield page, (*residents, *(Phone(page, name, "ko") for name in staff))


@pytest.fixture(scope="module")
def counter(city: City) -> Iterator[Counter]:
    """Opened once for a file of tests; each of them is about somebody else."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    settings = {
        "BOT_TOKEN": TOKEN,
        "BOT_API_URL": url,
        "DATABASE_URL": city.database,
        "TURNS_AT_ONCE": "100",  # a test is in a hurry
        "FINDER_FOLDER": str(ROOT / "var/finder"),
        "CLOCK": MONDAY,
        "HOST": "127.0.0.1",
        "PORT": str(port + 1),
    }
    page = Process(("playground", "--port", str(port), "--state", str(city.folder / "chats.json")), city.home)
    asyncio.run(page.says("Chats"))
    counter = Counter(url, Process(("bot", "run"), city.home, settings))
    asyncio.run(counter.opens())
    yield counter
    assert (counter.bot.stops(), page.stops()) == (0, 0)
