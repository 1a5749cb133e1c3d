"""What the district's figures are measured against: those of the whole city, each as it stood on its day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from programmes.reading import Page, Spot, build
from programmes.wording import Wording


@dataclass(frozen=True, slots=True)
class Benchmark:
    """A share in per cent: of those entitled who were `paid`, or of those paid who chose one of the `means`."""

    kind: Literal["paid", "means"]
    programme: str
    round: str
    day: date
    percent: float
    of: Wording
    source: str
    means: str = ""


@dataclass(frozen=True, slots=True)
class _Benchmarks:
    benchmarks: tuple[Benchmark, ...]


def read(path: Path) -> tuple[Benchmark, ...]:
    """The rows of a city's page; a city without one is measured against nothing. BadProgramme for what does not fit."""
    if not path.is_file():
        return ()
    page = Page.open(path)
    rows: tuple[Benchmark, ...] = build(_Benchmarks, page.data, Spot(page)).benchmarks
    for number, row in enumerate(rows):
        if not 0 <= row.percent <= 100:
            raise (Spot(page) / "benchmarks" / number / "percent").refuse("should be between 0 and 100")
    return rows


def in_force(
    rows: Sequence[Benchmark], kind: str, programme: str, round: str, day: date, means: str = ""
) -> Benchmark | None:
    """The newest row of that kind on that day; None before the first."""
    wanted = kind, programme, round, means
    found = (row for row in rows if (row.kind, row.programme, row.round, row.means) == wanted and row.day <= day)
    return max(found, key=lambda row: row.day, default=None)
