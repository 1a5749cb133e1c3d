"""Whoever does jobs: woken by the commit, none lost with whoever dies, none told twice, no fault holding up others."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
from sqlalchemy import select

from bot.worker import Answering, Patience
from handlers.dialog import Inbound
from storage import jobs
from storage.jobs import Job
from storage.tables import jobs as rows
from tests.storage.conftest import Office, office, store_db, vault
from tests.waiting import until

__all__ = ["office", "store_db", "vault"]

NEVER = 3600.0  # seconds: whoever waits for this was not woken


class Ears:
    """Hears answers, and takes or refuses them."""

    def __init__(self, office: Office) -> None:
        self.told: list[Any] = []
        self.office, self.kept = office, True

    async def __call__(self, inbound: Inbound) -> bool:
        assert inbound.errand is not None
        assert inbound.job is not None
        job = inbound.job
        kept = self.kept and await self.office.do(lambda store: jobs.finish(store, job))
        self.told.append(inbound.errand["what"])
        return kept


class Digger(Answering):
    """Tells what it was ordered; the piece `broken` fails as often as said, the piece `slow` waits to be let go."""

    kinds = ("dig",)

    def __init__(self, office: Office, ears: Any, broken: int = 0, **patience: Any) -> None:
        wait = Patience(**{"pause": 0.0, **patience})
        super().__init__(office.database, office.vault, lambda: office.now, ears, wait)
        self.broken, self.begun, self.slow = broken, list[str](), asyncio.Event()

    async def do(self, job: Job) -> None:
        what: str = job.wanted["what"]
        self.begun.append(what)
        if what == "slow":
            await self.slow.wait()
        if what == "broken" and self.broken:
            self.broken -= 1
            if await self._again(job, OSError()):
                return
            what = "given up"
        await self._tell(job, {"what": what})


async def ordered(office: Office, *pieces: str, chat: int | None = 7001) -> None:
    for what in pieces:
        await office.do(lambda store, what=what: jobs.add(store, "dig", chat=chat, wanted={"what": what}))  # type: ignore[misc]


async def states(office: Office) -> list[str]:
    async with office.database.reading() as db:
        return sorted((await db.execute(select(rows.c.state))).scalars())


async def taken_again(office: Office) -> bool:
    async with office.database.reading() as db:
        tries: int = (await db.execute(select(rows.c.tries))).scalar_one()
    return tries > 1


@asynccontextmanager
async def at_work(one: Digger) -> AsyncIterator[None]:
    running = asyncio.create_task(one.run())
    yield
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


async def test_what_was_ordered_here_wakes_its_worker_and_nothing_else_does(office: Office) -> None:
    one = Digger(office, ears := Ears(office), poll=NEVER, at_once=2)
    one.ordered({"fetch", "figures"})
    assert not one._wake.is_set()
    await ordered(office, "a")
    async with at_work(one):
        await until(lambda: ears.told == ["a"], what="the first job to be found")
        await ordered(office, "b")
        one.ordered({"dig", "figures"})
        await until(lambda: ears.told == ["a", "b"], what="the worker to be woken")
    assert await states(office) == ["done", "done"]


async def test_what_another_process_ordered_is_found_by_looking_round(office: Office) -> None:
    ears = Ears(office)
    async with at_work(Digger(office, ears, poll=0.01)):
        await ordered(office, "a")
        await until(lambda: ears.told == ["a"], what="the job to be found")


async def test_who_dies_at_work_is_followed_by_another_and_told_once(office: Office) -> None:
    ears, late = Ears(office), Ears(office)
    dying = Digger(office, late, lease=-1.0)
    await ordered(office, "slow")
    half_done = asyncio.create_task(dying.once())
    await until(lambda: dying.begun, what="the first to have begun")
    other = Digger(office, ears)
    other.slow.set()
    assert await other.once()
    dying.slow.set()
    await half_done
    assert ears.told == ["slow"]
    assert await states(office) == ["done"]


async def test_what_fails_is_tried_again_after_a_pause_and_given_up_in_the_end(office: Office) -> None:
    await ordered(office, "broken")
    one = Digger(office, ears := Ears(office), broken=3)
    while await one.once():
        assert len(one.begun) <= one.patience.tries
    assert one.begun == ["broken"] * 3
    assert ears.told == ["given up"]
    assert await states(office) == ["done"]


async def test_what_failed_once_waits_its_pause(office: Office) -> None:
    await ordered(office, "broken")
    one = Digger(office, ears := Ears(office), broken=1, pause=3600.0)
    assert await one.once()
    assert not await one.once()
    assert (ears.told, await states(office)) == ([], ["waiting"])


async def test_an_answer_nobody_keeps_ends_after_its_tries(office: Office) -> None:
    ears = Ears(office)
    ears.kept = False
    await ordered(office, "a")
    one = Digger(office, ears, lease=-1.0)
    while await one.once():
        assert len(ears.told) <= one.patience.tries
    assert await states(office) == ["done"]


async def test_what_nobody_is_to_be_told_ends_at_once(office: Office) -> None:
    await ordered(office, "a", chat=None)
    one = Digger(office, ears := Ears(office))
    assert await one.once()
    assert (ears.told, await states(office)) == ([], ["done"])


async def test_a_slow_job_holds_up_no_other(office: Office) -> None:
    ears = Ears(office)
    one = Digger(office, ears, poll=0.01, at_once=2)
    async with at_work(one):
        await ordered(office, "slow", "a", "b")
        await until(lambda: ears.told == ["a", "b"], what="the others")
        one.slow.set()
        await until(lambda: ears.told == ["a", "b", "slow"], what="the slow one")


async def test_what_takes_longer_than_its_lease_is_not_begun_anew_by_whoever_has_it_in_hand(office: Office) -> None:
    one = Digger(office, ears := Ears(office), poll=0.01, at_once=2, lease=-1.0)
    await ordered(office, "slow")
    async with at_work(one):
        await until(lambda: taken_again(office), what="its lease to have run out")
        one.slow.set()
        await until(lambda: ears.told, what="the job to be done")
    assert (one.begun, ears.told) == (["slow"], ["slow"])


async def test_where_all_hands_are_full_the_next_is_taken_as_soon_as_one_is_free(office: Office) -> None:
    ears = Ears(office)
    await ordered(office, "a", "b")
    async with at_work(Digger(office, ears, poll=NEVER)):
        await until(lambda: ears.told == ["a", "b"], what="both")


async def test_so_many_are_taken_up_at_once(office: Office) -> None:
    await ordered(office, "a", "b", "c", "d")
    one = Digger(office, Ears(office), at_once=3)
    assert await one.once()
    assert sorted(one.begun) == ["a", "b", "c"]
    assert await one.once()
    assert not await one.once()


async def test_what_is_in_hand_is_let_go_with_its_worker(office: Office) -> None:
    await ordered(office, "slow")
    one = Digger(office, ears := Ears(office))
    async with at_work(one):
        await until(lambda: one.begun, what="the job to be begun")
    await until(lambda: not one._doing, what="everything to be let go")
    assert (ears.told, await states(office)) == ([], ["taken"])


async def test_whoever_cannot_reach_the_database_goes_on_when_it_is_back(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = Digger(office, ears := Ears(office), poll=0.01)
    write, away = one._write, [True]

    async def torn(work: Any) -> Any:
        if away:
            away.pop()
            raise OSError
        return await write(work)

    monkeypatch.setattr(one, "_write", torn)
    await ordered(office, "a")
    async with at_work(one):
        await until(lambda: ears.told == ["a"], what="the job to be found")


async def test_a_job_that_cannot_be_told_is_left_to_whoever_finds_its_lease_run_out(office: Office) -> None:
    async def deaf(_inbound: Inbound) -> bool:
        raise OSError

    await ordered(office, "a")
    one = Digger(office, deaf)
    assert await one.once()
    assert await states(office) == ["taken"]
    assert not one._doing
