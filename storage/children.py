"""A child that was on no roster when its appeal was filed, and stands on a later one.

It is known by its name, its day of birth and its home: the household the appeal was filed for, and those in which the
same version has the parent, for people move.
"""

from typing import Final

from storage import imports, people, registry
from storage.cases import Case
from storage.engine import Drawer
from storage.forms import identity
from storage.registry import Resident

NEW_CHILD: Final = "new_child"


async def listed(store: Drawer, case: Case) -> Resident | None:
    """The child of an appeal on the roster in force."""
    force = await imports.in_force(store.db, "roster")
    return await found_in(store, case, force.version) if force else None


async def found_in(store: Drawer, case: Case, version: int) -> Resident | None:
    """The child of an appeal on a version of the roster, in force or not; None when several could be meant.

    None too for an appeal about anybody else, and for one that a decision has bound to its child already.
    """
    if case.for_whom != NEW_CHILD or case.resident is not None:
        return None
    same = await _called(store, version, case.told.get("name"), case.told.get("birth"))
    if not same:
        return None
    homes = {case.household, *(parent.household for parent in await _parents(store, case, version))}
    found = [one for one in same if one.household in homes]
    return found[0] if len(found) == 1 else None


async def _parents(store: Drawer, case: Case, version: int) -> tuple[Resident, ...]:
    """Who filed, if she is recognised, and the parent who was named."""
    filer = await people.by_id(store, case.person)
    known = [filer.resident] if filer is not None and filer.resident is not None else []
    named = await _called(store, version, case.told.get("filer"), case.told.get("filer_birth"))
    return (*await registry.of_version(store, version, known), *named)


async def _called(store: Drawer, version: int, name: str | None, born: str | None) -> tuple[Resident, ...]:
    """Everybody of this name and (ISO) day of birth."""
    if not name or not born:
        return ()
    return await registry.found_in(store, version, store.vault.lookups("identity", identity(name, born)))
