"""What an accepted appeal grants: it outlives imports, until one of them says the same."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy.exc import IntegrityError

from storage import awards, registry
from storage.cases import Case
from storage.ids import new_id
from tests.storage.conftest import NOW, Office, people
from tests.storage.test_cases import a_case


async def on_the_roster(office: Office) -> UUID:
    await office.bring(people(4))
    found = await office.do(lambda store: registry.by_person_id(store, "P1"))
    assert found is not None
    return found.id


def about(resident: UUID) -> Case:
    return a_case(resident=resident)


async def granted(office: Office, case: Case, amount: int = 300_000, before: int | None = 150_000) -> None:
    await office.do(lambda store: awards.grant(store, case, amount, before))


async def test_an_award_is_found_by_its_resident_and_by_its_case(office: Office) -> None:
    resident = new_id()
    case = about(resident)
    await granted(office, case)
    found = await office.do(lambda store: awards.of_case(store, case.id))
    assert found is not None
    assert (found.amount, found.before, found.at, found.confirmed_at) == (300_000, 150_000, NOW, None)
    assert await office.do(lambda store: awards.of_resident(store, resident, "p")) == {"1": found}
    assert await office.do(lambda store: awards.of_resident(store, resident, "q")) == {}


async def test_the_later_of_two_awards_of_a_round_counts(office: Office) -> None:
    resident = new_id()
    await granted(office, about(resident))
    office.now += timedelta(hours=1)
    await granted(office, about(resident), 400_000, 300_000)
    found = await office.do(lambda store: awards.of_resident(store, resident, "p"))
    assert found["1"].amount == 400_000


async def test_a_case_grants_once_and_again_only_after_it_was_reopened(office: Office) -> None:
    case = about(new_id())
    await granted(office, case)
    with pytest.raises(IntegrityError):
        await granted(office, case)
    await office.do(lambda store: awards.revoke(store, case.id))
    assert await office.do(lambda store: awards.of_case(store, case.id)) is None
    await granted(office, case, 400_000)
    found = await office.do(lambda store: awards.of_case(store, case.id))
    assert found is not None
    assert found.amount == 400_000


@pytest.mark.parametrize(
    ("line", "confirmed"),
    [
        ("P1,1,paid,card,300000,,2025-07-28T09:00:00+09:00", 1),
        ("P1,1,paid,card,150000,,2025-07-28T09:00:00+09:00", 0),
        ("P1,1,applied,card,300000,2025-07-28T09:00:00+09:00,", 0),
        ("P1,2,paid,card,300000,,2025-07-28T09:00:00+09:00", 0),
        ("P2,1,paid,card,300000,,2025-07-28T09:00:00+09:00", 0),
    ],
)
async def test_only_a_payment_of_that_sum_in_that_round_confirms(office: Office, line: str, confirmed: int) -> None:
    case = about(await on_the_roster(office))
    await granted(office, case)
    await office.bring([line], "payments")
    assert await office.do(awards.confirm) == confirmed
    assert await office.do(awards.confirm) == 0
    found = await office.do(lambda store: awards.of_case(store, case.id))
    assert found is not None
    assert (found.confirmed_at is not None) == bool(confirmed)


async def test_a_new_roster_takes_no_award_away(office: Office) -> None:
    resident = await on_the_roster(office)
    await granted(office, about(resident))
    await office.bring(people(4))
    assert await office.do(lambda store: awards.of_resident(store, resident, "p"))
