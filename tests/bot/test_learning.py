"""What is confirmed reaches the finder, the last word counts, and what failed is tried again."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from bot.asking import Asking, Patience
from bot.chores.bundling import gather
from bot.chores.following import follow
from bot.finder.lessons import Lesson
from bot.finder.service import Answers
from bot.learning import Learning, Lessons
from programmes.model import load_all
from tests.journey import Resident, Town
from tests.waiting import until

CITY = load_all()
DOG, CAT = Lesson("강아지도 되나요", "ko", "use_where"), Lesson("고양이는요", "ko", kind="world")


class Pupil:
    """Learns what it is taught, unless it is to fail first; may be held up."""

    def __init__(self, fails: int = 0) -> None:
        self.taught: list[Lessons] = []
        self.fails, self.free = fails, asyncio.Event()
        self.free.set()

    async def learn(self, lessons: Lessons) -> None:
        await self.free.wait()
        self.fails -= 1
        if self.fails >= 0:
            raise OSError("no memory left")
        self.taught.append(lessons)


@asynccontextmanager
async def teaching(pupil: Pupil | Answers) -> AsyncIterator[Learning]:
    learning = Learning(pupil.learn, pause=0.0)
    running = asyncio.create_task(learning.run())
    try:
        yield learning
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running


async def test_what_is_new_is_taught_and_what_is_known_is_not_taught_again() -> None:
    pupil = Pupil()
    async with teaching(pupil) as learning:
        learning.hear(())
        learning.hear((DOG,))
        await until(lambda: pupil.taught == [(DOG,)])
        learning.hear((DOG,))
        learning.hear((DOG, CAT))
        await until(lambda: pupil.taught == [(DOG,), (DOG, CAT)])
        learning.hear(())  # the files say so by now
        await until(lambda: pupil.taught[-1] == ())


async def test_of_several_that_come_while_it_learns_the_last_counts() -> None:
    pupil = Pupil()
    pupil.free.clear()
    async with teaching(pupil) as learning:
        learning.hear((DOG,))
        await asyncio.sleep(0)
        learning.hear((CAT,))
        learning.hear((DOG, CAT))
        pupil.free.set()
        await until(lambda: len(pupil.taught) > 0 and pupil.taught[-1] == (DOG, CAT))
    assert (CAT,) not in pupil.taught


async def test_what_failed_is_tried_again() -> None:
    pupil = Pupil(fails=2)
    async with teaching(pupil) as learning:
        learning.hear((DOG,))
        await until(lambda: pupil.taught == [(DOG,)])


async def test_what_two_officers_teach_is_found_for_the_next_who_asks_without_a_restart(
    small: Path, tmp_path: Path
) -> None:
    answers = Answers(tmp_path / "kept", deep=False, programmes=small)
    async with Town(tmp_path) as town, teaching(answers) as learning:
        following = asyncio.create_task(
            follow(town.database, town.vault, CITY, lambda _, new: learning.hear(new), 0.05)
        )
        asking = Asking(town.database, town.vault, answers, lambda: town.now, town.reception.receive, Patience(slow=60))
        kim, lee = town.resident("kim"), town.resident("lee")
        try:
            assert "안내해 드리지 못합니다" in await asks(town, asking, kim, DOG.text)
            finder = await answers.start()
            await attached(town, "use_where")
            await until(lambda: learning._known == (DOG,), 60, "the finder to learn")
            title = CITY.programmes["livelihood-coupon-2025"].answers["use_where"].title.ko
            assert title in await asks(town, asking, lee, "강아지도 되나요??")
            assert await answers.start() is finder
        finally:
            following.cancel()
            answers.close()


async def asks(town: Town, asking: Asking, who: Resident, words: str) -> str:
    await who.writes("/ask")
    await who.writes(words)
    while await asking.once():
        await town.settled()
    return who.last


async def attached(town: Town, topic: str) -> None:
    """At the desk one officer says whose question the unanswered one is, and another confirms it."""
    await town.within(gather)
    oh, moon = await town.officer("oh", role="decision"), await town.officer("moon", role="admin")
    town.later(hours=25)
    for one in (oh, moon):
        await one.opens()
    await oh.presses("questions")
    await oh.presses(oh.codes[-1])
    await oh.presses("topic")
    await oh.writes(CITY.programmes["livelihood-coupon-2025"].answers[topic].title.ko)
    await oh.presses(topic)
    await moon.presses("m.look")
    await moon.presses(moon.codes[0])
    await moon.presses("yes")
