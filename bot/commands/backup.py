"""`backup FOLDER` and `restore FOLDER`: everything in two files, data and keys, and back into an empty place."""

import asyncio
import os
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bot import clock, config, letters, tasks
from bot.commands.office import with_office
from bot.config import BadConfig, Config
from storage import backup as backups
from storage import restore as restores
from storage.backup import BackupFailed, Made
from storage.engine import Db
from storage.migrate import OutOfDate
from storage.outbox import Row
from storage.restore import OUTCOME, Restored
from storage.vault import BadKeys, Tampered, Vault

out = Console(highlight=False, soft_wrap=True)
errors = Console(stderr=True, highlight=False, soft_wrap=True)

Folder = Annotated[Path, typer.Argument(file_okay=False, help="a folder of its own")]
KeyFile = Annotated[Path | None, typer.Option("--keys", help="write DATA_KEYS here too, for a safe elsewhere")]
Name = Annotated[str | None, typer.Option("--data", help="a data file of the folder; the newest when absent")]


def backup(folder: Folder, keys: KeyFile = None) -> None:
    """Copy everything into FOLDER while the bot goes on: data, and apart from it the keys. Once a day, by cron."""
    try:
        if keys is not None:
            _write_office_keys(config.load(), keys, folder)
        made = asyncio.run(with_office(lambda db, vault, now: backups.make(db, vault, folder, now(), clock.real())))
    except (BackupFailed, BadConfig, BadKeys, OutOfDate) as bad:
        errors.print(str(bad), markup=False)
        raise typer.Exit(1) from None
    _tell_made(made, keys)


def restore(folder: Folder, data: Name = None) -> None:
    """Bring a backup back into the empty DATABASE_URL. Nothing of its outbox is sent again."""
    try:
        settings = config.load()
        config.need(settings, "data_keys")
        restored = asyncio.run(_restore(settings, folder, data))
    except (BackupFailed, BadConfig, BadKeys) as bad:
        errors.print(str(bad), markup=False)
        raise typer.Exit(1) from None
    out.print(
        f"복원했습니다: {restored.name}\n"
        f"보내지 않습니다: 답장 {restored.replies}, 알림 {restored.notices} (담당자 업무로), 단체 {restored.broadcasts}"
        f" (취소)\n이제 봇을 시작하고 doctor를 실행하십시오.\n"
        f"Restored: {restored.name}\n"
        f"Not sent: {restored.replies} replies, {restored.notices} notices (now work for a person),"
        f" {restored.broadcasts} broadcasts (cancelled)\nStart the bot now and run doctor.",
        markup=False,
    )


async def _restore(settings: Config, folder: Path, name: str | None) -> Restored:
    vault = Vault.of(settings.data_keys.get_secret_value())
    now = clock.real()
    open_task = tasks.lost(vault, lambda: now)

    async def lost(db: Db, row: Row) -> None:
        try:
            parcel = letters.from_row(row, vault)
        except Tampered:
            return
        if parcel is not None:
            await open_task(db, parcel, OUTCOME)

    return await restores.restore(settings.database_url, vault, folder, name, now, lost)


def _write_office_keys(settings: Config, path: Path, folder: Path) -> None:
    """DATA_KEYS as a line for the environment, for its owner's eyes only, and not beside what it opens."""
    config.need(settings, "data_keys")
    if folder.resolve() in path.resolve().parents:
        raise BackupFailed(
            "DATA_KEYS는 백업과 다른 곳에 두십시오.\nKeep DATA_KEYS in another place than the backup it opens."
        )
    line = f"DATA_KEYS={settings.data_keys.get_secret_value()}\n"
    if path.exists() and path.read_text() == line:
        return
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400), "w") as file:
            file.write(line)
    except FileExistsError:
        raise BackupFailed(f"다른 열쇠가 있습니다: {path}\nAnother key is kept here already: {path}") from None


def _tell_made(made: Made, keys: Path | None) -> None:
    out.print(f"{made.data}\n{made.keys} ({made.owners:,})", markup=False)
    out.print(
        f"DATA_KEYS: {keys}"
        if keys
        else "DATA_KEYS는 이 백업에 없습니다. 따로 보관하십시오.\n"
        "DATA_KEYS is not in this backup: keep it apart, for without it nothing can be read.",
        markup=False,
    )
