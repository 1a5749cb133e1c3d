"""`make run`: a sample city, the local Bot API with its chat page, and the bot, with no token, phone or server.

Everything lies in `.tour/` where it is started, one folder for each size of city and starting day; a second start goes
on from there. The office's keys are made once and kept in `.env`.
"""

import argparse
import asyncio
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping, Sequence
from contextlib import redirect_stdout, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from http.client import HTTPException
from io import StringIO
from pathlib import Path
from zoneinfo import ZoneInfo

from typer import Exit

from bot import clock
from bot.commands import import_files, migrate, office, sample_roster
from bot.sample import CAST
from bot.sample import staff as sample_staff
from storage.engine import Database
from storage.unit import in_one
from storage.vault import Vault, new_office_key

from .server import TOKEN

SEOUL = ZoneInfo("Asia/Seoul")
PEOPLE = 6390  # one in a hundred of Seo-gu
MONDAY = "2025-07-28T10:00+09:00"
ON_THE_PAGE = {"park-junho": "ko", "nguyen-thi-lan": "en"}
OPENS_WITHIN = 60.0  # seconds
CLOSES_WITHIN = 15.0  # seconds
SAID = "%A %-d %B %Y, %H:%M"

Process = subprocess.Popen[bytes]


class _Parser(argparse.ArgumentParser):
    """What is wrong with an option is one sentence and exit code 2, without the usage above it."""

    def error(self, message: str) -> "None":  # type: ignore[override]
        print(f"changgu: {message.partition(': ')[2] or message}", file=sys.stderr)
        raise SystemExit(2)


def _people(text: str) -> int:
    if not text.isdecimal() or int(text) < len(CAST):
        raise argparse.ArgumentTypeError(f"PEOPLE is a number from {len(CAST)} on, such as PEOPLE=639000.")
    return int(text)


def _moment(text: str) -> datetime:
    with suppress(ValueError):
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is not None:
            return moment.astimezone(SEOUL)
    raise argparse.ArgumentTypeError("CLOCK is a moment with its time zone, such as CLOCK=2025-09-23T10:00+09:00.")


def _port(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) < 65535:
        raise argparse.ArgumentTypeError("PORT is a number from 1 to 65534; the bot listens on the next one.")
    for port in (int(text), int(text) + 1):
        with socket.socket() as door:
            door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                door.bind(("127.0.0.1", port))
            except OSError:
                raise argparse.ArgumentTypeError(
                    f"Port {port} is in use here: try another, such as PORT={int(text) + 10}."
                ) from None
    return int(text)


