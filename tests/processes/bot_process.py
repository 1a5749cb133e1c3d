"""The bot as its operators start it: a real process with an environment of its own, stopped and killed by signals.

`spawned` starts `python -m bot` as it is, in a second or two. `forked` starts the same command in a fork of a parent
that has imported everything (the standard library's fork server), in some milliseconds.
"""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import cycle
from multiprocessing import get_context
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Final, Protocol, Self

from aiohttp import ClientError, ClientSession

import bot.apart  # noqa: F401 - it names what its own fork server loads, and there is one for all: ours comes last
from bot.__main__ import main
from bot.config import Config
from storage.vault import new_office_key
from tests.waiting import until

ROOT: Final = Path(__file__).parents[2]
SECRET: Final = "a-secret-of-the-tests-that-is-long-enough"
MONDAY: Final = "2025-07-28T10:00+09:00"
HOST: Final = "127.0.0.1"
PORTS: Final = 2_700  # of each worker
FIRST_PORT: Final = 10_000 + PORTS * (int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:]) % 8)
STOPPING = 12.0  # seconds: a gentle stop is promised within 10
FORKS = get_context("forkserver")
_ports = cycle(range(FIRST_PORT, FIRST_PORT + PORTS))
FORKS.set_forkserver_preload([__name__, "tests.crash.plants", "tests.crash.storm", "tests.processes.warm"])


def free_port() -> int:
    """A port that nobody listens on and that no other test was given lately, each worker having its own.

    They lie below those that the system lends to calls going out meanwhile.
    """
    while True:
        port = next(_ports)
        with socket.socket() as probe, suppress(OSError):
            probe.bind((HOST, port))
            return port


def settings(folder: Path, api_url: str, token: str, **changed: str | None) -> dict[str, str]:
    """A complete environment of a bot on SQLite in `folder` that polls `api_url`; None takes a name out."""
    wanted: dict[str, str | None] = {
        "BOT_TOKEN": token,
        "BOT_API_URL": api_url,
        "DATABASE_URL": f"sqlite+aiosqlite:///{folder / 'changgu.db'}",
        "DATA_KEYS": new_office_key(),
        "CLOCK": MONDAY,
        "TURNS_A_MINUTE": "100000",  # tests are in a hurry
        "TURNS_AT_ONCE": "1000",
        "FINDER_FOLDER": str(ROOT / "var/finder"),  # what one learned the others need not
        "HOST": HOST,
        "PORT": str(free_port()),
        **changed,
    }
    return {name: value for name, value in wanted.items() if value is not None}


def webhook(environment: dict[str, str]) -> dict[str, str]:
    """The same bot with webhooks."""
    url = f"http://{HOST}:{environment['PORT']}/telegram"
    return {**environment, "WEBHOOK_URL": url, "WEBHOOK_SECRET": SECRET}


class Child(Protocol):
    """What there is to know of a process."""

    @property
    def pid(self) -> int: ...

    def poll(self) -> int | None:
        """Its exit code once it has ended."""
        ...


@dataclass
class BotProcess:
    """A running bot and what it says. Used with `with`, it is killed at the end of the block."""

    child: Child
    environment: dict[str, str]
    log: Path

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.environment['PORT']}"

    @property
    def alive(self) -> bool:
        return self.child.poll() is None

    def kill(self) -> None:
        """SIGKILL, if it still runs; it may end by itself in between."""
        if self.alive:
            with suppress(ProcessLookupError):
                os.kill(self.child.pid, signal.SIGKILL)

    async def ends(self, seconds: float = 60) -> int | None:
        """Wait until it has ended; gives the exit code."""
        await until(lambda: not self.alive, seconds, "the end of a process")
        return self.child.poll()

    async def stops(self, seconds: float = STOPPING) -> int | None:
        """Ask it to stop (SIGTERM); gives the exit code."""
        os.kill(self.child.pid, signal.SIGTERM)
        return await self.ends(seconds)

    async def is_ready(self, seconds: float = 60) -> None:
        """Wait until /readyz says so; fail at once, with its words, when the process ends instead."""

        async def ready() -> bool:
            assert self.alive, self.log.read_text()
            try:
                async with ClientSession() as session, session.get(f"{self.url}/readyz") as answer:
                    return answer.status == 200
            except (ClientError, OSError):
                return False

        await until(ready, seconds, "a process to be ready")

    async def says(self, words: str, seconds: float = 60) -> None:
        """Wait until the log says so."""
        await until(lambda: words in self.log.read_text(), seconds, f"a process to say {words!r}")


def spawned(arguments: Sequence[str], environment: dict[str, str], folder: Path, name: str = "") -> BotProcess:
    """`python ARGUMENTS` with these settings and nothing else of ours; `name` is that of its log."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TZ") if name in os.environ}
    path = _log(name or arguments[2], environment, folder)
    with path.open("a") as log:
        child = subprocess.Popen(
            [sys.executable, *arguments],
            env={**kept, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", **environment},
            cwd=folder, stdout=log, stderr=subprocess.STDOUT,
        )  # fmt: skip
    return BotProcess(child, environment, path)


def forked(
    command: str, environment: dict[str, str], folder: Path, first: Callable[[], None] | None = None
) -> BotProcess:
    """`python -m bot COMMAND` with these settings; the child does `first` before anything else."""
    path = _log(command, environment, folder)
    child = FORKS.Process(target=_live, args=(command, environment, folder, path, first), daemon=True)
    child.start()
    return BotProcess(Forked(child), environment, path)


class Start(Protocol):
    """How a test starts a process that does not outlive it."""

    def __call__(
        self, command: str, environment: dict[str, str], first: Callable[[], None] | None = None
    ) -> BotProcess: ...


@contextmanager
def starting(folder: Path) -> Iterator[Start]:
    """Lend a `forked` for this folder; whatever still runs in the end is killed."""
    started: list[BotProcess] = []

    def start(command: str, environment: dict[str, str], first: Callable[[], None] | None = None) -> BotProcess:
        started.append(forked(command, environment, folder, first))
        return started[-1]

    try:
        yield start
    finally:
        for process in started:
            process.kill()


@dataclass(frozen=True, slots=True)
class Forked:
    """A fork in the clothes of a `subprocess.Popen`."""

    process: ForkServerProcess

    @property
    def pid(self) -> int:
        assert self.process.pid is not None
        return self.process.pid

    def poll(self) -> int | None:
        return self.process.exitcode


def _log(command: str, environment: dict[str, str], folder: Path) -> Path:
    return folder / f"{command}-{environment['PORT']}.log"


def _live(command: str, environment: dict[str, str], folder: Path, log: Path, first: Callable[[], None] | None) -> None:
    os.chdir(folder)
    for name in Config.model_fields:
        os.environ.pop(name.upper(), None)
    os.environ.update(environment)
    said = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(said, 1)
    os.dup2(said, 2)
    if first is not None:
        first()
    sys.argv = ["bot", command]
    main()
