"""Every dialog is whole: steps can be reached, lead somewhere that exists, and end well (house rule 6)."""

import pytest

from handlers import DESKS
from handlers.dialog import Dialog, Step

ALL = [(desk, dialog) for desk, dialogs in DESKS.items() for dialog in dialogs]
NAMES = {desk: {dialog.name for dialog in dialogs} for desk, dialogs in DESKS.items()}


def _goals(dialog: Dialog, step: Step) -> tuple[set[str], set[str]]:
    """The steps and the dialogs a step may lead to."""
    dialogs = {goal.removeprefix("dialog:") for goal in step.leads_to if goal.startswith("dialog:")}
    return {goal for goal in step.leads_to if not goal.startswith("dialog:")}, dialogs


def test_there_are_dialogs() -> None:
    assert len(ALL) > 5


@pytest.mark.parametrize(("desk", "dialog"), ALL, ids=lambda value: getattr(value, "name", value))
def test_every_step_leads_to_what_exists(desk: str, dialog: Dialog) -> None:
    steps = {step.name for step in dialog.steps}
    for step in dialog.steps:
        here, there = _goals(dialog, step)
        assert here <= steps, f"{dialog.name}.{step.name} leads to {here - steps}"
        assert there <= NAMES[desk], f"{dialog.name}.{step.name} leads to {there - NAMES[desk]}"


@pytest.mark.parametrize(("desk", "dialog"), ALL, ids=lambda value: getattr(value, "name", value))
def test_every_step_can_be_reached(desk: str, dialog: Dialog) -> None:
    reached, fresh = {dialog.steps[0].name}, [dialog.steps[0]]
    while fresh:
        here, _ = _goals(dialog, fresh.pop())
        for name in here - reached:
            reached.add(name)
            step = dialog.step(name)
            assert step is not None
            fresh.append(step)
    entered = {"filed"} if dialog.name == "receipt" else set()
    assert reached | entered == {step.name for step in dialog.steps}


def test_names_of_steps_and_dialogs_fit_their_columns() -> None:
    for _, dialog in ALL:
        assert len(dialog.name) <= 24
        assert all(len(step.name) <= 24 for step in dialog.steps)
        assert len({step.name for step in dialog.steps}) == len(dialog.steps)


def test_no_two_dialogs_of_a_desk_share_a_name_or_a_command() -> None:
    for dialogs in DESKS.values():
        names = [dialog.name for dialog in dialogs]
        commands = [dialog.command for dialog in dialogs if dialog.command]
        assert len(set(names)) == len(names)
        assert len(set(commands)) == len(commands)
