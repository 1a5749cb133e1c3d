"""The tree as the house tests read it: files, their syntax trees, and what is found in them."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PRODUCT = ("bot", "handlers", "programmes", "storage")
OURS = (*PRODUCT, "playground", "tests", "tools")

Found = tuple[Path, ast.AST]


def python_files(*folders: str) -> list[Path]:
    """Every Python file below these folders of the project, sorted."""
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


@cache
def parsed(path: Path) -> ast.Module:
    """The syntax tree of a file."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def nodes(*folders: str) -> Iterator[Found]:
    """Every node of every Python file below these folders, with its file."""
    for path in python_files(*folders):
        for node in ast.walk(parsed(path)):
            yield path, node


def place(path: Path, node: ast.AST | None = None) -> str:
    """Where something is, as an editor opens it: `handlers/desk.py:12`."""
    where = path.relative_to(ROOT).as_posix()
    return f"{where}:{node.lineno}" if isinstance(node, ast.stmt | ast.expr) else where


def dotted(node: ast.AST) -> str:
    """`datetime.datetime.now` of such an expression; an empty string for anything but names and dots."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=value, attr=attr) if left := dotted(value):
            return f"{left}.{attr}"
    return ""


def imports(node: ast.AST) -> list[str]:
    """The modules and names that a node imports, dotted: `from time import sleep` gives `time.sleep`."""
    match node:
        case ast.Import(names=names):
            return [alias.name for alias in names]
        case ast.ImportFrom(module=str(module), names=names):
            return [f"{module}.{alias.name}" for alias in names]
    return []
