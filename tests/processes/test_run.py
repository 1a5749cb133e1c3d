"""`run`: everything in one process on SQLite, polling or with webhooks, alone on its file, and gentle in stopping."""

from pathlib import Path

from aiohttp import ClientSession

from playground.server import Playground
from tests.crash.town import Town, korean
from tests.processes.bot_process import Start, settings, spawned, webhook

WELCOME = korean("start.language.ask")


async def test_run_polls_answers_a_stranger_and_stops_when_asked(play: Playground, tmp_path: Path) -> None:
    with spawned(("-m", "bot", "run"), settings(tmp_path, play.url, play.token), tmp_path) as process:
        sunja = play.person(7101, "김순자")
        await sunja.starts()
        await sunja.hears(WELCOME, timeout=30)
        await process.is_ready()
        assert await process.stops() == 0


async def test_run_takes_webhooks_when_it_has_an_address(play: Playground, start: Start, tmp_path: Path) -> None:
    environment = webhook(settings(tmp_path, play.url, play.token))
    process = start("run", environment)
    await process.is_ready()
    assert play.delivery.webhook.url == environment["WEBHOOK_URL"]
    await Town(play).walk()
    assert await process.stops() == 0


async def test_polling_leaves_the_door_to_updates_shut(play: Playground, start: Start, tmp_path: Path) -> None:
    process = start("run", settings(tmp_path, play.url, play.token))
    await process.is_ready()
    async with ClientSession() as session, session.post(f"{process.url}/telegram", json={"update_id": 1}) as answer:
        assert answer.status == 403


async def test_stopping_finishes_what_is_in_hand_and_nothing_is_lost(
    play: Playground, start: Start, tmp_path: Path
) -> None:
    environment = webhook(settings(tmp_path, play.url, play.token))
    first = start("run", environment)
    await first.is_ready()
    people = [play.person(7200 + number, "김순자") for number in range(60)]
    for person in people:
        await person.starts()
    await people[0].hears(WELCOME)
    assert await first.stops(10) == 0
    answered = set(play.delivery.acked)
    heard = {person.id for person in people if any(seen.by_bot for seen in person.transcript)}
    assert len(heard) == len(answered)
    start("run", environment)
    for person in people:
        await person.sees(WELCOME, timeout=30)
        assert sum(seen.by_bot for seen in person.transcript) == 1


async def test_a_second_run_on_the_same_file_is_refused(play: Playground, start: Start, tmp_path: Path) -> None:
    environment = settings(tmp_path, play.url, play.token)
    first = start("run", environment)
    await first.is_ready()
    second = start("run", {**environment, "PORT": str(int(environment["PORT"]) - 1)})
    assert await second.ends() == 2
    assert second.log.read_text().count("\n") == 1
    assert "already" in second.log.read_text()
    assert first.alive
