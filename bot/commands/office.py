"""What every command has in common: the office's database, keys and clock, and a sentence for what is wrong."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import typer
from rich.console import Console

from bot import clock, config, words
from bot.config import BadConfig
from handlers.admin.import_card import refusal
from storage import migrate
from storage.engine import Database
from storage.import_rows import BadFile
from storage.migrate import OutOfDate
from storage.vault import BadKeys, Vault

T = TypeVar("T")

out = Console(highlight=False)
errors = Console(stderr=True, highlight=False)


@contextmanager
def in_a_sentence(*others: type[Exception]) -> Iterator[None]:
    """Whatever is wrong with what was given, and `others` a command knows, is said in a sentence: exit code 1."""
    known: tuple[type[Exception], ...] = (BadConfig, BadKeys, OutOfDate, *others)
    try:
        yield
    except BadFile as bad:
        said = refusal(bad.reason, bad.facts)
        errors.print("\n".join(words.write(said, lang) for lang in words.LANGUAGES), markup=False)
        raise typer.Exit(1) from None
    except known as bad:
        errors.print(str(bad), markup=False)
        raise typer.Exit(1) from None


async def with_office(work: Callable[[Database, Vault, clock.Clock], Awaitable[T]]) -> T:
    """Open the database with the office's keys and its clock for one command, and close it again."""
    settings = config.load()
    config.need(settings, "data_keys")
    vault, database = Vault.of(settings.data_keys.get_secret_value()), Database(settings.database_url)
    try:
        async with database.reading() as db:
            await migrate.check(db)
        return await work(database, vault, await clock.shared(database, settings.clock))
    finally:
        await database.close()
