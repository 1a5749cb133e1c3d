"""`make run` itself: what it says, what it keeps, and how it refuses."""

import json
import signal
import socket
from datetime import date
from typing import Any

import pytest

from bot import clock
from bot.sample import CAST
from bot.sample.staff import CLERKS
from playground.tour import ON_THE_PAGE, read
from programmes.reviewing import span
from storage import reviews
from storage.engine import Database
from tests.tour.conftest import PEOPLE, ROOT, City, free_port, tour


def test_a_first_start_shows_its_progress_the_address_and_the_day(city: City) -> None:
    assert "sample city" in city.said
    assert f"{PEOPLE}/{PEOPLE}" in city.said
    assert "Changgu is open: http://127.0.0.1:" in city.said
    assert "It is Monday 28 July 2025, 10:00 in Seo-gu." in city.said


def test_ctrl_c_closes_it_and_all_goes_well(city: City) -> None:
    assert city.said.endswith("Closing.\n")
    assert city.code == 0


def test_the_keys_are_made_once_and_nobody_else_can_read_them(city: City) -> None:
    env = city.home / ".env"
    assert env.stat().st_mode & 0o777 == 0o600
    assert env.read_text().count("DATA_KEYS=") == 1


async def test_nobody_of_the_sample_worked_in_a_month_whose_review_is_due(city: City) -> None:
    database = Database(city.database)
    async with database.reading() as db:
        june, july = [await reviews.wanting(db, month, *span(month)) for month in (date(2025, 6, 1), date(2025, 7, 1))]
    await database.close()
    assert (june, july) == (0, None)


async def test_the_chats_are_dated_by_the_bots_clock(city: City) -> None:
    database = Database(city.database)
    bot = await clock.shared(database, None)
    chats = json.loads((city.folder / "chats.json").read_text())
    assert abs(bot().timestamp() - (clock.real().timestamp() + chats["offset"])) < 2
    await database.close()


def letters(chats: dict[str, Any]) -> set[tuple[int, str]]:
    """Each message that is in a chat; a card that lives may say something else a minute later."""
    return {(chat["data"]["id"], number) for chat in chats["chats"] for number in chat["messages"]}


async def test_a_second_start_keeps_the_city_the_keys_and_the_chats(city: City) -> None:
    env, chats = (city.home / ".env").read_text(), city.folder / "chats.json"
    told = json.loads(chats.read_text())
    second = tour(city.home)
    await second.says("Changgu is open")
    assert "sample city" not in second.said
    assert second.stops(signal.SIGTERM) == 0
    assert (city.home / ".env").read_text() == env
    kept = json.loads(chats.read_text())
    assert kept["offset"] == told["offset"]
    assert letters(told) <= letters(kept)
    assert [person["name"] for person in kept["people"]] == ["박준호", "Nguyen Thi Lan", *(one.name for one in CLERKS)]


@pytest.mark.parametrize(
    ("option", "sentence"),
    [
        ("--people=5", f"PEOPLE is a number from {len(CAST)} on, such as PEOPLE=639000."),
        ("--people=many", f"PEOPLE is a number from {len(CAST)} on, such as PEOPLE=639000."),
        ("--clock=2025-09-23T10:00", "CLOCK is a moment with its time zone, such as CLOCK=2025-09-23T10:00+09:00."),
        ("--clock=today", "CLOCK is a moment with its time zone, such as CLOCK=2025-09-23T10:00+09:00."),
        ("--port=none", "PORT is a number from 1 to 65534; the bot listens on the next one."),
    ],
)
def test_a_wrong_option_is_one_sentence(option: str, sentence: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert refused(option, capsys) == sentence


def test_a_port_in_use_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    port = free_port()
    with socket.create_server(("127.0.0.1", port + 1)):
        said = refused(f"--port={port}", capsys)
    assert said == f"Port {port + 1} is in use here: try another, such as PORT={port + 10}."


def refused(option: str, capsys: pytest.CaptureFixture[str]) -> str:
    """Ask for a tour with this option; gives the one line that is said."""
    with pytest.raises(SystemExit) as end:
        read([option])
    assert end.value.code == 2
    (line,) = capsys.readouterr().err.splitlines()
    return line.removeprefix("changgu: ")


def test_the_readme_names_the_people_on_the_page_and_their_birth_dates() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    for member in CAST:
        if member.person_id in ON_THE_PAGE:
            assert member.name in readme
            assert member.birth_date.isoformat() in readme
