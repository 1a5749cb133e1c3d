"""House rule 9: public docstrings say what and why; none merely repeats its name.

That there are docstrings is kept by ruff (D1).
"""

import ast
import re

import pytest

from tests.house.tree import PRODUCT, nodes, place

Documented = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
FILLER = re.compile(
    r"an?|the|this|that|its?|self|and|or|as|at|by|for|from|in|of|on|to|with|is|get|sets?|returns?|class|function|method"
)


def says_more(name: str, docstring: str) -> bool:
    """Whether a docstring has at least two words that are neither filler nor forms of the words of the name."""
    known = {stem(word) for word in re.findall(r"[A-Z]?[a-z]+|[0-9]+", name)}
    new = {stem(word) for word in re.findall(r"\w+", docstring) if not FILLER.fullmatch(word.lower())} - known
    return len(new) >= 2


def stem(word: str) -> str:
    return re.sub(r"(?<=...)(ing|es|ed|s|e)$", "", word.lower())


def test_no_docstring_merely_repeats_its_name() -> None:
    empty = [
        f"{place(path, node)} {node.name}: {docstring}"
        for path, node in nodes(*PRODUCT)
        if isinstance(node, Documented)
        and (docstring := ast.get_docstring(node))
        and not says_more(node.name, docstring)
    ]
    assert not empty, "\n".join(empty)


@pytest.mark.parametrize(
    ("name", "docstring", "expected"),
    [
        ("load_programme", "Load the programme.", False),
        ("OutboxRow", "An outbox row", False),
        ("load_programme", "Read a folder of data; refuses a bad file and says which line.", True),
        ("lines", "Put sayings under each other.", True),
    ],
)
def test_the_search_knows_an_empty_docstring(name: str, docstring: str, expected: bool) -> None:
    assert says_more(name, docstring) is expected
