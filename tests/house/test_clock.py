"""House rule 3: the calendar clock is read in `bot/clock.py` only; below `bot`, not even a stopwatch is.

That datetimes are aware is kept by ruff (DTZ).
"""

import ast
import re
from pathlib import Path

import pytest

from tests.house.tree import PRODUCT, ROOT, dotted, imports, nodes, place

CLOCK = ROOT / "bot" / "clock.py"
CALENDAR = re.compile(
    r"(^|\.)(date|datetime|func)\.(now|today|utcnow|current_timestamp|current_date)$"
    r"|^time\.(time|time_ns|localtime|gmtime|ctime|strftime)$"
)
STOPWATCH = re.compile(r"^time\.(monotonic|perf_counter|process_time)(_ns)?$|loop\(?\)?\.time$")


def readings(tree: str, clock: re.Pattern[str]) -> list[str]:
    return [
        place(path, node)
        for path, node in nodes(tree)
        if path != CLOCK and any(clock.search(name) for name in [dotted(node), *imports(node)])
    ]


@pytest.mark.parametrize("tree", PRODUCT)
def test_calendar_clock_is_read_in_one_place_only(tree: str) -> None:
    assert not readings(tree, CALENDAR)


@pytest.mark.parametrize("tree", PRODUCT[1:])
def test_lower_floors_have_no_stopwatch(tree: str) -> None:
    assert not readings(tree, STOPWATCH)


@pytest.mark.parametrize(
    "line",
    ["datetime.now(UTC)", "datetime.datetime.utcnow()", "date.today()", "time.time()", "func.now()", "f=time.time_ns"],
)
def test_the_search_finds_a_reading(line: str) -> None:
    assert any(CALENDAR.search(dotted(node)) for node in ast.walk(ast.parse(line)))


def test_the_clock_is_where_this_rule_thinks() -> None:
    assert not (ROOT / "bot" / "__main__.py").exists() or CLOCK.is_file(), Path(CLOCK)
