from tests.handlers.resident.conftest import Arrive


async def test_one_tap_changes_the_language_of_everything_that_follows(welcomed: Arrive) -> None:
    kim = await welcomed()
    await kim.writes("/language")
    await kim.presses("English (영어)")
    assert kim.all[-2] == "From now on we answer in English."
    assert kim.buttons[0] == "Am I entitled?"
