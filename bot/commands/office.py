"""What every command has in common: the office's database, keys and clock, and a sentence for what is wrong."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TypeVar

import typer
from rich.console import Console

from bot import clock, config
from bot.config import BadConfig
from storage import migrate
from storage.engine import Database
from storage.import_rows import BadFile
from storage.migrate import OutOfDate
from storage.vault import BadKeys, Vault

T = TypeVar("T")

out = Console(highlight=False)
errors = Console(stderr=True, highlight=False)

REFUSED: Mapping[str, str] = {
    "busy": "다른 가져오기나 열쇠 교체가 진행 중입니다.\nAnother import or key change is under way.",
    "empty": "파일에 자료가 없습니다.\nThe file has no rows.",
    "encoding": "글자를 읽을 수 없습니다. UTF-8 또는 CP949로 저장하십시오.\nThe file is neither UTF-8 nor CP949.",
    "header": "첫 줄에 필요한 열이 없습니다: {columns}\nThe first line lacks these columns: {columns}",
    "doubled_columns": "첫 줄에 같은 열이 두 번 있습니다.\nThe first line has a column twice.",
    "too_many_bad": "{rows}줄 가운데 {bad}줄이 잘못되어 파일 전체를 받지 않았습니다. 지금 자료는 그대로입니다.\n"
    "{bad} of {rows} rows are bad, so the whole file was refused. What is in force stays as it is.",
    "shrunk": "지금 자료는 {before}줄인데 이 파일은 {rows}줄뿐입니다. 잘린 파일로 보여 받지 않았습니다.\n"
    "{before} rows are in force and this file has only {rows}: it looks cut off and was refused.",
    "no_roster": "먼저 명부를 들여오십시오.\nBring in a roster first.",
    "not_staged": "적용할 수 있는 버전이 아닙니다.\nThere is no such version to apply.",
    "nothing_to_undo": "되돌릴 버전이 없습니다.\nThere is nothing to undo.",
    "rotate_first": "열쇠 교체를 먼저 끝내십시오: python -m bot keys rotate\n"
    "Finish the key change first: python -m bot keys rotate",
}


@contextmanager
def in_a_sentence(*others: type[Exception]) -> Iterator[None]:
    """Whatever is wrong with what was given, and `others` a command knows, is said in a sentence: exit code 1."""
    known: tuple[type[Exception], ...] = (BadConfig, BadKeys, OutOfDate, *others)
    try:
        yield
    except BadFile as bad:
        errors.print(REFUSED[bad.reason].format_map(bad.facts), markup=False)
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
