"""House rule 1: the floors hold, as `pyproject.toml` draws them."""

import pytest
from importlinter import cli


def test_every_contract_of_the_floors_is_kept(capsys: pytest.CaptureFixture[str]) -> None:
    broken = cli.lint_imports(no_logo=True)
    assert not broken, capsys.readouterr().out
