"""Whoever finds answers: woken by the commit, asked again after a fault, none told twice, none of whoever is erased."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from sqlalchemy import delete, select, update

from bot.asking import Asking, Patience
from bot.finder.verdict import Found
from bot.words import write
from handlers.dialog import Inbound, t
from storage import jobs, questions
from storage.tables import jobs as rows
from storage.tables import people
from storage.tables import questions as noted
from tests.bot.finder_stand_in import ByHeart
from tests.journey import Resident, Town
from tests.waiting import until

QUESTION = "어디서 쓰나요"
NEVER = 3600.0  # seconds: whoever waits for this was not woken


class Ears:
    """Hears answers, and takes them."""

    def __init__(self, town: Town) -> None:
        self.told: list[Any] = []
        self.town = town

    async def __call__(self, inbound: Inbound) -> bool:
        self.told.append(inbound.errand)
        job = inbound.job
        assert job is not None
        kept: bool = await self.town.within(lambda store: jobs.finish(store, job))
        return kept


def worker(town: Town, ears: Any, finder: ByHeart | None = None, **patience: Any) -> Asking:
    wait = Patience(**{"pause": 0.0, **patience})
    return Asking(town.database, town.vault, finder or ByHeart(), lambda: town.now, ears, wait)


@asynccontextmanager
async def at_work(one: Asking) -> AsyncIterator[None]:
    running = asyncio.create_task(one.run())
    yield
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


async def states(town: Town) -> set[str]:
    async with town.database.reading() as db:
        return {row.state for row in await db.execute(rows.select())}


async def asked(kim: Resident, words: str = QUESTION) -> None:
    if "/ask" not in kim.name:
        await kim.writes("/ask")
    await kim.writes(words)


async def test_a_question_wakes_the_worker_with_its_commit(town: Town, kim: Resident) -> None:
    finder = ByHeart({QUESTION: Found("answer", ("use_where",))})
    one = worker(town, town.reception.receive, finder, poll=NEVER)
    town.reception.ordered = one.ordered
    async with at_work(one):
        await until(lambda: one._wake.is_set() is False, what="the worker to rest")
        await asked(kim)
        await until(lambda: len(finder.asked) == 1, what="the question to be looked up")
        await until(lambda: "1." not in kim.last and kim.sheets[-1].rows[0][0][0].startswith("q."), what="an answer")
    assert await states(town) == {"done"}


async def test_of_two_answers_to_one_question_the_desk_tells_the_first(town: Town, kim: Resident) -> None:
    finder = ByHeart({QUESTION: Found("answer", ("use_where",))}, held=asyncio.Event())
    first, second = (worker(town, town.reception.receive, finder, lease=-1.0) for _ in range(2))
    await asked(kim)
    before = len(kim.all)
    both = [asyncio.create_task(first.once())]
    await until(lambda: len(finder.asked) == 1)
    both.append(asyncio.create_task(second.once()))
    await until(lambda: len(finder.asked) == 2)
    assert finder.held is not None
    finder.held.set()
    await asyncio.gather(*both)
    await town.settled()
    assert len(kim.all) == before + 1


async def test_a_finder_that_fails_is_asked_again(town: Town, kim: Resident) -> None:
    finder = ByHeart({QUESTION: Found("answer", ("use_where",))}, {QUESTION: Patience().tries - 1})
    ears = Ears(town)
    await asked(kim)
    one = worker(town, ears, finder)
    for _ in range(Patience().tries):
        assert ears.told == []
        assert await one.once()
    assert [told["topics"] for told in ears.told] == [["use_where"]]


async def test_what_cannot_be_looked_up_at_all_is_not_known_and_kept(town: Town, kim: Resident) -> None:
    await asked(kim)
    one = worker(town, town.reception.receive, ByHeart(broken={QUESTION: Patience().tries}))
    while await one.once():
        await town.settled()
    async with town.database.reading() as db:
        (kept,) = (await db.execute(select(noted.c.id).where(noted.c.verdict == questions.UNKNOWN))).scalars()
    assert await town.within(lambda store: questions.words_of(store, kept)) == QUESTION
    assert await states(town) == {"done"}


async def test_what_an_erased_person_asked_is_let_go(town: Town, kim: Resident) -> None:
    ears = Ears(town)
    await asked(kim)
    await town.within(lambda store: store.write(delete(people)))
    await worker(town, ears).once()
    assert ears.told == []
    assert await states(town) == {"done"}


async def test_whoever_waits_long_is_told_so_once(town: Town, kim: Resident) -> None:
    finder = ByHeart({QUESTION: Found("answer", ("use_where",))}, held=asyncio.Event())
    await asked(kim)
    before = len(kim.all)
    one = worker(town, town.reception.receive, finder, slow=0.01)
    doing = asyncio.create_task(one.once())
    await until(lambda: len(kim.all) == before + 1, what="to be told that it takes time")
    assert kim.last == write(t("ask.waiting"), "ko")
    assert finder.held is not None
    finder.held.set()
    await doing
    await town.settled()
    assert len(kim.all) == before + 2
    assert await states(town) == {"done"}


async def test_an_answer_comes_in_the_language_she_reads_by_then(town: Town, kim: Resident) -> None:
    finder = ByHeart()
    await asked(kim)
    await town.within(lambda store: store.write(update(people).values(language="en")))
    await worker(town, Ears(town), finder).once()
    assert finder.asked == [(QUESTION, "en")]
