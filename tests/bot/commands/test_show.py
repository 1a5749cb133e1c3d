"""What can be looked at with no token, database or keys."""

import pytest

from bot.commands import show
from handlers import DESKS
from handlers.dialog import Dialog, Step

STEPS = [(dialog, step) for dialogs in DESKS.values() for dialog in dialogs for step in dialog.steps]


ASKING_BY_THEMSELVES = [one for one in STEPS if one[1].name != "begin"]  # which asks what is wanting first


@pytest.mark.parametrize(("dialog", "step"), ASKING_BY_THEMSELVES, ids=lambda value: getattr(value, "name", ""))
def test_the_map_knows_what_every_step_says(dialog: Dialog, step: Step) -> None:
    assert list(show._said_by(step.ask, set())), f"{dialog.name}.{step.name}"


def test_the_map_names_every_dialog_and_its_command(capsys: pytest.CaptureFixture[str]) -> None:
    show.map_of_dialogs()
    printed = capsys.readouterr().out
    for dialog, _ in STEPS:
        assert dialog.name in printed
        assert dialog.command is None or f"/{dialog.command}" in printed


def test_words_are_printed_in_both_languages(capsys: pytest.CaptureFixture[str]) -> None:
    show.words()
    printed = capsys.readouterr().out
    assert "menu.ask" in printed
    assert "무엇을" in printed
