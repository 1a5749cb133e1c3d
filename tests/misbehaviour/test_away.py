"""Our side is down: Telegram keeps messages for a day and presses for two and a half minutes."""

from pathlib import Path

from playground.server import Playground
from tests.crash.town import korean
from tests.processes.bot_process import Start, settings, webhook

MINUTE, NEARLY_A_DAY = 60, 23 * 3600 + 50 * 60
PATIENCE = 40.0
WELCOME, CONSENT, NOTICES = korean("start.language.ask"), korean("start.consent.ask"), korean("start.case_notices.ask")


async def test_what_came_while_we_were_away_is_answered_and_a_press_that_is_gone_can_be_pressed_again(
    play: Playground, start: Start, tmp_path: Path
) -> None:
    environment = webhook(settings(tmp_path, play.url, play.token))
    kim, lee, park = (play.person(7101 + number, name) for number, name in enumerate(("김순자", "이영희", "박철수")))
    process = start("run", environment)
    await kim.starts()
    asked = await kim.hears(WELCOME, timeout=PATIENCE)

    assert await process.stops() == 0
    await kim.presses(korean("language.ko"), on=asked)
    await lee.starts()
    play.clock.advance(MINUTE)
    process = start("run", environment)
    asked = await kim.hears(CONSENT, timeout=PATIENCE)
    await lee.hears(WELCOME, timeout=PATIENCE)
    await play.settled(PATIENCE)

    assert await process.stops() == 0
    taken = len(play.delivery.acked)
    await kim.presses(korean("start.agree"), on=asked)
    await park.starts()
    play.clock.advance(NEARLY_A_DAY)
    start("run", environment)
    await park.hears(WELCOME, timeout=PATIENCE)
    await play.settled(PATIENCE)
    assert len(play.delivery.acked) == taken + 1, "the press outlived its two and a half minutes"
    again = await kim.presses(korean("start.agree"), on=asked)
    await kim.hears(NOTICES, timeout=PATIENCE)
    await kim.answered(again, timeout=PATIENCE)