def read(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """What was asked for: `people`, `clock`, `port`. A wrong one is a sentence on stderr and exit code 2."""
    parser = _Parser(prog="playground.tour", description="Try the bot on a sample city.")
    parser.add_argument("--people", type=_people, default=PEOPLE, help="how many live there; 639000 is everybody")
    parser.add_argument("--clock", type=_moment, default=MONDAY, help="when it is, with a time zone")
    parser.add_argument("--port", type=_port, default="8080", help="of the chat page; the bot takes the next one")
    return parser.parse_args(arguments)


@dataclass(frozen=True, slots=True)
class Tour:
    """One city with its day, its folder, and the settings under which its bot runs."""

    people: int
    starts: datetime
    folder: Path
    api: str
    bot: str
    settings: Mapping[str, str]

    @classmethod
    def of(cls, options: argparse.Namespace, home: Path) -> "Tour":
        """The tour that was asked for, in `home`."""
        folder = home / ".tour" / f"{options.people}-{options.clock:%Y%m%d-%H%M}"
        api, bot = (f"http://127.0.0.1:{port}" for port in (options.port, options.port + 1))
        settings = {
            "BOT_TOKEN": TOKEN,
            "BOT_API_URL": api,
            "WEBHOOK_URL": "",
            "DATABASE_URL": f"sqlite+aiosqlite:///{folder / 'changgu.db'}",
            "CLOCK": options.clock.isoformat(),
            "HOST": "127.0.0.1",
            "PORT": str(options.port + 1),
            "TURNS_AT_ONCE": "100",  # a tour is given in a hurry
            "LOG_LEVEL": os.environ.get("LOG_LEVEL", "WARNING"),
        }
        return cls(options.people, options.clock, folder, api, bot, settings)

    def settle(self) -> None:
        """Make the city: roster and payments as the bot's own commands read them, and its staff.

        What was half done is begun anew.
        """
        done = self.folder / "settled"
        if done.exists():
            return
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        sample_roster.write(self.people, 1, self.folder, self.starts)
        try:
            with redirect_stdout(StringIO()):  # bars and complaints go to stderr
                migrate.migrate()
                import_files.roster(self.folder / "roster.csv")
                import_files.payments(self.folder / "payments.csv")
            asyncio.run(office.with_office(_employ))
        except Exit as end:
            raise SystemExit(end.exit_code) from None
        (self.folder / "people.json").write_text(json.dumps([*_residents(), *sample_staff.on_the_page()]), "utf-8")
        done.touch()

    def now(self) -> datetime:
        """What the bot's clock says; the chats are dated by the same."""

        async def read() -> datetime:
            database = Database(self.settings["DATABASE_URL"])
            try:
                return (await clock.shared(database, self.starts))()
            finally:
                await database.close()

        return asyncio.run(read()).astimezone(SEOUL)

    def opens(self, processes: list[Process]) -> None:
        """Start the local Bot API and the bot, and wait for both; each is in `processes` as soon as it runs."""
        page = [
            "playground", "--port", self.api.rpartition(":")[2], "--state", str(self.folder / "chats.json"),
            "--people", str(self.folder / "people.json"), "--clock", self.now().isoformat(),
        ]  # fmt: skip
        urls: list[str] = []
        for module, url in ((page, f"{self.api}/playground/people"), (["bot", "run"], f"{self.bot}/readyz")):
            command = [sys.executable, "-m", *module]
            # in a group of its own, so that Ctrl+C reaches only us and we close them in order
            processes.append(subprocess.Popen(command, stdout=subprocess.DEVNULL, process_group=0))
            urls.append(url)
        for url in urls:
            _answers(url, processes)


def _keep_keys(home: Path) -> None:
    """Write the office's keys to `.env`, readable by nobody else. Cities sealed with lost keys are made anew."""
    env = home / ".env"
    env.touch(mode=0o600)
    env.chmod(0o600)
    if "DATA_KEYS=" not in env.read_text("utf-8"):
        shutil.rmtree(home / ".tour", ignore_errors=True)
        with env.open("a", encoding="utf-8") as file:
            file.write(f"\nDATA_KEYS={new_office_key()}\nWEBHOOK_SECRET={secrets.token_urlsafe(32)}\n")


def _residents() -> Sequence[Mapping[str, object]]:
    """Those whose phones stand on the page: of the sample's cast, in the language of their app."""
    shown = [member for member in CAST if member.person_id in ON_THE_PAGE]
    return [
        {"id": 7001 + number, "name": member.name, "language": ON_THE_PAGE[member.person_id], "phone": member.phone}
        for number, member in enumerate(shown)
    ]


async def _employ(database: Database, vault: Vault, now: clock.Clock) -> None:
    """They have worked here since the first of the month, so that none before it wants a review; but for two days at
    least, for a new admin would approve nothing for a day.
    """
    today = now().astimezone(SEOUL)
    first = today.replace(day=1, hour=9, minute=0, second=0, microsecond=0)
    await in_one(database, vault, min(first, today - timedelta(days=2)), sample_staff.employ)


def _answers(url: str, processes: Sequence[Process]) -> None:
    """Wait until it does; whatever ends before that has said why."""
    end = time.monotonic() + OPENS_WITHIN
    while time.monotonic() < end and all(process.poll() is None for process in processes):
        with suppress(OSError, HTTPException), urllib.request.urlopen(url, timeout=2):
            return
        time.sleep(0.05)
    raise SystemExit(1)


def _close(processes: Sequence[Process]) -> bool:
    """The bot first, while there is somebody to talk to; then the page. Tells whether all went well."""
    for process in reversed(processes):
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(CLOSES_WITHIN)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    return all(process.returncode == 0 for process in processes)


def main() -> None:
    """Set up what is missing, start both, and stay until Ctrl+C or until one of them ends, which is a failure."""
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, signal.default_int_handler)
    options = read()
    tour = Tour.of(options, Path.cwd())
    processes: list[Process] = []
    try:
        _keep_keys(Path.cwd())
        os.environ.update(tour.settings)
        tour.settle()
        tour.opens(processes)
        print(f"\n  Changgu is open: {tour.api}/\n  It is {tour.now():{SAID}} in Seo-gu. Ctrl+C closes.\n", flush=True)
        while all(process.poll() is None for process in processes):
            time.sleep(0.1)
    except KeyboardInterrupt:
        print("\n  Closing.", flush=True)
    finally:
        for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(name, signal.SIG_IGN)
        fine = _close(processes)
    if not fine:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
