"""Where figures go: tables on the screen, `build/bench.json`, and `build/bench-….md` for pages of Markdown.

What was measured earlier and not in this run stays in `build/bench.json`, with the machine and the instant it is of.
"""

import json
import os
import platform
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any, Final

from rich.console import Console
from rich.table import Table

WIDTH: Final = 160
AIMS: Final = ("aim", "wanted", "figure", "rounds", "")
BUILD: Final = Path(__file__).parents[2] / "build"
FIGURES: Final = BUILD / "bench.json"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table: its first column is words, all others are figures."""

    title: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    caption: str = ""

    def shown(self) -> Table:
        """For the screen."""
        table = Table(title=self.title, caption=self.caption or None)
        for number, name in enumerate(self.columns):
            table.add_column(name, justify="right" if number else "left", no_wrap=not number)
        for row in self.rows:
            table.add_row(*row)
        return table

    def written(self) -> str:
        """For a page of Markdown."""
        rule = ("---", *("---:" for _ in self.columns[1:]))
        lines = ("| " + " | ".join(row) + " |" for row in (self.columns, rule, *self.rows))
        return "\n".join((f"**{self.title}**", "", *lines, *(("", self.caption) if self.caption else ()), ""))


@dataclass(frozen=True, slots=True)
class Aim:
    """What was promised of a figure, and what it came to in each round."""

    words: str
    found: tuple[float, ...]
    limit: float
    at_least: bool
    unit: str = ""

    @property
    def figure(self) -> float:
        """The median of the rounds."""
        return median(self.found)

    @property
    def met(self) -> bool:
        """Whether the median keeps the promise."""
        return self.figure >= self.limit if self.at_least else self.figure <= self.limit

    def row(self) -> tuple[str, ...]:
        """As it stands in a table."""
        wanted = f"{'≥' if self.at_least else '≤'} {self.limit:g}{self.unit}"
        spread = f"{min(self.found):,.2f}-{max(self.found):,.2f}"
        return self.words, wanted, f"{self.figure:,.2f}{self.unit}", spread, "met" if self.met else "missed"


def at_least(words: str, found: Sequence[float], limit: float, unit: str = "") -> Aim:
    """A figure that is to be this large or larger."""
    return Aim(words, tuple(found), limit, True, unit)


def at_most(words: str, found: Sequence[float], limit: float, unit: str = "") -> Aim:
    """A figure that is to be this small or smaller."""
    return Aim(words, tuple(found), limit, False, unit)


class Report:
    """Figures of one run, written as soon as each thing is measured."""

    def __init__(self) -> None:
        self._console = Console(highlight=False, width=None if sys.stdout.isatty() else WIDTH)
        self._told: dict[str, Any] = json.loads(FIGURES.read_text(encoding="utf-8")) if FIGURES.exists() else {}

    def progress(self, what: str) -> None:
        """Say what is being measured now."""
        self._console.print(f"[dim]{what}[/dim]")

    def add(self, name: str, figures: Mapping[str, Any], sheet: Sheet, aims: Sequence[Aim] = ()) -> None:
        """Keep and show the figures of one measured thing, and each promise beside what it came to."""
        at, machine = datetime.now(UTC).isoformat(timespec="seconds"), _machine()
        promised = [{"words": one.words, "figure": one.figure, "met": one.met} for one in aims]
        self._told[name] = {"at": at, "machine": machine, **figures, "aims": promised}
        sheets = [sheet, *([Sheet(f"{name}: aims", AIMS, [one.row() for one in aims])] if aims else [])]
        BUILD.mkdir(exist_ok=True)
        FIGURES.write_text(json.dumps(self._told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        pages = [f"{at}, {machine}\n", *(one.written() for one in sheets)]
        (BUILD / f"bench-{name}.md").write_text("\n".join(pages), encoding="utf-8")
        for one in sheets:
            self._console.print(one.shown())


def _machine() -> str:
    return f"{os.cpu_count()} cores ({_processor()}), Python {platform.python_version()}"


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "unknown")
