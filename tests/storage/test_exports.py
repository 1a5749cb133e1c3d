"""Lists that leave the house: every row on one of them, and on no second one."""

import asyncio

import pytest

from storage import awards, cases, decisions, exports, registry, staff
from storage.cases import Case
from storage.decisions import Ruling
from storage.engine import Database
from storage.exports import DecisionRow, PaymentRow
from storage.ids import new_id
from storage.unit import in_one
from tests.storage.conftest import NOW, Office, people
from tests.storage.test_cases import a_case
from tests.storage.test_decisions import NO, YES


async def decided(office: Office, case: Case, ruling: Ruling = YES) -> Case:
    officer, _ = await office.do(lambda store: staff.invite(store, "한지민", "decision"))
    await office.do(lambda store: cases.file(store, case))
    after, _ = await office.do(lambda store: decisions.close(store, case, ruling, officer))
    return after


async def decisions_listed(office: Office) -> list[DecisionRow]:
    waiting = await office.do(exports.waiting_decisions)
    taken = await office.do(lambda store: exports.take_decisions(store, waiting))
    return [row for id, row in waiting.items() if id in taken]


async def payments_listed(office: Office) -> list[PaymentRow]:
    waiting = await office.do(exports.waiting_payments)
    taken = await office.do(lambda store: exports.take_payments(store, waiting))
    return [row for id, row in waiting.items() if id in taken]


def told(number: str, **more: object) -> Case:
    named = {"name": "홍길동", "birth": "1950-03-02"}
    return a_case(number, number.encode().ljust(16), told=named, state="deciding", **more)


async def test_every_decision_stands_on_one_list(office: Office) -> None:
    await decided(office, told("SG-1"))
    await decided(office, told("SG-2"), NO)
    rows = await decisions_listed(office)
    assert [(row.number, row.outcome, row.code, row.rule, row.officer) for row in rows] == [
        ("SG-1", "accepted", "confirmed", "2025-09-21", "한지민"),
        ("SG-2", "rejected", "not-met", "2025-09-21", "한지민"),
    ]
    assert await decisions_listed(office) == []


async def test_a_sum_is_listed_once_with_the_offices_own_id(office: Office) -> None:
    await office.bring(people(2))
    resident = await office.do(lambda store: registry.by_person_id(store, "P1"))
    assert resident is not None
    await decided(office, told("SG-1", resident=resident.id))
    await decided(office, told("SG-2"))
    await decided(office, told("SG-3"), NO)
    rows = await payments_listed(office)
    assert [(row.number, row.person_id, row.name, row.birth, row.before, row.amount) for row in rows] == [
        ("SG-1", "P1", "홍길동", "1950-03-02", 150_000, 300_000),
        ("SG-2", "", "홍길동", "1950-03-02", 150_000, 300_000),
    ]
    assert await payments_listed(office) == []


async def test_what_was_reopened_is_not_paid(office: Office) -> None:
    case = await decided(office, told("SG-1"))
    waiting = await office.do(exports.waiting_payments)
    await office.do(lambda store: awards.revoke(store, case.id))
    assert await office.do(lambda store: exports.take_payments(store, waiting)) == set()
    assert await payments_listed(office) == []


async def test_a_sum_granted_meanwhile_waits_for_the_next_list(office: Office) -> None:
    waiting = await office.do(exports.waiting_payments)
    await decided(office, told("SG-1", resident=new_id()))
    assert await office.do(lambda store: exports.take_payments(store, waiting)) == set()
    assert [row.number for row in await payments_listed(office)] == ["SG-1"]


async def test_a_list_is_recorded_with_its_reason(office: Office) -> None:
    export = new_id()
    await office.do(lambda store: exports.note(store, export, "decisions", 3, "월말 보고"))
    assert await office.do(lambda store: exports.made(store, [export, new_id()])) == {export}


@pytest.mark.postgres
async def test_two_lists_at_the_same_instant_share_the_rows(office: Office) -> None:
    for n in range(5):
        await decided(office, told(f"SG-{n}"))
    if office.database.is_sqlite:
        return
    waiting = await office.do(exports.waiting_decisions)
    other = Database(office.database.url.render_as_string(hide_password=False))
    first, second = await asyncio.gather(
        in_one(office.database, office.vault, NOW, lambda store: exports.take_decisions(store, waiting)),
        in_one(other, office.vault, NOW, lambda store: exports.take_decisions(store, waiting)),
    )
    await other.close()
    assert (first | second, first & second) == (set(waiting), set())
