"""A child on no roster when it was filed for is found on a later one: by name, day of birth and its parent's home."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from uuid import UUID

import msgspec
import pytest
from sqlalchemy import insert

from storage import awards, cases, children, concerned, decisions, exports, imports, registry
from storage import people as persons
from storage.cases import Case
from storage.ids import new_id
from storage.registry import Resident
from storage.tables import people as people_table
from tests.storage.conftest import NOW, Office, people
from tests.storage.test_cases import a_case
from tests.storage.test_decisions import HAN, YES

TOLD = {"name": "김 하늘", "birth": "2025-07-01"}
PARENT = {"filer": f"홍길동{chr(0xAC00 + 1)}", "filer_birth": "1950-03-02"}  # P1


def child(person_id: str, household: str = "H1", born: str = "2025-07-01") -> str:
    return f"{person_id},김하늘,{born},,가정1동,general,{household},0,korean,"


async def resident(office: Office, person_id: str) -> Resident:
    found = await office.do(lambda store: registry.by_person_id(store, person_id))
    assert found is not None
    return found


async def filed(
    office: Office, household: bytes | None, parent: Mapping[str, str] | None = None, person: UUID | None = None
) -> Case:
    id = new_id()
    case = a_case(
        f"SG-{id.hex[-9:]}", id.bytes, for_whom="new_child", state="deciding", holder=HAN, household=household,
        resident=None, person=person or new_id(), told={**TOLD, **(parent or {})},
    )  # fmt: skip
    return await office.do(lambda store: cases.file(store, case))


async def found(office: Office, case: Case) -> UUID | None:
    one = await office.do(lambda store: children.listed(store, case))
    return one.id if one else None


async def test_a_later_roster_has_it_in_the_household_it_was_filed_for(office: Office) -> None:
    assert await found(office, await filed(office, b"h" * 16)) is None  # no roster at all
    await office.bring(people(4))
    case = await filed(office, (await resident(office, "P1")).household)
    assert await found(office, case) is None
    await office.bring([*people(4), child("C1"), child("C2", "H2"), child("C3", born="2025-07-02")])
    assert await found(office, case) == (await resident(office, "C1")).id


async def test_before_a_roster_is_in_force_it_is_asked_of_that_version(office: Office) -> None:
    await office.bring(people(4))
    case = await filed(office, (await resident(office, "P1")).household)
    staged = await office.stage(office.file([*people(4), child("C1")]))
    assert await found(office, case) is None
    listed = await office.do(lambda store: concerned.whom(store, case, staged.version))
    await imports.apply(office.database, office.vault, staged.version, office.now)
    assert listed == await found(office, case) is not None


async def test_another_familys_child_of_that_name_and_day_is_not_it(office: Office) -> None:
    await office.bring([*people(4), child("C2", "H2")])
    case = await filed(office, (await resident(office, "P1")).household, PARENT)
    assert await found(office, case) is None
    assert await office.do(lambda store: concerned.whom(store, case, 1)) is None


async def test_of_a_case_filed_by_somebody_unknown_the_named_parent_tells_the_home(office: Office) -> None:
    await office.bring([*people(4), child("C1"), child("C2", "H2")])
    assert await found(office, await filed(office, None)) is None
    assert await found(office, await filed(office, None, PARENT)) == (await resident(office, "C1")).id


async def test_a_family_that_moved_keeps_its_child(office: Office) -> None:
    await office.bring(people(4))
    mother = await resident(office, "P1")
    person = msgspec.structs.replace(persons.stranger(7001, "ko", NOW), resident=mother.id)
    await office.do(lambda store: store.write(insert(people_table), persons.to_row(person)))
    case = await filed(office, mother.household, person=person.id)
    moved = [line.replace(",H1,", ",H9,") if line.startswith("P1,") else line for line in people(4)]
    await office.bring([*moved, child("C1", "H9")])
    assert await found(office, case) == (await resident(office, "C1")).id


async def test_of_two_who_could_be_meant_it_is_neither(office: Office) -> None:
    await office.bring([*people(4), child("C1"), child("C2")])
    assert await found(office, await filed(office, (await resident(office, "P1")).household)) is None


@pytest.mark.parametrize("known", [{"for_whom": "unlisted"}, {"resident": new_id()}, {"told": {}}])
async def test_nobody_elses_case_is_about_it(office: Office, known: dict[str, object]) -> None:
    await office.bring([*people(4), child("C1")])
    case = await filed(office, (await resident(office, "P1")).household)
    assert await found(office, replace(case, **known)) is None  # type: ignore[arg-type]


# ---------------------------------------------------------------------------------------------- what is granted to it


async def granted(office: Office) -> Resident:
    """A child's appeal was accepted after a roster had it."""
    await office.bring([*people(4), child("C1")])
    one = await resident(office, "C1")
    case = await filed(office, one.household)
    after, _ = await office.do(lambda store: decisions.close(store, case, YES, HAN, one.id))
    assert after == await office.do(lambda store: cases.by_id(store, case.id))
    assert after.resident == one.id
    return one


async def test_a_decision_grants_to_the_child_whom_the_roster_has(office: Office) -> None:
    one = await granted(office)
    award = (await office.do(partial(awards.of_resident, resident=one.id, programme="p")))["1"]
    assert award.amount == YES.amount
    (row,) = (await office.do(exports.waiting_payments)).values()
    assert (row.person_id, row.amount) == ("C1", YES.amount)


async def test_what_the_payment_file_has_paid_is_not_on_the_list_too(office: Office) -> None:
    one = await granted(office)
    waiting = await office.do(exports.waiting_payments)
    await office.bring([f"C1,1,paid,card,{YES.amount},2025-07-26,2025-07-27"], "payments")
    assert await office.do(exports.waiting_payments) == {}
    assert await office.do(lambda store: exports.take_payments(store, waiting)) == set()
    await office.do(awards.confirm)
    award = (await office.do(partial(awards.of_resident, resident=one.id, programme="p")))["1"]
    assert award.confirmed_at == NOW
