"""`migrate`: bring the database to the form this release wants."""

import asyncio

import typer
from rich.console import Console

from bot import config
from bot.config import BadConfig
from storage import migrate as migrations

out = Console(highlight=False)
errors = Console(stderr=True, highlight=False)


def migrate() -> None:
    """Bring the database to the form this release wants; changes nothing when it is."""
    try:
        asyncio.run(migrations.upgrade(config.load().database_url))
    except BadConfig as bad:
        errors.print(str(bad), markup=False)
        raise typer.Exit(1) from None
    out.print("데이터베이스가 준비되었습니다.\nThe database is ready.", markup=False)
