"""`sample-roster`: a believable district to try things on."""

from datetime import datetime
from pathlib import Path

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from bot.sample import write_sample


def write(people: int, seed: int, folder: Path, now: datetime) -> None:
    """Write `roster.csv` and `payments.csv` with a progress bar."""
    folder.mkdir(parents=True, exist_ok=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns) as progress:
        task = progress.add_task("sample city", total=people)
        write_sample(folder, people, seed, now, lambda done, total: progress.update(task, completed=done, total=total))
