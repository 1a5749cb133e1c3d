"""What can be looked at without a token, a database or keys: every sentence (`words`) and every dialog (`map`)."""

from collections.abc import Iterator
from types import CodeType, FunctionType

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.tree import Tree

from bot.words import LANGUAGES, catalogue
from handlers import DESKS
from handlers.dialog import Ask, Option, Step, Text

NEW_LINE = "\n"
TELLING = ("label", "text", "options", "ask")  # where an option, a question and a step keep their words


def words() -> None:
    """Print every sentence of the bot's own voice, in both languages side by side."""
    table = Table("key", *LANGUAGES, show_lines=True)
    for key in sorted(set().union(*(catalogue(lang) for lang in LANGUAGES))):
        table.add_row(key, *(catalogue(lang).get(key, "") for lang in LANGUAGES))
    Console().print(table)


def map_of_dialogs() -> None:
    """Print every desk with its dialogs, their steps, where each leads, and what it says in Korean."""
    korean = catalogue("ko")
    for name, dialogs in DESKS.items():
        tree = Tree(f"[bold]{name}[/]")
        for dialog in dialogs:
            branch = tree.add(f"[bold cyan]{dialog.name}[/]{f' /{dialog.command}' if dialog.command else ''}")
            for step in dialog.steps:
                leaf = branch.add(f"[bold]{step.name}[/] → {', '.join(step.leads_to) or 'end'}")
                for key in dict.fromkeys(_said_by(step.ask, set())):
                    leaf.add(f"[dim]{key}[/] {escape(korean[key]).replace(NEW_LINE, ' / ')}")
        Console().print(tree)


def _said_by(thing: object, seen: set[int]) -> Iterator[str]:
    """The keys of the sentences that a step's question may be made of: its own, and those of what it calls."""
    if id(thing) in seen:
        return
    seen.add(id(thing))
    if isinstance(thing, Text) and isinstance(thing.key, str):
        yield thing.key
    elif isinstance(thing, tuple):
        for one in thing:
            yield from _said_by(one, seen)
    elif isinstance(thing, Option | Ask | Step):
        yield from _said_by(tuple(getattr(thing, name) for name in TELLING if hasattr(thing, name)), seen)
    elif isinstance(thing, str):
        yield from (thing,) if thing in catalogue("ko") else ()
    elif isinstance(thing, FunctionType) and thing.__module__.startswith("handlers."):
        for part in _parts(thing):
            yield from _said_by(part, seen)


def _parts(function: FunctionType) -> Iterator[object]:
    """What a function is made of: the words and names in its code and in what is written inside it, and its cells."""
    for code in _codes(function.__code__):
        yield from (word for word in code.co_consts if isinstance(word, str))
        yield from (function.__globals__.get(name) for name in code.co_names)
    yield from (cell.cell_contents for cell in function.__closure__ or ())


def _codes(code: CodeType) -> Iterator[CodeType]:
    """A function's code and that of what is written inside it."""
    yield code
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from _codes(inner)
