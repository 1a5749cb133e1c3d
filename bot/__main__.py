"""`python -m bot COMMAND`: everything an operator does with this bot."""

import asyncio
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer
import uvloop
from rich.console import Console

from bot import config, logs
from bot.commands import (
    ask,
    backup,
    broadcast,
    dong_code,
    export,
    import_files,
    keys,
    migrate,
    sample_roster,
    show,
    staff,
)
from bot.config import BadConfig
from programmes.reading import KST

app = typer.Typer(help="Changgu (창구): the counter that never closes.", no_args_is_help=True, add_completion=False)
errors = Console(stderr=True, highlight=False)


def _serve(module: str, name: str) -> None:
    """Run one kind of process; a wrong setting is one sentence and exit code 2.

    What it is made of is loaded only now: the messenger's library takes a second that no other command shall wait.
    """
    try:
        settings = config.load()
        logs.set_up(settings.log_level)
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(getattr(import_module(module), name)(settings))
    except BadConfig as bad:
        errors.print(str(bad), markup=False, soft_wrap=True)
        raise typer.Exit(2) from None


@app.command()
def run() -> None:
    """Everything in one process; polls, or serves webhooks when WEBHOOK_URL is set."""
    _serve("bot.wiring", "run")


@app.command()
def web() -> None:
    """Take webhooks and send the replies to them (PostgreSQL)."""
    _serve("bot.wiring", "web_only")


@app.command()
def poll() -> None:
    """Take updates by long polling and send the replies to them (PostgreSQL)."""
    _serve("bot.wiring", "poll_only")


@app.command()
def sender() -> None:
    """Send notices and broadcasts, and fetch files (PostgreSQL)."""
    _serve("bot.wiring", "sender_only")


@app.command()
def chores() -> None:
    """Do what is done by the clock (PostgreSQL)."""
    _serve("bot.wiring", "chores_only")


@app.command("sample-roster")
def sample(
    people: Annotated[int, typer.Option(min=10, max=7_000_000)] = 6390,
    seed: int = 1,
    out: Annotated[Path, typer.Option(help="folder to write into")] = Path("sample"),
    now: Annotated[datetime, typer.Option(help="payments as of this instant, KST")] = datetime(2025, 7, 28, 10),  # noqa: DTZ001 - a command line knows no zones
) -> None:
    """Write a believable district's roster and payments."""
    sample_roster.write(people, seed, out, now.replace(tzinfo=KST))


@app.command()
def words() -> None:
    """Print every sentence of the bot, in both languages."""
    show.words()


@app.command("map")
def map_() -> None:
    """Print every dialog with its steps and its Korean words."""
    show.map_of_dialogs()


@app.command()
def doctor() -> None:
    """Say what ails this installation; exit code 1 when something does."""
    _serve("bot.commands.doctor", "say")


app.add_typer(import_files.app, name="import")
app.add_typer(export.app, name="export")
app.add_typer(keys.app, name="keys")
app.add_typer(staff.app, name="staff")
app.add_typer(broadcast.app, name="broadcast")
app.command("ask")(ask.ask)
app.command("dong-code")(dong_code.dong_code)
app.command("migrate")(migrate.migrate)
app.command("backup")(backup.backup)
app.command("restore")(backup.restore)


def main() -> None:
    """Entry point of the command `changgu`."""
    app()


if __name__ == "__main__":
    main()
