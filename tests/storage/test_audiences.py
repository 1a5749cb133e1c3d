"""Whom a rule means, who is left out and why; the same for counting as for filling."""

from datetime import timedelta

import pytest
from sqlalchemy import insert, update

from storage import audiences, broadcasts, registry
from storage.audiences import NO_CONSENT, OPTED_OUT, TOLD, UNREACHABLE, UNRECOGNISED, Audience, Purpose
from storage.ids import new_id
from storage.tables import cases
from storage.tables import people as people_table
from tests.storage.conftest import NOW, Office, people
from tests.storage.crowd import approved, at, carrier, counted, fill, fresh, mark, settled_people, states, take

ROUND = "1"


async def count(office: Office, audience: Audience, purpose: Purpose = "service") -> audiences.Count:
    async with office.database.reading() as db:
        return await audiences.count(db, audience, purpose, office.now)


async def filled(office: Office, audience: Audience, purpose: Purpose = "service") -> set[int]:
    one = await approved(office, audience, purpose=purpose)
    await office.do(lambda store: broadcasts.move(store, one, "canary"))
    await fill(office, one.id, 3)
    found = await states(office.database, one.id)
    assert (await fresh(office, one.id)).wanted == len(found)
    return set(found)


async def townsfolk(office: Office) -> None:
    """Chats 1 to 6 are P1 to P6 of the roster: of two dongs, P6 born later and alone; 7 and 8 are on no roster."""
    lines = people(6)
    lines[2] = lines[2].replace("가정1동", "신현동")
    lines[3] = lines[3].replace("가정1동", "신현동")
    lines[5] = lines[5].replace("1950-", "1990-").replace("H3", "H9")
    await office.bring(lines)
    status = {1: "not_applied", 2: "applied", 3: "paid", 4: "not_applied", 5: "returned", 6: "not_applied"}
    await office.bring(
        [f"P{n},{ROUND},{state},card,150000,2025-07-21,2025-07-22" for n, state in status.items()], "payments"
    )
    await settled_people(office, range(1, 9))
    for n in range(1, 7):
        one = await office.do(lambda store, n=n: registry.by_person_id(store, f"P{n}"))  # type: ignore[misc]
        assert one is not None
        bound = update(people_table).where(people_table.c.chat == n).values(resident=one.id)
        await office.do(lambda store, bound=bound: store.write(bound))  # type: ignore[misc]


RULES: dict[str, tuple[Audience, set[int]]] = {
    "everybody": (Audience(), {1, 2, 3, 4, 5, 6, 7, 8}),
    "a dong": (Audience(dongs=("sinhyeon",)), {3, 4}),
    "two dongs": (Audience(dongs=("sinhyeon", "gajeong-1")), {1, 2, 3, 4, 5, 6}),
    "not applied": (Audience(round=ROUND, state="not_applied"), {1, 4, 6}),
    "paid": (Audience(round=ROUND, state="paid"), {3}),
    "returned": (Audience(round=ROUND, state="returned"), {5}),
    "unclaimed and over an age": (Audience(round=ROUND, state="not_applied", born_by=1960), {1, 4}),
    "of another round": (Audience(round="2", state="not_applied"), set()),
    "alone": (Audience(alone=True), {5, 6}),
    "alone in a dong": (Audience(alone=True, dongs=("sinhyeon",)), set()),
}


@pytest.mark.parametrize("name", RULES)
async def test_a_rule_reaches_whom_it_means_and_counting_says_the_same(office: Office, name: str) -> None:
    await townsfolk(office)
    audience, wanted = RULES[name]
    found = await count(office, audience)
    assert found.reached == len(wanted) == sum(found.dongs.values()) == sum(found.languages.values())
    assert found.left_out == ({UNRECOGNISED: 2} if audience.by_roster else {})
    assert await filled(office, audience) == wanted


async def test_everybody_of_a_city_is_counted_by_dong(office: Office) -> None:
    await townsfolk(office)
    assert (await count(office, Audience())).dongs == {"gajeong-1": 4, "sinhyeon": 2, None: 2}


async def test_language_and_role_narrow_and_officers_are_told_whatever_they_consented_to(office: Office) -> None:
    await settled_people(office, [1, 2])
    await office.do(
        lambda store: store.write(update(people_table).where(people_table.c.chat == 2).values(language="en"))
    )
    await settled_people(office, [3], officer=new_id(), consent=0, information=False)
    assert await filled(office, Audience(languages=("en",))) == {2}
    assert await filled(office, Audience(role="officer"), "information") == {3}


async def test_who_is_left_out_is_counted_by_the_first_reason_and_gets_nothing(office: Office) -> None:
    await settled_people(office, [1, 2])
    await settled_people(office, [3], consent=0)
    await settled_people(office, [4], consent=-1, reachable=False)
    await settled_people(office, [5], information=False)
    await settled_people(office, [6], reachable=False)
    assert (await count(office, Audience())).left_out == {NO_CONSENT: 2, UNREACHABLE: 1}
    assert (await count(office, Audience(), "information")).left_out == {NO_CONSENT: 2, UNREACHABLE: 1, OPTED_OUT: 1}
    assert await filled(office, Audience()) == {1, 2, 5}
    assert await filled(office, Audience(), "information") == {1, 2}


async def test_who_was_told_this_week_is_left_out_and_a_correction_goes_to_who_had_it(office: Office) -> None:
    await settled_people(office, range(1, 6))
    one, me = await at(office, "running", await approved(office, Audience())), await carrier(office)
    await take(office, me, one.id, 4)
    for state, chats in {"sent": (1, 2), "parked": (3,), "refused": (4,)}.items():
        await mark(office, me, one.id, state, *chats)
    assert (await count(office, Audience())).left_out == {TOLD: 2}
    assert (await count(office, Audience(told_again=True))).reached == 5
    assert await filled(office, Audience(heard=one.id, told_again=True)) == {1, 2}
    office.now = NOW + timedelta(days=8)
    assert (await count(office, Audience())).left_out == {}


async def test_an_open_appeal_is_known_also_of_who_is_on_no_roster(office: Office) -> None:
    one, two, _ = await settled_people(office, [1, 2, 3])
    for person, open, number in ((one, True, "a"), (two, False, "b")):
        row = {
            "id": new_id(), "number": number, "kind": "appeal", "programme": "p", "round": ROUND, "reason": "r",
            "state": "filed", "open": open, "identity": "to_check", "for_whom": "self", "subject_hash": number.encode(),
            "person": person.id, "chat": person.chat, "language": "ko", "version": 1, "filed_at": NOW,
        }  # fmt: skip
        await office.do(lambda store, row=row: store.write(insert(cases), row))  # type: ignore[misc]
    audience = Audience(programme="p", round=ROUND, state="appeal_open")
    assert not audience.by_roster
    assert await filled(office, audience) == {1}
    assert await filled(office, Audience(programme="q", round=ROUND, state="appeal_open")) == set()
    assert await counted(office, cases) == 2
