"""`doctor`: the settings without secrets, what Telegram says of the webhook, and every finding."""

import typer
from rich.console import Console
from rich.table import Table

from bot import clock, config
from bot.channels.base import NotSent
from bot.channels.telegram import Telegram
from bot.config import Config
from bot.doctor import Finding, examine
from storage.engine import Database
from storage.vault import Vault


async def say(settings: Config) -> None:
    """Print what is found; exit code 1 when something ails."""
    config.need(settings, "data_keys")
    console = Console(highlight=False)
    console.print(settings.shown(), style="dim", markup=False)
    database = Database(settings.database_url)
    try:
        now = await clock.shared(database, settings.clock)
        findings = [*await examine(database, Vault.of(settings.data_keys.get_secret_value()), now())]
    finally:
        await database.close()
    findings.append(await _telegram(settings))
    table = Table("", "", "", box=None, show_header=False)
    for finding in findings:
        table.add_row("[green]✓[/]" if finding.fine else "[red]✗[/]", finding.name, finding.seen)
    console.print(table)
    if not all(finding.fine for finding in findings):
        raise typer.Exit(1)


async def _telegram(settings: Config) -> Finding:
    """What the other side says of our webhook."""
    if not settings.bot_token.get_secret_value():
        return Finding("telegram", False, "BOT_TOKEN is not set")
    channel = Telegram(settings.bot_token.get_secret_value(), settings.bot_api_url)
    try:
        about = await channel.about()
    except NotSent as error:
        return Finding("telegram", False, f"does not answer: {error}")
    finally:
        await channel.close()
    ailing = about.get("last_error_message", "")
    return Finding("telegram", not ailing, ailing or f"{about.get('pending_update_count', 0)} updates waiting")
