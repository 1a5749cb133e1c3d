"""`dong-code PERSON_ID`: a one-time code for somebody who stands at the dong's counter."""

import asyncio
from typing import Annotated

import typer

from bot import clock
from bot.commands.office import errors, in_a_sentence, out, with_office
from storage import recognition, registry
from storage.engine import Database, Drawer
from storage.unit import in_one
from storage.vault import Vault


def dong_code(person_id: Annotated[str, typer.Argument(help="the office's id of the person on the roster")]) -> None:
    """Print a code for this person: 8 digits, 24 hours, one use. Look at an identity card first."""

    async def made(store: Drawer) -> str | None:
        resident = await registry.by_person_id(store, person_id)
        return await recognition.make_code(store, resident.id) if resident else None

    async def work(database: Database, vault: Vault, now: clock.Clock) -> str | None:
        return await in_one(database, vault, now(), made)

    with in_a_sentence():
        code = asyncio.run(with_office(work))
    if code is None:
        errors.print("명부에 없는 번호입니다.\nNobody on the roster has this id.", markup=False)
        raise typer.Exit(1)
    out.print(code, markup=False)
