"""Questions are answered by a process of its own, which learns more without a restart and leaves nobody behind."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import pytest

from bot.config import Config
from bot.finder.chooser import Chooser
from bot.finder.lessons import Lesson
from bot.finder.service import Answers, Crowded
from bot.finder.verdict import Found
from programmes.model import load_all
from tests.waiting import until

LOST = Lesson("카드를 잃어버렸어요", "ko", "lost_card")
TAXI = Lesson("택시 탈 때 써도 되나요", "ko", "taxi")


@pytest.fixture
async def answers(small: Path, tmp_path: Path) -> AsyncIterator[Answers]:
    made = Answers(tmp_path / "kept", deep=False, programmes=small, waiting=4)
    yield made
    made.close()


def kept(folder: Path) -> int:
    return len([*folder.glob("kept/*.npz")])


async def test_what_was_learned_meanwhile_is_known_without_a_restart(answers: Answers) -> None:
    assert await answers.ask(LOST.text, "ko") == Found("unknown", (), kind="other-money")
    pool = await answers.start()
    await answers.learn((LOST, TAXI))
    assert (await answers.ask("카드 잃어버렸는데요", "ko")).topics[0] == "lost_card"
    await answers.learn((TAXI,))
    assert (await answers.ask("카드 잃어버렸는데요", "ko")).topics == ("taxi",)
    assert await answers.start() is pool


async def test_lessons_that_come_before_the_first_question_count(answers: Answers) -> None:
    await answers.learn((LOST, TAXI))
    assert (await answers.ask(TAXI.text, "ko")).topics[0] == "taxi"


async def test_until_meanings_are_learned_letters_answer(small: Path, tmp_path: Path) -> None:
    answers = Answers(tmp_path / "kept", programmes=small)
    try:
        for whole in (False, True):
            await (answers.whole() if whole else answers.start())
            assert kept(tmp_path) == whole
            assert await answers.ask(LOST.text, "ko") == Found("unknown", (), kind="other-money")
    finally:
        answers.close()


async def test_more_questions_than_can_wait_are_sent_back(answers: Answers) -> None:
    found = await asyncio.gather(*(answers.ask(f"카드 {n}", "ko") for n in range(6)), return_exceptions=True)
    assert [type(one) for one in found] == [Found] * 4 + [Crowded] * 2
    assert isinstance(await answers.ask("카드", "ko"), Found)


async def test_a_finder_that_dies_is_there_again_for_the_next_question(answers: Answers) -> None:
    (pid,) = (await answers.start())._processes
    os.kill(pid, signal.SIGKILL)
    with pytest.raises(BrokenProcessPool):
        await answers.ask("카드", "ko")
    assert isinstance(await answers.ask("카드", "ko"), Found)


async def test_whoever_closes_it_leaves_no_process_behind(answers: Answers) -> None:
    (pid,) = (await answers.start())._processes
    answers.close()
    await until(lambda: not Path(f"/proc/{pid}/cmdline").exists(), 20, "the finder to go")


async def test_only_whoever_is_unsure_is_helped_to_choose(answers: Answers, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    async def choose(_self: Chooser, question: str, _lang: str, found: Found) -> Found:
        asked.append(question)
        return found

    monkeypatch.setattr(Chooser, "choose", choose)
    answers._chooser = Chooser("http://127.0.0.1:1", "", "", 1, {})
    await answers.learn((LOST, TAXI))
    sure, unknown = await answers.ask(LOST.text, "ko"), await answers.ask("asdf", "ko")
    assert (sure.verdict, unknown.verdict, asked) == ("answer", "unknown", [])


def test_it_is_made_as_the_operator_set_it(tmp_path: Path) -> None:
    settings = Config(finder_folder=tmp_path, finder_deep=False, llm_url="http://127.0.0.1:9/v1/")
    made = Answers.of(settings, load_all())
    assert (made._kept, made._deep) == (tmp_path, False)
    assert made._chooser is not None
    assert made._chooser.url == "http://127.0.0.1:9/v1"
    assert Answers.of(Config(), load_all())._chooser is None
