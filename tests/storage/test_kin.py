"""A case is one's own if one filed it, if it is about oneself, one's household, or somebody one helps."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import insert, update

from storage import kin, registry
from storage import people as persons
from storage.cases import Case
from storage.ids import new_id
from storage.people import Person
from storage.registry import Resident
from storage.tables import helpers
from tests.storage.conftest import NOW, Office, people
from tests.storage.test_cases import a_case

TODAY = date(2025, 7, 28)


@pytest.fixture
async def known(office: Office) -> dict[str, Resident]:
    """P1 and P2 are one household, P3 another."""
    await office.bring(people(4))
    found = {}
    for name in ("P1", "P2", "P3"):
        resident = await office.do(lambda store, name=name: registry.by_person_id(store, name))  # type: ignore[misc]
        assert resident is not None
        found[name] = resident
    return found


def han(resident: UUID | None = None) -> Person:
    return Person(9001, new_id(), "ko", resident=resident)


async def concerns(office: Office, case: Case, person: Person, day: date = TODAY) -> bool:
    return await office.do(lambda store: kin.concerns(store, case, person, day))


async def test_a_strangers_case_is_not_ones_own(office: Office, known: dict[str, Resident]) -> None:
    case = a_case(resident=known["P3"].id, household=known["P3"].household)
    assert not await concerns(office, case, han(known["P1"].id))
    assert not await concerns(office, case, han())
    assert not await concerns(office, a_case(), han(known["P1"].id))


async def test_what_she_filed_is_her_own_also_after_she_erased_her_account(office: Office) -> None:
    person = han()
    assert await concerns(office, a_case(person=person.id), person)
    assert await concerns(office, a_case(chat=person.chat), persons.stranger(person.chat, "ko", NOW))


async def test_what_is_about_her_or_her_household_is_her_own(office: Office, known: dict[str, Resident]) -> None:
    person = han(known["P1"].id)
    assert await concerns(office, a_case(resident=known["P1"].id), person)
    assert await concerns(office, a_case(resident=known["P2"].id), person)
    assert await concerns(office, a_case(resident=known["P3"].id, household=known["P1"].household), person)


async def test_what_is_about_somebody_she_helps_is_her_own_as_long_as_she_helps(
    office: Office, known: dict[str, Resident]
) -> None:
    person, helped = han(), known["P3"].id
    row = {
        "id": new_id(), "resident": helped, "person": person.id, "purpose": "appeal", "until": TODAY, "since": NOW,
    }  # fmt: skip
    await office.do(lambda store: store.write(insert(helpers), row))
    case = a_case(resident=helped)
    assert await concerns(office, case, person)
    assert not await concerns(office, case, han())
    assert not await concerns(office, case, person, TODAY + timedelta(days=1))
    await office.do(lambda store: store.write(update(helpers).values(ended_at=NOW)))
    assert not await concerns(office, case, person)


async def test_a_child_on_no_roster_is_known_by_the_household_it_was_filed_for(
    office: Office, known: dict[str, Resident]
) -> None:
    newborn = a_case(for_whom="new_child", household=known["P1"].household)
    assert await concerns(office, newborn, han(known["P2"].id))
    assert not await concerns(office, newborn, han(known["P3"].id))
