"""Retention: every personal column has a line, what is due goes with a record, what is not stays."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import insert, select

from storage import audit, cases, retention
from storage.cases import Case
from storage.engine import Drawer
from storage.ids import new_id
from storage.retention import Line
from storage.tables import audit as audit_table
from storage.tables import case_events, claims, file_parts, files, keys, metadata, roster, sessions
from storage.tables import cases as cases_table
from tests.storage.conftest import NOW, Office, people

PERSONAL = [
    (table.name, column.name)
    for table in metadata.sorted_tables
    for column in table.columns
    if column.name == "sealed" or column.name.endswith("_hash") or (table.name, column.name) == ("misses", "who")
]
END = date(2025, 11, 30)


async def sweep_all(office: Office, end: date | None = None) -> dict[str, int]:
    """Sweep until nothing is due; gives rows by table."""
    gone: dict[str, int] = {}
    while swept := await office.do(lambda store: retention.sweep(store, store.now, end, at_once=3)):
        for one in swept:
            gone[one.table] = gone.get(one.table, 0) + one.rows
    return gone


async def rows(office: Office, table: Any) -> list[Any]:
    async with office.database.reading() as db:
        return list(await db.execute(select(table)))


async def with_case(office: Office, kind: str = "appeal", *, closed_days_ago: int | None = None) -> UUID:
    """A case with a file of two parts."""
    id, file = new_id(), new_id()
    closed = None if closed_days_ago is None else NOW - timedelta(days=closed_days_ago)
    case = Case(
        id, f"n{id.hex[-8:]}", kind, "p", "1", "r", "filed", "recognised", "self", id.bytes, None, None, new_id(), 1,
        None, "ko", NOW, None, None, closed_at=closed, open=closed is None, told={"statement": "words"},
    )  # fmt: skip

    async def write(store: Drawer) -> None:
        await cases.file(store, case)
        row = {"id": file, "case": id, "person": case.person, "state": "stored", "at": NOW, "sealed": b"name"}
        await store.write(insert(files), row)
        await store.write(insert(file_parts), [{"file": file, "n": n, "sealed": b"x"} for n in range(2)])

    await office.do(write)
    return id


@pytest.mark.parametrize(("table", "column"), PERSONAL)
def test_every_personal_column_has_a_line(table: str, column: str) -> None:
    assert any(line.covers(table, column) for line in retention.lines())


@pytest.mark.parametrize("line", retention.lines(), ids=lambda line: f"{line.kind} {line.table}")
def test_every_line_names_tables_and_columns_that_exist(line: Line) -> None:
    table = metadata.tables[line.table]
    assert set(line.blank) <= set(table.columns.keys())
    assert line.with_key is None or line.with_key in table.columns
    assert line.reason


async def test_what_is_due_goes_and_what_is_not_stays(office: Office) -> None:
    old, young = NOW - timedelta(days=3, seconds=1), NOW - timedelta(days=2)
    claimed = [{"update_id": n, "at": old if n < 7 else young} for n in range(10)]
    await office.do(lambda store: store.write(insert(claims), claimed))
    assert await sweep_all(office) == {"claims": 7}
    assert {row.update_id for row in await rows(office, claims)} == {7, 8, 9}


async def test_each_destruction_leaves_a_record_of_what_and_how_many_and_of_nobody(office: Office) -> None:
    draft = {"chat": 1, "desk": "resident", "turn": 0, "updated_at": NOW - timedelta(days=61), "sealed": b"x"}
    await office.do(lambda store: store.write(insert(sessions), draft))
    await sweep_all(office)
    (record,) = await rows(office, audit_table)
    assert (record.action, record.actor, record.subject) == ("destroyed", None, None)
    detail = await office.do(lambda store: audit.detail(store.db, store.vault, record))
    assert detail == {"kind": "drafts", "table": "sessions", "rows": 1, "days": 60}


async def test_documents_go_ninety_days_after_closing_and_the_case_stays(office: Office) -> None:
    await with_case(office, closed_days_ago=91)
    await with_case(office, closed_days_ago=89)
    await with_case(office)
    await sweep_all(office)
    assert len(await rows(office, file_parts)) == 4
    assert sorted(row.sealed is None for row in await rows(office, files)) == [False, False, True]
    assert len(await rows(office, cases_table)) == 3


async def test_a_case_goes_after_three_years_with_its_story_and_its_key(office: Office) -> None:
    gone = await with_case(office, closed_days_ago=3 * 365 + 1)
    stays = await with_case(office)
    await sweep_all(office)
    assert [row.id for row in await rows(office, cases_table)] == [stays]
    assert {row.case for row in await rows(office, case_events)} == {stays}
    assert gone not in {row.owner for row in await rows(office, keys)}
    assert office.vault.known(gone) is None


async def test_talk_goes_after_a_year(office: Office) -> None:
    await with_case(office, "talk", closed_days_ago=366)
    appeal = await with_case(office, closed_days_ago=366)
    await sweep_all(office)
    assert [row.id for row in await rows(office, cases_table)] == [appeal]
    assert {row.case for row in await rows(office, case_events)} == {appeal}


async def test_papers_of_a_case_never_filed_go_with_their_draft(office: Office) -> None:
    draft, file = new_id(), new_id()

    async def write(store: Drawer) -> None:
        row = {"id": file, "case": draft, "person": new_id(), "state": "stored", "at": NOW - timedelta(days=61)}
        await store.key(draft)
        await store.write(insert(files), row)
        await store.write(insert(file_parts), [{"file": file, "n": n, "sealed": b"x"} for n in range(8)])

    await office.do(write)
    await sweep_all(office)
    assert await rows(office, files) == await rows(office, file_parts) == []
    assert draft not in {row.owner for row in await rows(office, keys)}


async def test_the_roster_lives_until_half_a_year_after_the_programmes(office: Office) -> None:
    await office.bring(people(5))
    office.now += timedelta(days=4000)
    assert "roster" not in await sweep_all(office)
    office.now = NOW
    assert "roster" not in await sweep_all(office, END)
    office.now = NOW + timedelta(days=125 + 184)
    gone = await sweep_all(office, END)
    assert (gone["roster"], gone["residents"]) == (5, 5)
    assert await rows(office, roster) == []


async def test_old_audit_rows_go_and_the_chain_still_verifies(office: Office) -> None:
    async def look(store: Drawer) -> None:
        store.audit("looked")

    for _ in range(5):
        await office.do(look)
    await office.do(lambda store: audit.seal_waiting(store))
    office.now += timedelta(days=731)
    await office.do(look)
    await office.do(lambda store: audit.seal_waiting(store))
    assert (await sweep_all(office))["audit"] == 5
    assert (await office.do(lambda store: audit.verify(store.db, store.vault))).first_bad is None


def test_days_are_told_by_kind() -> None:
    told = {kind: retention.days(kind) for kind in ("drafts", "texts", "documents", "talk", "cases", "audit")}
    assert told == {"drafts": 60, "texts": 90, "documents": 90, "talk": 365, "cases": 1095, "audit": 730}
    with pytest.raises(KeyError):
        retention.days("nothing")
