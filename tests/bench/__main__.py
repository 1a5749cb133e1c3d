"""`make bench`: what this bot costs, beside bots of other makes. `ARGS=store`, `imports`, …: more."""

import tempfile
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from tests.bench import (
    answers,
    broadcasts,
    figures,
    floods,
    fortnight,
    imports,
    lookups,
    outreach,
    refusals,
    sessions,
    turns,
)
from tests.bench.report import Report


class What(StrEnum):
    """What can be measured; a file of this folder each, `store` and `all` are several."""

    TURNS = "turns"
    SESSIONS = "sessions"
    LOOKUPS = "lookups"
    REFUSALS = "refusals"
    FLOODS = "floods"
    ANSWERS = "answers"
    IMPORTS = "imports"
    OUTREACH = "outreach"
    BROADCAST = "broadcast"
    FIGURES = "figures"
    FORTNIGHT = "fortnight"
    STORE = "store"
    ALL = "all"


STORE = {What.SESSIONS, What.LOOKUPS, What.REFUSALS, What.FLOODS}
SEVERAL = {What.STORE: STORE, What.ALL: {*What}}


def main(
    what: Annotated[What, typer.Argument(help="what to measure")] = What.TURNS,
    rounds: int = 3,
    seconds: Annotated[float, typer.Option(help="measured in each round of each cell")] = 5.0,
    people: Annotated[int, typer.Option(help="imports, outreach, figures: rows of the roster")] = 639_000,
    stored: Annotated[int, typer.Option(help="sessions: how many are stored")] = 100_000,
    times: Annotated[int, typer.Option(help="lookups: how many times 6,390 people")] = 1000,
    attempts: Annotated[int, typer.Option(help="refusals: for each reason")] = 1000,
) -> None:
    """Measure, print tables, and write build/bench.json and build/bench.md."""
    report, wanted = Report(), SEVERAL.get(what, {what})
    parts: dict[What, Callable[[Path], None]] = {
        What.TURNS: lambda folder: turns.measure(report, turns.Size(rounds, seconds), folder),
        What.SESSIONS: lambda folder: sessions.measure(report, stored, rounds, 4 * seconds, folder),
        What.LOOKUPS: lambda folder: lookups.measure(report, rounds, times, folder),
        What.REFUSALS: lambda folder: refusals.measure(report, attempts, folder),
        What.FLOODS: lambda folder: floods.measure(report, rounds, 2 * seconds, folder),
        What.ANSWERS: lambda folder: answers.measure(report, rounds, 2 * seconds, folder),
        What.IMPORTS: lambda folder: imports.measure(report, people, folder),
        What.BROADCAST: lambda folder: broadcasts.measure(report, people, 12 * seconds, folder),
        What.OUTREACH: lambda folder: outreach.measure(report, people, folder),
        What.FIGURES: lambda folder: figures.measure(report, rounds, people, folder),
        What.FORTNIGHT: lambda folder: fortnight.measure(report, folder),
    }
    for part, measure in parts.items():
        if part in wanted:
            with tempfile.TemporaryDirectory(prefix=f"changgu-bench-{part}-") as folder:
                measure(Path(folder))


if __name__ == "__main__":
    app = typer.Typer(pretty_exceptions_enable=False)
    app.command()(main)
    app()
