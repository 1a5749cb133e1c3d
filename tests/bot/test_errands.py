"""File errands: kept, unfit, missing or tried again, and told once whatever came of them."""

import asyncio
import io
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from PIL import Image

from bot.channels.base import Bad, Busy, Doubt, Gone
from bot.errands import Errands, Patience
from handlers.dialog import Inbound, Kind, Turn
from storage import files
from storage import jobs as orders
from storage.ids import new_id
from storage.jobs import Job
from storage.tables import file_parts, jobs
from storage.tables import files as file_table
from tests.bot.counter import KIM, Counter, Wire, desk_of
from tests.waiting import until

QUICK = Patience(poll=0.02, lease=0.3, check=60.0, pause=0.0)


class Cellar(Wire):
    """A wire from which files are fetched, failing as planned first."""

    def __init__(self) -> None:
        super().__init__()
        self.failing: list[Exception] = []

    async def fetch(self, ref: str, limit: int) -> bytes:
        if self.failing:
            raise self.failing.pop(0)
        return await super().fetch(ref, limit)


class Runner:
    """A counter with its errands, and what the dialog was told."""

    def __init__(self, counter: Counter, told: list[Any]) -> None:
        self.counter, self.told, self.case = counter, told, new_id()
        self.wire: Cellar = counter.wire  # type: ignore[assignment]
        self.errands = Errands(
            counter.database, counter.vault, self.wire, lambda: counter.now, counter.reception.receive, QUICK
        )

    async def wants(self, data: bytes | None, name: str = "a.jpg") -> UUID:
        person = await self.counter.person(KIM)
        if data is not None:
            self.wire.files[name] = data
        id: UUID = await self.counter.does(lambda store: files.want(store, self.case, person.id, KIM, None, name, name))
        return id

    async def takes(self) -> Job:
        """Take the next errand, and do nothing of it."""
        kinds, me = self.errands.kinds, self.errands.me
        taken = await self.counter.does(lambda store: orders.take(store, me, kinds, QUICK.lease, 1))
        job: Job = taken[0]
        return job

    async def runs(self) -> None:
        """Run errands until every job is done."""
        running = asyncio.create_task(self.errands.run())
        await until(self._done, seconds=60, what="every errand to end")
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    async def _done(self) -> bool:
        return {row.state for row in await self.counter.rows(jobs)} <= {"done"}

    async def file(self, id: UUID) -> files.File:
        found = await self.counter.does(lambda store: files.by_id(store, id))
        assert isinstance(found, files.File)
        return found


@pytest.fixture
async def runner(database_url: str) -> AsyncIterator[Runner]:
    told: list[Any] = []

    async def hear(turn: Turn) -> None:
        told.append(turn.inbound.errand)

    async with Counter(database_url, desk_of(errand=hear), wire=Cellar()) as counter:
        await counter.writes(KIM, "hi")
        found = Runner(counter, told)
        yield found
        found.errands.close()


def picture() -> bytes:
    data = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(data, "JPEG")
    return data.getvalue()


async def test_a_good_paper_is_stored_and_told_once(runner: Runner) -> None:
    id = await runner.wants(picture())
    await runner.runs()
    file = await runner.file(id)
    assert (file.state, file.kind, file.pages, file.parts) == ("stored", "jpeg", 1, 1)
    assert runner.told == [{"file": id.hex, "state": "stored", "outcome": ""}]


@pytest.mark.parametrize(
    ("data", "outcome"), [(b"", "empty"), (b"MZ an exe", "kind"), (b"x" * (10 * 2**20 + 1), "large")]
)
async def test_an_unfit_paper_is_refused_and_told_once(runner: Runner, data: bytes, outcome: str) -> None:
    id = await runner.wants(data)
    await runner.runs()
    assert runner.told == [{"file": id.hex, "state": "unfit", "outcome": outcome}]
    assert await runner.counter.rows(file_parts) == []


async def test_a_paper_that_is_no_longer_there_is_missing_and_told_once(runner: Runner) -> None:
    id = await runner.wants(None)
    await runner.runs()
    assert runner.told == [{"file": id.hex, "state": "missing", "outcome": "gone"}]


