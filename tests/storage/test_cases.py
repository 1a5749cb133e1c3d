"""Cases: filed once, numbered, told in order, moved by one hand at a time."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest

from storage import cases, migrate
from storage.cases import AlreadyOpen, Case, Moved
from storage.engine import Database
from storage.forms import identity
from storage.ids import new_id
from storage.unit import in_one
from storage.vault import Vault
from tests.storage.conftest import NOW, Office

PERSON, OTHER = new_id(), new_id()


def a_case(number: str = "SG-250728-0001-1", subject: bytes = b"s" * 16, **more: object) -> Case:
    case = Case(
        id=new_id(), number=number, kind="appeal", programme="p", round="1", reason="newborn", state="filed",
        identity="recognised", for_whom="self", subject_hash=subject, resident=None, household=None, person=PERSON,
        chat=7001, dong="gajeong-1", office="gajeong-1", language="ko", filed_at=NOW, due_at=NOW, target_minutes=60,
        told={"statement": "저희 아이"},
    )  # fmt: skip
    return replace(case, **more)  # type: ignore[arg-type]


async def test_a_case_is_read_back_as_it_was_filed(office: Office) -> None:
    case = a_case()
    assert await office.do(lambda store: cases.file(store, case)) == case
    assert await office.do(lambda store: cases.by_id(store, case.id)) == case
    assert await office.do(lambda store: cases.by_id(store, new_id())) is None


@pytest.mark.parametrize(("filer", "own"), [(PERSON, True), (OTHER, False)])
async def test_the_same_case_is_open_only_once(office: Office, filer: UUID, own: bool) -> None:
    first = a_case()
    await office.do(lambda store: cases.file(store, first))
    with pytest.raises(AlreadyOpen) as found:
        await office.do(lambda store: cases.file(store, a_case("SG-250728-0002-2", person=filer)))
    assert (found.value.case.id, found.value.own) == (first.id, own)


async def test_a_number_is_given_once(office: Office) -> None:
    await office.do(lambda store: cases.file(store, a_case()))
    with pytest.raises(Moved):
        await office.do(lambda store: cases.file(store, a_case(subject=b"t" * 16)))


async def test_a_closed_case_makes_room_for_another(office: Office) -> None:
    case = a_case()
    await office.do(lambda store: cases.file(store, case))
    closed = await office.do(
        lambda store: cases.move(store, case, "withdrawn", open=False, actor=PERSON, kind="withdrawn", why="mine")
    )
    assert (closed.version, closed.open, closed.closed_at) == (2, False, NOW)
    await office.do(lambda store: cases.file(store, a_case("SG-250728-0002-2")))


@pytest.mark.postgres
async def test_filing_at_the_same_instant_leaves_one_case(postgres_url: str, vault: Vault) -> None:
    await migrate.upgrade(postgres_url)
    houses = [Database(postgres_url) for _ in range(4)]

    async def files(n: int, house: Database) -> Case:
        return await in_one(house, vault, NOW, lambda store: cases.file(store, a_case(f"SG-{n}")))

    found = await asyncio.gather(*(files(n, house) for n, house in enumerate(houses)), return_exceptions=True)
    assert sorted(type(one).__name__ for one in found) == ["AlreadyOpen"] * 3 + ["Case"]
    for house in houses:
        await house.close()


async def test_only_the_first_of_two_hands_moves_a_case(office: Office) -> None:
    case = a_case()
    await office.do(lambda store: cases.file(store, case))
    taken = await office.do(lambda store: cases.move(store, case, "taken", open=True, actor=OTHER, kind="taken"))
    assert (taken.version, taken.open, taken.closed_at) == (2, True, None)
    with pytest.raises(Moved):
        await office.do(lambda store: cases.move(store, case, "decided", open=False, actor=OTHER, kind="decided"))


async def test_only_the_first_of_two_hands_says_who_a_case_is_about(office: Office) -> None:
    case = a_case()
    await office.do(lambda store: cases.file(store, case))
    await office.do(lambda store: cases.identify(store, case, "checked", OTHER))
    with pytest.raises(Moved):
        await office.do(lambda store: cases.identify(store, case, "refused", OTHER))


async def test_the_story_of_a_case_is_told_in_order_with_its_details(office: Office) -> None:
    case = a_case()
    await office.do(lambda store: cases.file(store, case))
    await office.do(lambda store: cases.note(store, case.id, "paper", PERSON, paper="family"))
    await office.do(lambda store: cases.note(store, case.id, "call", None))
    story = await office.do(lambda store: cases.story(store, case.id))
    assert [(event.kind, event.actor, dict(event.detail)) for event in story] == [
        ("filed", PERSON, {}), ("paper", PERSON, {"paper": "family"}), ("call", None, {}),
    ]  # fmt: skip


async def test_a_person_sees_what_she_filed_and_what_is_about_her_newest_first(office: Office) -> None:
    resident = new_id()
    mine = a_case("SG-1", b"1" * 16)
    about_me = a_case("SG-2", b"2" * 16, person=OTHER, resident=resident, filed_at=NOW + timedelta(hours=1))
    unproven = a_case("SG-3", b"3" * 16, person=OTHER, resident=resident, identity="to_check")
    for case in (mine, about_me, unproven):
        await office.do(lambda store, case=case: cases.file(store, case))  # type: ignore[misc]
    assert await office.do(lambda store: cases.of_person(store, PERSON, resident)) == (about_me, mine)
    assert await office.do(lambda store: cases.of_person(store, PERSON)) == (mine,)


@pytest.mark.parametrize(
    ("kind", "dong", "queue"),
    [("appeal", "sinhyeon", "sinhyeon"), ("appeal", None, "decision"), ("talk", None, "calls"), ("task", "x", "calls")],
)
async def test_a_new_case_stands_in_somebodys_queue(office: Office, kind: str, dong: str | None, queue: str) -> None:
    case = a_case(kind=kind, dong=dong, office=None)
    filed = await office.do(lambda store: cases.file(store, case))
    assert (filed.office, filed.holder) == (queue, None)
    assert await office.do(lambda store: cases.by_id(store, case.id)) == filed


async def test_moving_changes_what_goes_along_and_closing_lets_go(office: Office) -> None:
    case = await office.do(lambda store: cases.file(store, a_case()))
    held = await office.do(
        lambda store: cases.move(
            store, case, "checking", open=True, actor=OTHER, kind="take", changes={"holder": OTHER, "held_at": NOW}
        )
    )
    assert held == await office.do(lambda store: cases.by_id(store, case.id))
    closed = await office.do(lambda store: cases.move(store, held, "done", open=False, actor=OTHER, kind="finish"))
    assert (closed.holder, closed.held_at, closed.office) == (None, None, "gajeong-1")
    assert closed == await office.do(lambda store: cases.by_id(store, case.id))


async def test_cases_of_a_day_are_counted_from_one(office: Office) -> None:
    day = date(2025, 7, 28)
    assert [await office.do(lambda store: cases.count_of_day(store, day)) for _ in range(3)] == [1, 2, 3]
    assert await office.do(lambda store: cases.count_of_day(store, day + timedelta(days=1))) == 1


async def test_an_open_case_is_found_under_any_digest_it_may_be_stored_by(office: Office) -> None:
    case = a_case()
    await office.do(lambda store: cases.file(store, case))
    found = await office.do(lambda store: cases.open_about(store, "appeal", "p", "1", (b"x" * 16, b"s" * 16)))
    assert found == case
    assert await office.do(lambda store: cases.open_about(store, "appeal", "p", "2", (b"s" * 16,))) is None


async def test_a_case_is_found_by_exactly_what_was_told(office: Office) -> None:
    told = {"name": "정태원", "birth": "1979-06-05", "phone": "+821012345678"}
    older = a_case(told=told)
    newer = a_case("SG-250728-0002-2", b"t" * 16, filed_at=NOW + timedelta(hours=1), told={"phone": "010-1234-5678"})
    for case in (older, newer, a_case("SG-250728-0003-3", b"u" * 16)):
        await office.do(lambda store, case=case: cases.file(store, case))  # type: ignore[misc]

    async def found(what: str, written: str) -> list[str]:
        return [case.number for case in await office.do(lambda store: cases.known_by(store, what, written))]

    assert await found(cases.PHONE, "+821012345678") == [newer.number, older.number]
    assert await found(cases.NAME, identity("정 태원", "1979-06-05")) == [older.number]
    for what, written in (
        (cases.PHONE, "+821012345679"),
        (cases.NAME, identity("정태원", "1979-06-06")),
        (cases.NAME, "+821012345678"),
    ):
        assert await found(what, written) == []
