"""What can be looked at without a token, a database or keys: every sentence (`words`) and every dialog (`map`)."""

from collections.abc import Iterable

from rich.console import Console
from rich.table import Table
from rich.tree import Tree

from bot.words import LANGUAGES, catalogue
from handlers import DESKS


def words() -> None:
    """Print every sentence of the bot's own voice, in both languages side by side."""
    table = Table("key", *LANGUAGES, show_lines=True)
    for key in sorted(set().union(*(catalogue(lang) for lang in LANGUAGES))):
        table.add_row(key, *(catalogue(lang).get(key, "") for lang in LANGUAGES))
    Console().print(table)


def map_of_dialogs() -> None:
    """Print every desk with its dialogs, their steps, where each leads, and its Korean words."""
    for name, dialogs in DESKS.items():
        tree = Tree(f"[bold]{name}[/]")
        for dialog in dialogs:
            command = f" /{dialog.command}" if dialog.command else ""
            branch = tree.add(f"[bold cyan]{dialog.name}[/]{command}")
            for step in dialog.steps:
                leaf = branch.add(f"{step.name} → {', '.join(step.leads_to) or '·'}")
                for key, sentence in _said_in(step.ask.__module__, dialog.name, step.name):
                    leaf.add(f"[dim]{key}[/] {sentence}")
        Console().print(tree)


def _said_in(_module: str, dialog: str, step: str) -> Iterable[tuple[str, str]]:
    """The Korean sentences whose key names this step."""
    korean = catalogue("ko")
    start = f"{dialog}.{step}"
    return [
        (key, text.replace("\n", " / ")) for key, text in korean.items() if key == start or key.startswith(f"{start}.")
    ]
