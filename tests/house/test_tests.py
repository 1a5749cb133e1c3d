"""House rule 12, for the tests themselves: no mocks of our own code, and nobody sleeps.

Who must wait for something asks `tests.waiting.until`.
"""

import ast

from tests.house.tree import ROOT, dotted, imports, nodes, place

WAITING = ROOT / "tests" / "waiting.py"
PEERS = ROOT / "tests" / "bench" / "peers"  # bots of other makes pause as their documentation shows
MOCKS = ("unittest.mock", "mock", "pytest_mock")
SLEEPS = ("time.sleep", "asyncio.sleep", "sleep")


def test_no_test_mocks() -> None:
    mocks = [
        place(path, node)
        for path, node in nodes("tests")
        if any(name == mock or name.startswith(f"{mock}.") for name in imports(node) for mock in MOCKS)
        or (isinstance(node, ast.arg) and node.arg == "mocker")
    ]
    assert not mocks


def test_no_test_sleeps() -> None:
    sleeps = [
        place(path, node)
        for path, node in nodes("tests")
        if path != WAITING and path.parent != PEERS and is_sleep(node)
    ]
    assert not sleeps


def is_sleep(node: ast.AST) -> bool:
    """A call of sleep with anything but 0, which only lets others run."""
    match node:
        case ast.Call(func=func, args=[ast.Constant(value=0)]) if dotted(func) in SLEEPS:
            return False
        case ast.Call(func=func):
            return dotted(func) in SLEEPS
    return False


def test_the_search_knows_a_sleep() -> None:
    def call(line: str) -> ast.AST:
        return ast.parse(line, mode="eval").body

    assert is_sleep(call("asyncio.sleep(0.1)"))
    assert is_sleep(call("time.sleep(seconds)"))
    assert not is_sleep(call("asyncio.sleep(0)"))
