"""An office's file on its way: staged, compared with what is in force, and kept until somebody puts it in force.

The command line and the admin desk go this one way.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from bot.clock import Clock
from bot.comparing import compare
from handlers.admin.import_card import is_large
from programmes.model import City
from storage import imports, staging
from storage.engine import Database, Drawer
from storage.import_rows import BadFile, Kind
from storage.imports import Progress, Version, silent
from storage.staging import Staged
from storage.unit import in_one
from storage.vault import Vault


@dataclass(frozen=True, slots=True)
class Bringer:
    """What every step of it wants."""

    database: Database
    vault: Vault
    city: City
    now: Clock

    async def stage(self, kind: Kind, path: Path, by: UUID | None = None, progress: Progress = silent) -> Staged:
        """Stage a file and keep what it would change. Raises `BadFile` when it is refused."""
        database, vault, city = self.database, self.vault, self.city
        async with imports.alone(database):
            async with database.hurried():
                staged = await staging.stage(database, vault, kind, path, spellings(city), self.now(), progress)
            difference = await compare(database, vault, city, kind, staged, self.now(), progress)
            await in_one(
                database, vault, self.now(), lambda store: imports.compared(store, staged.version, difference, by)
            )
        return staged

    async def apply(self, version: int, *, large: bool = False, progress: Progress = silent) -> None:
        """Put a version in force, one that changes much only when said so. Raises `BadFile`."""
        async with imports.alone(self.database):
            one = await self.version(version)
            if one is None or not one.waits:
                raise BadFile("not_staged")
            if is_large(self.city, one) and not large:
                raise BadFile("large", version=version)
            await imports.apply(self.database, self.vault, version, self.now())
            await imports.prune(self.database, one.kind, progress)

    async def undo(self, kind: Kind) -> int | None:
        """Put the version before in force again; None when there is none. Raises `BadFile`."""
        async with imports.alone(self.database):
            return await imports.undo(self.database, self.vault, kind, self.now())

    async def version(self, version: int) -> Version | None:
        """What is known of a number, None for one that was never given."""
        async with self.database.reading() as db:
            return await imports.by_number(Drawer(db, self.vault, self.now()), version)

    async def latest(self, limit: int) -> tuple[Version, ...]:
        """The newest first, those in force always among them."""
        async with self.database.reading() as db:
            return await imports.latest(Drawer(db, self.vault, self.now()), limit)


def spellings(city: City) -> Mapping[str, str]:
    """Every accepted spelling of a dong, its code too, to its code; what it is called now before what it was called."""
    dongs = city.places.dongs.values()
    found = {name: dong.code for dong in dongs for name in (dong.code, dong.name.ko, dong.name.en)}
    return {name: dong.code for dong in dongs for name in dong.former} | found