@pytest.mark.parametrize("error", [Busy("x"), Busy("429", 0.01), Doubt("x"), ValueError("a fault of ours")])
async def test_a_failed_fetch_is_tried_again(runner: Runner, error: Exception) -> None:
    runner.wire.failing = [error, error]
    id = await runner.wants(picture())
    await runner.runs()
    assert runner.told == [{"file": id.hex, "state": "stored", "outcome": ""}]


async def test_a_fetch_that_always_fails_is_given_up_and_the_paper_asked_for_again(runner: Runner) -> None:
    runner.wire.failing = [Busy("x")] * 100
    id = await runner.wants(picture())
    await runner.runs()
    assert runner.told == [{"file": id.hex, "state": "missing", "outcome": "unreachable"}]
    assert len(runner.wire.failing) == 100 - QUICK.tries


@pytest.mark.parametrize("error", [Gone("403"), Bad("wrong file_id")])
async def test_a_handle_that_is_refused_is_not_tried_again(runner: Runner, error: Exception) -> None:
    runner.wire.failing = [error]
    id = await runner.wants(picture())
    await runner.runs()
    assert (await runner.file(id)).state == "missing"


async def test_a_judge_that_is_killed_takes_only_its_own_paper_along(runner: Runner) -> None:
    first, second = await runner.wants(picture(), "a.jpg"), await runner.wants(picture(), "b.jpg")
    judged = runner.errands._judged

    async def judge(data: bytes, name: str) -> Any:
        if name == "a.jpg":
            checking = asyncio.create_task(judged(data, name))
            await until(lambda: runner.errands._pool and runner.errands._pool._processes)
            for process in list(runner.errands._pool._processes.values()):  # type: ignore[union-attr]
                process.kill()
            return await checking
        return await judged(data, name)

    runner.errands._judged = judge  # type: ignore[method-assign]
    await runner.runs()
    assert {(await runner.file(first)).outcome, (await runner.file(second)).state} == {"broken", "stored"}


async def test_a_paper_that_takes_too_long_is_refused(runner: Runner) -> None:
    runner.errands.patience = Patience(poll=0.02, lease=5.0, check=0.0, pause=0.0)
    id = await runner.wants(picture())
    await runner.runs()
    assert (await runner.file(id)).outcome == "broken"


async def test_an_errand_half_done_by_a_dead_process_is_done_by_the_next(runner: Runner) -> None:
    id = await runner.wants(picture())
    await runner.takes()
    runner.errands.me = new_id()
    await runner.runs()
    assert (await runner.file(id)).state == "stored"
    assert len(runner.told) == 1


async def test_an_errand_is_told_in_the_transaction_that_ends_it(runner: Runner) -> None:
    id = await runner.wants(picture())
    job = await runner.takes()
    told = Inbound(None, KIM, Kind.ERRAND, errand={"file": id.hex}, job=job)
    assert await runner.counter.reception.receive(told)
    assert [row.state for row in await runner.counter.rows(jobs)] == ["done"]
    assert await runner.counter.reception.receive(told)
    assert len(runner.told) == 1


async def test_an_errand_that_another_took_over_is_told_by_that_one_only(runner: Runner) -> None:
    await runner.wants(picture())
    job = await runner.takes()
    late = replace(job, taker=new_id())
    assert await runner.counter.reception.receive(Inbound(None, KIM, Kind.ERRAND, errand={}, job=late))
    assert runner.told == []
    assert [row.state for row in await runner.counter.rows(jobs)] == ["taken"]


async def test_an_erased_case_ends_its_errand_in_silence(runner: Runner) -> None:
    id = await runner.wants(picture())
    await runner.counter.does(lambda store: store.write(file_table.delete().where(file_table.c.id == id)))
    await runner.runs()
    assert runner.told == []


async def test_an_answer_that_always_faults_ends(sqlite_url: str) -> None:
    async def hear(_turn: Turn) -> None:
        assert _turn.inbound.kind is Kind.ERRAND
        raise ZeroDivisionError

    async with Counter(sqlite_url, desk_of(errand=hear), wire=Cellar()) as counter:
        await counter.writes(KIM, "hi")
        runner = Runner(counter, [])
        runner.errands.patience = Patience(poll=0.01, lease=0.02, pause=0.0)
        await runner.wants(None)
        await runner.runs()
