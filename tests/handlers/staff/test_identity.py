"""Identity to be checked: the holder finds her on the roster, or records that she could not be confirmed."""

from dataclasses import replace

import pytest

from storage import cases
from storage.cases import Case
from storage.ids import new_id
from tests.handlers.resident.conftest import Arrive
from tests.handlers.resident.test_appeal import filed, files_for_a_child
from tests.handlers.staff.test_queue import DONG, appeals, the_case
from tests.journey import Officer, Town


async def to_check(town: Town, recognised: Arrive, **told: str) -> tuple[Case, Officer]:
    """A case somebody filed as Kim Youngja, without a proof; its holder stands before it."""
    await appeals(recognised)
    case = replace(
        await the_case(town), id=new_id(), number="X1", identity="to_check", resident=None, household=None,
        subject_hash=b"u" * 16, told={"name": "김영자", "birth": "1948-05-17"} | told,
    )  # fmt: skip
    await town.within(lambda store: cases.file(store, replace(case, round="2")))
    han = await town.officer("han", dong=DONG)
    await han.writes("/queue")
    for answer in (case.id.hex, "take", "identity"):
        await han.presses(answer)
    return case, han


async def now(town: Town, case: Case) -> Case:
    found = await town.within(lambda store: cases.by_id(store, case.id))
    assert isinstance(found, Case)
    return found


async def test_a_case_is_bound_to_somebody_found_by_exactly_what_she_said(town: Town, recognised: Arrive) -> None:
    case, han = await to_check(town, recognised)
    kim = (await cases_of_kim(town)).resident
    assert kim is not None
    assert "명단에서 찾은 사람: 1" in han.question
    assert han.buttons[0] == "김영자 · 1948년 5월 17일 · 청라1동"
    await han.presses(kim.hex)
    await han.presses("yes")
    bound = await now(town, case)
    assert (bound.identity, bound.resident, bound.subject_hash) == ("recognised", kim, kim.bytes)
    assert bound.household is not None
    assert "본인 확인: 확인됨" in han.question
    assert "identity" not in han.codes


async def cases_of_kim(town: Town) -> Case:
    return (await filed(town))[0]


@pytest.mark.parametrize(("choice", "identity"), [("unlisted", "recognised"), ("refused", "refused")])
async def test_who_is_on_no_roster_is_confirmed_or_not(
    town: Town, recognised: Arrive, choice: str, identity: str
) -> None:
    case, han = await to_check(town, recognised, name="김영지")
    assert "명단에서 찾은 사람: 0" in han.question
    await han.presses(choice)
    await han.presses("no")
    await han.presses(choice)
    await han.presses("yes")
    after = await now(town, case)
    assert (after.identity, after.resident) == (identity, None)
    story = await town.within(lambda store: cases.story(store, case.id))
    assert (story[-1].kind, dict(story[-1].detail)) == ("identity", {"identity": identity})


async def test_a_second_case_about_the_same_resident_is_not_made(town: Town, recognised: Arrive) -> None:
    await appeals(recognised)
    first = await the_case(town)
    case = replace(
        first, id=new_id(), number="X1", identity="to_check", resident=None, subject_hash=b"u" * 16,
        told={"name": "김영자", "birth": "1948-05-17"},
    )  # fmt: skip
    await town.within(lambda store: cases.file(store, case))
    han = await town.officer("han", dong=DONG)
    await han.writes("/queue")
    for answer in (case.id.hex, "take", "identity", first.resident.hex if first.resident else "", "yes"):
        await han.presses(answer)
    assert (await now(town, case)).identity == "to_check"
    assert any(f"이미 있습니다: {first.number}" in said for said in han.all[-2:])


async def test_of_a_child_not_yet_listed_the_parent_is_confirmed(town: Town, recognised: Arrive) -> None:
    await appeals(recognised)
    first = await the_case(town)
    case = replace(
        first, id=new_id(), number="X1", identity="to_check", resident=None, household=None, for_whom="new_child",
        subject_hash=b"u" * 16,
        told={"name": "김하늘", "birth": "2025-07-01", "filer": "김영자", "filer_birth": "1948-05-17"},
    )  # fmt: skip
    await town.within(lambda store: cases.file(store, case))
    han = await town.officer("han", dong=DONG)
    await han.writes("/queue")
    for answer in (case.id.hex, "take", "identity", first.resident.hex if first.resident else "", "yes"):
        await han.presses(answer)
    after = await now(town, case)
    assert (after.identity, after.resident, after.household) == ("recognised", None, first.household)


async def test_a_second_case_about_a_child_of_the_same_household_is_not_made(
    town: Town, recognised: Arrive, welcomed: Arrive
) -> None:
    """The father filed; the mother did as somebody unknown, and is found on the roster by an officer."""
    father = await recognised("park-junho")
    await files_for_a_child(father, "박하늘", "2025-07-20")
    mother = await welcomed("lee-sujin")
    await files_for_a_child(mother, "하늘이", "2025-07-20", ("이수진", "1985-01-30", "검단동"))
    first, second = sorted(await filed(town), key=lambda case: case.identity)
    assert (first.identity, second.identity) == ("recognised", "to_check")
    han = await town.officer("han", dong=second.dong)
    await han.writes("/queue")
    for answer in (second.id.hex, "take", "identity"):
        await han.presses(answer)
    for answer in (han.codes[0], "yes"):
        await han.presses(answer)
    assert any(f"이미 있습니다: {first.number}" in said for said in han.all[-2:])
    assert (await now(town, second)).identity == "to_check"
