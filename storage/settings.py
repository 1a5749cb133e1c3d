"""Values of this installation that all its processes share."""

from sqlalchemy import bindparam, select

from storage.bulk import Bulk
from storage.engine import Db, Drawer
from storage.tables import settings

_first = Bulk(settings, ("name", "value"), skip=("name",))
_set = Bulk(settings, ("name", "value"), overwrite=("name",))
_value = select(settings.c.value).where(settings.c.name == bindparam("wanted"))


async def first(db: Db, name: str, value: str) -> str:
    """Set a value unless it is set; gives the one that is in force, whoever was first."""
    await _first.put(db, [{"name": name, "value": value}])
    return str((await db.execute(_value, {"wanted": name})).scalar_one())


async def put(store: Drawer, name: str, value: str) -> None:
    """Set a value, whatever it was; nothing is written when it is that already."""
    if await in_force(store.db, name) != value:
        await _set.put(store.db, [{"name": name, "value": value}])


async def in_force(db: Db, name: str) -> str | None:
    """The value in force; None while nobody has set it."""
    found: str | None = (await db.execute(_value, {"wanted": name})).scalar()
    return found
