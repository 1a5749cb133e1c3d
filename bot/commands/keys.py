"""`keys new` and `keys rotate`: the keys that wrap every person's data key."""

import asyncio

import typer
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from bot import clock
from bot.commands.import_files import shown_on
from bot.commands.office import errors, in_a_sentence, out, with_office
from storage import imports, rotation
from storage.engine import Database
from storage.import_rows import KST
from storage.rotation import Rotated
from storage.vault import Vault, new_office_key

app = typer.Typer(help="자료를 잠그는 열쇠입니다. The keys that seal the data.", no_args_is_help=True)

DOING = {
    "keys": "열쇠 · data keys",
    "residents": "번호 · office ids",
    "lookups": "색인 · lookups",
    "households": "세대 · households",
    "cases": "민원 · cases",
    "letters": "보낸 글 · letters",
    "old_lookups": "옛 색인 · old lookups",
}


@app.command()
def new() -> None:
    """Print a fresh key as a line for the environment. Keep a copy elsewhere: without it nothing can be read."""
    out.print(f"DATA_KEYS={new_office_key()}", markup=False, soft_wrap=True)


@app.command()
def rotate() -> None:
    """Bring everything under the first key of DATA_KEYS. May be stopped and begun again; the bot goes on meanwhile."""
    with in_a_sentence():
        done = asyncio.run(with_office(_rotate))
    when = f"{done.free_at.astimezone(KST):%Y-%m-%d %H:%M}"
    out.print(
        f"열쇠를 모두 바꾸었습니다. 옛 열쇠는 {when}부터 DATA_KEYS에서 빼도 됩니다.\n"
        f"All is under the new key. From {when} KST on, the old one may be taken out of DATA_KEYS.",
        markup=False,
    )


async def _rotate(database: Database, vault: Vault, now: clock.Clock) -> Rotated:
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=errors) as progress:
        async with imports.alone(database):
            return await rotation.rotate(database, vault, now(), shown_on(progress, DOING))
