"""Values of this installation that all its processes share."""

from sqlalchemy import bindparam, select

from storage.bulk import Bulk
from storage.engine import Db
from storage.tables import settings

_first = Bulk(settings, ("name", "value"), skip=("name",))
_value = select(settings.c.value).where(settings.c.name == bindparam("wanted"))


async def first(db: Db, name: str, value: str) -> str:
    """Set a value unless it is set; gives the one that is in force, whoever was first."""
    await _first.put(db, [{"name": name, "value": value}])
    return str((await db.execute(_value, {"wanted": name})).scalar_one())
