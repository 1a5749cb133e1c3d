"""How well questions are found, what the finder costs, and what others feel while ten questions a second come in.

Found: on the questions kept apart, of which no lesson was made. Felt: 2,048 chats, four of them at once as fast as they
are served; the bot on one core with its finder, the crowd on the other. Side by side: with questions and without in
turn.
"""

import asyncio
import os
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import count
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final

from bot.finder import worker
from programmes.model import HERE
from tests.answers.kept_apart import KEPT, Question, Tally, questions, tally, taught
from tests.bench import proc
from tests.bench.cells import listening, ours, populate, ports
from tests.bench.crowd import Crowd
from tests.bench.floods import AT_ONCE, OTHERS, TICK, WARM_UP, Flooder
from tests.bench.report import Aim, Report, Sheet, at_least, at_most
from tests.bench.wire import FIRST_CHAT, passing, percentile, text
from tests.processes.bot_process import HOST, SECRET
from tests.waiting import until

RATE: Final = 10  # questions a second
ASKING: Final = 512  # chats that ask in turn
READY: Final = 90.0  # seconds until the finder has loaded what was learned


@dataclass(frozen=True, slots=True)
class Cost:
    """Of the finder's process: seconds until it can answer, its memory, and a question, in ms (median and p99)."""

    ready: float
    memory: float
    question: float
    slowest: float


def measure(report: Report, rounds: int, seconds: float, folder: Path) -> None:
    """Find, weigh and feel."""
    report.progress("answers: finding")
    found = {name: _found(deep) for name, deep in (("with meanings", True), ("letters only", False))}
    report.add("answers", {"found": {name: _told(each) for name, each in found.items()}}, _sheet(found), _aims(found))
    report.progress("answers: what the finder costs")
    ways = (
        ("with meanings", True, KEPT),
        ("letters only", False, KEPT),
        ("where nothing was kept", True, folder / "new"),
    )
    costs = {name: _cost(deep, kept) for name, deep, kept in ways}
    report.add("finder", {"costs": {name: asdict(one) for name, one in costs.items()}}, _costs(costs))
    _feel(report, rounds, seconds, folder)


# ------------------------------------------------------------------------------------------------------------ found

Tallies = dict[str, Tally]  # by language, and by language and register


def _found(deep: bool) -> Tallies:
    known = taught(deep)
    asked = [(one, known.find(one.q, one.lang)) for one in questions()]
    names = sorted({name for one, _ in asked for name in _names(one)})
    return {name: tally([(one, found) for one, found in asked if name in _names(one)]) for name in names}


def _names(one: Question) -> tuple[str, str]:
    return one.lang, f"{one.lang}, {one.register}"


def _told(each: Tallies) -> dict[str, dict[str, float]]:
    return {name: asdict(one) for name, one in each.items()}


def _sheet(found: dict[str, Tallies]) -> Sheet:
    rows = [
        (f"{name}: {of}", str(one.within), *map(_percent, (one.first, one.in_three, one.wrongly_refused)),
         str(one.without), _percent(one.refused))
        for name, each in found.items()
        for of, one in each.items()
    ]  # fmt: skip
    columns = ("", "topics", "first", "in three", "wrongly refused", "elsewhere", "refused")
    return Sheet("Questions kept apart, and what was found", columns, rows)


def _percent(share: float) -> str:
    return "" if share != share else f"{100 * share:.1f}%"


def _aims(found: dict[str, Tallies]) -> list[Aim]:
    each = found["with meanings"]
    return [
        aim
        for lang in ("ko", "en")
        for aim in (
            at_least(f"{lang}: found first", [100 * each[lang].first], 75, "%"),
            at_least(f"{lang}: found in three", [100 * each[lang].in_three], 88, "%"),
            at_least(f"{lang}: elsewhere, refused", [100 * each[lang].refused], 85, "%"),
            at_most(f"{lang}: wrongly refused", [100 * each[lang].wrongly_refused], 8, "%"),
        )
    ]


# ------------------------------------------------------------------------------------------------------------ costs


def _cost(deep: bool, kept: Path) -> Cost:
    """Of a process begun for it, by what was kept, else by letters until it has learned more."""
    context = get_context("spawn")
    ours, its = context.Pipe()
    began = time.perf_counter()
    process = context.Process(target=_worker, args=(deep, kept, its))
    process.start()
    assert process.pid is not None
    assert ours.poll(READY), "the finder is not ready in time"
    ours.recv()
    ready = time.perf_counter() - began
    took: list[float] = ours.recv()
    memory = proc.share(process.pid)
    ours.send(None)
    process.join()
    return Cost(ready, memory, percentile(took, 0.5), percentile(took, 0.99))


