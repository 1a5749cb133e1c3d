"""`make run`: a sample city, the local Bot API with its chat page, and the bot, with no token, phone or server.

Everything lies in `.tour/`, one folder for each size of city and starting day; a second start goes on from there.
"""

import argparse
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from bot.commands import sample_roster
from bot.sample import CAST
from playground.server import TOKEN
from storage.vault import new_office_key

HERE = Path(__file__).parent.parent
PEOPLE = 6390  # one in a hundred of Seo-gu
ON_THE_PAGE = {"park-junho": "ko", "nguyen-thi-lan": "en"}
MONDAY = datetime.fromisoformat("2025-07-28T10:00+09:00")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="playground.tour", description="Try the bot on a sample city.")
    parser.add_argument("--people", type=int, default=PEOPLE, help="how many live there (639000 is the whole district)")
    parser.add_argument("--clock", type=datetime.fromisoformat, default=MONDAY, help="when it is, with a time zone")
    parser.add_argument("--port", type=int, default=8080, help="where the chat page is")
    options = parser.parse_args()
    if options.clock.tzinfo is None:
        parser.error("--clock wants a time zone, such as 2025-09-23T10:00+09:00")
    if options.people < len(CAST):
        parser.error(f"--people wants at least {len(CAST)}: the sample's own cast lives there")
    return options


def _environment(folder: Path, clock: datetime, api: str, port: int) -> Mapping[str, str]:
    """The settings of the bot: its keys are made once and kept in `.env`, readable by nobody else."""
    env = HERE / ".env"
    if not env.exists():
        env.touch(mode=0o600)
    if "DATA_KEYS=" not in env.read_text("utf-8"):
        with env.open("a", encoding="utf-8") as file:
            file.write(f"DATA_KEYS={new_office_key()}\nWEBHOOK_SECRET={secrets.token_urlsafe(32)}\n")
    env.chmod(0o600)
    return {
        **os.environ,
        "BOT_TOKEN": TOKEN,
        "BOT_API_URL": api,
        "DATABASE_URL": f"sqlite+aiosqlite:///{folder / 'changgu.db'}",
        "CLOCK": clock.isoformat(),
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "LOG_LEVEL": os.environ.get("LOG_LEVEL", "WARNING"),
    }


def _bot(environment: Mapping[str, str], *arguments: str) -> None:
    """Run one command of the bot to its end; its own words tell what went wrong."""
    done = subprocess.run([sys.executable, "-m", "bot", *arguments], cwd=HERE, env=environment, check=False)
    if done.returncode:
        raise SystemExit(done.returncode)


def _settle(folder: Path, options: argparse.Namespace, environment: Mapping[str, str]) -> None:
    """Make the city: roster and payments as the bot's own import reads them. What was half done is begun anew."""
    done = folder / "settled"
    if done.exists():
        return
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    sample_roster.write(options.people, 1, folder, options.clock)
    _bot(environment, "migrate")
    _bot(environment, "import", "roster", str(folder / "roster.csv"))
    _bot(environment, "import", "payments", str(folder / "payments.csv"))
    (folder / "people.json").write_text(json.dumps(_residents()), "utf-8")
    done.touch()


def _residents() -> Sequence[Mapping[str, object]]:
    """Those whose phones stand on the page: of the sample's cast, in the language of their app."""
    return [
        {"id": 7001 + number, "name": member.name, "language": ON_THE_PAGE[member.person_id], "phone": member.phone}
        for number, member in enumerate(member for member in CAST if member.person_id in ON_THE_PAGE)
    ]


def main() -> None:
    """Set up what is missing, start both, and stay until Ctrl+C."""
    options = _options()
    folder = HERE / ".tour" / f"{options.people}-{options.clock:%Y%m%d-%H%M}"
    api = f"http://127.0.0.1:{options.port}"
    environment = _environment(folder, options.clock, api, options.port + 1)
    _settle(folder, options, environment)
    playground = [
        sys.executable, "-m", "playground", "--port", str(options.port), "--state", str(folder / "chats.json"),
        "--people", str(folder / "people.json"), "--clock", options.clock.isoformat(),
    ]  # fmt: skip
    processes = [
        subprocess.Popen(playground, cwd=HERE, env=environment, stdout=subprocess.DEVNULL),
        subprocess.Popen([sys.executable, "-m", "bot", "run"], cwd=HERE, env=environment),
    ]
    print(
        f"\n  Changgu is open: {api}/\n  It is {options.clock:%A %d %B %Y, %H:%M} in Seo-gu. Ctrl+C closes.\n",
        flush=True,
    )
    _stay(processes)


def _stay(processes: Sequence["subprocess.Popen[bytes]"]) -> None:
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        while all(process.poll() is None for process in processes):
            time.sleep(0.2)
    except KeyboardInterrupt:
        print("closing …")
    for process in reversed(processes):
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
    for process in processes:
        process.wait(15)
    if any(process.returncode not in (0, -signal.SIGINT) for process in processes):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
