"""Jobs: taken by one, begun again when the taker died, answered once."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from storage import jobs
from storage.ids import new_id
from tests.storage.conftest import NOW, Office
from tests.waiting import until

ME, OTHER = new_id(), new_id()


async def test_a_job_is_taken_once_and_ended_by_its_taker_only(office: Office) -> None:
    id = await office.do(lambda store: jobs.add(store, "fetch", chat=7001))
    [job] = await office.do(lambda store: jobs.take(store, ME, ("fetch",), 60, 5))
    assert (job.id, job.chat, job.tries) == (id, 7001, 1)
    assert await office.do(lambda store: jobs.take(store, OTHER, ("fetch",), 60, 5)) == ()
    assert not await office.do(lambda store: jobs.finish(store, replace(job, taker=OTHER)))
    assert await office.do(lambda store: jobs.finish(store, job))
    assert not await office.do(lambda store: jobs.finish(store, job))


async def test_only_the_kinds_asked_for_are_taken_up_to_the_limit(office: Office) -> None:
    for kind in ("a", "b", "b", "b"):
        await office.do(lambda store, kind=kind: jobs.add(store, kind))  # type: ignore[misc]
    assert [job.kind for job in await office.do(lambda store: jobs.take(store, ME, ("b",), 60, 2))] == ["b", "b"]


async def test_a_job_whose_taker_died_is_taken_again(office: Office) -> None:
    await office.do(lambda store: jobs.add(store, "a"))
    await office.do(lambda store: jobs.take(store, ME, ("a",), 0.05, 1))

    async def taken() -> bool:
        found = await office.do(lambda store: jobs.take(store, OTHER, ("a",), 60, 1))
        return [job.tries for job in found] == [2]

    await until(taken)


async def test_a_job_that_failed_waits_its_pause(office: Office) -> None:
    await office.do(lambda store: jobs.add(store, "a"))
    [job] = await office.do(lambda store: jobs.take(store, ME, ("a",), 60, 1))
    await office.do(lambda store: jobs.again(store, job, timedelta(seconds=30)))
    assert await office.do(lambda store: jobs.take(store, ME, ("a",), 60, 1)) == ()
    office.now = NOW + timedelta(seconds=30)
    assert len(await office.do(lambda store: jobs.take(store, ME, ("a",), 60, 1))) == 1


async def test_the_oldest_unfinished_job_is_told(office: Office) -> None:
    assert await office.do(jobs.oldest) is None
    await office.do(lambda store: jobs.add(store, "a"))
    assert await office.do(jobs.oldest) == NOW


async def test_two_takers_at_once_share_the_jobs(office: Office) -> None:
    for _ in range(6):
        await office.do(lambda store: jobs.add(store, "a"))
    found = await asyncio.gather(
        *(office.do(lambda store, me=me: jobs.take(store, me, ("a",), 60, 3)) for me in (ME, OTHER))  # type: ignore[misc]
    )
    assert len({job.id for part in found for job in part}) == 6
