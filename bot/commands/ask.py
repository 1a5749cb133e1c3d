"""`python -m bot ask --batch FILE.jsonl`: what the counter would find for each line, by the desk's own finder."""

import asyncio
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.progress import track

from bot import config
from bot.config import BadConfig
from bot.finder.service import Answers
from bot.finder.verdict import Found
from programmes.model import load_all
from programmes.wording import Lang

errors = Console(stderr=True, highlight=False)


class Line(msgspec.Struct):
    """A question; whatever else stands in its line is passed over."""

    q: str
    lang: Lang = "ko"


def ask(
    batch: Annotated[Path, typer.Option(exists=True, dir_okay=False, help='lines of {"q": "…", "lang": "ko"}')],
) -> None:
    """Find the topics of many questions; a line of JSON for each."""
    lines = list(_lines(batch))
    try:
        asyncio.run(_answer(lines))
    except BadConfig as bad:
        errors.print(str(bad), markup=False, soft_wrap=True)
        raise typer.Exit(2) from None


def _lines(batch: Path) -> Iterator[Line]:
    """Refuses the first line that is no question, with its number."""
    for number, line in enumerate(batch.read_bytes().splitlines(), 1):
        try:
            if line.strip():
                yield msgspec.json.decode(line, type=Line)
        except msgspec.MsgspecError as error:
            errors.print(f"{batch.name}, line {number}: {error}", markup=False, soft_wrap=True)
            raise typer.Exit(2) from None


async def _answer(lines: list[Line]) -> None:
    answers = Answers.of(config.load(), load_all())
    try:
        with errors.status("loading what was learned; learning takes half a minute"):
            await answers.whole()
        for line in track(lines, "asking", console=errors):
            sys.stdout.buffer.write(_shown(await answers.ask(line.q, line.lang)))
    finally:
        answers.close()


def _shown(found: Found) -> bytes:
    return msgspec.json.encode({"verdict": found.verdict, "topics": found.topics}) + b"\n"
