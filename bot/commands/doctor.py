"""`doctor`: the settings without secrets, every check, and for each that is not fine what to do."""

from datetime import datetime

import typer
from rich.console import Console
from rich.markup import escape

from bot import clock, config
from bot.advice import ADVICE
from bot.channels.base import About
from bot.channels.telegram import Telegram
from bot.config import Config
from bot.doctor import Finding, Look, examine
from bot.watch import asked
from programmes.model import load_all
from storage import migrate
from storage.engine import Database
from storage.vault import Vault
from storage.writers import Broken

console = Console(highlight=False, soft_wrap=True)


async def say(settings: Config) -> None:
    """Print what is found; exit code 1 when something ails."""
    config.need(settings, "data_keys")
    console.print(settings.shown(), style="dim", markup=False)
    vault, database = Vault.of(settings.data_keys.get_secret_value()), Database(settings.database_url)
    try:
        about = await _ask(settings)
        look = Look(await _now(database, settings), clock.real, load_all(), about, settings.webhook_url, whole=True)
        findings = await examine(database, vault, look)
    finally:
        await database.close()
    for finding in findings:
        _print(finding)
    if not all(finding.seen.fine for finding in findings):
        raise typer.Exit(1)


def _print(finding: Finding) -> None:
    sign = "[green]✓[/]" if finding.seen.fine else "[red]✗[/]"
    console.print(f"{sign} {finding.name:<20} {escape(finding.seen.words)}")
    if not finding.seen.fine:
        for sentence in ADVICE[finding.name]:
            console.print(f"  → {escape(sentence)}")


async def _now(database: Database, settings: Config) -> datetime:
    """The bot's time; the real one where no bot has been yet."""
    try:
        async with database.reading() as db:
            if await migrate.wanting(db) is not None:
                return clock.real()
        return (await clock.shared(database, settings.clock))()
    except (Broken, OSError):
        return clock.real()


async def _ask(settings: Config) -> About | str:
    """What the other side says of us."""
    token = settings.bot_token.get_secret_value()
    if not token:
        return "BOT_TOKEN is not set"
    channel = Telegram(token, settings.bot_api_url)
    try:
        return await asked(channel.about)
    finally:
        await channel.close()
