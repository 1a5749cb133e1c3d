"""`make bench`: what this bot costs, side by side in one run. `make bench ARGS=imports`, or `all` for everything."""

import tempfile
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from tests.bench import imports, turns
from tests.bench.report import Report


class What(StrEnum):
    """What can be measured; a file of this folder each."""

    TURNS = "turns"
    IMPORTS = "imports"
    ALL = "all"


def main(
    what: Annotated[What, typer.Argument(help="what to measure")] = What.TURNS,
    rounds: int = 3,
    seconds: Annotated[float, typer.Option(help="measured in each round of each cell")] = 5.0,
    people: Annotated[int, typer.Option(help="rows of the imported roster")] = 639_000,
) -> None:
    """Measure, print tables and write build/bench.json."""
    report = Report()
    with tempfile.TemporaryDirectory(prefix="changgu-bench-") as folder:
        if what in (What.TURNS, What.ALL):
            turns.measure(report, turns.Size(rounds=rounds, seconds=seconds), Path(folder))
        if what in (What.IMPORTS, What.ALL):
            imports.measure(report, people, Path(folder))


if __name__ == "__main__":
    app = typer.Typer(pretty_exceptions_enable=False)
    app.command()(main)
    app()
