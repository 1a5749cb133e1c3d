"""House rule 4: sizes are printed: a guide to notice, not a reason to split a thought, so nothing here fails."""

import ast

import pytest

from tests.house.tree import PRODUCT, nodes, place, python_files

FILE_LINES, FUNCTION_LINES = 150, 30


def test_sizes_over_the_guide_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in python_files(*PRODUCT)}
    sizes = [(lines, place(path)) for path, lines in lengths.items() if lines > FILE_LINES]
    for path, node in nodes(*PRODUCT):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            sizes += [(lines, f"{place(path, node)} {node.name}()")] if lines > FUNCTION_LINES else []
    with capsys.disabled():
        print(*(f"\n{lines:5} lines  {what}" for lines, what in sorted(sizes, reverse=True)), sep="")
