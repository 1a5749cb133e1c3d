"""Whose own a case is: filed by her, about her, about her household, or about somebody she helps."""

from datetime import date
from uuid import UUID

from sqlalchemy import bindparam, select

from storage import registry
from storage.cases import Case
from storage.engine import Drawer
from storage.people import Person
from storage.ready import Ready
from storage.registry import Resident
from storage.tables import helpers

_helping = Ready(
    select(helpers.c.id).where(
        helpers.c.person == bindparam("person"),
        helpers.c.resident == bindparam("resident"),
        helpers.c.ended_at.is_(None),
        helpers.c.until >= bindparam("day"),
    )
)


async def concerns(store: Drawer, case: Case, person: Person, day: date) -> bool:
    """Whether the case is this person's own on that day, as far as the counter knows her."""
    if person.chat == case.chat or person.id == case.person:
        return True
    if await _of_household(store, case, person):
        return True
    return case.resident is not None and await _helps(store, case.resident, person, day)


async def near(store: Drawer, one: Resident, person: Person, day: date) -> bool:
    """Whether somebody of the roster is this person herself, of her household, or whom she helps."""
    if person.resident is not None:
        her = await registry.by_id(store, person.resident)
        if person.resident == one.id or (her is not None and her.household == one.household):
            return True
    return await _helps(store, one.id, person, day)


async def _of_household(store: Drawer, case: Case, person: Person) -> bool:
    """By the roster in force and by the household the case was filed for: people move."""
    if person.resident is None:
        return False
    if person.resident == case.resident:
        return True
    her = await registry.by_id(store, person.resident)
    if her is None:
        return False
    return her.household == case.household or case.resident in {
        one.id for one in await registry.household_of(store, her)
    }


async def _helps(store: Drawer, resident: UUID, person: Person, day: date) -> bool:
    return bool(await _helping.run(store.db, {"person": person.id, "resident": resident, "day": day}))