def _worker(deep: bool, kept: Path, pipe: Connection) -> None:
    worker.take_at_hand(HERE, (), deep, kept)
    worker.find("카드를 잃어버렸어요", "ko")
    pipe.send(True)
    took = []
    for one in questions():
        began = time.perf_counter()
        worker.find(one.q, one.lang)
        took.append(time.perf_counter() - began)
    pipe.send(took)
    pipe.recv()


def _costs(costs: dict[str, Cost]) -> Sheet:
    rows = [
        (name, f"{one.ready:.1f}", f"{one.memory:.0f}", f"{one.question:.1f}", f"{one.slowest:.1f}")
        for name, one in costs.items()
    ]
    columns = ("the finder's process", "s until ready", "MB", "ms a question", "ms, p99")
    return Sheet("What the finder costs beside the bot, which starts without it", columns, rows)


# ------------------------------------------------------------------------------------------------------------- felt


def _feel(report: Report, rounds: int, seconds: float, folder: Path) -> None:
    proc.keep_on((proc.OTHER_CORE,), [os.getpid()])
    url = f"sqlite+aiosqlite:///{folder / 'answers.db'}"
    asyncio.run(populate(url, OTHERS + ASKING))
    felt = asyncio.run(_felt(report, url, rounds, seconds, folder))
    ratios = [asked / calm for calm, asked in felt]
    rows = [(f"round {number + 1}", f"{calm:.1f}", f"{asked:.1f}", f"{asked / calm:.2f}")
            for number, (calm, asked) in enumerate(felt)]  # fmt: skip
    columns = ("", "ms without", f"ms with {RATE} questions a second", "times")
    aims = [at_most("p99 of the others' turns, of that without questions", ratios, 1.5, " x")]
    report.add(
        "asking", {"rate": RATE, "p99": felt}, Sheet("What others feel, p99 of their turns", columns, rows), aims
    )


async def _felt(report: Report, url: str, rounds: int, seconds: float, folder: Path) -> list[tuple[float, float]]:
    """p99 of the others' turns without and with questions, in ms, round by round."""
    felt = []
    async with Crowd(HOST, SECRET, OTHERS, AT_ONCE) as crowd:
        with ours("run", url, f"http://{HOST}:{crowd.port}", folder) as bot:
            proc.keep_on((proc.BOT_CORE,), [bot.child.pid])
            await listening([bot])
            await crowd.begin(ports([bot]))
            asking = await _Asking.begun(crowd, ports([bot])[0])
            report.progress("answers: the finder loads")
            await asking.until_answered()
            await passing(WARM_UP)
            for number in range(rounds):
                report.progress(f"answers: others' turns, round {number + 1} of {rounds}")
                both = []
                for rate in (0, RATE):
                    crowd.latencies.clear()
                    await asking.ask(rate, seconds)
                    both.append(percentile(list(crowd.latencies), 0.99))
                felt.append((both[0], both[1]))
            assert not await crowd.end(), "a reply never came"
    return felt


class _Asking:
    """Chats that ask one after the other; none before her last question is long answered."""

    def __init__(self, crowd: Crowd, flooder: Flooder) -> None:
        self._crowd, self._flooder = crowd, flooder
        self._words: Iterator[str] = iter([one.q for one in questions() if '"' not in one.q and "\\" not in one.q] * 20)
        self._numbers = count()  # the first is asked before anybody is measured

    @classmethod
    async def begun(cls, crowd: Crowd, port: int) -> "_Asking":
        """With everybody at the menu."""
        _, flooder = await asyncio.get_running_loop().create_connection(Flooder, HOST, port)
        made = cls(crowd, flooder)
        for number in range(ASKING):
            made._post(number, "처음")
        await until(lambda: flooder.answered == ASKING, 60, "all who ask to stand at the menu")
        return made

    async def until_answered(self) -> None:
        """Ask once, and wait until the process that finds has answered."""
        before = self._crowd.replies[FIRST_CHAT + OTHERS]
        self._post(next(self._numbers), next(self._words))
        await until(lambda: self._crowd.replies[FIRST_CHAT + OTHERS] > before, READY, "the first answer")

    async def ask(self, rate: float, seconds: float) -> None:
        """So many questions a second, for so long."""
        began, asked = time.perf_counter(), 0
        while (passed := time.perf_counter() - began) < seconds:
            if asked < passed * rate:
                self._post(next(self._numbers), next(self._words))
                asked += 1
            await passing(TICK)

    def _post(self, number: int, words: str) -> None:
        chat = FIRST_CHAT + OTHERS + number % ASKING
        self._flooder.transport.write(self._crowd.written(chat, text(words)))
