"""What the clock asks of the store is answered along its indexes, and only of what it is about."""

from datetime import timedelta
from typing import Any

from sqlalchemy import insert, text

from storage import cases, deadlines, pauses
from storage.cases import Case
from storage.engine import Database, Drawer
from storage.tables import cases as cases_table
from tests.storage.conftest import NOW, Office
from tests.storage.test_cases import a_case

HOUR = timedelta(hours=1)


async def filed(office: Office, n: int, **more: object) -> Case:
    return await office.do(lambda store: cases.file(store, a_case(f"SG-{n}", bytes([n]) * 16, **more)))


async def test_cases_close_to_their_end_are_those_of_the_office_not_told_of(office: Office) -> None:
    late = await filed(office, 1, due_at=NOW + HOUR)
    later = await filed(office, 2, due_at=NOW + 2 * HOUR)
    for n, more in enumerate((
        {"due_at": NOW + 9 * HOUR}, {"state": "supplement"}, {"alerted": 50}, {"target_minutes": 90},
        {"target_minutes": None},
    )):  # fmt: skip
        await filed(office, 10 + n, **more)  # type: ignore[arg-type]
    found = await office.do(lambda store: deadlines.close(store, 60, 50, NOW + 8 * HOUR, 10))
    assert [one.id for one in found] == [late.id, later.id]
    assert await office.do(lambda store: deadlines.alerted(store, found[0], 50))
    assert not await office.do(lambda store: deadlines.alerted(store, found[0], 50))
    found = await office.do(lambda store: deadlines.close(store, 60, 50, NOW + 8 * HOUR, 10))
    assert [one.id for one in found] == [later.id]


async def test_answers_are_awaited_only_in_the_residents_turn(office: Office) -> None:
    asked = await filed(office, 1, state="supplement", answer_by=NOW + HOUR)
    answered = await filed(office, 2, state="checking", answer_by=NOW + HOUR)
    for case in (asked, answered):
        await office.do(lambda store, case=case: pauses.begin(store, case.id))  # type: ignore[misc]
    (found,) = await office.do(deadlines.awaited)
    assert (found.id, found.began_at, found.answer_by, found.reminded) == (asked.id, NOW, NOW + HOUR, 0)
    assert await office.do(lambda store: deadlines.reminded(store, found, 50))
    assert not await office.do(lambda store: deadlines.reminded(store, found, 50))


async def test_open_cases_are_walked_through_by_id(office: Office) -> None:
    mine = [await filed(office, n) for n in range(1, 6)]
    await filed(office, 9, open=False)
    first = await office.do(lambda store: deadlines.after(store, None, 3))
    rest = await office.do(lambda store: deadlines.after(store, first[-1].id, 3))
    assert [one.id for one in (*first, *rest)] == sorted(case.id for case in mine)


async def test_the_clock_reads_along_its_indexes(store_db: Database, office: Office) -> None:
    """Among many closed cases and many that are not due."""

    async def fill(store: Drawer) -> None:
        case = await cases.file(store, a_case())
        row = dict((await store.read(cases_table.select())).mappings().one())
        many: list[dict[str, Any]] = []
        for n in range(3000):
            id = case.id.__class__(int=n + 1)
            of_its_own = {"id": id, "number": f"N{n}", "subject_hash": n.to_bytes(16), "dong": f"dong-{n % 23}"}
            due = {"due_at": NOW + n * HOUR, "open": n % 10 == 0}
            many.append({**row, **of_its_own, **due})
        await store.write(insert(cases_table), many)

    await office.do(fill)
    plans = []

    class Explaining:
        """Keeps the plan of each statement instead of running it."""

        def __init__(self, db: Any) -> None:
            self.db = db

        async def execute(self, statement: Any, _parameters: Any = None) -> Any:
            sql = str(statement.compile(dialect=self.db.dialect, compile_kwargs={"literal_binds": True}))
            how = "EXPLAIN QUERY PLAN" if store_db.is_sqlite else "EXPLAIN"
            plans.append("\n".join(str(row) for row in await self.db.execute(text(f"{how} {sql}".replace(":", "\\:")))))
            return []

    async with store_db.reading() as db:
        await db.execute(text("ANALYZE"))
        store = Drawer(Explaining(db), office.vault, NOW)
        await deadlines.close(store, 60, 50, NOW - HOUR, 8)
        await deadlines.after(store, a_case().id, 25)
        await deadlines.awaited(store)
    for plan, index in zip(plans, ("ix_cases_clock", "ix_cases_open", "ix_cases_asked"), strict=True):
        assert index in plan, plan
