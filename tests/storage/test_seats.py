"""What a batch costs when there are many whom it is not about."""

from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest
from sqlalchemy import event, text

from storage import outbox, seats
from storage.engine import Database
from storage.ids import new_id
from storage.outbox import SENT, Mark
from storage.people import stranger
from storage.vault import Vault, new_office_key

NOW = datetime(2025, 7, 28, 1, tzinfo=UTC)
LINES = "INSERT INTO lines (chat, lane, carrier) SELECT n, 'reply', gen_random_uuid() FROM generate_series(1, 3000) n"


@pytest.mark.postgres
async def test_of_the_lines_of_thousands_a_batch_reads_its_own_on_postgresql(postgres_url: str) -> None:
    database, seen = Database(postgres_url), dict[str, Any]()

    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool) -> None:
        if "lines" in statement:
            seen[statement] = parameters

    assert database._async is not None
    async with database._async.begin() as db:
        await db.execute(text(LINES))
        event.listen(database._async.sync_engine, "before_cursor_execute", note)
        await seats.take(db, Vault.of(new_office_key()), range(1, 21), partial(stranger, language="ko", now=NOW), {})
        await outbox.mark(db, new_id(), [Mark(number, SENT, NOW) for number in range(20)])
        event.remove(database._async.sync_engine, "before_cursor_execute", note)
        assert len(seen) == 2
        for statement, parameters in seen.items():
            rows = await db.exec_driver_sql(f"EXPLAIN (GENERIC_PLAN) {statement}", parameters)
            plan = "\n".join(str(row[0]) for row in rows)
            assert "Seq Scan on lines" not in plan
            assert "SubPlan" in plan  # for each by itself, however few lines the server takes there to be
    await database.close()
